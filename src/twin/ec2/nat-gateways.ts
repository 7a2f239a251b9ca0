import type {
  CreateNatGatewayRequest,
  CreateNatGatewayResult,
  DeleteNatGatewayRequest,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  NatGateway as NatGatewayView,
} from "@aws-sdk/client-ec2";
import type { WireCall } from "../../aws/transport.ts";
import { awsError } from "../errors.ts";
import { demandInterfaces, demandRoom, limitOf } from "../quotas.ts";
import type { NatGateway } from "../records.ts";
import { idempotent } from "../tokens.ts";
import type { World } from "../world.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { attachedGateway } from "./internet-gateways.ts";
import { freeAddresses, needSubnet, takeAddress } from "./subnets.ts";

export const natGatewayOperations = {
  CreateNatGateway(world: World, input: CreateNatGatewayRequest, call: WireCall): CreateNatGatewayResult {
    return idempotent(world, call, () => {
      const subnet = needSubnet(world, input.SubnetId);
      // Pending, available and deleting ones count, by zone (docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html).
      const inZone = [...world.natGateways.values()].filter(
        (other) =>
          other.state !== "failed" &&
          other.state !== "deleted" &&
          world.subnets.get(other.subnetId)?.zone === subnet.zone,
      );
      demandRoom(
        world,
        "L-FE5A380F",
        inZone.length,
        "NatGatewayLimitExceeded",
        `Performing this operation would exceed the limit of ${limitOf(world, "L-FE5A380F")} NAT gateways`,
      );
      demandInterfaces(world, 1);
      const gateway: NatGateway = {
        ...world.birth(world.id("nat"), tagsFor(input.TagSpecifications, "natgateway")),
        vpcId: subnet.vpcId,
        subnetId: subnet.id,
        allocationId: input.AllocationId ?? "",
        state: "pending",
        interfaceId: undefined,
      };
      world.natGateways.set(gateway.id, gateway);
      const failure = failureOf(world, gateway);
      if (failure === undefined) settle(world, gateway);
      else fail(world, gateway, failure);
      return { NatGateway: view(world, gateway) };
    });
  },

  DescribeNatGateways(world: World, input: DescribeNatGatewaysRequest): DescribeNatGatewaysResult {
    const found = matching(world, world.natGateways.values(), input.Filter, (gateway, name) => {
      if (name === "nat-gateway-id") return [gateway.id];
      if (name === "state") return [gateway.state];
      if (name === "subnet-id") return [gateway.subnetId];
      return name === "vpc-id" ? [gateway.vpcId] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { NatGateways: items.map((gateway) => view(world, gateway)), ...rest };
  },

  DeleteNatGateway(world: World, input: DeleteNatGatewayRequest): object {
    const gateway = need(world, world.natGateways, input.NatGatewayId, "NatGatewayNotFound", "NatGateway");
    if (gateway.state === "deleted")
      throw awsError("NatGatewayNotFound", `The Nat Gateway ${gateway.id} was not found`);
    if (gateway.state !== "deleting") {
      gateway.state = "deleting";
      resumeNatGateway(world, gateway);
    }
    return { NatGatewayId: gateway.id };
  },
};

/** Creation answers with success and fails some seconds later (docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html). */
function failureOf(world: World, gateway: NatGateway): NatGateway["failure"] {
  const address = world.addresses.get(gateway.allocationId);
  if (address === undefined || !world.isVisible(address)) {
    return {
      code: "InvalidAllocationID.NotFound",
      message: `Elastic IP address ${gateway.allocationId} could not be associated with this NAT gateway`,
    };
  }
  if (address.holder !== undefined) {
    return { code: "Resource.AlreadyAssociated", message: `Elastic IP address ${address.id} is already associated` };
  }
  if (attachedGateway(world, gateway.vpcId) === undefined) {
    return { code: "Gateway.NotAttached", message: `Network ${gateway.vpcId} has no Internet gateway attached` };
  }
  const subnet = world.subnets.get(gateway.subnetId);
  if (subnet === undefined || freeAddresses(world, subnet) < 1) {
    return {
      code: "InsufficientFreeAddressesInSubnet",
      message: "Subnet has insufficient free addresses to create this NAT gateway",
    };
  }
  return undefined;
}

function settle(world: World, gateway: NatGateway): void {
  const subnet = world.subnets.get(gateway.subnetId);
  const address = world.addresses.get(gateway.allocationId);
  if (subnet === undefined || address === undefined) return;
  address.holder = gateway.id;
  const nic = world.birth(world.id("eni"), {});
  gateway.interfaceId = nic.id;
  world.interfaces.set(nic.id, {
    ...nic,
    visibleAtMs: 0,
    vpcId: gateway.vpcId,
    subnetId: subnet.id,
    groups: [],
    privateIp: takeAddress(world, subnet),
    publicIp: address.publicIp,
    type: "nat_gateway",
    description: `Interface for NAT Gateway ${gateway.id}`,
    owner: gateway.id,
  });
  resumeNatGateway(world, gateway);
}

/** Lets one that is on its way come to its end. */
export function resumeNatGateway(world: World, gateway: NatGateway): void {
  if (gateway.state === "pending") {
    // Creating takes 85 to 125 s (reference/aws.md §1).
    world.after(world.seconds(85, 125), () => {
      if (gateway.state === "pending") gateway.state = "available";
    });
  }
  // Deleting takes 37 to 79 s (reference/aws.md §1).
  if (gateway.state === "deleting") world.after(world.seconds(37, 79), () => finishDeletion(world, gateway));
}

function fail(world: World, gateway: NatGateway, failure: NonNullable<NatGateway["failure"]>): void {
  world.after(world.seconds(5, 20), () => {
    gateway.state = "failed";
    gateway.failure = failure;
    forget(world, gateway);
  });
}

function finishDeletion(world: World, gateway: NatGateway): void {
  gateway.state = "deleted";
  if (gateway.interfaceId !== undefined) world.interfaces.delete(gateway.interfaceId);
  // The address stays out of reach for a moment longer (reference/aws.md §2b, sno-for-100#9).
  world.after(world.seconds(0, 6), () => {
    const address = world.addresses.get(gateway.allocationId);
    if (address?.holder === gateway.id) address.holder = undefined;
  });
  forget(world, gateway);
}

/** Deleted and failed gateways are listed for about an hour. */
function forget(world: World, gateway: NatGateway): void {
  world.afterInAny(3_600_000, ({ natGateways }) => natGateways.delete(gateway.id));
}

function view(world: World, gateway: NatGateway): NatGatewayView {
  const address = world.addresses.get(gateway.allocationId);
  const nic = world.interfaces.get(gateway.interfaceId ?? "");
  return {
    NatGatewayId: gateway.id,
    VpcId: gateway.vpcId,
    SubnetId: gateway.subnetId,
    State: gateway.state,
    CreateTime: new Date(gateway.createdAtMs),
    ...(gateway.failure === undefined
      ? {}
      : { FailureCode: gateway.failure.code, FailureMessage: gateway.failure.message }),
    NatGatewayAddresses: [
      {
        AllocationId: gateway.allocationId,
        PublicIp: address?.publicIp,
        NetworkInterfaceId: nic?.id,
        PrivateIp: nic?.privateIp,
      },
    ],
    Tags: tagList(gateway),
  };
}
