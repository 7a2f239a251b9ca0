/**
 * A copy of data to its depth: what two things share is shared by their copies. Text and functions are the same in both, and
 * so is what `seen` has already.
 */
export function copyOf<T>(value: T, seen: Map<object, object>): T {
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known as T;
  const copy = emptyLike(value);
  seen.set(value, copy);
  if (value instanceof Map) {
    for (const [key, one] of value) (copy as Map<unknown, unknown>).set(key, copyOf(one, seen));
  } else if (value instanceof Set) {
    for (const one of value) (copy as Set<unknown>).add(copyOf(one, seen));
  } else {
    for (const key of Object.keys(value)) {
      (copy as Record<string, unknown>)[key] = copyOf((value as Record<string, unknown>)[key], seen);
    }
  }
  return copy as T;
}

function emptyLike(value: object): object {
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (Array.isArray(value)) return [];
  if (value instanceof Date) return new Date(value);
  return {};
}
