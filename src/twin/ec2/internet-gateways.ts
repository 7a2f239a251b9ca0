import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
  InternetGateway as InternetGatewayView,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { InternetGateway } from "../records.ts";
import type { World } from "../world.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { needVpc } from "./vpcs.ts";

export const internetGatewayOperations = {
  CreateInternetGateway(world: World, input: CreateInternetGatewayRequest): CreateInternetGatewayResult {
    demandRoom(
      world,
      "L-A4707A72",
      world.internetGateways.size,
      "InternetGatewayLimitExceeded",
      "The maximum number of internet gateways has been reached.",
    );
    const gateway: InternetGateway = {
      ...world.birth(world.id("igw"), tagsFor(input.TagSpecifications, "internet-gateway")),
      vpcId: undefined,
    };
    world.internetGateways.set(gateway.id, gateway);
    return { InternetGateway: view(gateway) };
  },

  AttachInternetGateway(world: World, input: AttachInternetGatewayRequest): object {
    const gateway = needGateway(world, input.InternetGatewayId);
    const vpc = needVpc(world, input.VpcId);
    if (gateway.vpcId !== undefined) {
      throw awsError(
        "Resource.AlreadyAssociated",
        `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
      );
    }
    if (attachedGateway(world, vpc.id) !== undefined) {
      throw awsError("InvalidParameterValue", `Network ${vpc.id} already has an internet gateway attached`);
    }
    gateway.vpcId = vpc.id;
    return {};
  },

  DetachInternetGateway(world: World, input: DetachInternetGatewayRequest): object {
    const gateway = needGateway(world, input.InternetGatewayId);
    if (gateway.vpcId !== input.VpcId) {
      throw awsError("Gateway.NotAttached", `resource ${gateway.id} is not attached to network ${input.VpcId}`);
    }
    const mapped = [...world.interfaces.values()].some(
      (nic) => nic.vpcId === input.VpcId && nic.publicIp !== undefined,
    );
    if (mapped) {
      throw awsError(
        "DependencyViolation",
        `Network ${input.VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    }
    gateway.vpcId = undefined;
    return {};
  },

  DeleteInternetGateway(world: World, input: DeleteInternetGatewayRequest): object {
    const gateway = needGateway(world, input.InternetGatewayId);
    if (gateway.vpcId !== undefined) {
      throw awsError(
        "DependencyViolation",
        `The internetGateway '${gateway.id}' has dependencies and cannot be deleted.`,
      );
    }
    world.internetGateways.delete(gateway.id);
    return {};
  },

  DescribeInternetGateways(world: World, input: DescribeInternetGatewaysRequest): DescribeInternetGatewaysResult {
    const found = matching(world, world.internetGateways.values(), input.Filters, (gateway, name) => {
      if (name === "internet-gateway-id") return [gateway.id];
      return name === "attachment.vpc-id" ? [gateway.vpcId] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { InternetGateways: items.map(view), ...rest };
  },
};

export function attachedGateway(world: World, vpcId: string): InternetGateway | undefined {
  return [...world.internetGateways.values()].find((gateway) => gateway.vpcId === vpcId);
}

function needGateway(world: World, id: string | undefined): InternetGateway {
  return need(world, world.internetGateways, id, "InvalidInternetGatewayID.NotFound", "internetGateway ID");
}

function view(gateway: InternetGateway): InternetGatewayView {
  return {
    InternetGatewayId: gateway.id,
    // An attached gateway says "available", which the SDK's own list of states lacks.
    Attachments: gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: "available" as "attached" }],
    Tags: tagList(gateway),
  };
}
