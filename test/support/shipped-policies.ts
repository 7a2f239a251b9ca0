/** The policies of `policies/` at work: who has which, and the lives of clusters under them. */

import { readFileSync } from "node:fs";
import type { Cluster } from "../../src/config/cluster.ts";
import { ROLES } from "../../src/permissions/set-up.ts";
import type { Principal } from "../../src/twin/access/access.ts";
import type { Policy } from "../../src/twin/access/evaluate.ts";
import { terminate } from "../../src/twin/ec2/instances.ts";
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import type { Thing } from "../../src/twin/records.ts";
import { accountTree, clusterWith } from "./builders.ts";
import { Simulation, troubles } from "./simulation.ts";
import { placedIn, userNetwork } from "./user-network.ts";

export const ACCOUNT_ID = "123456789012";
export const APPLY_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/slipway-apply`;
export const BOUNDARY_ARN = `arn:aws:iam::${ACCOUNT_ID}:policy/slipway-node-boundary`;

const read = new Map<string, Policy>();

/** A file of `policies/`, by its name; the same object each time. */
export function shipped(name: string): Policy {
  const policy = read.get(name) ?? (JSON.parse(readFileSync(`policies/${name}.json`, "utf8")) as Policy);
  read.set(name, policy);
  return policy;
}

/** Reads a policy by its file's name: as shipped, or with something taken out. */
export type Library = (name: string) => Policy;

/** A role with the policies of these files, and the boundary for Slipway's roles. */
export function roleWith(role: string, files: readonly string[], library: Library = shipped): Principal {
  return {
    arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role}/slipway-1`,
    sourceArn: `arn:aws:iam::${ACCOUNT_ID}:role/${role}`,
    policies: files.map(library),
    boundary: library("boundary"),
  };
}

/** Who takes part in a scenario. `setUp` has an administrator's rights, and makes what is there before Slipway. */
export interface Cast {
  plan: Principal;
  /** With the policies for both placements, as docs/permissions.md attaches them. */
  apply: Principal;
  applyDynamic: Principal;
  applyStatic: Principal;
  reconcile: Principal;
}

export function castOf(library: Library = shipped): Cast {
  const only = (role: string, ...files: string[]): Principal => roleWith(role, files, library);
  const role = (name: string): Principal => roleWith(name, ROLES[name] ?? [], library);
  return {
    plan: role("slipway-plan"),
    apply: role("slipway-apply"),
    applyDynamic: only("slipway-apply", "plan", "apply", "apply-dynamic"),
    applyStatic: only("slipway-apply", "plan", "apply", "apply-static"),
    reconcile: role("slipway-reconcile"),
  };
}

/** A part of a cluster's life, with the roles that live it. */
export interface Scenario {
  name: string;
  /** The files of `policies/` that it is about. */
  about: readonly string[];
  /** Gives what went wrong; nothing when all went well. */
  play(cast: Cast): Promise<string[]>;
}

const ZONES = ["us-east-1a", "us-east-1b"];
const ONE = ["us-east-1a"];
const SPOT = { name: "batch", size: 2, instanceType: "m6i.large", zones: ONE, spot: { maxPricePercent: 60 } };
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT_ID}:key/11111111-2222-3333-4444-555555555555`;

/** A cluster whose account has the boundary that the policies ask for. */
export function boundedCluster(changes: Parameters<typeof clusterWith>[0] = {}, account: object = {}): Cluster {
  return clusterWith(
    changes,
    accountTree({ spec: { permissionsBoundaryArn: BOUNDARY_ARN, applyRoleArn: APPLY_ARN, ...account } }),
  );
}

function smallCluster(spec: object = {}, metadata: object = {}, account: object = {}): Cluster {
  const size = { controlPlane: { size: 1, instanceType: "m6i.large", zones: ONE }, workerPools: [] };
  return boundedCluster(
    { spec: { ...size, ...spec }, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) },
    account,
  );
}

/** Calls that were denied, each once. */
function deniedCalls({ world }: Simulation): string[] {
  const isDenial = (error = ""): boolean => /^(UnauthorizedOperation|AccessDenied|AuthFailure\.Service)/.test(error);
  return [
    ...new Set(world.calls.filter(({ error }) => isDenial(error)).map(({ action, error }) => `${action} ${error}`)),
  ];
}

/** A simulation whose AWS knows this role, so that others can ask about it. */
function knowing(principal: Principal): Simulation {
  const simulation = new Simulation();
  simulation.world.principals.set(principal.sourceArn, principal);
  return simulation;
}

/** Plays acts one after the other; the first that does not end as it should is the last. */
async function acts(
  simulation: Simulation,
  list: readonly [
    wanted: string,
    act: () => Promise<{ result: string; findings: readonly object[]; steps?: readonly object[] }>,
  ][],
): Promise<string[]> {
  for (const [wanted, act] of list) {
    const ended = await act();
    if (ended.result !== wanted) {
      return [`ended as ${ended.result}, not ${wanted}`, ...deniedCalls(simulation), ...troubles(ended as never)];
    }
  }
  return deniedCalls(simulation);
}

/** Every part of a cluster's life that needs a right of its own. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "a cluster with a network of its own is planned, made, found in sync, and destroyed",
    about: ["plan", "apply", "apply-dynamic"],
    play: async ({ plan, applyDynamic: apply }) => {
      const simulation = knowing(apply);
      const workerPools = [{ name: "default", size: 2, instanceType: "m6i.large", zones: ZONES }, SPOT];
      const cluster = boundedCluster({
        spec: { controlPlane: { size: 3, zones: [...ZONES, "us-east-1c"] }, workerPools },
      });
      return acts(simulation, [
        ["planned", () => simulation.plan(cluster, { principal: plan })],
        ["applied", () => simulation.apply(cluster, { principal: apply })],
        ["no-changes", () => simulation.plan(cluster, { principal: plan })],
        ["no-changes", () => simulation.apply(cluster, { principal: apply })],
        ["destroyed", () => simulation.destroy(cluster, { principal: apply })],
      ]);
    },
  },
  {
    name: "a cluster in the user's network is planned, made, and destroyed",
    about: ["plan", "apply", "apply-static"],
    play: async ({ plan, applyStatic: apply }) => {
      const simulation = knowing(apply);
      const network = await userNetwork(simulation, ZONES);
      const cluster = smallCluster({ placement: placedIn(network), workerPools: [SPOT] });
      return acts(simulation, [
        ["planned", () => simulation.plan(cluster, { principal: plan })],
        ["applied", () => simulation.apply(cluster, { principal: apply })],
        ["no-changes", () => simulation.plan(cluster, { principal: plan })],
        ["destroyed", () => simulation.destroy(cluster, { principal: apply })],
      ]);
    },
  },
  {
    name: "volumes and secrets are encrypted with the account's own key",
    about: ["apply"],
    play: async ({ apply }) => {
      const simulation = new Simulation();
      const cluster = smallCluster({ bastion: false }, {}, { kmsKeyArn: KEY });
      return acts(simulation, [["applied", () => simulation.apply(cluster, { principal: apply })]]);
    },
  },
  {
    name: "everything that drifted is put right, under new tags",
    about: ["apply", "apply-dynamic"],
    play: ({ applyDynamic }) => driftAndBack(new Simulation(), applyDynamic, {}),
  },
  {
    name: "what drifted in the user's network is put right",
    about: ["apply", "apply-static"],
    play: async ({ applyStatic }) => {
      const simulation = new Simulation();
      const network = await userNetwork(simulation, ZONES);
      return driftAndBack(simulation, applyStatic, { placement: placedIn(network) });
    },
  },
  {
    name: "a node that does not become ready is asked what is wrong with it",
    about: ["apply-dynamic"],
    play: async ({ applyDynamic: apply }) => {
      const simulation = withHangingNodes("control-plane");
      return acts(simulation, [["failed", () => simulation.apply(smallCluster(), { principal: apply })]]);
    },
  },
  {
    name: "so it is in the user's network",
    about: ["apply-static"],
    play: async ({ applyStatic: apply }) => {
      const simulation = withHangingNodes("control-plane");
      const network = await userNetwork(simulation, ONE);
      const cluster = smallCluster({ placement: placedIn(network) });
      return acts(simulation, [["failed", () => simulation.apply(cluster, { principal: apply })]]);
    },
  },
  {
    name: "an image that is not there is looked for, and the status of all is shown",
    about: ["plan"],
    play: async ({ plan, applyDynamic }) => {
      const simulation = new Simulation();
      const cluster = smallCluster({ bastion: false });
      const pinned = smallCluster({ bastion: false, overrides: { os: { values: { serial: "20200101" } } } });
      return acts(simulation, [
        ["applied", () => simulation.apply(cluster, { principal: applyDynamic })],
        ["blocked", () => simulation.plan(pinned, { principal: plan })],
        ["shown", async () => ({ ...(await simulation.status([cluster], undefined, true, { principal: plan })) })],
      ]);
    },
  },
  {
    name: "nodes that are gone are replaced by the role that reconciles",
    about: ["plan", "reconcile"],
    play: async ({ applyDynamic, reconcile }) => {
      const simulation = new Simulation();
      const { world } = simulation;
      const cluster = smallCluster(
        {
          controlPlane: { size: 3, instanceType: "m6i.large", zones: ZONES },
          workerPools: [
            { ...SPOT, spot: undefined },
            { ...SPOT, name: "spot" },
          ],
        },
        {},
        { kmsKeyArn: KEY },
      );
      const lose = (role: string, most: number): void => {
        const nodes = [...world.instances.values()].filter(
          ({ tags, state }) => tags["slipway:role"] === role && state === "running",
        );
        for (const node of nodes.slice(0, most)) terminate(world, node, "Server.SpotInstanceTermination");
      };
      return acts(simulation, [
        ["applied", () => simulation.apply(cluster, { principal: applyDynamic })],
        [
          "applied",
          async () => {
            lose("worker", 9);
            lose("control-plane", 1);
            // As in an account where nobody had spot instances before.
            world.linkedRoles.clear();
            await simulation.run(() => simulation.clock.sleep(120_000));
            return simulation.reconcile(cluster, { principal: reconcile });
          },
        ],
        [
          "applied",
          async () => {
            // Stopped by hand: a node that is there, and of no use.
            for (const role of ["control-plane", "worker"]) {
              const node = [...world.instances.values()].find(
                ({ tags, state }) => tags["slipway:role"] === role && state === "running",
              );
              if (node !== undefined) node.state = "stopped";
            }
            // Asked to leave by a run that died, and wanted after all.
            const stays = [...world.instances.values()].find(
              ({ tags, state }) => tags["slipway:pool"] === "spot" && state === "running",
            );
            if (stays !== undefined) {
              stays.tags["slipway:leave"] = "now";
              // What runs on it may not go, so it is still there when it is looked at.
              const { pods, budgets } = kubernetesOf(world, cluster.name);
              pods.push({ namespace: "shop", name: "db-0", app: "db", on: stays.id });
              budgets.push({ namespace: "shop", name: "db", app: "db", minAvailable: 1 });
            }
            return simulation.reconcile(cluster, { principal: reconcile });
          },
        ],
        [
          "failed",
          async () => {
            world.bootFaults.push({ phase: "packages", role: "worker", kind: "hang", times: 9 });
            lose("worker", 1);
            await simulation.run(() => simulation.clock.sleep(120_000));
            return simulation.reconcile(cluster, { principal: reconcile });
          },
        ],
      ]);
    },
  },
  {
    name: "pools are scaled down and rolled, the control plane too",
    about: ["apply", "apply-dynamic"],
    play: ({ applyDynamic }) => scaleAndRoll(new Simulation(), applyDynamic, {}),
  },
  {
    name: "a zone that no pool is in any more goes, and what was made for it",
    about: ["apply-dynamic"],
    play: async ({ applyDynamic: apply }) => {
      const simulation = new Simulation();
      const inZones = (zones: readonly string[]): Cluster =>
        smallCluster({ workerPools: [{ name: "w", size: 2, instanceType: "m6i.large", zones }] });
      return acts(simulation, [
        ["applied", () => simulation.apply(inZones(ZONES), { principal: apply })],
        ["applied", () => simulation.apply(inZones(ONE), { principal: apply })],
      ]);
    },
  },
  {
    name: "so they are in the user's network",
    about: ["apply", "apply-static"],
    play: async ({ applyStatic }) => {
      const simulation = new Simulation();
      const network = await userNetwork(simulation, ZONES);
      return scaleAndRoll(simulation, applyStatic, { placement: placedIn(network) });
    },
  },
];

function scaleAndRoll(simulation: Simulation, apply: Principal, spec: object): Promise<string[]> {
  const pools = (instanceType: string, size: number): object => ({
    bastion: false,
    controlPlane: { size: 3, instanceType, zones: ZONES },
    workerPools: [{ name: "w", size, instanceType: "m6i.large", zones: ONE }],
  });
  return acts(simulation, [
    ["applied", () => simulation.apply(smallCluster({ ...pools("m6i.large", 2), ...spec }), { principal: apply })],
    ["applied", () => simulation.apply(smallCluster({ ...pools("m6i.xlarge", 1), ...spec }), { principal: apply })],
  ]);
}

function withHangingNodes(role: "control-plane" | "worker"): Simulation {
  const simulation = new Simulation();
  simulation.world.bootFaults.push({ phase: "packages", role, kind: "hang", times: 9 });
  return simulation;
}

function driftAndBack(simulation: Simulation, apply: Principal, spec: object): Promise<string[]> {
  const pools = {
    controlPlane: { size: 3, instanceType: "m6i.large", zones: ZONES },
    workerPools: [{ name: "w", size: 1, instanceType: "m6i.large", zones: ZONES.slice(1) }],
  };
  const before = smallCluster({ ...pools, ...spec }, { tags: { team: "platform", cost: "17" } });
  const after = smallCluster({ ...pools, ...spec }, { tags: { team: "data" } });
  return acts(simulation, [
    ["applied", () => simulation.apply(before, { principal: apply })],
    [
      "applied",
      () => {
        drift(simulation);
        return simulation.apply(after, { principal: apply });
      },
    ],
    ["no-changes", () => simulation.apply(after, { principal: apply })],
  ]);
}

/** Changes by hand in the console, one for each way of putting something right; what is the user's stays as it is. */
function drift({ world }: Simulation): void {
  const ours = <T extends Thing>(things: ReadonlyMap<string, T>): T[] =>
    [...things.values()].filter(({ tags }) => tags["slipway:cluster"] !== undefined);
  const other =
    [...world.securityGroups.values()].find(({ tags }) => tags["slipway:id"] === "security-group/worker")?.id ?? "";
  for (const vpc of ours(world.vpcs)) vpc.dnsHostnames = false;
  for (const table of ours(world.routeTables)) {
    if (table.tags["slipway:id"]?.startsWith("route-table/private/")) table.routes.set("0.0.0.0/0", "igw-0elsewhere");
  }
  for (const endpoint of ours(world.endpoints)) endpoint.routeTableIds.pop();
  for (const group of ours(world.securityGroups)) {
    const rule = { protocol: "tcp", fromPort: 23, toPort: 23, peer: "198.51.100.0/24", description: "" };
    group.ingress = [rule];
    group.egress = [rule];
  }
  for (const group of ours(world.targetGroups)) {
    group.healthIntervalSeconds = 30;
    group.attributes["deregistration_delay.timeout_seconds"] = "5";
    const copy = { ...group, id: `${group.id}0`, tags: {} };
    world.targetGroups.set(copy.id, copy);
    for (const listener of ours(world.listeners)) listener.targetGroupArn = copy.id;
  }
  for (const balancer of ours(world.loadBalancers)) {
    balancer.attributes["load_balancing.cross_zone.enabled"] = "false";
    balancer.groups = [other];
    balancer.subnetIds = balancer.subnetIds.slice(1);
  }
  for (const instance of ours(world.instances))
    if (instance.tags["slipway:role"] === "bastion") instance.groups = [other];
  const [first, second] = ours(world.roles);
  if (first !== undefined) first.boundary = undefined;
  if (second !== undefined) {
    second.trust = second.trust.replace("sts:AssumeRole", "sts:TagSession");
    for (const [name, text] of second.policies)
      second.policies.set(name, text.replace("ssm:GetParameter", "ssm:GetParameters"));
  }
  for (const profile of ours(world.profiles)) profile.roles = [];
}
