import { type Cidr, formatCidr, overlaps, parseCidr, subBlock } from "../core/cidr.ts";

/**
 * How a VPC is shared out: eight blocks, three bits longer than the VPC. The first holds the public subnets, eight of
 * them, six bits longer than the VPC; each of the other seven is a zone's private subnet. A zone's slot, 0 to 6, names
 * its two blocks. Slots are adopted from live subnets and never move, so that adding a zone changes no other.
 */
export const SLOTS = 7;

export function publicBlock(vpcCidr: string, slot: number): string {
  return block(vpcCidr, 6, slot);
}

export function privateBlock(vpcCidr: string, slot: number): string {
  return block(vpcCidr, 3, slot + 1);
}

function block(vpcCidr: string, bits: number, index: number): string {
  const vpc = parseCidr(vpcCidr);
  const found = vpc === undefined ? undefined : subBlock(vpc, vpc.prefix + bits, index);
  if (found === undefined) throw new Error(`${vpcCidr} has no block ${index} of ${bits} bits`);
  return formatCidr(found);
}

/** The slot whose public or private block that is; undefined for a subnet of another cut. */
export function slotOf(vpcCidr: string, subnetCidr: string): number | undefined {
  for (let slot = 0; slot < SLOTS; slot++) {
    if (subnetCidr === publicBlock(vpcCidr, slot) || subnetCidr === privateBlock(vpcCidr, slot)) return slot;
  }
  return undefined;
}

/** Every zone's slot: the adopted one, or the lowest that nobody holds, in the zones' order. */
export function assignSlots(zones: readonly string[], adopted: ReadonlyMap<string, number>): Map<string, number> {
  const taken = new Set(adopted.values());
  const slots = new Map<string, number>();
  for (const zone of zones) {
    let slot = adopted.get(zone);
    for (let free = 0; slot === undefined; free++) {
      if (taken.has(free)) continue;
      taken.add(free);
      slot = free;
    }
    slots.set(zone, slot);
  }
  return slots;
}

/** Whether two subnets of a VPC could not both exist. */
export function collide(a: string, b: string): boolean {
  const [left, right] = [parseCidr(a), parseCidr(b)] as [Cidr | undefined, Cidr | undefined];
  return left !== undefined && right !== undefined && overlaps(left, right);
}
