/**
 * How many nodes of a pool each zone should have: floor or ceil of size / zones everywhere. Where the size does not
 * divide, the extra ones stay where nodes are already, so that nothing moves without need; then the first zones of the
 * file get them.
 */
export function spread(
  size: number,
  zones: readonly string[],
  present: ReadonlyMap<string, number>,
): Map<string, number> {
  const floor = Math.floor(size / zones.length);
  const extras = size % zones.length;
  const fullestFirst = zones
    .map((zone, index) => ({ zone, index, surplus: Math.min(1, Math.max(0, (present.get(zone) ?? 0) - floor)) }))
    .sort((a, b) => b.surplus - a.surplus || a.index - b.index);
  const favoured = new Set(fullestFirst.slice(0, extras).map(({ zone }) => zone));
  return new Map(zones.map((zone) => [zone, floor + (favoured.has(zone) ? 1 : 0)]));
}
