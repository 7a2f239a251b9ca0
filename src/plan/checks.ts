import { bastionZoneOf } from "../blueprint/network.ts";
import { type Cluster, CONTROL_PLANE, poolPointer, poolsOf } from "../config/cluster.ts";
import { packOf } from "../config/parts.ts";
import { collector, type Finding, type Report } from "../core/findings.ts";
import { pkiParameter } from "../core/names.ts";
import { count, listed } from "../core/words.ts";
import { imageName } from "../market/image-names.ts";
import type { Market } from "../market/market.ts";
import { SCHEMA, TAG } from "../resources/tags.ts";
import type { Inventory } from "../survey/survey.ts";
import { imageRequest } from "./adopt.ts";
import { appliedIn } from "./applied.ts";
import { STATIC } from "./subnet-uses.ts";
import { titleOf } from "./titles.ts";

/** What stands in the way of a cluster, or deserves a look, before anything is compared. */
export function checkMarket(cluster: Cluster, market: Market): Finding[] {
  const [findings, add] = collector(cluster.place);
  for (const text of market.unknown) add("warning", "market/unknown", "/spec/region", `could not be checked: ${text}`);

  const key = cluster.sshKeyName;
  if (key !== undefined && market.keyPairs !== undefined && !market.keyPairs.has(key)) {
    add(
      "error",
      "market/no-key-pair",
      "/spec/sshKeyName",
      `there is no key pair ${JSON.stringify(key)} in ${cluster.region}`,
      `make it in the EC2 console, or  aws ec2 import-key-pair --region ${cluster.region} --key-name ${key} --public-key-material fileb://<file>.pub`,
    );
  }

  for (const pool of poolsOf(cluster)) {
    const at = poolPointer(cluster, pool.name);
    pool.zones.forEach((zone, index) => {
      if (market.zones !== undefined && !market.zones.includes(zone)) {
        checkZone(cluster, market, zone, `${at}/zones/${index}`, add);
      }
    });
    checkType(market, pool.instanceType, pool.zones, `${at}/instanceType`, cluster.region, add);
    if (pool.role === "worker" && pool.spot !== undefined && !market.onDemandPrices.has(pool.instanceType)) {
      add(
        "error",
        "market/no-price",
        `${at}/spot`,
        `the on-demand price of ${pool.instanceType} in ${cluster.region} is not known, so its share can't be worked out`,
      );
    }
    checkImage(cluster, market, pool.instanceType, add);
  }
  if (cluster.bastion !== undefined) {
    checkType(
      market,
      cluster.bastion.instanceType,
      [bastionZoneOf(cluster)],
      "/spec/bastion/instanceType",
      cluster.region,
      add,
    );
    checkImage(cluster, market, cluster.bastion.instanceType, add);
  }
  return dedupe(findings);
}

function checkZone(cluster: Cluster, { zones, closedZones }: Market, zone: string, at: string, add: Report): void {
  const { region } = cluster;
  const { why, group } = closedZones.get(zone) ?? { why: undefined, group: undefined };
  add(
    "error",
    "market/no-zone",
    at,
    `${zone} is not open to this account${why === undefined ? "" : ` (${why})`}; ${region} has ${(zones ?? []).join(", ")}`,
    ...(group === undefined
      ? []
      : [
          `name another zone, or opt in:  aws ec2 modify-availability-zone-group --region ${region} --group-name ${group} --opt-in-status opted-in`,
        ]),
  );
}

function checkType(
  market: Market,
  type: string,
  zones: readonly string[],
  pointer: string,
  region: string,
  add: Report,
): void {
  if (market.types === undefined) return;
  const facts = market.types.get(type);
  if (facts === undefined) {
    add("error", "market/no-instance-type", pointer, `there is no instance type ${type} in ${region}`);
    return;
  }
  const without = zones.filter((zone) => market.zones?.includes(zone) !== false && !facts.zones.includes(zone));
  if (without.length > 0) {
    add(
      "error",
      "market/type-not-in-zone",
      pointer,
      `${type} is not offered in ${without.join(", ")}; it is in ${facts.zones.join(", ") || "no zone"}`,
    );
  }
}

function checkImage(cluster: Cluster, market: Market, type: string, add: Report): void {
  const architecture = market.types?.get(type)?.architecture;
  if (architecture === undefined) return;
  const name = imageName(imageRequest(packOf(cluster.profile, "os")), architecture);
  if (!market.images.has(name)) {
    add(
      "error",
      "market/no-image",
      "/spec/profile",
      `no image ${name} was found in ${cluster.region}, neither by Canonical's public parameters nor among its images`,
    );
  }
}

/** Whether what AWS has may be touched at all: it is this repository's, and of a shape that this release knows. */
export function checkOwnership(
  cluster: Pick<Cluster, "name" | "place">,
  inventory: Inventory,
  owner: string,
): Finding[] {
  const findings: Finding[] = [];
  const at = cluster.place("/metadata/name");
  const all = [
    ...inventory.resources.map(({ id, awsId, tags, status }) => ({ id, awsId, tags, leaving: status === "leaving" })),
    ...inventory.nodes.map((node) => ({
      id: `pool/${node.pool}/${node.zone}`,
      awsId: node.instanceId,
      tags: node.tags,
      leaving: node.state === "shutting-down",
    })),
  ].filter((one) => !one.leaving);
  const foreign = all.find(({ tags }) => (tags[TAG.owner] ?? owner) !== owner);
  if (foreign !== undefined) {
    findings.push({
      level: "error",
      code: "plan/other-owner",
      message: `the cluster ${cluster.name} in this account and region belongs to ${JSON.stringify(foreign.tags[TAG.owner])}, and this is ${JSON.stringify(owner)} (seen on its ${titleOf(foreign.id)})`,
      at,
      fix: "change it from the repository that made it, or give this cluster another name",
    });
  }
  // Slipway's own have all tags from the call that makes them.
  const claimed = all.filter(
    ({ tags }) => tags[TAG.cluster] === cluster.name && tags[TAG.id] === undefined && tags[TAG.owner] === undefined,
  );
  if (claimed.length > 0) {
    findings.push({
      level: "error",
      code: "plan/not-ours",
      message: `tagged ${TAG.cluster}=${cluster.name}, and not made by Slipway: ${listed(claimed.map(({ awsId }) => awsId))}`,
      at,
      fix: `take the tag ${TAG.cluster} off what is not the cluster's: what has it would be deleted with it`,
    });
  }
  const newer = all.find(({ tags }) => Number(tags[TAG.schema] ?? SCHEMA) > Number(SCHEMA));
  if (newer !== undefined) {
    findings.push({
      level: "error",
      code: "plan/newer-schema",
      message: `the cluster ${cluster.name} was last changed by a newer Slipway (schema ${newer.tags[TAG.schema]}, this one knows ${SCHEMA})`,
      at,
      fix: "use that release or a later one",
    });
  }
  const unclaimed = inventory.resources.find(
    ({ tags, kind }) => tags[TAG.cluster] !== cluster.name && kind !== "route" && kind !== "security-group-rules",
  );
  if (unclaimed !== undefined) {
    findings.push({
      level: "error",
      code: "plan/name-taken",
      message: `there is a ${unclaimed.kind} of the name that this cluster's would have, and it is not Slipway's: ${unclaimed.awsId}`,
      at,
      fix: "give this cluster another name, or remove it",
    });
  }
  return findings;
}

/** A PKI is made once: what lives was signed with it, and a second one would be trusted by none of them. */
export function checkPki(cluster: Cluster, inventory: Inventory): Finding[] {
  const at = cluster.place("/metadata/name");
  const name = pkiParameter(cluster);
  const pki = inventory.resources.find((live) => live.kind === "pki");
  const alive = inventory.nodes.filter((node) => node.state !== "shutting-down").length;
  if (pki === undefined && alive > 0) {
    return [
      {
        level: "error",
        code: "plan/pki-gone",
        message: `the parameter ${name} is gone, and ${count(alive, "node")} of ${cluster.name} live by the certificates in it; a new PKI would be trusted by none of them`,
        at,
        fix: `put it back: every control-plane node has its files in /etc/kubernetes/pki. Or give the cluster up:  slipway destroy ${cluster.name} --confirm ${cluster.name}`,
      },
    ];
  }
  if (pki === undefined || pki.attributes.caHash !== undefined) return [];
  return [
    {
      level: "error",
      code: "plan/pki-untagged",
      message: `the parameter ${name} has lost its tag ${TAG.caHash}, by which new nodes know the API server`,
      at,
      fix: "tag it with  sha256:  and what this says on a control-plane node:  openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey | openssl pkey -pubin -outform der | sha256sum",
    },
  ];
}

/** What every refusal of a change has: it would take the cluster apart, which nobody means by editing a line. */
export const REFUSED = {
  level: "error",
  code: "plan/refused",
  fix: "take the change back; to have it, make a new cluster and move to it",
} as const;

/** The VPC that a cluster stands in never changes, nor whose it is. Its security groups tell which that is. */
export function checkPlacement(cluster: Cluster, inventory: Inventory): Finding[] {
  const { placement } = cluster;
  const own = inventory.resources.find((live) => live.kind === "vpc");
  const standsIn = inventory.resources.find((live) => live.kind === "security-group")?.spec.vpc;
  const refused = (pointer: string, message: string): Finding[] => [
    { ...REFUSED, message: `${message}; that can't be changed while the cluster lives`, at: cluster.place(pointer) },
  ];
  if (placement.kind === "static") {
    if (own !== undefined) {
      return refused(
        STATIC,
        `the cluster has a VPC of its own, ${own.awsId}, and should be placed in ${placement.vpcId}`,
      );
    }
    return standsIn === undefined || standsIn === placement.vpcId
      ? []
      : refused(`${STATIC}/vpcId`, `the cluster is placed in ${standsIn} and should be in ${placement.vpcId}`);
  }
  return own !== undefined || standsIn === undefined
    ? []
    : refused("/spec/placement", `the cluster is placed in ${standsIn}, and should have a VPC of its own`);
}

/** A member of etcd that goes takes a copy of the cluster with it, and two that go may take its quorum. */
export function checkControlPlaneSize(cluster: Cluster, inventory: Inventory): Finding[] {
  const ready = inventory.nodes.filter((node) => node.pool === CONTROL_PLANE && node.phase.name === "ready").length;
  const before = appliedIn(inventory)?.pools[CONTROL_PLANE]?.size ?? ready;
  const { size } = cluster.controlPlane;
  if (size >= before) return [];
  return [
    {
      ...REFUSED,
      message: `the control plane has ${count(before, "node")} and should have ${size}: it can grow, and never shrinks`,
      at: cluster.place("/spec/controlPlane/size"),
    },
  ];
}

/** Nothing may be changed on the strength of half a picture. */
export function checkReadable(cluster: Pick<Cluster, "place">, inventory: Inventory): Finding[] {
  return inventory.unreadable.map((text) => ({
    level: "error",
    code: "survey/unreadable",
    message: `what AWS has could not be read: ${text}`,
    at: cluster.place("/metadata/name"),
  }));
}

function dedupe(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${finding.code} ${finding.message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
