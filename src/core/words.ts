/** `1 step`, `3 steps`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** Words in a row, each once; beyond `most` the rest is counted. */
export function listed(words: readonly string[], most = 6): string {
  const distinct = [...new Set(words)];
  const shown = distinct.slice(0, most).join(", ");
  return distinct.length > most ? `${shown} and ${distinct.length - most} more` : shown;
}

/** `1, 3 or 5`. */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
