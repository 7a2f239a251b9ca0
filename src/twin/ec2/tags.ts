import type { CreateTagsRequest, DeleteTagsRequest } from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import type { Thing } from "../records.ts";
import type { World } from "../world.ts";
import { checkTags } from "./common.ts";

export const tagOperations = {
  CreateTags(world: World, input: CreateTagsRequest): object {
    const things = (input.Resources ?? []).map((id) => needThing(world, id));
    for (const thing of things) {
      const tags = {
        ...thing.tags,
        ...Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
      };
      checkTags(tags);
    }
    for (const thing of things) for (const tag of input.Tags ?? []) thing.tags[tag.Key ?? ""] = tag.Value ?? "";
    return {};
  },

  DeleteTags(world: World, input: DeleteTagsRequest): object {
    for (const id of input.Resources ?? []) {
      const thing = needThing(world, id);
      for (const tag of input.Tags ?? []) {
        // With a value the tag goes only when it has that value (EC2 DeleteTags).
        if (tag.Value === undefined || thing.tags[tag.Key ?? ""] === tag.Value) delete thing.tags[tag.Key ?? ""];
      }
    }
    return {};
  },
};

/** What EC2 says when an id of that kind does not exist. */
const NOT_FOUND: Readonly<Record<string, string>> = {
  vpc: "InvalidVpcID.NotFound",
  subnet: "InvalidSubnetID.NotFound",
  igw: "InvalidInternetGatewayID.NotFound",
  eipalloc: "InvalidAllocationID.NotFound",
  nat: "NatGatewayNotFound",
  rtb: "InvalidRouteTableID.NotFound",
  vpce: "InvalidVpcEndpointId.NotFound",
  sg: "InvalidGroup.NotFound",
  eni: "InvalidNetworkInterfaceID.NotFound",
  i: "InvalidInstanceID.NotFound",
  vol: "InvalidVolume.NotFound",
};

function needThing(world: World, id: string): Thing {
  const prefix = id.slice(0, id.lastIndexOf("-"));
  const stores: Readonly<Record<string, ReadonlyMap<string, Thing>>> = {
    vpc: world.vpcs,
    subnet: world.subnets,
    igw: world.internetGateways,
    eipalloc: world.addresses,
    nat: world.natGateways,
    rtb: world.routeTables,
    vpce: world.endpoints,
    sg: world.securityGroups,
    eni: world.interfaces,
    i: world.instances,
    vol: world.volumes,
  };
  const thing = stores[prefix]?.get(id);
  if (thing === undefined || !world.isVisible(thing))
    throw awsError(NOT_FOUND[prefix] ?? "InvalidID", `The ID '${id}' does not exist`);
  return thing;
}
