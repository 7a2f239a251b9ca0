/**
 * Twin and product have one author, so a test may pass because both share a mistake. Against that: small deliberate
 * faults in the product, each of which must turn a named test red. Works on a copy; `npm run sabotage -- <name>` does one.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SABOTAGES, type Sabotage } from "../test/sabotages.ts";

const COPIED = ["src", "schemas", "scripts", "test", "fixtures", "package.json", "tsconfig.json"];

function attempt(sabotage: Sabotage): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-sabotage-"));
  try {
    for (const name of COPIED) cpSync(name, path.join(folder, name), { recursive: true });
    symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
    const file = path.join(folder, sabotage.file);
    const text = readFileSync(file, "utf8");
    if (text.split(sabotage.find).length !== 2) return `what it would change is not exactly once in ${sabotage.file}`;
    writeFileSync(
      file,
      text.replace(sabotage.find, () => sabotage.replace),
    );
    const args = [
      "--import",
      "tsx",
      "--test",
      "--test-isolation=none",
      `--test-name-pattern=${pattern(sabotage.test)}`,
      sabotage.testFile,
    ];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const failed = /^ℹ fail (\d+)$/m.exec(stdout)?.[1];
    const passed = /^ℹ pass (\d+)$/m.exec(stdout)?.[1];
    if (failed === undefined) return `the tests did not run: ${stdout.slice(-500)}`;
    if (status === 0) return passed === "0" ? "there is no test of that name" : "its test stayed green";
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pattern(name: string): string {
  return `/^${name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$/`;
}

const names = process.argv.slice(2);
const chosen = SABOTAGES.filter((sabotage) => names.length === 0 || names.includes(sabotage.name));
let unnoticed = 0;
for (const sabotage of chosen) {
  const problem = attempt(sabotage);
  if (problem !== undefined) unnoticed += 1;
  console.log(
    `${problem === undefined ? "✓ noticed" : "✗ UNNOTICED"}  ${sabotage.name}${problem === undefined ? "" : `: ${problem}`}`,
  );
}
console.log(`${chosen.length} sabotages, ${chosen.length - unnoticed} noticed, ${unnoticed} unnoticed`);
process.exitCode = unnoticed > 0 || chosen.length === 0 ? 1 : 0;
