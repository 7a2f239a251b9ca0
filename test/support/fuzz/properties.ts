/** What a generator looks for, by name; `npm run fuzz` plays much of it, `npm test` a sample. */
import fc from "fast-check";
import { bytes, checkBytes } from "./bytes.ts";
import { describePair, note, pairs, playPair, type Tally } from "./pairs.ts";
import { checkRendering, renderings } from "./renderings.ts";
import { liveStories } from "./stories.ts";

/** How a property came out: what was seen, or what is wrong and how to see it again. */
export type Outcome =
  | { held: true; said: string }
  | { held: false; path: string; shrunk: number; error: unknown; described: string };

export interface Plan {
  seed: number;
  /** How many draws. */
  count: number;
  /** Of a failure that was printed: where it is among the draws of that seed. */
  path?: string;
}

export const PROPERTIES: Readonly<Record<string, (plan: Plan) => Promise<Outcome>>> = {
  pairs: async (plan) => {
    const tally: Tally = new Map();
    const property = fc.asyncProperty(pairs, (pair) => playPair(pair, tally));
    const of = (what: string): number => tally.get(what) ?? 0;
    return outcome(
      await fc.check(property, options(plan)),
      ([pair]) => describePair(pair),
      () =>
        [
          `${of("plans")} pairs planned`,
          `${of("rehearsals")} rehearsed`,
          `${of("applies")} applied and planned again`,
          `${of("blocked")} refused by the plan`,
          `${of("files refused")} by their files`,
        ].join(", "),
    );
  },
  bytes: async (plan) => {
    const tally: Tally = new Map();
    const property = fc.property(bytes, (one) => {
      note(tally, "files");
      note(tally, "findings", checkBytes(one));
    });
    return outcome(
      fc.check(property, options(plan)),
      ([one]) => Buffer.from(one).toString("utf8"),
      () => `${tally.get("files")} files read, ${tally.get("findings")} findings, each with its place`,
    );
  },
  renderings: async (plan) => {
    const stories = await liveStories();
    let texts = 0;
    const property = fc.property(renderings(stories), (one) => {
      texts += checkRendering(stories, one);
    });
    return outcome(
      fc.check(property, options(plan)),
      ([one]) => JSON.stringify(one, null, 1),
      () => `${texts} texts drawn of ${stories.results.size} stories, all whole and inert`,
    );
  },
};

function options({ seed, count, path }: Plan) {
  return { seed, numRuns: count, ...(path === undefined ? {} : { path }) };
}

function outcome<Drawn extends unknown[]>(
  details: fc.RunDetails<Drawn>,
  describe: (drawn: Drawn) => string,
  said: () => string,
): Outcome {
  if (!details.failed) return { held: true, said: said() };
  const { counterexample, counterexamplePath, numShrinks, errorInstance } = details;
  const described = counterexample === null ? "" : describe(counterexample);
  return { held: false, path: counterexamplePath ?? "", shrunk: numShrinks, error: errorInstance, described };
}
