import type { Cluster } from "../config/cluster.ts";
import { overlaps, parseCidr } from "../core/cidr.ts";
import { collector, type Finding, type Report, sortFindings } from "../core/findings.ts";
import { listed } from "../core/words.ts";
import type { Room, RoomRequest } from "../market/account-room.ts";
import { capacityOf } from "./capacity.ts";
import type { Plan } from "./change.ts";
import type { Requirements } from "./requirements.ts";

/** What is to be read of the account for a plan; undefined: nothing, for it takes nothing. */
export function roomRequest({ demands, images, newVpcCidr }: Requirements): RoomRequest | undefined {
  if (demands.length === 0 && images.length === 0) return undefined;
  const quotas = new Map(
    demands.map(({ quota, scope, used }) => [
      `${quota.code} ${scope}`,
      { quota, scope, isCounted: used !== undefined },
    ]),
  );
  return {
    quotas: [...quotas.values()],
    images: [...new Set(images.map(({ id }) => id))],
    wantsVpcs: newVpcCidr !== undefined,
  };
}

/** A plan, held against what the account has room for. */
export function withRoom(cluster: Cluster, plan: Plan, room: Room): Plan {
  const { rows, findings } = capacityOf(cluster, plan.requires, room);
  const all = [
    ...plan.findings,
    ...findings,
    ...checkImages(cluster, plan.requires, room),
    ...checkOverlap(cluster, plan.requires, room),
  ];
  return { ...plan, capacity: rows, findings: sortFindings(all) };
}

/** Images are kept from live nodes, and those that published one may take it away again. */
function checkImages(cluster: Cluster, { images }: Requirements, room: Room): Finding[] {
  const [findings, report] = collector(cluster.place);
  if (room.images === undefined) {
    report(
      "warning",
      "market/unknown",
      "/spec/profile",
      `could not be checked: whether ${listed(images.map(({ id }) => id))} can be launched from (${listed(room.unknown)})`,
    );
    return findings;
  }
  for (const use of images) checkImage(cluster, use, room.images.get(use.id), report);
  return findings;
}

function checkImage(
  cluster: Cluster,
  { id, who, at, architecture }: Requirements["images"][number],
  facts: { architecture: string; state: string } | undefined,
  report: Report,
): void {
  if (facts === undefined || facts.state !== "available") {
    report(
      "error",
      "market/image-gone",
      at,
      `${who} would be launched from ${id}, which ${facts === undefined ? "does not exist for this account" : `is ${facts.state}`} in ${cluster.region}`,
      "set the os pack's serial to a build that there is: the pool then moves to it",
    );
    return;
  }
  const wanted = architecture === "arm64" ? "arm64" : "x86_64";
  if (architecture !== undefined && facts.architecture !== wanted) {
    report(
      "error",
      "market/image-architecture",
      at,
      `${who} would be launched from ${id}, which is for ${facts.architecture}, and its instance type is ${wanted}`,
      "name a build of the os pack (serial) that has images for both, or an instance type of the other architecture",
    );
  }
}

/** Two networks with addresses in common can never be connected, and a VPC keeps its block for life. */
function checkOverlap(cluster: Cluster, { newVpcCidr }: Requirements, { vpcs }: Room): Finding[] {
  const [findings, report] = collector(cluster.place);
  const own = newVpcCidr === undefined ? undefined : parseCidr(newVpcCidr);
  if (own === undefined) return findings;
  const others = vpcs.flatMap(({ id, name, cidrs }) => {
    const shared = cidrs.find((text) => {
      const other = parseCidr(text);
      return other !== undefined && overlaps(own, other);
    });
    return shared === undefined ? [] : [`${shared} of ${id}${name === "" ? "" : ` (${name})`}`];
  });
  if (others.length > 0) {
    report(
      "warning",
      "network/overlap",
      "/spec/placement/dynamic/vpcCidr",
      `${newVpcCidr} overlaps ${listed(others)} of this account: VPCs that overlap can't be peered, nor meet at a transit gateway`,
      "if they should ever be connected, choose another block now: a VPC keeps its own for life",
    );
  }
  return findings;
}
