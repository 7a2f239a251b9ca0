import type { Sabotage } from "./sabotage.ts";

/** Of what a generator looks for, and of clusters that earlier releases made. */
export const FUZZ: readonly Sabotage[] = [
  {
    name: "what the model of AWS does not know blocks a plan",
    file: "src/rehearse/rehearse.ts",
    find: "  if (breakdown !== undefined) return notRehearsed(breakdown);",
    replace: "",
    testFile: "test/rehearse/refusals.test.ts",
    test: "what the model does not know is no reason to refuse a plan: it is not rehearsed, and says why",
  },
];
