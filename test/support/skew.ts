/** The version skew policy of Kubernetes, looked at after every event and every call of the twin. */
import { gunzipSync } from "node:zlib";
import type { Cluster } from "../../src/config/cluster.ts";
import { bucketName } from "../../src/core/names.ts";
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import { nodeDataOf } from "../../src/twin/node-data.ts";
import type { Instance } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";

/**
 * Watches the versions that nodes were born with, by their user data, and the cloud controller manager that they are told
 * to run. Gives the list that breaches are written to. https://kubernetes.io/releases/version-skew-policy/
 */
export function watchSkew(world: World, cluster: Cluster): string[] {
  const breaches: string[] = [];
  const minors = new Map<string, number>();
  const report = (text: string): void => {
    if (breaches.length < 20 && breaches.at(-1) !== text) breaches.push(text);
  };
  world.observers.push(() => {
    const { members, nodes, packs } = kubernetesOf(world, cluster.name);
    const minorOf = (id: string): number => {
      const known = minors.get(id) ?? bornMinor(world.instances.get(id));
      minors.set(id, known);
      return known;
    };
    const alive = (id: string): boolean => world.instances.get(id)?.state === "running";
    const servers = [...members].filter(alive).map(minorOf);
    if (servers.length === 0) return;
    const [oldest, newest] = [Math.min(...servers), Math.max(...servers)];
    if (newest - oldest > 1) report(`API servers of 1.${oldest} and 1.${newest}`);
    for (const id of [...nodes.keys()].filter(alive)) {
      // A control plane's kubelet talks to its own API server.
      if (members.has(id)) continue;
      if (minorOf(id) > oldest) report(`a kubelet of 1.${minorOf(id)} under an API server of 1.${oldest}`);
      if (newest - minorOf(id) > 3) report(`a kubelet of 1.${minorOf(id)} under an API server of 1.${newest}`);
    }
    const controller = packs === undefined ? undefined : controllerMinor(world, cluster, packs.hash);
    if (controller !== undefined && controller > oldest) {
      report(`a cloud controller manager of 1.${controller} with an API server of 1.${oldest}`);
    }
    if (controller !== undefined && newest - controller > 1) {
      report(`a cloud controller manager of 1.${controller} with an API server of 1.${newest}`);
    }
  });
  return breaches;
}

/** The minor that an instance's user data tells its agent to install. */
function bornMinor(instance: Instance | undefined): number {
  const version = instance === undefined ? undefined : nodeDataOf(instance)?.version;
  if (version === undefined) throw new Error("an instance of the cluster without user data for a node");
  return Number(version.split(".")[1]);
}

const controllers = new Map<string, number>();

function controllerMinor(world: World, { name, account, region }: Cluster, hash: string): number | undefined {
  const known = controllers.get(hash);
  if (known !== undefined) return known;
  const packed = world.buckets.get(bucketName(account.accountId, region))?.objects.get(`${name}/packs/${hash}.json.gz`);
  const text = packed === undefined ? "" : gunzipSync(Buffer.from(packed.body, "latin1")).toString();
  const found = /cloud-controller-manager:v1\.(\d+)\./.exec(text)?.[1];
  if (found === undefined) return undefined;
  controllers.set(hash, Number(found));
  return Number(found);
}
