/**
 * Twin and product have one author, so a test may pass because both share a mistake. Against that: small deliberate
 * faults in the product, each of which must turn a named test red. Works on a copy; `npm run sabotage -- <name>` does one.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Sabotage } from "../test/sabotages/sabotage.ts";
import { SABOTAGES } from "../test/sabotages/sabotages.ts";

const PYTHON_HOME = ".moto";
const COPIED = [
  "src",
  "bench",
  "schemas",
  "policies",
  "docs",
  "scripts",
  "test",
  "fixtures",
  "package.json",
  "tsconfig.json",
  "README.md",
  "CONTRIBUTING.md",
  "action.yml",
];

/** A copy of the project, in which files are changed one at a time. */
function copy(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-sabotage-"));
  for (const name of COPIED) cpSync(name, path.join(folder, name), { recursive: true });
  for (const name of ["node_modules", PYTHON_HOME]) symlinkSync(path.resolve(name), path.join(folder, name));
  return folder;
}

/** Why nobody would have noticed; undefined: the named test did. The copy is afterwards as it was. */
function attempt(folder: string, sabotage: Sabotage): string | undefined {
  const file = path.join(folder, sabotage.file);
  const text = readFileSync(file, "utf8");
  if (text.split(sabotage.find).length !== 2) return `what it would change is not exactly once in ${sabotage.file}`;
  writeFileSync(
    file,
    text.replace(sabotage.find, () => sabotage.replace),
  );
  try {
    return verdictOf(runTest(folder, sabotage));
  } finally {
    writeFileSync(file, text);
  }
}

function runTest(folder: string, sabotage: Sabotage): { status: number | null; stdout: string } {
  const [command, ...args] = isPython(sabotage)
    ? [`${PYTHON_HOME}/bin/python`, "test/agent/run.py", "-k", sabotage.test, sabotage.testFile]
    : [
        process.execPath,
        "--test",
        "--test-isolation=none",
        `--test-name-pattern=${pattern(sabotage.test)}`,
        sabotage.testFile,
      ];
  // Node strips the types itself, and keeps what it has compiled: most of these runs would be spent on that.
  const env = { ...process.env, NODE_COMPILE_CACHE: path.join(tmpdir(), "slipway-compile-cache") };
  return spawnSync(command, args, { cwd: folder, encoding: "utf8", env });
}

function verdictOf({ status, stdout }: { status: number | null; stdout: string }): string | undefined {
  const failed = /^ℹ fail (\d+)$|, (\d+) failed, /m.exec(stdout);
  const passed = /^ℹ pass (\d+)$/m.exec(stdout)?.[1] ?? / tests, (\d+) passed, /.exec(stdout)?.[1];
  if (failed === null) return `the tests did not run: ${stdout.slice(-500)}`;
  if (passed === "0" && (failed[1] ?? failed[2]) === "0") return "there is no test of that name";
  return status === 0 ? "its test stayed green" : undefined;
}

function pattern(name: string): string {
  return `/^${name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$/`;
}

/** The node agent is Python; its tests run where `moto-environment.ts` could make an environment. */
function isPython(sabotage: Sabotage): boolean {
  return sabotage.testFile.endsWith(".py");
}

const names = process.argv.slice(2);
const asked = SABOTAGES.filter((sabotage) => names.length === 0 || names.includes(sabotage.name));
const hasPython = existsSync(`${PYTHON_HOME}/bin/python`) || process.env.CI !== undefined;
const chosen = asked.filter((sabotage) => hasPython || !isPython(sabotage));
if (chosen.length < asked.length) console.log(`! ${asked.length - chosen.length} left out: no Python environment`);
let unnoticed = 0;
const folder = copy();
for (const sabotage of chosen) {
  const problem = attempt(folder, sabotage);
  if (problem !== undefined) unnoticed += 1;
  console.log(
    `${problem === undefined ? "✓ noticed" : "✗ UNNOTICED"}  ${sabotage.name}${problem === undefined ? "" : `: ${problem}`}`,
  );
}
rmSync(folder, { recursive: true, force: true });
console.log(`${chosen.length} sabotages, ${chosen.length - unnoticed} noticed, ${unnoticed} unnoticed`);
process.exitCode = unnoticed > 0 || chosen.length === 0 ? 1 : 0;
