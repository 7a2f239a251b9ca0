import type { Aws } from "../aws/clients.ts";
import type { ClusterIdentity } from "../core/names.ts";
import type { BastionSpec } from "./bastion/shape.ts";
import type { ElasticIpSpec } from "./elastic-ip/shape.ts";
import type { InstanceProfileSpec } from "./instance-profile/shape.ts";
import type { InternetGatewaySpec } from "./internet-gateway/shape.ts";
import type { ListenerSpec } from "./listener/shape.ts";
import type { LoadBalancerSpec } from "./load-balancer/shape.ts";
import type { NatGatewaySpec } from "./nat-gateway/shape.ts";
import type { PkiSpec } from "./pki/shape.ts";
import type { RoleSpec } from "./role/shape.ts";
import type { RouteSpec, RouteTableSpec } from "./route-table/shape.ts";
import type { SecurityGroupRulesSpec, SecurityGroupSpec } from "./security-group/shape.ts";
import type { SubnetSpec } from "./subnet/shape.ts";
import type { TargetGroupSpec } from "./target-group/shape.ts";
import type { VpcSpec } from "./vpc/shape.ts";
import type { VpcEndpointSpec } from "./vpc-endpoint/shape.ts";

/**
 * What a thing is called for as long as its cluster lives, whatever id AWS gives it: `subnet/private/us-east-1a`.
 * It begins with the kind, and AWS keeps it in the tag `slipway:id`.
 */
export type LogicalId = string;

/**
 * Points at another resource whose AWS id, or another of its attributes, is known only when it exists.
 * References are the dependency graph: there is no other list of what comes before what.
 */
export interface Ref {
  readonly ref: LogicalId;
  readonly attribute?: string;
}

/** An AWS id, or the reference that will become one. In what AWS has, and in what is sent to it, only ids occur. */
export type Link = string | Ref;

export function ref(kind: Kind, name: string, attribute?: string): Ref {
  return { ref: logicalId(kind, name), ...(attribute === undefined ? {} : { attribute }) };
}

export function logicalId(kind: Kind | "pool", name: string): LogicalId {
  return `${kind}/${name}`;
}

export function isRef(value: unknown): value is Ref {
  return typeof value === "object" && value !== null && "ref" in value && typeof value.ref === "string";
}

export type Tags = Readonly<Record<string, string>>;

/** What each kind of resource is made from. `L` is Link in what is wanted, string in what AWS has. */
export interface Specs<L> {
  vpc: VpcSpec;
  subnet: SubnetSpec<L>;
  "internet-gateway": InternetGatewaySpec<L>;
  "elastic-ip": ElasticIpSpec;
  "nat-gateway": NatGatewaySpec<L>;
  "route-table": RouteTableSpec<L>;
  route: RouteSpec<L>;
  "vpc-endpoint": VpcEndpointSpec<L>;
  "security-group": SecurityGroupSpec<L>;
  "security-group-rules": SecurityGroupRulesSpec<L>;
  pki: PkiSpec;
  role: RoleSpec;
  "instance-profile": InstanceProfileSpec<L>;
  "load-balancer": LoadBalancerSpec<L>;
  "target-group": TargetGroupSpec<L>;
  listener: ListenerSpec<L>;
  bastion: BastionSpec<L>;
}

export type Kind = keyof Specs<string>;

/** A resource as the blueprint asks for it. */
export type Wanted<K extends Kind = Kind> = {
  [P in K]: {
    kind: P;
    id: LogicalId;
    spec: Specs<Link>[P];
    tags: Tags;
    /** What must stand before this can, although no field of it says so. */
    after: readonly Ref[];
  };
}[K];

/** A resource whose references are all resolved: what can be sent to AWS. */
export type Resolved<K extends Kind = Kind> = {
  [P in K]: { kind: P; id: LogicalId; spec: Specs<string>[P]; tags: Tags };
}[K];

/**
 * settling: on its way to be usable; failed: will never be; leaving: being deleted, still in the way.
 * What is gone is not listed.
 */
export type Status = "settled" | "settling" | "failed" | "leaving";

/** A resource as AWS has it. */
export type Live<K extends Kind = Kind> = {
  [P in K]: {
    kind: P;
    id: LogicalId;
    /** AWS's own id: an EC2 id, an ARN, or a name where AWS knows it by that. */
    awsId: string;
    spec: Specs<string>[P];
    tags: Tags;
    status: Status;
    /** Why it failed, in AWS's words. */
    detail?: string;
    /** Other values that references ask for: `publicIp`, `dnsName`. */
    attributes: Readonly<Record<string, string>>;
    /** AWS ids of what it uses: none of those can be deleted before it. */
    uses: readonly string[];
    /** Milliseconds since the epoch, where AWS tells. */
    createdAtMs?: number;
  };
}[K];

/** What a difference in a field leads to. Refused: the change would cost more than anyone means by it, so it is explained. */
export type Effect = "update" | "replace" | "refuse";

export interface FieldChange {
  field: string;
  before: string;
  after: string;
  effect: Effect;
}

/** What a kind is, and how wanted and live compare. Pure. */
export interface Shape<K extends Kind> {
  kind: K;
  /** In plans and messages: `NAT gateway`. */
  title: string;
  /** What a difference in each field leads to; a field that is not here is not compared. */
  effects: { readonly [F in keyof Specs<string>[K]]?: Effect };
  /** Whether AWS keeps tags on it. */
  taggable: boolean;
  /** Kinds of the same cluster that must be gone before this can go, although none of their fields names it. */
  outlives: readonly Kind[];
  /** It is a part of the thing with the same AWS id, and AWS deletes it along with that. */
  partOf?: Kind;
  /** AWS takes its time over it: its calls have `status`. */
  settles?: true;
  /** Others may point at it as soon as it is created; by default they wait until it is settled. */
  usableAtOnce?: true;
}

/** What AWS made: its id, and what else references may ask for. */
export interface Created {
  awsId: string;
  attributes?: Readonly<Record<string, string>>;
}

/** How a kind is found, made, changed and removed. Each throws AwsCallError, and takes "already so" for done. */
export interface Calls<K extends Kind> {
  /** Makes it, with its tags in the same call where AWS can. */
  create(aws: Aws, wanted: Resolved<K>): Promise<Created>;
  /** Makes the fields that differ as wanted. */
  update?(aws: Aws, live: Live<K>, wanted: Resolved<K>, fields: readonly string[]): Promise<void>;
  /** Asks AWS to delete it; done when `status` does not list it any more. */
  remove(aws: Aws, live: Live<K>): Promise<void>;
  /** Absent: it is settled as soon as it is created and gone as soon as it is removed. */
  status?(aws: Aws, awsIds: readonly string[]): Promise<Map<string, { status: Status; detail?: string }>>;
}

/** Finds all of a cluster's resources of one or more related kinds. */
export type Find = (aws: Aws, cluster: ClusterIdentity) => Promise<Live[]>;
