/**
 * Keeps what was made of a text, or of an object, for the next who wants the same of it. When it has become `most` all is
 * forgotten, so that a long run does not grow.
 */
export function remembering<T, Of = string>(most: number): (of: Of, make: () => T) => T {
  const known = new Map<Of, T>();
  return (of, make) => {
    const found = known.get(of);
    if (found !== undefined || known.has(of)) return found as T;
    const made = make();
    if (known.size >= most) known.clear();
    known.set(of, made);
    return made;
  };
}

/** Keeps what was made of an object for as long as the object is there: whoever asks again gets the same. */
export function oncePer<K extends object, V extends object | string>(make: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return (of) => {
    const found = known.get(of);
    if (found !== undefined) return found;
    const made = make(of);
    known.set(of, made);
    return made;
  };
}
