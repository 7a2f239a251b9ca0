import type {
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult,
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  ModifyVpcAttributeRequest,
  Vpc as VpcView,
} from "@aws-sdk/client-ec2";
import { parseCidr } from "../../core/cidr.ts";
import { awsError } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { Vpc } from "../records.ts";
import type { World } from "../world.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { createSecurityGroup } from "./new-group.ts";
import { holdsVpc } from "./peerings.ts";

export const vpcOperations = {
  CreateVpc(world: World, input: CreateVpcRequest): CreateVpcResult {
    const cidr = parseCidr(input.CidrBlock ?? "");
    if (cidr === undefined || cidr.prefix < 16 || cidr.prefix > 28) {
      throw awsError("InvalidVpc.Range", `The CIDR '${input.CidrBlock}' is invalid.`);
    }
    demandRoom(
      world,
      "L-F678F1CE",
      world.vpcs.size,
      "VpcLimitExceeded",
      "The maximum number of VPCs has been reached.",
    );
    const vpc: Vpc = {
      ...world.birth(world.id("vpc"), tagsFor(input.TagSpecifications, "vpc")),
      cidr: input.CidrBlock ?? "",
      secondaryCidrs: [],
      state: "pending",
      dnsSupport: true,
      dnsHostnames: false,
    };
    world.vpcs.set(vpc.id, vpc);
    world.after(world.seconds(0.5, 2), () => {
      vpc.state = "available";
    });
    // A VPC comes with its main route table and a default security group, and they go with it.
    const table = world.birth(world.id("rtb"), {});
    world.routeTables.set(table.id, {
      ...table,
      visibleAtMs: 0,
      vpcId: vpc.id,
      main: true,
      associations: [],
      routes: new Map(),
    });
    createSecurityGroup(world, vpc.id, "default", "default VPC security group", {});
    return { Vpc: view(world, vpc) };
  },

  AssociateVpcCidrBlock(world: World, input: AssociateVpcCidrBlockRequest): AssociateVpcCidrBlockResult {
    const vpc = needVpc(world, input.VpcId);
    const cidr = parseCidr(input.CidrBlock ?? "");
    if (cidr === undefined || cidr.prefix < 16 || cidr.prefix > 28) {
      throw awsError("InvalidVpc.Range", `The CIDR '${input.CidrBlock}' is invalid.`);
    }
    vpc.secondaryCidrs.push(input.CidrBlock ?? "");
    return {
      VpcId: vpc.id,
      CidrBlockAssociation: { CidrBlock: input.CidrBlock, CidrBlockState: { State: "associating" } },
    };
  },

  DescribeVpcs(world: World, input: DescribeVpcsRequest): DescribeVpcsResult {
    const found = matching(world, world.vpcs.values(), input.Filters, (vpc, name) => {
      if (name === "vpc-id") return [vpc.id];
      if (name === "state") return [vpc.state];
      return name === "cidr" || name === "cidr-block-association.cidr-block" ? [vpc.cidr] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { Vpcs: items.map((vpc) => view(world, vpc)), ...rest };
  },

  DescribeVpcAttribute(world: World, input: DescribeVpcAttributeRequest): DescribeVpcAttributeResult {
    const vpc = needVpc(world, input.VpcId);
    return input.Attribute === "enableDnsSupport"
      ? { VpcId: vpc.id, EnableDnsSupport: { Value: vpc.dnsSupport } }
      : { VpcId: vpc.id, EnableDnsHostnames: { Value: vpc.dnsHostnames } };
  },

  ModifyVpcAttribute(world: World, input: ModifyVpcAttributeRequest): object {
    const vpc = needVpc(world, input.VpcId);
    if (input.EnableDnsSupport !== undefined && input.EnableDnsHostnames !== undefined) {
      throw awsError("InvalidParameterCombination", "Only one attribute may be modified in a call.");
    }
    if (input.EnableDnsSupport?.Value !== undefined) vpc.dnsSupport = input.EnableDnsSupport.Value;
    if (input.EnableDnsHostnames?.Value !== undefined) vpc.dnsHostnames = input.EnableDnsHostnames.Value;
    return {};
  },

  DeleteVpc(world: World, input: DeleteVpcRequest): object {
    const vpc = needVpc(world, input.VpcId);
    const inVpc = (thing: { vpcId: string | undefined }): boolean => thing.vpcId === vpc.id;
    const held =
      [...world.subnets.values()].some(inVpc) ||
      [...world.internetGateways.values()].some(inVpc) ||
      [...world.interfaces.values()].some(inVpc) ||
      [...world.endpoints.values()].some((endpoint) => inVpc(endpoint) && endpoint.state !== "deleted") ||
      [...world.networkAcls.values()].some(inVpc) ||
      [...world.peerings.values()].some((peering) => holdsVpc(peering, vpc.id)) ||
      // Until its attachment is "detached" (EC2 API_DetachVpnGateway).
      [...world.vpnGateways.values()].some((gateway) => inVpc(gateway) && gateway.attachment !== "detached") ||
      [...world.securityGroups.values()].some((group) => inVpc(group) && group.name !== "default") ||
      [...world.routeTables.values()].some((table) => inVpc(table) && !table.main);
    if (held) throw awsError("DependencyViolation", `The vpc '${vpc.id}' has dependencies and cannot be deleted.`);
    world.vpcs.delete(vpc.id);
    for (const peering of world.peerings.values()) {
      if (peering.requester.vpcId === vpc.id && peering.status === "pending-acceptance") peering.status = "deleted";
    }
    for (const group of [...world.securityGroups.values()].filter(inVpc)) world.securityGroups.delete(group.id);
    for (const table of [...world.routeTables.values()].filter(inVpc)) world.routeTables.delete(table.id);
    return {};
  },
};

export function needVpc(world: World, id: string | undefined): Vpc {
  return need(world, world.vpcs, id, "InvalidVpcID.NotFound", "vpc ID");
}

export function blocksOf(vpc: Vpc): string[] {
  return [vpc.cidr, ...vpc.secondaryCidrs];
}

function view(world: World, vpc: Vpc): VpcView {
  return {
    VpcId: vpc.id,
    CidrBlock: vpc.cidr,
    // The primary block is among them (EC2 API_Vpc).
    CidrBlockAssociationSet: blocksOf(vpc).map((CidrBlock) => ({ CidrBlock, CidrBlockState: { State: "associated" } })),
    State: vpc.state,
    OwnerId: world.accountId,
    IsDefault: false,
    Tags: tagList(vpc),
  };
}
