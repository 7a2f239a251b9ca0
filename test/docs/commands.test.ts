/**
 * The commands of README.md and docs/, run as they are printed: in a shell of a newcomer's, whose home is empty, page by page
 * from top to bottom, against moto. A block that is not run says why above itself; those are counted and printed.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pages } from "../../scripts/docs/pages.ts";
import { clusterTree, filesOf } from "../support/builders.ts";
import { commandsIn, type Fence, fencesOf } from "../support/docs/fences.ts";
import { openShell, type Shell } from "../support/docs/shell.ts";
import type { Moto } from "../support/moto.ts";
import { startMotoWithNodes } from "../support/moto-nodes.ts";

const RUNS = new Set(["sh", "console"]);
/** Pages that begin in a clone of Slipway. The others begin in a repository that has a cluster, in an account that has it too. */
const IN_A_CLONE = ["docs/getting-started.md", "docs/permissions.md"];

/** What a maintainer runs in a clone, for minutes to hours: those commands are checked to be there, and counted. */
const MAINTAINERS = [
  "CONTRIBUTING.md",
  ...["reliability", "performance", "scale", "releasing"].map((name) => `docs/${name}.md`),
];

const FENCES = pages()
  .filter((page) => !MAINTAINERS.includes(page))
  .flatMap((page) => fencesOf(page, readFileSync(page, "utf8")))
  .filter(({ language }) => RUNS.has(language));

let moto: Moto;
let shell: Shell;

before(async () => {
  moto = await startMotoWithNodes();
  shell = await openShell(moto);
});
after(async () => {
  shell.close();
  await moto.stop();
});

/** All blocks of a page as one script, which says where it is before each. */
function scriptOf(fences: readonly Fence[]): string {
  return ["set -e", ...fences.map(({ page, line, text }) => `echo "@@ ${page}:${line}"\n${text}`)].join("\n");
}

async function runPage(page: string, cwd: string): Promise<string> {
  const fences = FENCES.filter((fence) => fence.page === page && fence.notRun === undefined);
  assert.notEqual(fences.length, 0, page);
  const { code, output } = await shell.run(scriptOf(fences), cwd);
  const at = output.lastIndexOf("@@ ");
  assert.equal(code, 0, output.slice(at, at + 3000));
  return output;
}

/** A repository with a small cluster that its first commit has, and AWS too. */
async function standing(): Promise<string> {
  const root = path.join(shell.clone, "..", "repository");
  const zones = ["us-east-1a"];
  const workerPools = [{ name: "default", size: 1, instanceType: "m6i.large", zones }];
  const files = filesOf(clusterTree({ spec: { controlPlane: { size: 1, zones }, workerPools } }));
  for (const { path: name, text } of files) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  const { code, output } = await shell.run(
    "git init -q -b main . && git add clusters && git commit -qm first && slipway apply prod",
    root,
  );
  assert.equal(code, 0, output);
  return root;
}

// One account: they take turns.
describe("the commands of the pages", () => {
  test("getting-started leads from an empty account to a cluster, and back", async () => {
    const output = await runPage("docs/getting-started.md", shell.clone);

    assert.match(output, /✓ applied {2}apply sandbox/);
    assert.match(output, /✓ destroyed {2}destroy sandbox/);
    assert.deepEqual(await moto.leftovers("sandbox"), []);
    const trust = readFileSync(
      path.join(shell.clone, "../infrastructure/policies/trust-apply-environment.json"),
      "utf8",
    );
    const [{ Principal, Condition }] = JSON.parse(trust).Statement;
    assert.equal(Principal.Federated, "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com");
    const subject = Condition.StringEquals["token.actions.githubusercontent.com:sub"];
    assert.deepEqual(subject, ["repo:acme/infrastructure:environment:production"]);
  });

  test("permissions: what sets the roles up is as IAM takes it", async () => {
    await moto.reset();
    await runPage("docs/permissions.md", shell.clone);
  });

  test("the other pages, in a repository whose cluster stands", async () => {
    await moto.reset();
    const root = await standing();
    const others = new Set(FENCES.filter(({ notRun }) => notRun === undefined).map(({ page }) => page));
    for (const page of others) if (!IN_A_CLONE.includes(page)) await runPage(page, root);
  });
});

test("the scripts that maintainers' pages name are there", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const blocks = pages()
    .filter((page) => MAINTAINERS.includes(page))
    .flatMap((page) => fencesOf(page, readFileSync(page, "utf8")))
    .filter(({ language }) => RUNS.has(language));
  const commands = blocks.flatMap(({ text }) => commandsIn(text));
  const named = commands
    .flatMap((command) => /npm (?:run ([\w:-]+)|(test)\b)/.exec(command)?.slice(1) ?? [])
    .filter((name) => name !== undefined);
  const files = commands.flatMap((command) => /^(?:node )?(scripts\/[\w./-]+)/.exec(command)?.[1] ?? []);

  console.log(`${commands.length} commands of maintainers' pages are not run; ${named.length} scripts are there`);
  assert.ok(named.length > 10);
  for (const name of named) assert.ok(name in scripts, `npm run ${name}`);
  for (const file of files) assert.ok(existsSync(file), file);
});

test("what is not run says why; it is no more than this, and .ci/run does what README promises", () => {
  const left = FENCES.filter(({ notRun }) => notRun !== undefined);
  for (const { page, line, notRun, text } of left)
    console.log(`not run: ${page}:${line} (${commandsIn(text).length} commands): ${notRun}`);
  const count = (fences: readonly Fence[]): number => fences.flatMap(({ text }) => commandsIn(text)).length;
  console.log(`${count(FENCES)} commands in ${FENCES.length} blocks, ${count(left)} in ${left.length} of them not run`);

  assert.ok(left.every(({ notRun = "" }) => notRun.length > 20));
  assert.ok(count(left) * 2 < count(FENCES), "most commands are run");
  const start = commandsIn(left.find(({ page }) => page === "README.md")?.text ?? "");
  const ci = new Set(commandsIn(readFileSync(".ci/run", "utf8")));
  for (const command of start.flatMap((line) => line.split(" && ")))
    assert.ok(ci.has(command), `${command} is not in .ci/run`);
});
