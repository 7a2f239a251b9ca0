/**
 * How many nodes of a pool each zone should have: floor or ceil of size / zones everywhere. Where the size does not
 * divide, the extra ones stay where nodes are already, so that nothing moves without need; then the first zones of the
 * file get them. `present` holds when each zone's nodes were launched, in milliseconds: of two zones with one too many,
 * the one keeps it that has had it longer, so that a node which is there only while another is replaced moves nothing.
 */
export function spread(
  size: number,
  zones: readonly string[],
  present: ReadonlyMap<string, readonly number[]>,
): Map<string, number> {
  const floor = Math.floor(size / zones.length);
  const extras = size % zones.length;
  const hasExtraSince = (zone: string): number => {
    const launched = [...(present.get(zone) ?? [])].sort((a, b) => a - b);
    return launched[floor] ?? Number.POSITIVE_INFINITY;
  };
  const oldestFirst = zones
    .map((zone, index) => ({ zone, index, since: hasExtraSince(zone) }))
    .sort((a, b) => (a.since === b.since ? a.index - b.index : a.since - b.since));
  const favoured = new Set(oldestFirst.slice(0, extras).map(({ zone }) => zone));
  return new Map(zones.map((zone) => [zone, floor + (favoured.has(zone) ? 1 : 0)]));
}
