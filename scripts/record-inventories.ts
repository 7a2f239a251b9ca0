/**
 * `npm run record`: writes down what AWS says of clusters that this release made, into `fixtures/inventories/<version>/`.
 * Later releases must plan no changes for them. Done once for each release, before it is tagged; a version that is
 * recorded stays as it is.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { VERSION } from "../src/version.ts";
import { record } from "../test/support/recorded/record.ts";
import { RECORDINGS } from "../test/support/recorded/recording.ts";
import { SCENARIOS } from "../test/support/recorded/scenarios.ts";

const folder = path.join(RECORDINGS, VERSION);
if (existsSync(folder)) {
  console.error(
    `${folder} is there: a release is recorded once. If ${VERSION} is not out yet, delete the folder first.`,
  );
  process.exit(1);
}
const recordings = [];
for (const scenario of Object.keys(SCENARIOS)) recordings.push(await record(VERSION, scenario));
mkdirSync(folder, { recursive: true });
for (const recording of recordings) {
  const file = path.join(folder, `${recording.scenario}.json`);
  const text = `${JSON.stringify(recording, null, 1)}\n`;
  writeFileSync(file, text);
  console.log(
    `${file}: ${recording.answers.length} answers, ${recording.objects.length} objects, ${text.length} bytes`,
  );
}
