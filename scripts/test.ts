/**
 * `npm test`: everything that can be shown on one machine. Groups run side by side, each in a process of its own; what a
 * group says is shown when it ends, and the last lines sum up. `npm test -- plan report` runs groups by name.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { makeTool, TOOLS_PATH, type Tool } from "./tools.ts";

interface Group {
  name: string;
  /** Commands, one after the other, until one fails. */
  commands: string[][];
  /** Whether the group can do without the Python environment of `moto-environment.ts`, or is left out where none can be made. */
  python?: "needed" | "useful";
  /** Programs of other people; without one, the group's own tests say what they leave out. */
  tools?: readonly Tool[];
}

/** The exit code by which `moto-environment.ts` says that this machine can't have it. */
const NO_PYTHON = 3;

const node = process.execPath;
/** Node's test runner, with tsx to read TypeScript; a group without files fails. */
const tests = (name: string, pattern: string): string[] => [
  node,
  "--import",
  "tsx",
  "scripts/run-tests.ts",
  name,
  ...globSync(pattern).sort(),
];

const GROUPS: readonly Group[] = [
  // The longest comes first.
  { name: "sabotage", commands: [[node, "scripts/sabotage.ts"]], python: "useful" },
  {
    name: "moto",
    commands: [[node, "scripts/build.ts", "dist-test-moto"], tests("moto", "test/moto/*.test.ts")],
    python: "needed",
  },
  { name: "agent", commands: [[".moto/bin/python", "test/agent/run.py"]], python: "needed" },
  { name: "apply", commands: [tests("apply", "test/apply/*.test.ts")] },
  { name: "day2", commands: [tests("day2", "test/day2/*.test.ts")] },
  { name: "faults", commands: [tests("faults", "test/faults/*.test.ts")] },
  {
    name: "units",
    commands: [tests("units", "test/{core,config,aws,twin,blueprint,bootstrap,permissions,report}/*.test.ts")],
  },
  { name: "plan", commands: [tests("plan", "test/plan/*.test.ts")] },
  { name: "rehearse", commands: [tests("rehearse", "test/rehearse/*.test.ts")] },
  { name: "fuzz", commands: [tests("fuzz", "test/{fuzz,releases}/*.test.ts")] },
  {
    name: "doors",
    commands: [[node, "scripts/build.ts"], tests("doors", "test/{doors/*,house,budget,bench}.test.ts")],
  },
  { name: "docs", commands: [tests("docs", "test/docs/{examples,pages}.test.ts")] },
  { name: "commands", commands: [tests("commands", "test/docs/commands.test.ts")], python: "needed" },
  { name: "types", commands: [[node, "node_modules/typescript/bin/tsc", "--noEmit"]] },
  {
    name: "lint",
    commands: [
      [node, "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
      [node, "scripts/floors.ts"],
      [node, "node_modules/knip/bin/knip.js", "--no-progress"],
    ],
  },
  // These come last: their programs are made while the others run.
  { name: "page", commands: [tests("page", "test/page/*.test.ts")], tools: ["chromium"] },
  { name: "release", commands: [tests("release", "test/release/*.test.ts")], tools: ["actionlint", "zizmor"] },
  {
    name: "github",
    commands: [[node, "scripts/build.ts", "dist-test-github"], tests("github", "test/github/*.test.ts")],
    tools: ["act"],
  },
  { name: "packs", commands: [tests("packs", "test/packs/*.test.ts")], tools: ["helm"] },
];

interface Outcome {
  name: string;
  state: "passed" | "failed" | "skipped";
  lastLine: string;
  /** What its tests say that they left out. */
  untested: readonly string[];
  seconds: number;
}

interface Ended {
  code: number;
  output: string;
}

function runCommand([command = "", ...args]: string[]): Promise<Ended> {
  let output = "";
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: `${TOOLS_PATH}${path.delimiter}${process.env.PATH ?? ""}` };
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Made once, however many groups want it: two side by side would make it in one folder. */
let environment: Promise<Ended> | undefined;
function makeEnvironment(): Promise<Ended> {
  environment ??= runCommand([node, "scripts/moto-environment.ts"]);
  return environment;
}

/** One after the other, beside the groups: each takes all that the machine has. */
const tools = new Map<Tool, Promise<string | undefined>>();
function beginTools(wanted: readonly Tool[]): void {
  let before: Promise<unknown> = Promise.resolve();
  for (const tool of new Set(wanted)) {
    const made = before.then(() => makeTool(tool));
    tools.set(tool, made);
    before = made;
  }
}

async function runGroup(group: Group): Promise<Outcome> {
  const startedAtMs = Date.now();
  let output = "";
  const finish = (state: Outcome["state"]): Outcome => {
    if (state === "failed" || process.env.VERBOSE === "1") process.stdout.write(`\n── ${group.name} ──\n${output}\n`);
    const lines = output.trim().split("\n");
    const untested = [...new Set(lines.filter((line) => line.includes("NOT TESTED")))];
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    return { name: group.name, state, lastLine: lines.at(-1) ?? "", untested, seconds };
  };
  if (group.python !== undefined) {
    const made = await makeEnvironment();
    output += made.output;
    // A machine without Python may leave out what needs it; CI may not.
    const bearable = made.code === 0 || (made.code === NO_PYTHON && !process.env.CI);
    if (!bearable) return finish("failed");
    if (made.code !== 0 && group.python === "needed") return finish("skipped");
  }
  for (const tool of group.tools ?? []) {
    const why = await tools.get(tool);
    if (why !== undefined) output += `NOT TESTED: what needs ${tool}: ${why}\n`;
  }
  for (const command of group.commands) {
    const ended = await runCommand(command);
    output += ended.output;
    if (ended.code !== 0) return finish("failed");
  }
  return finish("passed");
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !GROUPS.some((group) => group.name === name));
if (unknown.length > 0) {
  console.error(`there is no group ${unknown.join(", ")}; there is ${GROUPS.map((group) => group.name).join(", ")}`);
  process.exit(2);
}
const waiting = GROUPS.filter((group) => names.length === 0 || names.includes(group.name));
beginTools(waiting.flatMap((group) => group.tools ?? []));
const outcomes: Outcome[] = [];
const startedAtMs = Date.now();
const worker = async (): Promise<void> => {
  for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
    const outcome = await runGroup(group);
    outcomes.push(outcome);
    process.stdout.write(
      `${outcome.state === "passed" ? "✓" : outcome.state === "failed" ? "✗" : "!"} ${outcome.name} (${outcome.seconds} s)  ${outcome.lastLine}\n`,
    );
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));

const count = (state: Outcome["state"]): string[] =>
  outcomes.filter((outcome) => outcome.state === state).map((outcome) => outcome.name);
const [failed, skipped] = [count("failed"), count("skipped")];
for (const outcome of outcomes.filter(({ state }) => state === "skipped")) {
  console.log(`\n!!! SKIPPED: ${outcome.name} did not run on this machine: ${outcome.lastLine}\n`);
}
for (const line of outcomes.flatMap(({ untested }) => untested)) console.log(`!!! ${line}`);
console.log(
  `${outcomes.length} groups in ${Math.round((Date.now() - startedAtMs) / 1000)} s: ${count("passed").length} passed, ${failed.length} failed${failed.length > 0 ? ` (${failed.join(", ")})` : ""}, ${skipped.length} skipped`,
);
process.exitCode = failed.length > 0 || outcomes.length === 0 ? 1 : 0;
