import type { Shape } from "../resource.ts";

export interface SecurityGroupSpec<L> {
  vpc: L;
  name: string;
  description: string;
}

/** Traffic that a group lets in, or out. */
export interface Rule<L> {
  /** `tcp`, `udp`, `icmp`, an IP protocol number, or `-1` for everything. */
  protocol: string;
  /** First and last port; both -1 where the protocol has none. */
  fromPort: number;
  toPort: number;
  /** Who may come (ingress) or where one may go (egress): an IPv4 block or a security group. */
  peer: L;
  /** Why; shown in the console, not compared. */
  note: string;
}

/**
 * All rules of a group. A resource of its own, because two groups that admit each other could not be made in any order
 * if rules were part of their group.
 */
export interface SecurityGroupRulesSpec<L> {
  group: L;
  ingress: readonly Rule<L>[];
  egress: readonly Rule<L>[];
}

export const securityGroupShape: Shape<"security-group"> = {
  kind: "security-group",
  title: "security group",
  effects: { vpc: "refuse", name: "refuse" },
  taggable: true,
  outlives: [],
};

export const securityGroupRulesShape: Shape<"security-group-rules"> = {
  kind: "security-group-rules",
  title: "security group rules",
  effects: { group: "replace", ingress: "update", egress: "update" },
  taggable: false,
  outlives: [],
};

/** What makes two rules the same to EC2. */
export function ruleKey(rule: Rule<string>): string {
  return `${rule.protocol} ${rule.fromPort}-${rule.toPort} ${rule.peer}`;
}

/** A rule for people: `tcp 6443 from 203.0.113.0/24`. */
export function ruleText(rule: Rule<string>): string {
  const ports =
    rule.fromPort < 0 ? "" : rule.fromPort === rule.toPort ? ` ${rule.fromPort}` : ` ${rule.fromPort}-${rule.toPort}`;
  return `${rule.protocol === "-1" ? "everything" : rule.protocol}${ports} ${rule.peer}`;
}
