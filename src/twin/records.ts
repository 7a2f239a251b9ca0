import type { NodeData } from "./node-data.ts";

/** What the twin keeps of each thing. Times are milliseconds of its clock. */
export interface Thing {
  id: string;
  tags: Record<string, string>;
  createdAtMs: number;
  /** Before this moment other calls do not know it yet (eventual consistency). */
  visibleAtMs: number;
}

export interface Vpc extends Thing {
  cidr: string;
  /** Blocks that were associated later. */
  secondaryCidrs: string[];
  state: "pending" | "available";
  dnsSupport: boolean;
  dnsHostnames: boolean;
}

export interface Subnet extends Thing {
  vpcId: string;
  cidr: string;
  zone: string;
  state: "pending" | "available";
  /** So many addresses have things that nobody told of one by one. */
  othersAddresses?: number;
}

export interface InternetGateway extends Thing {
  vpcId: string | undefined;
}

/** An Elastic IP; `id` is its allocation. */
export interface Address extends Thing {
  publicIp: string;
  /** The NAT gateway or interface that has it. */
  holder: string | undefined;
}

export interface NatGateway extends Thing {
  vpcId: string;
  subnetId: string;
  allocationId: string;
  state: "pending" | "available" | "failed" | "deleting" | "deleted";
  failure?: { code: string; message: string };
  interfaceId: string | undefined;
}

export interface RouteTable extends Thing {
  vpcId: string;
  main: boolean;
  associations: { id: string; subnetId: string }[];
  /** Destination to gateway; the VPC's own route is not listed. */
  routes: Map<string, string>;
}

export interface VpcEndpoint extends Thing {
  vpcId: string;
  service: string;
  routeTableIds: string[];
  state: "pending" | "available" | "deleting" | "deleted";
}

/** One of somebody's own: each VPC has a default one besides, which is told from the VPC. */
export interface NetworkAcl extends Thing {
  vpcId: string;
  associations: { id: string; subnetId: string }[];
}

/** A VPC at one end of a peering connection, of this account or of another. */
export interface PeeringEnd {
  vpcId: string;
  ownerId: string;
  cidr: string;
}

export interface PeeringConnection extends Thing {
  requester: PeeringEnd;
  accepter: PeeringEnd;
  status: "pending-acceptance" | "provisioning" | "active" | "rejected" | "expired" | "failed" | "deleting" | "deleted";
}

export interface VpnGateway extends Thing {
  vpcId: string;
  attachment: "attaching" | "attached" | "detaching" | "detached";
}

export interface PermissionRule {
  protocol: string;
  fromPort: number;
  toPort: number;
  /** An IPv4 block or a security group's id. */
  peer: string;
  description: string;
}

export interface SecurityGroup extends Thing {
  vpcId: string;
  name: string;
  description: string;
  ingress: PermissionRule[];
  egress: PermissionRule[];
}

/** What sits in a subnet with an address: an instance's, a NAT gateway's or a load balancer's. */
export interface NetworkInterface extends Thing {
  vpcId: string;
  subnetId: string;
  groups: string[];
  privateIp: string;
  publicIp: string | undefined;
  type: "interface" | "nat_gateway" | "network_load_balancer";
  description: string;
  /** The instance, NAT gateway or load balancer that it belongs to; `""`: nothing, it lies there unattached. */
  owner: string;
}

export interface Instance extends Thing {
  zone: string;
  subnetId: string;
  vpcId: string;
  type: string;
  imageId: string;
  keyName: string | undefined;
  groups: string[];
  profile: string | undefined;
  state: "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";
  stateReason: string;
  interfaceId: string;
  privateIp: string;
  publicIp: string | undefined;
  spotMaxPrice: string | undefined;
  isSpot: boolean;
  clientToken: string | undefined;
  terminationProtection: boolean;
  userData: string | undefined;
  /** Stands for user data that nobody has read: what its agent is taken to have been told. */
  standsForUserData?: NodeData;
  volumeId: string;
  /** What is on its serial console. */
  console: string;
}

export interface Volume extends Thing {
  /** What it is attached to; `""`: nothing. */
  instanceId: string;
  /** It was attached later, and stays when its instance goes (EC2 API_EbsInstanceBlockDevice, DeleteOnTermination). */
  outlivesInstance?: true;
  sizeGiB: number;
  encrypted: boolean;
  zone: string;
}

export interface LoadBalancer extends Thing {
  name: string;
  dnsName: string;
  scheme: "internet-facing" | "internal";
  vpcId: string;
  subnetIds: string[];
  groups: string[];
  state: "provisioning" | "active";
  attributes: Record<string, string>;
}

export interface Target {
  instanceId: string;
  state: "initial" | "healthy" | "unhealthy" | "draining" | "unused";
  registeredAtMs: number;
  /** Checks in a row that went the other way than `state`. */
  streak: number;
}

export interface TargetGroup extends Thing {
  name: string;
  vpcId: string;
  port: number;
  healthPath: string;
  healthIntervalSeconds: number;
  healthThreshold: number;
  attributes: Record<string, string>;
  targets: Map<string, Target>;
}

export interface Listener extends Thing {
  loadBalancerArn: string;
  targetGroupArn: string;
  port: number;
}

export interface Role extends Thing {
  trust: string;
  policies: Map<string, string>;
  boundary: string | undefined;
}

export interface InstanceProfile extends Thing {
  roles: string[];
  /** From when on EC2 knows the profile with its role. */
  knownToEc2AtMs: number;
}

export interface Parameter extends Thing {
  value: string;
  type: "String" | "SecureString";
  /** What encrypts it; undefined: nothing. */
  keyId: string | undefined;
  version: number;
  /** The process that wrote it last, or the instance. */
  writtenBy: string;
}

export interface Image {
  name: string;
  arm: boolean;
  createdAt: string;
}

/** An object in a bucket; `id` is its key. */
export interface StoredObject extends Thing {
  body: string;
  etag: string;
  /** The process that wrote it. */
  writtenBy: string;
  /** Nobody has read it: it is taken to be what the hash in its key says. */
  isUnread?: true;
}

export interface Bucket extends Thing {
  ownerId: string;
  isPrivate: boolean;
  isVersioned: boolean;
  policy: string;
  lifecycle: string;
  objects: Map<string, StoredObject>;
  /** How many versions were ever written. */
  writes: number;
}

/** What a type is and where it is offered. */
export interface CatalogueType {
  name: string;
  vCpus: number;
  memoryMiB: number;
  arm: boolean;
  zones: string[];
  onDemandUsd: string;
}
