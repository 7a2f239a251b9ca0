/** Gives numbers in [0, 1). Passed in wherever chance has a part, so that a run can be repeated from its seed. */
export type Random = () => number;

/** One whose place in its sequence can be told: `seededRandom(state())` goes on from there. */
export type SeededRandom = Random & { state(): number };

/** A small generator (mulberry32) that gives the same numbers for the same seed on every machine. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return Object.assign(next, { state: () => state });
}

/** A number between `low` and `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** So many hexadecimal digits. */
export function hexDigits(random: Random, count: number): string {
  let text = "";
  while (text.length < count) text += Math.floor(random() * 16).toString(16);
  return text;
}
