import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const FOLDER = "fixtures/expected";

/**
 * Compares a text that people read with the one that was reviewed. `UPDATE=1 npm test` writes what is now; the
 * difference is then reviewed like code.
 */
export function assertGolden(name: string, actual: string): void {
  const file = path.join(FOLDER, name);
  if (process.env.UPDATE === "1") {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  let expected: string;
  try {
    expected = readFileSync(file, "utf8");
  } catch {
    assert.fail(`there is no ${file}; write it with UPDATE=1 and review it`);
  }
  assert.equal(actual, expected, `${file} differs; if it should, write it with UPDATE=1 and review the difference`);
}
