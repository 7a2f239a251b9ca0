import type {
  Address as AddressView,
  AllocateAddressRequest,
  AllocateAddressResult,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  ReleaseAddressRequest,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { Address } from "../records.ts";
import type { World } from "../world.ts";
import { matching, need, tagList, tagsFor } from "./common.ts";

export const addressOperations = {
  AllocateAddress(world: World, input: AllocateAddressRequest): AllocateAddressResult {
    demandRoom(
      world,
      "L-0263D0A3",
      world.addresses.size,
      "AddressLimitExceeded",
      "The maximum number of addresses has been reached.",
    );
    const address: Address = {
      ...world.birth(world.id("eipalloc"), tagsFor(input.TagSpecifications, "elastic-ip")),
      publicIp: publicAddress(world),
      holder: undefined,
    };
    world.addresses.set(address.id, address);
    return { AllocationId: address.id, PublicIp: address.publicIp, Domain: "vpc" };
  },

  DescribeAddresses(world: World, input: DescribeAddressesRequest): DescribeAddressesResult {
    const found = matching(world, world.addresses.values(), input.Filters, (address, name) => {
      if (name === "allocation-id") return [address.id];
      return name === "public-ip" ? [address.publicIp] : undefined;
    });
    return { Addresses: found.map(view) };
  },

  ReleaseAddress(world: World, input: ReleaseAddressRequest): object {
    const address = need(world, world.addresses, input.AllocationId, "InvalidAllocationID.NotFound", "allocation ID");
    if (address.holder !== undefined) {
      // While a NAT gateway holds it or is going, the address is not the caller's to release (reference/aws.md §2b).
      if (address.holder.startsWith("nat-")) {
        throw awsError("AuthFailure", "You do not have permission to access the specified resource.");
      }
      throw awsError("InvalidIPAddress.InUse", `Address ${address.publicIp} is in use.`);
    }
    world.addresses.delete(address.id);
    return {};
  },
};

/** A public address that nobody else has, of a block for documentation and benchmarks (RFC 2544). */
export function publicAddress(world: World): string {
  const taken = new Set([
    ...[...world.addresses.values()].map((address) => address.publicIp),
    ...[...world.interfaces.values()].map((nic) => nic.publicIp),
  ]);
  for (;;) {
    const address = `198.18.${Math.floor(world.random() * 256)}.${Math.floor(world.random() * 256)}`;
    if (!taken.has(address)) return address;
  }
}

function view(address: Address): AddressView {
  return {
    AllocationId: address.id,
    PublicIp: address.publicIp,
    Domain: "vpc",
    ...(address.holder === undefined ? {} : { AssociationId: address.id.replace("eipalloc", "eipassoc") }),
    Tags: tagList(address),
  };
}
