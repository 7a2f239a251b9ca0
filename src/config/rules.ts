import { parseCidr } from "../core/cidr.ts";
import { parseDuration } from "../core/durations.ts";
import { collector, type Finding, type Report } from "../core/findings.ts";
import { type Cluster, CONTROL_PLANE, poolPointer, poolsOf } from "./cluster.ts";
import type { ClusterDocument } from "./documents.generated.ts";
import { nearest } from "./nearest.ts";
import { networkRules } from "./network-rules.ts";
import type { Profile } from "./parts.ts";
import { kubernetesVersionRule } from "./profile-rules.ts";

/** AWS's partitions that Slipway does not work in yet, by the beginning of their regions' names. */
const OTHER_PARTITIONS: readonly [prefix: string, name: string][] = [
  ["cn-", "AWS China"],
  ["us-gov-", "AWS GovCloud"],
  ["us-iso", "AWS's isolated regions"],
  ["eu-isoe-", "AWS's isolated regions"],
  ["eusc-", "the AWS European Sovereign Cloud"],
];

/** Keys that AWS, Kubernetes or Slipway itself gives a meaning to. */
const RESERVED_TAGS: readonly [pattern: RegExp, owner: string][] = [
  [/^aws:/i, "AWS"],
  [/^slipway:/i, "Slipway"],
  [/^kubernetes\.io\/|^k8s\.io\//i, "Kubernetes"],
  [/^Name$/, "Slipway (it shows each resource's role)"],
];

/** Rules between the fields of one cluster, which its schema cannot say. */
export function clusterFindings(cluster: Cluster, document: ClusterDocument, baseProfile: Profile): Finding[] {
  const [findings, report] = collector(cluster.place);
  regionRules(cluster, report);
  tagRules(cluster, report);
  poolRules(cluster, document, report);
  accessRules(cluster, report);
  networkRules(cluster, document, report);
  overrideRules(document, baseProfile, report);
  return findings;
}

function regionRules(cluster: Cluster, report: Report): void {
  const partition = OTHER_PARTITIONS.find(([prefix]) => cluster.region.startsWith(prefix));
  if (partition !== undefined) {
    report(
      "error",
      "config/other-partition",
      "/spec/region",
      `${cluster.region} belongs to ${partition[1]}, which Slipway does not support yet`,
    );
  } else if (!cluster.account.regions.includes(cluster.region)) {
    report(
      "error",
      "config/region-not-of-account",
      "/spec/region",
      `${cluster.region} is not among the regions of the account ${cluster.account.name}: ${cluster.account.regions.join(", ")}`,
      "add it to the account's regions, so that its clusters can be found there",
    );
  }
  for (const pool of poolsOf(cluster)) {
    pool.zones.forEach((zone, index) => {
      if (zone.slice(0, -1) !== cluster.region) {
        report(
          "error",
          "config/zone-of-other-region",
          `${poolPointer(cluster, pool.name)}/zones/${index}`,
          `the zone ${zone} is not in ${cluster.region}`,
        );
      }
    });
  }
}

function tagRules(cluster: Cluster, report: Report): void {
  for (const key of Object.keys(cluster.tags)) {
    const reserved = RESERVED_TAGS.find(([pattern]) => pattern.test(key));
    if (reserved !== undefined) {
      report(
        "error",
        "config/reserved-tag",
        `/metadata/tags/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        `the tag ${JSON.stringify(key)} belongs to ${reserved[1]}`,
      );
    }
  }
}

function poolRules(cluster: Cluster, document: ClusterDocument, report: Report): void {
  cluster.workerPools.forEach((pool, index) => {
    const at = `/spec/workerPools/${index}`;
    if (pool.name === CONTROL_PLANE || pool.name === "bastion") {
      report("error", "config/pool-name-taken", `${at}/name`, `a worker pool can't be called ${pool.name}`);
    }
    if (cluster.workerPools.findIndex((other) => other.name === pool.name) < index) {
      report("error", "config/pool-twice", `${at}/name`, `there are two worker pools called ${pool.name}`);
    }
    const { maxSurge, maxUnavailable } = pool.rollout;
    if (Number.parseInt(String(maxSurge), 10) === 0 && Number.parseInt(String(maxUnavailable), 10) === 0) {
      report(
        "error",
        "config/rollout-stuck",
        `${at}/rollout`,
        "maxSurge and maxUnavailable are both 0: no node could ever be replaced",
      );
    }
    const drainTimeout = document.spec.workerPools?.[index]?.rollout?.drainTimeout;
    if (drainTimeout !== undefined && parseDuration(drainTimeout) === 0) {
      report(
        "error",
        "config/bad-value",
        `${at}/rollout/drainTimeout`,
        `${drainTimeout} leaves no time to drain a node`,
      );
    }
    for (const key of Object.keys(pool.labels)) {
      if (key.startsWith("slipway.dev/")) {
        report(
          "error",
          "config/reserved-label",
          `${at}/labels/${key.replaceAll("/", "~1")}`,
          `the label ${key} belongs to Slipway`,
        );
      }
    }
  });
  const control = cluster.controlPlane;
  if (control.size > 1 && control.zones.length === 1) {
    report(
      "warning",
      "config/one-zone",
      "/spec/controlPlane/zones",
      `all ${control.size} control-plane nodes are in ${control.zones[0]}: losing that zone loses the cluster`,
    );
  } else if (control.size > 1 && control.zones.length === 2) {
    report(
      "warning",
      "config/two-zones",
      "/spec/controlPlane/zones",
      "with two zones, losing the one that holds more control-plane nodes stops etcd; three zones survive the loss of any",
    );
  }
}

function accessRules(cluster: Cluster, report: Report): void {
  const { apiServer, bastion } = cluster;
  if (apiServer.access === "public" && apiServer.allowedCidrs.length === 0) {
    report(
      "error",
      "config/api-server-open-to-nobody",
      "/spec/apiServer",
      "a public API server needs allowedCidrs: there is no open default",
      "list who may connect, for example  allowedCidrs: [203.0.113.0/24]",
    );
  }
  apiServer.allowedCidrs.forEach((cidr, index) => {
    if (parseCidr(cidr)?.prefix === 0) {
      report(
        "warning",
        "config/open-to-the-world",
        `/spec/apiServer/allowedCidrs/${index}`,
        "the API server is open to the whole internet",
      );
    }
  });
  bastion?.allowedCidrs.forEach((cidr, index) => {
    if (parseCidr(cidr)?.prefix === 0) {
      report(
        "warning",
        "config/open-to-the-world",
        `/spec/bastion/allowedCidrs/${index}`,
        "the bastion's SSH port is open to the whole internet",
      );
    }
  });
  if (bastion !== undefined && cluster.sshKeyName === undefined) {
    report(
      "error",
      "config/no-ssh-key",
      "/spec/bastion",
      "a bastion without a key pair lets nobody in",
      "give sshKeyName, or turn the bastion off with  bastion: false",
    );
  }
}

function overrideRules(document: ClusterDocument, profile: Profile, report: Report): void {
  const known = profile.packs.flatMap((pack) => (pack.layer === "addon" ? [pack.name] : [pack.name, pack.layer]));
  for (const [name, override] of Object.entries(document.spec.overrides ?? {})) {
    const pointer = `/spec/overrides/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const pack = profile.packs.find((candidate) => candidate.name === name || candidate.layer === name);
    if (pack?.layer === "kubernetes" && override.version !== undefined) {
      kubernetesVersionRule(override.version, `${pointer}/version`, report);
    }
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    report(
      "error",
      "config/unknown-pack",
      pointer,
      `profile ${profile.name}@${profile.version} has no pack or layer ${JSON.stringify(name)}; it has ${[...new Set(known)].join(", ")}`,
      guess === undefined ? undefined : `did you mean ${guess}?`,
    );
  }
}
