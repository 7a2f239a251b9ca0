/** Writing ASN.1 in DER, as far as X.509 certificates need it (ITU-T X.690). */

/** A tag, the length of what follows, and what follows. */
function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

/** Below 128 the length is its own byte; above, a byte tells how many bytes it takes. */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...members: readonly Buffer[]): Buffer => element(0x30, ...members);
export const set = (...members: readonly Buffer[]): Buffer => element(0x31, ...members);
/** A number that is not negative, by its bytes. */
export const integer = (bytes: Buffer): Buffer => element(0x02, bytes);
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));
export const octets = (bytes: Buffer): Buffer => element(0x04, bytes);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
/** Bits in whole bytes, of which the last `unused` count for nothing. */
export const bits = (bytes: Buffer, unused = 0): Buffer => element(0x03, Buffer.from([unused]), bytes);
/** A member that goes by a number; `explicit` wraps an element, `implicit` stands in for its tag. */
export const explicit = (number: number, member: Buffer): Buffer => element(0xa0 | number, member);
export const implicit = (number: number, bytes: Buffer): Buffer => element(0x80 | number, bytes);

/** An object identifier from its dotted form: two numbers in the first byte, then seven bits a byte. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [40 * first + second];
  for (const number of rest) {
    const groups = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

/** A moment, to the second: with two digits of the year until 2049, with four from 2050 on (RFC 5280 §4.1.2.5). */
export function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\.\d+Z$|[-:T]/g, "");
  const isShort = Number(digits.slice(0, 4)) < 2050;
  return element(isShort ? 0x17 : 0x18, Buffer.from(`${isShort ? digits.slice(2) : digits}Z`));
}
