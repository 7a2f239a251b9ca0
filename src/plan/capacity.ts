import type { Cluster } from "../config/cluster.ts";
import { collector, type Finding, type Report } from "../core/findings.ts";
import { listed } from "../core/words.ts";
import type { Room } from "../market/account-room.ts";
import type { Limit } from "../market/limits.ts";
import { countKey, QUOTAS, type Quota } from "../market/quota-codes.ts";
import type { Demand, Requirements } from "./requirements.ts";

/** How much of one quota a plan takes. What could not be read is absent. */
export interface CapacityRow {
  quota: string;
  service: string;
  code: string;
  /** What is counted: `vCPU`. */
  unit: string;
  /** What the limit is of: the region, a zone, the VPC, a security group. */
  scope: string;
  used?: number;
  needed: number;
  free?: number;
  limit?: number;
  /** Whether the limit is what AWS gives everybody. */
  isDefault?: boolean;
  fits: "yes" | "no" | "unknown";
}

/** Holds what a plan takes against what the account has: a row for each quota, and what is to be said of them. */
export function capacityOf(
  cluster: Cluster,
  { demands, unknown }: Requirements,
  room: Room,
): { rows: CapacityRow[]; findings: Finding[] } {
  const [findings, report] = collector(cluster.place);
  const inOrder = [...demands].sort((a, b) => rank(a.quota) - rank(b.quota));
  const groups = Map.groupBy(inOrder, ({ quota, scope }) => countKey(quota.code, scope));
  const rows = [...groups.values()].map((group) => {
    const row = rowOf(cluster, group, room);
    if (row.fits === "no") reportShort(cluster, row, group, report);
    return row;
  });
  const dark = rows.filter((row) => row.fits === "unknown");
  if (dark.length > 0 || unknown.length > 0) {
    const what = [
      ...(dark.length === 0
        ? []
        : [
            `room for ${listed(
              dark.map((row) => row.unit),
              20,
            )}`,
          ]),
      ...unknown,
    ];
    report(
      "warning",
      "capacity/unknown",
      "/spec/region",
      `not known: ${what.join("; ")}${room.unknown.length === 0 ? "" : ` (${[...new Set(room.unknown)].join("; ")})`}`,
      "the plan stands all the same, but AWS may refuse a part of it; the policy for plans allows what these checks read",
    );
  }
  return { rows: shown(rows), findings };
}

/** Instances first; the others in the order of their list. */
function rank({ kind }: Quota): number {
  return Object.keys(QUOTAS).indexOf(kind);
}

function rowOf(cluster: Cluster, group: readonly Demand[], room: Room): CapacityRow {
  const [{ quota, scope, used: given }] = group as [Demand];
  const used = given ?? room.used.get(countKey(quota.code, scope));
  const limit = limitOf(quota, room);
  const needed = group.reduce((total, demand) => total + demand.needed, 0);
  const free = used === undefined || limit === undefined ? undefined : Math.max(0, limit.value - used);
  return {
    quota: quota.name,
    service: quota.service,
    code: quota.code,
    unit: quota.unit,
    scope: scopeText(cluster, quota, scope),
    ...(used === undefined ? {} : { used }),
    needed,
    ...(free === undefined ? {} : { free }),
    ...(limit === undefined ? {} : { limit: limit.value, isDefault: limit.isDefault }),
    fits: free === undefined ? "unknown" : needed <= free ? "yes" : "no",
  };
}

/** In what is counted, whatever AWS states it in. */
function limitOf({ code, perUnitOfLimit = 1 }: Quota, { limits }: Room): Limit | undefined {
  const limit = limits.get(code);
  return limit && { ...limit, value: limit.value * perUnitOfLimit };
}

function scopeText(cluster: Cluster, { per }: Quota, scope: string): string {
  if (per === "region") return cluster.region;
  if (per === "VPC" && scope === "") return "the new VPC";
  return scope;
}

/** At the line whose demand is the first that there is no room for. */
function reportShort(cluster: Cluster, row: CapacityRow, group: readonly Demand[], report: Report): void {
  const { used = 0, limit = 0, free = 0, needed } = row;
  const [{ quota }] = group as [Demand];
  let sum = 0;
  const tips = group.find((demand) => {
    sum += demand.needed;
    return sum > free;
  });
  const byWho = new Map<string, number>();
  for (const { who, needed: some } of group) byWho.set(who, (byWho.get(who) ?? 0) + some);
  const forWhom = [...byWho].map(([who, some]) => (some === 1 || byWho.size === 1 ? who : `${some} for ${who}`));
  const where = quota.per === "security group" ? `the group ${row.scope}` : row.scope;
  const wanted = Math.ceil((used + needed) / (quota.perUnitOfLimit ?? 1));
  const follows = quota.raisedWith === undefined ? "" : ", of VPCs, whose quota this one follows";
  report(
    "error",
    `capacity/${quota.kind}`,
    tips?.at ?? "/spec",
    `${quota.unit} are short in ${where}: ${needed} needed (${listed(forWhom, 10)}), ${free} free, ${used} of ${limit} used; the quota is ${quota.name}, ${quota.code}${row.isDefault === true ? ", at its default" : ""}`,
    `ask for at least ${wanted}${follows}:  aws service-quotas request-service-quota-increase --region ${cluster.region} --service-code ${quota.service} --quota-code ${quota.raisedWith ?? quota.code} --desired-value ${wanted}`,
  );
}

/** Every group of rules has a row of its own, which nobody needs while they fit: then the fullest stands for all. */
function shown(rows: readonly CapacityRow[]): CapacityRow[] {
  const isRules = (row: CapacityRow): boolean => row.unit === "rules";
  const fullest = rows.filter((row) => isRules(row) && row.fits !== "no").sort((a, b) => b.needed - a.needed)[0];
  return rows.filter((row) => !isRules(row) || row.fits === "no" || row === fullest);
}
