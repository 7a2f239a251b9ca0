/**
 * Keeps what was made of a text for the next who wants the same of it. When it has become `most` all is forgotten, so that
 * a long run does not grow.
 */
export function remembering<T>(most: number): (text: string, make: () => T) => T {
  const known = new Map<string, T>();
  return (text, make) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as T;
    const made = make();
    if (known.size >= most) known.clear();
    known.set(text, made);
    return made;
  };
}
