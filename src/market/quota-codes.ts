/** What a quota counts. Findings about it are called `capacity/<kind>`. */
export type QuotaKind =
  | "vcpu"
  | "spot-vcpu"
  | "vpc"
  | "elastic-ip"
  | "internet-gateway"
  | "nat-gateway"
  | "vpc-endpoint"
  | "subnet"
  | "route-table"
  | "security-group"
  | "security-group-rules"
  | "load-balancer"
  | "target-group"
  | "network-interface"
  | "volume";

/** A quota as Service Quotas knows it. */
export interface Quota {
  kind: QuotaKind;
  service: "ec2" | "ebs" | "vpc" | "elasticloadbalancing";
  code: string;
  name: string;
  /** What it counts, for people: `vCPU`. */
  unit: string;
  /** How many of these the limit counts as one, where it counts in something larger: GiB in TiB. */
  perUnitOfLimit?: number;
  /** What there is one limit for. */
  per: "region" | "zone" | "VPC" | "security group";
  /** The quota to have raised where this one follows another. */
  raisedWith?: string;
}

/** Quotas of everything but instances. Codes: ListAWSDefaultServiceQuotas. */
export const QUOTAS: Readonly<Record<Exclude<QuotaKind, "vcpu" | "spot-vcpu">, Quota>> = {
  vpc: {
    kind: "vpc",
    service: "vpc",
    code: "L-F678F1CE",
    name: "VPCs per Region",
    unit: "VPCs",
    per: "region",
  },
  "elastic-ip": {
    kind: "elastic-ip",
    service: "ec2",
    code: "L-0263D0A3",
    name: "EC2-VPC Elastic IPs",
    unit: "Elastic IP addresses",
    per: "region",
  },
  "internet-gateway": {
    kind: "internet-gateway",
    service: "vpc",
    code: "L-A4707A72",
    name: "Internet gateways per Region",
    unit: "internet gateways",
    per: "region",
    // "To increase this quota, increase the quota on VPCs per Region" (docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
    raisedWith: "L-F678F1CE",
  },
  "nat-gateway": {
    kind: "nat-gateway",
    service: "vpc",
    code: "L-FE5A380F",
    name: "NAT gateways per Availability Zone",
    unit: "NAT gateways",
    per: "zone",
  },
  "vpc-endpoint": {
    kind: "vpc-endpoint",
    service: "vpc",
    code: "L-1B52E74A",
    name: "Gateway VPC endpoints per Region",
    unit: "gateway endpoints",
    per: "region",
  },
  subnet: {
    kind: "subnet",
    service: "vpc",
    code: "L-407747CB",
    name: "Subnets per VPC",
    unit: "subnets",
    per: "VPC",
  },
  "route-table": {
    kind: "route-table",
    service: "vpc",
    code: "L-589F43AA",
    name: "Route tables per VPC",
    unit: "route tables",
    per: "VPC",
  },
  "security-group": {
    kind: "security-group",
    service: "vpc",
    code: "L-E79EC296",
    name: "VPC security groups per Region",
    unit: "security groups",
    per: "region",
  },
  "security-group-rules": {
    kind: "security-group-rules",
    service: "vpc",
    code: "L-0EA8095F",
    name: "Inbound or outbound rules per security group",
    unit: "rules",
    per: "security group",
  },
  "load-balancer": {
    kind: "load-balancer",
    service: "elasticloadbalancing",
    code: "L-69A177A2",
    name: "Network Load Balancers per Region",
    unit: "network load balancers",
    per: "region",
  },
  "target-group": {
    kind: "target-group",
    service: "elasticloadbalancing",
    code: "L-B22855CB",
    name: "Target Groups per Region",
    unit: "target groups",
    per: "region",
  },
  // AWS's own, of NAT gateways and load balancers, count as well (docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
  "network-interface": {
    kind: "network-interface",
    service: "vpc",
    code: "L-DF5E4CA3",
    name: "Network interfaces per Region",
    unit: "network interfaces",
    per: "region",
  },
  volume: {
    kind: "volume",
    service: "ebs",
    code: "L-7A658B76",
    name: "Storage for General Purpose SSD (gp3) volumes, here in GiB",
    unit: "GiB of gp3 volumes",
    perUnitOfLimit: 1024,
    per: "region",
  },
};

/** Quotas of a class of instance types: the code on demand, and on spot. */
interface VCpuClass {
  name: string;
  onDemand: string;
  /** Absent: AWS publishes none. */
  spot?: { code: string; name?: string };
}

const VCPU_CLASSES = {
  standard: {
    name: "Standard (A, C, D, H, I, M, R, T, Z)",
    onDemand: "L-1216C47A",
    spot: { code: "L-34B43A08" },
  },
  g: { name: "G and VT", onDemand: "L-DB2E81BA", spot: { code: "L-3819A6DF" } },
  f: { name: "F", onDemand: "L-74FC7D96", spot: { code: "L-88CF9481" } },
  p: { name: "P", onDemand: "L-417A185B", spot: { code: "L-7212CCBC", name: "P4, P3 and P2" } },
  p5: { name: "P", onDemand: "L-417A185B", spot: { code: "L-C4BD4855", name: "P5" } },
  x: { name: "X", onDemand: "L-7295265B", spot: { code: "L-E3A00192" } },
  inf: { name: "Inf", onDemand: "L-1945791B", spot: { code: "L-B5D1601B" } },
  trn: { name: "Trn", onDemand: "L-2C3B7624", spot: { code: "L-6B0D517C" } },
  dl: { name: "DL", onDemand: "L-6E869C2A", spot: { code: "L-85EED4F7" } },
  hpc: { name: "HPC", onDemand: "L-F7808C92" },
  u: { name: "High Memory", onDemand: "L-43DA4232" },
} as const satisfies Readonly<Record<string, VCpuClass>>;

/** Letters that a family's name begins with, and their class; what is not here has no quota that is known. */
const CLASS_OF_LETTERS: Readonly<Record<string, keyof typeof VCPU_CLASSES>> = {
  ...Object.fromEntries(
    ["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"].map((letters) => [letters, "standard"] as const),
  ),
  g: "g",
  gr: "g",
  vt: "g",
  f: "f",
  p: "p",
  x: "x",
  inf: "inf",
  trn: "trn",
  dl: "dl",
  hpc: "hpc",
  u: "u",
};

/**
 * The quota that instances of a type count against; undefined where AWS has none that is known here (Mac runs on dedicated
 * hosts; a family that is newer than this list). Rules: docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html.
 */
export function vCpuQuota(instanceType: string, market: "on-demand" | "spot"): Quota | undefined {
  const [, letters = "", generation = ""] = /^([a-z]+)-?(\d*)/.exec(instanceType) ?? [];
  const byLetters = CLASS_OF_LETTERS[letters];
  if (byLetters === undefined) return undefined;
  const found: VCpuClass = VCPU_CLASSES[letters === "p" && generation === "5" ? "p5" : byLetters];
  const base = { service: "ec2", unit: "vCPU", per: "region" } as const;
  if (market === "on-demand") {
    return { ...base, kind: "vcpu", code: found.onDemand, name: `Running On-Demand ${found.name} instances` };
  }
  // Newer generations of P have spot quotas of their own.
  if (found.spot === undefined || (letters === "p" && Number(generation) > 5)) return undefined;
  const name = `All ${found.spot.name ?? found.name} Spot Instance Requests`;
  return { ...base, kind: "spot-vcpu", code: found.spot.code, name };
}

/** What a count is kept under: the quota's code and, where there is more than one limit of it, the zone or VPC. */
export function countKey(code: string, scope: string): string {
  return scope === "" ? code : `${code} ${scope}`;
}
