import { type Cluster, CONTROL_PLANE, poolPointer } from "../config/cluster.ts";
import { type Pack, packOf } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { definitionOf } from "../packs/built-in.ts";
import { TAG } from "../resources/tags.ts";
import type { Inventory } from "../survey/survey.ts";

/**
 * How Kubernetes' version may change while a cluster lives: up, one minor at a time, the control plane first, and no
 * kubelet newer than the API servers or more than three minors older.
 * https://kubernetes.io/releases/version-skew-policy/
 */
export function checkVersions(cluster: Cluster, inventory: Inventory): Finding[] {
  const pack = packOf(cluster.profile, "kubernetes");
  const wanted = parse(pack.version);
  const nodes = inventory.nodes.flatMap((node) => {
    const version = node.state === "shutting-down" ? undefined : parse(node.tags[TAG.version] ?? "");
    return version === undefined ? [] : [{ pool: node.pool, isControlPlane: node.pool === CONTROL_PLANE, version }];
  });
  if (wanted === undefined || nodes.length === 0) return [];
  const servers = nodes.filter((node) => node.isControlPlane).map((node) => node.version);
  const newest = [...(servers.length > 0 ? servers : nodes.map((node) => node.version))].sort(compare).at(-1);
  const oldest = [...servers].sort(compare)[0];
  const at = pack.place("/version");
  if (newest !== undefined && compare(wanted, newest) < 0) return [downgrade(wanted, newest, at)];
  if (oldest !== undefined && wanted.minor > oldest.minor + 1) return [skipped(wanted, oldest, at)];
  const findings = nodes
    .filter((node) => !node.isControlPlane)
    .flatMap((node) => kubeletFindings(cluster, node, wanted, oldest));
  const distinct = [...new Map(findings.map((finding) => [finding.message, finding])).values()];
  const isMinor = oldest !== undefined && wanted.minor > oldest.minor;
  return [...distinct, ...(isMinor ? untriedPacks(cluster, wanted) : [])];
}

interface Version {
  minor: number;
  patch: number;
  text: string;
}

function parse(text: string): Version | undefined {
  const [, minor, patch] = /^1\.(\d+)\.(\d+)$/.exec(text) ?? [];
  return minor === undefined ? undefined : { minor: Number(minor), patch: Number(patch), text };
}

function compare(a: Version, b: Version): number {
  return a.minor - b.minor || a.patch - b.patch;
}

function downgrade(wanted: Version, newest: Version, at: Finding["at"]): Finding {
  return {
    level: "error",
    code: "plan/kubernetes-downgrade",
    message: `Kubernetes is ${newest.text} and should be ${wanted.text}: it never goes back, what the newer API server has stored the older one may not read`,
    ...(at === undefined ? {} : { at }),
    fix: `keep ${newest.text} or take a newer one`,
  };
}

function skipped(wanted: Version, oldest: Version, at: Finding["at"]): Finding {
  return {
    level: "error",
    code: "plan/kubernetes-skips-minor",
    message: `Kubernetes is ${oldest.text} and should be ${wanted.text}: API servers go up one minor version at a time`,
    ...(at === undefined ? {} : { at }),
    fix: `go to a version of 1.${oldest.minor + 1} first`,
  };
}

/** Workers follow the control plane; those that were left behind, or ran ahead, can't be served. */
function kubeletFindings(
  cluster: Cluster,
  { pool, version }: { pool: string; version: Version },
  wanted: Version,
  server: Version | undefined,
): Finding[] {
  const at = poolPointer(cluster, pool).endsWith("/-1") ? undefined : cluster.place(poolPointer(cluster, pool));
  const finding = (code: FindingCode, message: string): Finding => ({
    level: "error",
    code,
    message,
    ...(at === undefined ? {} : { at }),
  });
  if (server !== undefined && version.minor > server.minor) {
    return [
      finding(
        "plan/kubelet-newer",
        `nodes of ${pool} run Kubernetes ${version.text} under an API server of ${server.text}: a kubelet is never newer than its API server`,
      ),
    ];
  }
  if (wanted.minor - version.minor > 3) {
    return [
      finding(
        "plan/kubelet-too-old",
        `nodes of ${pool} run Kubernetes ${version.text}: an API server of ${wanted.text} serves kubelets of at most three minor versions before it`,
      ),
    ];
  }
  return [];
}

/** Packs whose makers have not tried them with that minor: told when somebody is about to go there. */
function untriedPacks(cluster: Cluster, wanted: Version): Finding[] {
  return cluster.profile.packs.flatMap((pack): Finding[] => {
    const range = testedRange(pack);
    if (range === undefined || isWithin(wanted.minor, range)) return [];
    return [
      {
        level: "warning",
        code: "plan/untried-with-kubernetes",
        message: `the makers of ${pack.name} ${pack.version} have tried it with Kubernetes ${rangeText(range)}, and not with 1.${wanted.minor} (${range.source})`,
        at: pack.place("/version"),
      },
    ];
  });
}

interface TestedRange {
  from: string;
  to?: string;
  source: string;
}

function testedRange(pack: Pack): TestedRange | undefined {
  const known = definitionOf(pack)?.kubernetes;
  const line = Object.keys(known?.tested ?? {}).find((one) => pack.version.startsWith(`${one}.`));
  const range = line === undefined ? undefined : known?.tested[line];
  return known === undefined || range === undefined ? undefined : { ...range, source: known.source };
}

function isWithin(minor: number, { from, to }: TestedRange): boolean {
  const minorOf = (text: string): number => Number(text.split(".")[1]);
  return minor >= minorOf(from) && (to === undefined || minor <= minorOf(to));
}

function rangeText({ from, to }: TestedRange): string {
  return to === undefined ? `${from} and later` : `${from} to ${to}`;
}
