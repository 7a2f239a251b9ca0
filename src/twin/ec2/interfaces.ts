import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  NetworkInterface as InterfaceView,
} from "@aws-sdk/client-ec2";
import type { NetworkInterface } from "../records.ts";
import type { World } from "../world.ts";
import { matching, page, tagList } from "./common.ts";

export const interfaceOperations = {
  DescribeNetworkInterfaces(world: World, input: DescribeNetworkInterfacesRequest): DescribeNetworkInterfacesResult {
    const found = matching(world, world.interfaces.values(), input.Filters, (nic, name) => {
      if (name === "network-interface-id") return [nic.id];
      if (name === "vpc-id") return [nic.vpcId];
      if (name === "subnet-id") return [nic.subnetId];
      if (name === "group-id") return nic.groups;
      if (name === "interface-type") return [nic.type];
      return name === "description" ? [nic.description] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { NetworkInterfaces: items.map(view), ...rest };
  },
};

function view(nic: NetworkInterface): InterfaceView {
  return {
    NetworkInterfaceId: nic.id,
    VpcId: nic.vpcId,
    SubnetId: nic.subnetId,
    Groups: nic.groups.map((GroupId) => ({ GroupId })),
    PrivateIpAddress: nic.privateIp,
    // "nat_gateway" on the wire, which the model writes otherwise.
    InterfaceType: nic.type as NonNullable<InterfaceView["InterfaceType"]>,
    Description: nic.description,
    RequesterManaged: nic.type !== "interface",
    Status: nic.owner === "" ? "available" : "in-use",
    ...(nic.owner === "" ? {} : { Attachment: attachment(nic) }),
    TagSet: tagList(nic),
  };
}

/** An instance's interface from its launch goes with it; AWS's own are attached to what AWS keeps to itself (EC2 API_NetworkInterfaceAttachment). */
function attachment({ owner, type }: NetworkInterface): NonNullable<InterfaceView["Attachment"]> {
  if (owner.startsWith("i-")) return { InstanceId: owner, DeleteOnTermination: true };
  return { InstanceOwnerId: type === "nat_gateway" ? "amazon-aws" : "amazon-elb", DeleteOnTermination: false };
}
