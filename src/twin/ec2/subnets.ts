import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  Subnet as SubnetView,
} from "@aws-sdk/client-ec2";
import { addressAt, addressCount, contains, overlaps, parseCidr } from "../../core/cidr.ts";
import { awsError, dependencyViolation } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { Subnet } from "../records.ts";
import type { World } from "../world.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { blocksOf, needVpc } from "./vpcs.ts";

export const subnetOperations = {
  CreateSubnet(world: World, input: CreateSubnetRequest): CreateSubnetResult {
    const vpc = needVpc(world, input.VpcId);
    const cidr = parseCidr(input.CidrBlock ?? "");
    const outer = blocksOf(vpc).map(parseCidr);
    if (
      cidr === undefined ||
      cidr.prefix > 28 ||
      !outer.some((block) => block !== undefined && contains(block, cidr))
    ) {
      throw awsError("InvalidSubnet.Range", `The CIDR '${input.CidrBlock}' is invalid.`);
    }
    const clash = [...world.subnets.values()].find((subnet) => {
      const other = parseCidr(subnet.cidr);
      return subnet.vpcId === vpc.id && other !== undefined && overlaps(other, cidr);
    });
    if (clash !== undefined) {
      throw awsError("InvalidSubnet.Conflict", `The CIDR '${input.CidrBlock}' conflicts with another subnet`);
    }
    if (!world.zones.includes(input.AvailabilityZone ?? "")) {
      throw awsError(
        "InvalidParameterValue",
        `Value (${input.AvailabilityZone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${world.zones.join(", ")}.`,
      );
    }
    demandRoom(
      world,
      "L-407747CB",
      [...world.subnets.values()].filter(({ vpcId }) => vpcId === vpc.id).length,
      "SubnetLimitExceeded",
      "The maximum number of subnets has been reached.",
    );
    const subnet: Subnet = {
      ...world.birth(world.id("subnet"), tagsFor(input.TagSpecifications, "subnet")),
      vpcId: vpc.id,
      cidr: input.CidrBlock ?? "",
      zone: input.AvailabilityZone ?? "",
      state: "pending",
    };
    world.subnets.set(subnet.id, subnet);
    world.after(world.seconds(0.2, 1), () => {
      subnet.state = "available";
    });
    return { Subnet: view(world, subnet) };
  },

  DescribeSubnets(world: World, input: DescribeSubnetsRequest): DescribeSubnetsResult {
    const found = matching(world, world.subnets.values(), input.Filters, (subnet, name) => {
      if (name === "subnet-id") return [subnet.id];
      if (name === "vpc-id") return [subnet.vpcId];
      if (name === "state") return [subnet.state];
      return name === "availability-zone" ? [subnet.zone] : undefined;
    });
    const listed = input.SubnetIds === undefined ? found : input.SubnetIds.map((id) => needSubnet(world, id));
    const { items, ...rest } = page(listed, input);
    return { Subnets: items.map((subnet) => view(world, subnet)), ...rest };
  },

  DeleteSubnet(world: World, input: DeleteSubnetRequest): object {
    const subnet = needSubnet(world, input.SubnetId);
    // An instance's interface stays until it is terminated, a NAT gateway's until it is deleted, a load balancer's longer.
    if (interfacesIn(world, subnet.id).length > 0) throw dependencyViolation("subnet", subnet.id);
    world.subnets.delete(subnet.id);
    for (const acl of world.networkAcls.values()) {
      acl.associations = acl.associations.filter(({ subnetId }) => subnetId !== subnet.id);
    }
    for (const table of world.routeTables.values()) {
      table.associations = table.associations.filter((association) => association.subnetId !== subnet.id);
    }
    return {};
  },
};

export function needSubnet(world: World, id: string | undefined): Subnet {
  return need(world, world.subnets, id, "InvalidSubnetID.NotFound", "subnet ID");
}

function interfacesIn(world: World, subnetId: string) {
  return [...world.interfaces.values()].filter((nic) => nic.subnetId === subnetId);
}

/** Five addresses of every subnet are AWS's own (docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html). */
export function freeAddresses(world: World, subnet: Subnet): number {
  const cidr = parseCidr(subnet.cidr);
  const taken = interfacesIn(world, subnet.id).length + (subnet.othersAddresses ?? 0);
  return cidr === undefined ? 0 : addressCount(cidr) - 5 - taken;
}

/** The lowest address of the subnet that nobody has. */
export function takeAddress(world: World, subnet: Subnet): string {
  if (freeAddresses(world, subnet) <= 0) {
    throw awsError(
      "InsufficientFreeAddressesInSubnet",
      `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
    );
  }
  const cidr = parseCidr(subnet.cidr);
  const taken = new Set(interfacesIn(world, subnet.id).map((nic) => nic.privateIp));
  for (let offset = 4; cidr !== undefined; offset++) {
    const address = addressAt(cidr, offset);
    if (!taken.has(address)) return address;
  }
  return "";
}

function view(world: World, subnet: Subnet): SubnetView {
  return {
    SubnetId: subnet.id,
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.zone,
    State: subnet.state,
    AvailableIpAddressCount: freeAddresses(world, subnet),
    Tags: tagList(subnet),
  };
}
