import { awsError } from "./errors.ts";
import type { World } from "./world.ts";

/** A quota of AWS, with the value that an account begins with. */
export interface QuotaRecord {
  service: "ec2" | "ebs" | "vpc" | "elasticloadbalancing";
  code: string;
  name: string;
  byDefault: number;
}

/** Instances of one bucket: an account has so many vCPU of them at once. */
interface Bucket {
  /** What the families' names begin with; the longest match decides. */
  families: readonly string[];
  onDemand: string;
  /** Undefined: AWS names no quota. */
  spot: string | undefined;
}

const STANDARD: Bucket = { families: [], onDemand: "L-1216C47A", spot: "L-34B43A08" };

/**
 * Buckets of instance types (docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html; codes from
 * ListAWSDefaultServiceQuotas, reference/aws.md §7). Accelerated families' own letters come before Standard's.
 */
const BUCKETS: readonly Bucket[] = [
  { families: ["g", "vt"], onDemand: "L-DB2E81BA", spot: "L-3819A6DF" },
  { families: ["f"], onDemand: "L-74FC7D96", spot: "L-88CF9481" },
  { families: ["p"], onDemand: "L-417A185B", spot: "L-7212CCBC" },
  { families: ["p5"], onDemand: "L-417A185B", spot: "L-C4BD4855" },
  { families: ["x"], onDemand: "L-7295265B", spot: "L-E3A00192" },
  { families: ["inf"], onDemand: "L-1945791B", spot: "L-B5D1601B" },
  { families: ["trn"], onDemand: "L-2C3B7624", spot: "L-6B0D517C" },
  { families: ["dl"], onDemand: "L-6E869C2A", spot: "L-85EED4F7" },
];

/** Defaults of a new account (reference/aws.md §7; VPC's also in moto's copy of ListAWSDefaultServiceQuotas). */
export const QUOTAS: readonly QuotaRecord[] = [
  ...(
    [
      ["L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5],
      ["L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 5],
      ["L-DB2E81BA", "Running On-Demand G and VT instances", 0],
      ["L-3819A6DF", "All G and VT Spot Instance Requests", 0],
      ["L-74FC7D96", "Running On-Demand F instances", 0],
      ["L-88CF9481", "All F Spot Instance Requests", 0],
      ["L-417A185B", "Running On-Demand P instances", 0],
      ["L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests", 0],
      ["L-C4BD4855", "All P5 Spot Instance Requests", 0],
      ["L-7295265B", "Running On-Demand X instances", 0],
      ["L-E3A00192", "All X Spot Instance Requests", 0],
      ["L-1945791B", "Running On-Demand Inf instances", 0],
      ["L-B5D1601B", "All Inf Spot Instance Requests", 0],
      ["L-2C3B7624", "Running On-Demand Trn instances", 0],
      ["L-6B0D517C", "All Trn Spot Instance Requests", 0],
      ["L-6E869C2A", "Running On-Demand DL instances", 0],
      ["L-85EED4F7", "All DL Spot Instance Requests", 0],
    ] as const
  ).map(([code, name, byDefault]) => ({ service: "ec2" as const, code, name, byDefault })),
  // EC2 has more quotas than a page of the list holds: one for each family of Dedicated Hosts, whose codes don't matter.
  ...Array.from({ length: 110 }, (_, n) => ({
    service: "ec2" as const,
    code: `L-00000${n.toString(16).padStart(3, "0").toUpperCase()}`,
    name: `Running Dedicated hosts, family ${n}`,
    byDefault: 0,
  })),
  { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs", byDefault: 5 },
  ...(
    [
      ["L-F678F1CE", "VPCs per Region", 5],
      ["L-A4707A72", "Internet gateways per Region", 5],
      ["L-FE5A380F", "NAT gateways per Availability Zone", 5],
      ["L-407747CB", "Subnets per VPC", 200],
      ["L-589F43AA", "Route tables per VPC", 200],
      ["L-1B52E74A", "Gateway VPC endpoints per Region", 20],
      ["L-E79EC296", "VPC security groups per Region", 2500],
      ["L-0EA8095F", "Inbound or outbound rules per security group", 60],
      ["L-DF5E4CA3", "Network interfaces per Region", 5000],
    ] as const
  ).map(([code, name, byDefault]) => ({ service: "vpc" as const, code, name, byDefault })),
  { service: "ebs", code: "L-7A658B76", name: "Storage for General Purpose SSD (gp3) volumes, in TiB", byDefault: 50 },
  ...(
    [
      ["L-69A177A2", "Network Load Balancers per Region", 50],
      ["L-B22855CB", "Target Groups per Region", 3000],
    ] as const
  ).map(([code, name, byDefault]) => ({ service: "elasticloadbalancing" as const, code, name, byDefault })),
];

/** What an account that has been in use for a while was granted; the rest is as it was by default. */
export const GRANTED: readonly (readonly [code: string, value: number])[] = [
  ["L-1216C47A", 100_000],
  ["L-34B43A08", 100_000],
  ["L-DB2E81BA", 1000],
  ["L-3819A6DF", 1000],
  ["L-0263D0A3", 100],
  ["L-F678F1CE", 50],
  ["L-DF5E4CA3", 50_000],
  ["L-7A658B76", 1000],
  ["L-A4707A72", 50],
  ["L-FE5A380F", 20],
];

/** What the account may have of something. */
export function limitOf(world: World, code: string): number {
  return world.quotas.get(code) ?? QUOTAS.find((quota) => quota.code === code)?.byDefault ?? 0;
}

/** Refuses what would be one more than the account may have. */
export function demandRoom(world: World, quota: string, used: number, code: string, message: string, more = 1): void {
  if (used + more > limitOf(world, quota)) throw awsError(code, message);
}

/** Those of NAT gateways and load balancers count too (codes: ListAWSDefaultServiceQuotas; EC2 API error codes). */
export function demandInterfaces(world: World, more: number): void {
  const message = "The maximum number of network interfaces has been reached.";
  demandRoom(world, "L-DF5E4CA3", world.interfaces.size, "NetworkInterfaceLimitExceeded", message, more);
}

/** In TiB, of all gp3 volumes together. */
export function demandVolumes(world: World, moreGiB: number): void {
  const usedGiB = [...world.volumes.values()].reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const message = "The maximum storage of gp3 volumes has been reached.";
  demandRoom(world, "L-7A658B76", usedGiB / 1024, "VolumeLimitExceeded", message, moreGiB / 1024);
}

/** The quota that an instance of that type counts against. */
function vCpuQuota(type: string, isSpot: boolean): string | undefined {
  const family = type.split(".")[0] ?? "";
  const [bucket = STANDARD] = BUCKETS.filter(({ families }) => families.some((name) => begins(family, name))).sort(
    (a, b) => longest(b, family) - longest(a, family),
  );
  return isSpot ? bucket.spot : bucket.onDemand;
}

/** A family's name is letters, then its generation: `g` begins g5, and not `gr`-something else. */
function begins(family: string, name: string): boolean {
  return family.startsWith(name) && (/\d$/.test(name) || /^\d|^r\d/.test(family.slice(name.length)));
}

function longest(bucket: Bucket, family: string): number {
  return Math.max(...bucket.families.filter((name) => begins(family, name)).map((name) => name.length));
}

/**
 * Running instances count by their vCPU, on demand and spot apart (docs.aws.amazon.com/AWSEC2/latest/UserGuide/
 * ec2-on-demand-instances.html#ec2-on-demand-instances-limits, using-spot-limits.html). Of a call that asks for some of many
 * nothing is launched when all of them don't fit: AWS documents MaxCount as bounded by the quota.
 */
export function demandVCpus(world: World, type: { name: string; vCpus: number }, isSpot: boolean, count: number): void {
  const quota = vCpuQuota(type.name, isSpot);
  if (quota === undefined) return;
  const used = [...world.instances.values()]
    .filter(({ state }) => state === "pending" || state === "running")
    .filter((instance) => vCpuQuota(instance.type, instance.isSpot) === quota)
    .reduce((total, instance) => total + vCpusOf(world, instance.type), 0);
  const limit = limitOf(world, quota);
  if (used + count * type.vCpus <= limit) return;
  if (isSpot) throw awsError("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded");
  throw awsError(
    "VcpuLimitExceeded",
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}

export function vCpusOf(world: World, type: string): number {
  return world.types.find(({ name }) => name === type)?.vCpus ?? 0;
}
