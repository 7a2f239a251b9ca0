/**
 * `npm run demo`: a cluster's life without an AWS account. Its file is planned and applied; edited, so that one pool grows
 * and another gets other machines, node by node; a pool is removed; then all of it is destroyed. AWS is the twin, and its
 * minutes pass in fractions of a second; everything above it is the product.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { LEASE_TTL_MS } from "../src/apply/lease.ts";
import { makeAws } from "../src/aws/clients.ts";
import { apply } from "../src/commands/apply.ts";
import { NO_COMMITS } from "../src/commands/commits.ts";
import type { CommandContext } from "../src/commands/context.ts";
import { destroy } from "../src/commands/destroy.ts";
import { plan } from "../src/commands/plan.ts";
import { readFiles } from "../src/commands/read-files.ts";
import { NO_OWN_PACKS } from "../src/commands/read-packs.ts";
import type { CommandResult, Result } from "../src/commands/results.ts";
import { status } from "../src/commands/status.ts";
import { readConfiguration } from "../src/config/configuration.ts";
import type { SourceFile } from "../src/config/yaml.ts";
import { seededRandom } from "../src/core/random.ts";
import { VirtualClock } from "../src/core/virtual-clock.ts";
import { blocksOf } from "../src/report/blocks.ts";
import { colours, noColours, renderTerminal } from "../src/report/terminal.ts";
import { showProgress } from "../src/terminal-progress.ts";
import { World } from "../src/twin/world.ts";

/** Seconds of AWS in one second of the demo. */
const SPEED = 150;
const FOLDER = "fixtures/demo";
const FILE = `${FOLDER}/clusters/demo.yaml`;

const { stdout } = process;
const paint = stdout.isTTY ? colours : noColours;
const clock = new VirtualClock({ startMs: Date.now(), pace: pacer(SPEED) });
const world = new World({ clock, seed: 7 });

const source = await readFiles(path.resolve(FOLDER), "clusters");
let files = source.files;
let configuration = readConfiguration(files);

stdout.write(
  `${paint("bold", "Slipway, on a model of AWS.")} No account is touched; ${SPEED} seconds of AWS pass in one.\n\n`,
);
stdout.write(`${paint("dim", FILE)}\n\n${indented(await readFile(FILE, "utf8"))}\n`);

const outcomes: string[] = [];
await expectOf("planned", "slipway plan", "what would change, before anything does", (context) =>
  plan(context, "demo"),
);
await expectOf("applied", "slipway apply", "make it so", (context) => apply(context, "demo"));
await expectOf("no-changes", "slipway plan", "is AWS as the file says?", (context) => plan(context, "demo"));

edit("one pool gets another node, the other one larger machines", [
  ["name: default, size: 3,", "name: default, size: 4,"],
  ["instanceType: m6i.xlarge", "instanceType: m6i.2xlarge"],
]);
await expectOf("planned", "slipway plan", "which nodes come, and which go, in their order", (context) =>
  plan(context, "demo"),
);
await expectOf("applied", "slipway apply", "a new node is ready before an old one is drained", (context) =>
  apply(context, "demo"),
);

edit("a pool goes", [[/ {4}- name: batch\n(?: {6}.*\n)+/, ""]]);
await expectOf("blocked", "slipway apply", "what is deleted for good asks for a second word", (context) =>
  apply(context, "demo"),
);
await expectOf("applied", "slipway apply --confirm demo/batch", "its nodes leave, one by one", (context) =>
  apply({ ...context, confirm: ["demo/batch"] }, "demo"),
);
await expectOf("shown", "slipway status demo", "what there is, and what it costs", (context) =>
  status(context, "demo", false),
);

await expectOf("destroyed", "slipway destroy demo --confirm demo", "and away again, from tags alone", (context) =>
  destroy(context, "demo", ["demo"]),
);

const seconds = Math.round(process.uptime());
stdout.write(
  `\n${paint("bold", `${world.calls.length} calls to AWS: ${outcomes.join(", ")}.`)} Took ${seconds} s. Your own cluster: README.md, "Start".\n`,
);

/** Runs a command; a demo that shows something else than it says fails. */
async function expectOf(
  expected: Result,
  command: string,
  why: string,
  run: (context: CommandContext) => Promise<CommandResult>,
): Promise<void> {
  const { result } = await step(command, why, run);
  outcomes.push(result);
  if (result !== expected) process.exitCode = 1;
}

/** Changes the cluster's file, and shows which of its lines. */
function edit(why: string, changes: readonly (readonly [find: string | RegExp, replacement: string])[]): void {
  const isOurs = (file: SourceFile): boolean => FILE.endsWith(file.path);
  const before = files.find(isOurs)?.text.toString() ?? "";
  const after = changes.reduce((text, [find, replacement]) => text.replace(find, replacement), before);
  files = files.map((file) => (isOurs(file) ? { ...file, text: after } : file));
  configuration = readConfiguration(files);
  const [old, next] = [before.split("\n"), after.split("\n")];
  const lines = [
    ...old.filter((line) => !next.includes(line)).map((line) => paint("red", `- ${line}`)),
    ...next.filter((line) => !old.includes(line)).map((line) => paint("green", `+ ${line}`)),
  ];
  stdout.write(`${paint("bold", `$ edit ${FILE}`)}  ${paint("dim", `# ${why}`)}\n${indented(lines.join("\n"))}\n\n`);
}

async function step(
  command: string,
  why: string,
  run: (context: CommandContext) => Promise<CommandResult>,
): Promise<CommandResult> {
  stdout.write(`${paint("bold", `$ ${command}`)}  ${paint("dim", `# ${why}`)}\n`);
  const shown = showProgress(stdout, () => clock.now(), paint);
  const context: CommandContext = {
    configuration,
    connect: ({ region, permit, signal }) =>
      makeAws({
        region,
        clock,
        random: seededRandom(11),
        transport: world.connect(),
        ...(permit === undefined ? {} : { permit }),
        ...(signal === undefined ? {} : { signal }),
      }),
    owner: "demo",
    by: "npm run demo",
    commits: NO_COMMITS,
    leaseTtlMs: LEASE_TTL_MS,
    emit: shown.emit,
    signal: new AbortController().signal,
    nodeTimeoutMs: 30 * 60_000,
    rehearse: true,
    ambientRegion: undefined,
    ownPacks: async () => NO_OWN_PACKS,
  };
  const result = await clock.run(() => run(context)).finally(shown.end);
  stdout.write(`\n${indented(renderTerminal(blocksOf(result), paint))}\n`);
  return result;
}

/** Waits as long as a jump of the clock takes at that speed. Small jumps are saved up: timers are no finer than a millisecond. */
function pacer(speed: number): (jumpMs: number) => Promise<void> {
  let owedMs = 0;
  return async (jumpMs) => {
    owedMs += jumpMs / speed;
    if (owedMs < 15) return;
    const waitMs = owedMs;
    owedMs = 0;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  };
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
