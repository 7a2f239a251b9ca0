/** An IPv4 block: the first address as an unsigned number, and the prefix length. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

const PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Reads `10.0.0.0/16`; undefined when it is not an IPv4 block or has bits set behind its prefix (AWS would move it). */
export function parseCidr(text: string): Cidr | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if (a > 255 || b > 255 || c > 255 || d > 255 || prefix > 32) return undefined;
  const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  return first % addressCount({ first, prefix }) === 0 ? { first, prefix } : undefined;
}

export function formatCidr(cidr: Cidr): string {
  const octet = (shift: number): number => Math.floor(cidr.first / 2 ** shift) % 256;
  return `${octet(24)}.${octet(16)}.${octet(8)}.${octet(0)}/${cidr.prefix}`;
}

/** The IPv4 address that many places after the block's first one. */
export function addressAt(cidr: Cidr, offset: number): string {
  return formatCidr({ first: cidr.first + offset, prefix: 32 }).slice(0, -3);
}

export function addressCount(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + addressCount(b) && b.first < a.first + addressCount(a);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

/** The block number `index` when `cidr` is cut into blocks of `prefix`; undefined when there is no such block. */
export function subBlock(cidr: Cidr, prefix: number, index: number): Cidr | undefined {
  if (prefix < cidr.prefix || prefix > 32 || index < 0 || index >= 2 ** (prefix - cidr.prefix)) return undefined;
  return { first: cidr.first + index * 2 ** (32 - prefix), prefix };
}
