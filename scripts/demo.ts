/**
 * `npm run demo`: a cluster file planned, applied, found in sync and destroyed, without an AWS account. AWS is the twin,
 * and its minutes pass in fractions of a second; everything above it is the product.
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
import { type CommandResult, exitCode } from "../src/commands/results.ts";
import { readConfiguration } from "../src/config/configuration.ts";
import { makeValidators } from "../src/config/schemas.ts";
import { seededRandom } from "../src/core/random.ts";
import { VirtualClock } from "../src/core/virtual-clock.ts";
import { blocksOf } from "../src/report/blocks.ts";
import { colours, noColours, renderTerminal } from "../src/report/terminal.ts";
import { showProgress } from "../src/terminal-progress.ts";
import { World } from "../src/twin/world.ts";

/** Seconds of AWS in one second of the demo. */
const SPEED = 45;
const FOLDER = "fixtures/demo";

const { stdout } = process;
const paint = stdout.isTTY ? colours : noColours;
const clock = new VirtualClock({ startMs: Date.now(), pace: pacer(SPEED) });
const world = new World({ clock, seed: 7 });

const source = await readFiles(path.resolve(FOLDER), "clusters");
const configuration = readConfiguration(source.files, makeValidators());

stdout.write(
  `${paint("bold", "Slipway, on a model of AWS.")} No account is touched; ${SPEED} seconds of AWS pass in one.\n\n`,
);
stdout.write(
  `${paint("dim", `${FOLDER}/clusters/demo.yaml`)}\n\n${indented(await readFile(`${FOLDER}/clusters/demo.yaml`, "utf8"))}\n`,
);

const results = [
  await step("slipway plan", "what would change, before anything does", (context) => plan(context, "demo")),
  await step("slipway apply", "make it so", (context) => apply(context, "demo")),
  await step("slipway plan", "is AWS as the file says?", (context) => plan(context, "demo")),
  await step("slipway destroy demo --confirm demo", "and away again, from tags alone", (context) =>
    destroy(context, "demo", ["demo"]),
  ),
];

const outcome = results.map(({ result }) => result).join(", ");
const seconds = Math.round(process.uptime());
stdout.write(
  `\n${paint("bold", `${world.calls.length} calls to AWS: ${outcome}.`)} Took ${seconds} s. Your own cluster: README.md, "Start".\n`,
);
process.exitCode = Math.max(...results.map(({ result }) => exitCode(result)));

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
