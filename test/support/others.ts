/** What others have in an account, put into a twin beside a cluster: some of it by calls, as they would, some as records. */
import type { ClusterIdentity } from "../../src/core/names.ts";
import { cloudProviderKey } from "../../src/resources/tags.ts";
import type {
  NetworkAcl,
  NetworkInterface,
  PeeringConnection,
  SecurityGroup,
  Subnet,
  Volume,
  VpcEndpoint,
  VpnGateway,
} from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";
import type { Simulation } from "./simulation.ts";

type Tags = Record<string, string>;

/** The cluster's own thing of that logical id. */
export function ownThing<T extends { id: string; tags: Tags }>(things: ReadonlyMap<string, T>, id: string): T {
  const found = [...things.values()].find(({ tags }) => tags["slipway:id"] === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

const identity = (world: World, name: string): ClusterIdentity => ({
  name,
  accountId: world.accountId,
  region: world.region,
});

/** Puts others' things into a world, in or around the cluster `prod`. */
export class Others {
  readonly #simulation: Simulation;
  readonly world: World;
  /** Ids of all that was put here. */
  readonly ids = new Set<string>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.world = simulation.world;
  }

  subnet = (side: "public" | "private" = "private"): Subnet =>
    ownThing(this.world.subnets, `subnet/${side}/us-east-1a`);

  /** A call of somebody's. */
  async call<T>(service: "ec2" | "elasticloadbalancing" | "iam", operation: string, input: object): Promise<T> {
    const transport = this.world.connect({ name: "somebody" });
    const answer = await this.#simulation.run(() => transport({ service, operation, input, clientToken: undefined }));
    return answer as T;
  }

  #thing(id: string, tags: Tags) {
    this.ids.add(id);
    return { ...this.world.birth(id, tags), visibleAtMs: 0 };
  }

  /** What lies in a subnet of the cluster's with an address. */
  networkInterface(id: string, description: string, more: Partial<NetworkInterface> = {}): NetworkInterface {
    const { id: subnetId, vpcId } = this.subnet();
    const nic: NetworkInterface = {
      ...this.#thing(id, {}),
      vpcId,
      subnetId,
      groups: [],
      privateIp: `10.0.40.${100 + this.ids.size}`,
      publicIp: undefined,
      type: "interface",
      description,
      owner: "",
      ...more,
    };
    this.world.interfaces.set(id, nic);
    return nic;
  }

  securityGroup(id: string, name: string, tags: Tags = {}, vpcId = this.subnet().vpcId): SecurityGroup {
    const group = { ...this.#thing(id, tags), vpcId, name, description: "", ingress: [], egress: [] };
    this.world.securityGroups.set(id, group);
    return group;
  }

  /** A network ACL in the cluster's VPC, which some of its subnets were given. */
  networkAcl(id: string, subnets: readonly Subnet[] = [], vpcId = this.subnet().vpcId): NetworkAcl {
    const associations = subnets.map((subnet) => ({ id: `${id}/${subnet.id}`, subnetId: subnet.id }));
    const acl = { ...this.#thing(id, {}), vpcId, associations };
    this.world.networkAcls.set(id, acl);
    return acl;
  }

  /** An endpoint in the cluster's VPC, with no route of its own. */
  endpoint(id: string, service: string): VpcEndpoint {
    const { vpcId } = this.subnet();
    const endpoint: VpcEndpoint = { ...this.#thing(id, {}), vpcId, service, routeTableIds: [], state: "available" };
    this.world.endpoints.set(id, endpoint);
    return endpoint;
  }

  /** A peering connection of the cluster's VPC with one of another account, which either of them has asked for. */
  peering(
    id: string,
    status: PeeringConnection["status"],
    askedBy: "cluster" | "other",
    vpcId = this.subnet().vpcId,
  ): PeeringConnection {
    const here = { vpcId, ownerId: this.world.accountId, cidr: "10.0.0.0/16" };
    const there = { vpcId: "vpc-0office", ownerId: "210987654321", cidr: "172.16.0.0/12" };
    const [requester, accepter] = askedBy === "cluster" ? [here, there] : [there, here];
    const peering = { ...this.#thing(id, {}), status, requester, accepter };
    this.world.peerings.set(id, peering);
    return peering;
  }

  vpnGateway(id: string, attachment: VpnGateway["attachment"], vpcId = this.subnet().vpcId): VpnGateway {
    const gateway = { ...this.#thing(id, {}), vpcId, attachment };
    this.world.vpnGateways.set(id, gateway);
    return gateway;
  }

  volume(id: string, tags: Tags, instanceId = ""): Volume {
    const volume: Volume = {
      ...this.#thing(id, tags),
      instanceId,
      sizeGiB: 50,
      encrypted: true,
      zone: "us-east-1a",
      outlivesInstance: true,
    };
    this.world.volumes.set(id, volume);
    return volume;
  }

  /** A network load balancer, by the calls of whoever makes it. */
  async networkLoadBalancer(name: string, tags: Tags, subnets = [this.subnet("public").id]): Promise<string> {
    type Made = { LoadBalancers: { LoadBalancerArn: string }[] };
    const made = await this.call<Made>("elasticloadbalancing", "CreateLoadBalancer", {
      Name: name,
      Type: "network",
      Subnets: subnets,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    const arn = made.LoadBalancers[0]?.LoadBalancerArn ?? "";
    this.ids.add(arn);
    for (const nic of this.world.interfaces.values()) if (nic.owner === arn) this.ids.add(nic.id);
    return arn;
  }

  /** How the controllers of the cluster of that name mark their things. */
  inCluster(name = "prod"): Tags {
    return { [cloudProviderKey(identity(this.world, name))]: "owned" };
  }
}
