/** Every edit of a cluster's files that is a change of its day 2, alone and in pairs. */
import { test } from "node:test";
import { changes, EDITS, pairsOf, REFUSED, refuses } from "../support/day2-edits.ts";

for (const name of Object.keys(EDITS)) {
  test(`${name}: within its bounds all the time, and then all is as the files say`, () => changes([name], 1));
}

for (const name of Object.keys(REFUSED)) {
  test(`${name}: refused, and nothing is touched`, () => refuses(name, 1));
}

/** Of the hundreds of pairs some; `npm run break` makes all of them. */
for (const { name, edits, seed } of pairsOf().filter((_pair, index) => index % 97 === 5)) {
  test(`${name}, at once: within its bounds all the time, and then all is as the files say`, () =>
    changes(edits, seed));
}
