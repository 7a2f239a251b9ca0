import { attempting } from "../aws/attempt.ts";
import type { Aws } from "../aws/clients.ts";
import type { Placement } from "../config/cluster.ts";
import { messageOf } from "../core/errors.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { findElasticIps } from "../resources/elastic-ip/calls.ts";
import { findInstanceProfiles } from "../resources/instance-profile/calls.ts";
import { findInternetGateways } from "../resources/internet-gateway/calls.ts";
import { findLoadBalancing } from "../resources/load-balancer/find.ts";
import { findNatGateways } from "../resources/nat-gateway/calls.ts";
import { findInstances, type LiveNode } from "../resources/node/instances.ts";
import { findPki } from "../resources/pki/calls.ts";
import type { RecordStore } from "../resources/records/store.ts";
import type { Find, Kind, Live } from "../resources/resource.ts";
import { findRoles } from "../resources/role/calls.ts";
import { findRouteTables } from "../resources/route-table/calls.ts";
import { findSecurityGroups } from "../resources/security-group/calls.ts";
import { findSubnets } from "../resources/subnet/calls.ts";
import type { Target } from "../resources/target-group/calls.ts";
import { findVpcs } from "../resources/vpc/calls.ts";
import { findVpcEndpoints } from "../resources/vpc-endpoint/calls.ts";
import type { Other } from "./others/other.ts";
import { findOthers } from "./others/others.ts";
import { findStaticNetwork, type StaticNetwork } from "./static-network.ts";
import { findVolumes, type LiveVolume } from "./volumes.ts";

/** What AWS has for a cluster. */
export interface Inventory {
  resources: readonly Live[];
  nodes: readonly LiveNode[];
  /** The instances behind the load balancer. */
  targets: readonly Target[];
  /** The user's network, where the file places the cluster in one and it could be read. */
  staticNetwork?: StaticNetwork;
  /** What the records say that nodes read, by their keys; absent where nobody asked. */
  records?: ReadonlyMap<string, unknown>;
  /** Disks, for what they cost; absent where nobody asked or they could not be read. */
  volumes?: readonly LiveVolume[];
  /** What of others is in the way of deleting the cluster; absent where nobody asked. */
  others?: readonly Other[];
  /** When it was read, in milliseconds since the epoch. */
  readAtMs: number;
  /** What could not be read, in AWS's words. Unknown is not absent: with any of these nothing may be changed. */
  unreadable: readonly string[];
}

/** How kinds are found that need nothing but their own calls. Some come together in one answer. */
const FINDS: readonly { kinds: readonly Kind[]; find: Find }[] = [
  { kinds: ["vpc"], find: findVpcs },
  { kinds: ["subnet"], find: findSubnets },
  { kinds: ["internet-gateway"], find: findInternetGateways },
  { kinds: ["elastic-ip"], find: findElasticIps },
  { kinds: ["nat-gateway"], find: findNatGateways },
  { kinds: ["route-table", "route"], find: findRouteTables },
  { kinds: ["vpc-endpoint"], find: findVpcEndpoints },
  { kinds: ["security-group", "security-group-rules"], find: findSecurityGroups },
  { kinds: ["pki"], find: findPki },
  { kinds: ["role"], find: findRoles },
  { kinds: ["instance-profile"], find: findInstanceProfiles },
];

/**
 * What lives and dies with a VPC of the cluster's own. A cluster that is placed in the user's has none of it: the VPC
 * itself is looked for, and while there is one the plan is refused.
 */
const PARTS_OF_VPC: readonly Kind[] = ["subnet", "nat-gateway", "route-table", "vpc-endpoint"];

/** Everything of one kind that AWS has for a cluster. */
export async function findKind(aws: Aws, cluster: ClusterIdentity, kind: Kind): Promise<Live[]> {
  if (kind === "bastion") return (await findInstances(aws, cluster)).bastions;
  const known = FINDS.find((entry) => entry.kinds.includes(kind));
  return known === undefined ? (await findLoadBalancing(aws, cluster)).resources : known.find(aws, cluster);
}

/**
 * Reads all that AWS has for a cluster, side by side, by tag or by name; changes nothing. The user's network is found by
 * the ids in `placement`; without a document there is none, and nothing of the user's is looked at.
 */
export async function survey(aws: Aws, cluster: ClusterIdentity, placement?: Placement): Promise<Inventory> {
  const unreadable: string[] = [];
  const attempt = attempting(unreadable);
  const isStatic = placement?.kind === "static";
  const finds = isStatic ? FINDS.filter(({ kinds }) => !kinds.some((kind) => PARTS_OF_VPC.includes(kind))) : FINDS;
  const [instances, balancing, staticNetwork, ...found] = await Promise.all([
    attempt(findInstances(aws, cluster)),
    attempt(findLoadBalancing(aws, cluster)),
    isStatic ? attempt(findStaticNetwork(aws, placement)) : undefined,
    ...finds.map(({ find }) => attempt(find(aws, cluster))),
  ]);
  return {
    resources: [...found, balancing?.resources, instances?.bastions].flatMap(inOrder),
    nodes: (instances?.nodes ?? []).toSorted(byLaunch),
    targets: balancing?.targets ?? [],
    ...(staticNetwork === undefined ? {} : { staticNetwork }),
    readAtMs: aws.clock.now(),
    unreadable,
  };
}

/** AWS promises no order, and a plan must not be another one because of it. */
function inOrder(found: readonly Live[] = []): Live[] {
  const key = ({ kind, id, awsId }: Live): string => `${kind} ${id} ${awsId}`;
  return found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function byLaunch(a: LiveNode, b: LiveNode): number {
  return a.launchedAtMs - b.launchedAtMs || (a.instanceId < b.instanceId ? -1 : 1);
}

/** What the survey has found, with what the records with these keys say: one look at each, all side by side. */
export async function withRecords(
  found: Promise<Inventory>,
  store: RecordStore,
  keys: readonly string[],
): Promise<Inventory> {
  const reads = keys.map((key) =>
    store.read<unknown>(key).then(
      (stored) => ({ key, value: stored?.value }),
      (error: unknown) => ({ key, value: undefined, trouble: messageOf(error) }),
    ),
  );
  const [inventory, ...records] = await Promise.all([found, ...reads]);
  return {
    ...inventory,
    records: new Map(records.map(({ key, value }) => [key, value])),
    unreadable: [...inventory.unreadable, ...records.flatMap((one) => ("trouble" in one ? [one.trouble] : []))],
  };
}

/** All that a deletion has to know: what there is of a cluster, what of others is in its way, and which disks stay. */
export async function surveyForDeletion(aws: Aws, cluster: ClusterIdentity): Promise<Inventory> {
  const inventory = await survey(aws, cluster);
  const unreadable = [...inventory.unreadable];
  const attempt = attempting(unreadable);
  const [others = [], volumes = []] = await Promise.all([
    attempt(findOthers(aws, cluster, inventory)),
    attempt(findVolumes(aws, cluster)),
  ]);
  return { ...inventory, others, volumes, unreadable };
}

/** Whether AWS has anything of the cluster. */
export function isEmpty(inventory: Inventory): boolean {
  return inventory.resources.length === 0 && inventory.nodes.length === 0;
}
