/** Results of every kind, as commands give them: what renderers are shown. */
import type { CommandResult, ReportedResult } from "../../../src/commands/results.ts";
import { commandResult } from "../../../src/commands/results.ts";
import type { Event } from "../../../src/core/events.ts";
import type { KubeObject } from "../../../src/packs/objects.ts";
import { accountTree, clusterWith, profileTree } from "../builders.ts";
import { Simulation } from "../simulation.ts";

/** What must be in nothing that is shown: the values of a Secret and of a password, before and after. */
export const SECRETS = ["hunter2-before", "hunter2-after", "swordfish-before", "swordfish-after"] as const;

export interface Stories {
  results: ReadonlyMap<string, ReportedResult>;
  events: readonly Event[];
}

const ZONES = ["us-east-1a", "us-east-1b"];
const NAMESPACE = "shop";

function clusterAt(password: string, instanceType: string, version = "1.36.2") {
  return clusterWith(
    {
      metadata: { description: "Production" },
      spec: {
        controlPlane: { size: 1, zones: ["us-east-1a"] },
        workerPools: [
          {
            name: "default",
            size: 2,
            instanceType,
            zones: ZONES,
            labels: { tier: instanceType === "m6i.large" ? "a" : "b" },
          },
          { name: "spot", size: 1, instanceType: "m6i.large", zones: ZONES, spot: { maxPricePercent: 10 } },
        ],
      },
    },
    accountTree(),
    profileTree({
      spec: {
        packs: [
          { layer: "os", name: "ubuntu", version: "24.04" },
          { layer: "kubernetes", name: "kubeadm", version },
          { layer: "cni", name: "calico", version: "3.32.0" },
          { layer: "csi", name: "aws-ebs-csi", version: "1.50.0" },
          {
            layer: "addon",
            name: "own",
            version: "1.0.0",
            manifests: ["own.yaml"],
            values: { password, greeting: instanceType },
          },
        ],
      },
    }),
  );
}

/** The user's own pack: a Secret that changes, and something else that does. */
function objectsAt(secret: string): KubeObject[] {
  const metadata = { name: "web", namespace: NAMESPACE };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      data: { key: Buffer.from(secret).toString("base64") },
      stringData: { text: secret },
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { size: String(secret.length) } },
  ];
}

let lived: Promise<Stories> | undefined;

/** A cluster's life with whatever may go wrong in it; lived through once. */
export function liveStories(): Promise<Stories> {
  lived ??= live();
  return lived;
}

async function live(): Promise<Stories> {
  const simulation = new Simulation({ rehearse: true, eventualConsistency: false });
  const results = new Map<string, ReportedResult>();
  const own = (secret: string): void => {
    simulation.ownPacks = async () => ({
      rendered: new Map([["own", { namespace: NAMESPACE, objects: objectsAt(secret) }]]),
      findings: [],
    });
  };
  const keep = (name: string, command: string, ...clusters: CommandResult["clusters"]): void => {
    results.set(name, commandResult(command, [], clusters));
  };
  const [before, after] = [clusterAt(SECRETS[2], "m6i.large"), clusterAt(SECRETS[3], "m6i.xlarge", "1.37.1")];
  own(SECRETS[0]);
  keep("create", "plan", await simulation.plan(before));
  simulation.world.bootFaults.push({ phase: "join", role: "worker", kind: "hang", times: 1 });
  keep("a node that hangs", "apply", await simulation.apply(before));
  keep("resumed", "apply", await simulation.apply(before));
  own(SECRETS[1]);
  keep("upgrade", "plan", await simulation.plan(after));
  keep("status", "status", ...(await simulation.status([after], undefined)).clusters);
  keep(
    "denied",
    "apply",
    await simulation.apply(after, { faults: [{ at: "ec2:RunInstances", kind: "deny", times: 9 }] }),
  );
  keep("applied", "apply", await simulation.apply(after));
  keep(
    "blocked",
    "plan",
    await simulation.plan(clusterWith({ spec: { controlPlane: { size: 1, instanceType: "x9.large" } } })),
  );
  results.set("doctor", await simulation.doctor([after]));
  keep("destroyed", "destroy", await simulation.destroy(after));
  keep("all", "plan", ...[...results.values()].flatMap(({ clusters }) => clusters as CommandResult["clusters"]));
  return { results, events: simulation.events };
}
