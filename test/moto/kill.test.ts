/**
 * Real processes that are told to stop, or killed, and what the next one makes of what they left: with moto for AWS, so
 * that what there is at the end can be counted from outside.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { between, seededRandom } from "../../src/core/random.ts";
import { clusterTree, filesOf } from "../support/builders.ts";
import { type Moto, startGate } from "../support/moto.ts";
import { startMotoWithNodes } from "../support/moto-nodes.ts";
import { begin, repository, runner, start } from "../support/spawn.ts";

const BUNDLE = "dist-test-moto";
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6));
/** The lines by which a run says that it begins to change things: it has the lease by then. */
const AT_WORK = /\d steps?\n/;

let moto: Moto;
let env: Record<string, string>;

before(async () => {
  moto = await startMotoWithNodes();
  env = { ...moto.env, SLIPWAY_LEASE_TTL: "8s", SLIPWAY_OWNER: "4711" };
});
after(async () => {
  await moto.stop();
});

/** A repository with one small cluster: a control-plane node and two workers in two zones. */
function smallCluster(name: string): string {
  const zones = ["us-east-1a", "us-east-1b"];
  const workerPools = [{ name: "default", size: 2, instanceType: "m6i.large", zones }];
  const controlPlane = { size: 1, zones: ["us-east-1a"] };
  return repository(filesOf(clusterTree({ metadata: { name }, spec: { controlPlane, workerPools } })));
}

/** Runs a command to its end; gives its result's word and what it says of its cluster. */
async function run(root: string, ...args: string[]) {
  const { stdout, stderr } = await start(`${BUNDLE}/cli.js`, [...args, "--json"], { cwd: root, env });
  assert.notEqual(stdout, "", stderr);
  const { result, clusters } = JSON.parse(stdout);
  return { result, findings: clusters[0].findings, told: `${stderr.slice(-3000)}${stdout.slice(0, 2000)}` };
}

/** Starts a command, and kills it at a moment of chance: one in four as soon as it runs, the others at their work. */
async function killed(random: () => number, root: string, ...args: string[]) {
  // The next one waits for its lease. On a busy machine it may lose one so short, which is as good as being killed.
  const running = begin(`${BUNDLE}/cli.js`, args, { cwd: root, env: { ...env, SLIPWAY_LEASE_TTL: "3s" } });
  const isEarly = random() < 0.25;
  const afterMs = Math.round(between(random, 0, isEarly ? 1500 : 1200));
  // Where the machine is quick it may be done before its moment has come.
  if (!isEarly) await Promise.race([running.said(AT_WORK), running.ended]);
  await Promise.race([sleep(afterMs), running.ended]);
  running.kill("SIGKILL");
  await running.ended;
  return { when: `${isEarly ? "early" : "at work"} ${afterMs} ms` };
}

/** How many there are of each kind. */
function counts(leftovers: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const kind of leftovers.map((one) => one.split(" ")[0]!).sort()) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

let calm: Promise<{ root: string; made: Record<string, number> }> | undefined;

/** What an undisturbed apply makes, by kind; of the cluster `falling`. */
function undisturbed() {
  calm ??= (async () => {
    const root = smallCluster("falling");
    const { result, told } = await run(root, "apply");
    assert.equal(result, "applied", told);
    return { root, made: counts(await moto.leftovers("falling")) };
  })();
  return calm;
}

// Most of their time is waiting, so they do it together.
describe("stopped and killed", { concurrency: true }, () => {
  test("a destroy that is killed four times leaves nothing, once it is run to its end", async () => {
    const random = seededRandom(SEED);
    const { root } = await undisturbed();
    const args = ["destroy", "falling", "--confirm", "falling"];
    const kills: Awaited<ReturnType<typeof killed>>[] = [];
    for (let n = 0; n < 4; n++) kills.push(await killed(random, root, ...args));
    const { result, told } = await run(root, ...args);

    const chance = `SEED=${SEED}, killed ${kills.map(({ when }) => when).join(", ")}\n${told}`;
    assert.equal(result, "destroyed", chance);
    assert.deepEqual(await moto.leftovers("falling"), [], chance);
  });

  test("an apply that is killed six times makes no thing twice, and is finished by the next", async () => {
    const random = seededRandom(SEED + 1);
    const root = smallCluster("rising");
    const kills: Awaited<ReturnType<typeof killed>>[] = [];
    for (let n = 0; n < 6; n++) kills.push(await killed(random, root, "apply"));
    const { result, told } = await run(root, "apply");

    const chance = `SEED=${SEED}, killed ${kills.map(({ when }) => when).join(", ")}\n${told}`;
    // One may also have been killed after its last step, or have been quicker than its killer.
    assert.ok(["resumed", "no-changes"].includes(result), chance);
    assert.deepEqual(counts(await moto.leftovers("rising")), (await undisturbed()).made, chance);
    assert.equal((await run(root, "plan")).result, "no-changes", chance);
  });

  test("of two applies that start together one works, and the other says who it is", async () => {
    const root = smallCluster("wanted");
    const both = await Promise.all([run(root, "apply"), run(root, "apply")]);
    const [one, other] = both.sort((a, b) => (a.result < b.result ? -1 : 1));

    assert.deepEqual([one!.result, other!.result], ["applied", "blocked"], `${one!.told}\n${other!.told}`);
    assert.equal(other!.findings[0].code, "lease/held");
    assert.match(other!.findings[0].message, /^wanted is being changed by \S+@\S+: apply/);
    assert.deepEqual(counts(await moto.leftovers("wanted")), (await undisturbed()).made);
  });

  test("stopped as the runner stops, at its time limit, killed, and with a silent AWS: each run says it, the last one finishes", async () => {
    const root = smallCluster("stopped");
    const short = { ...env, SLIPWAY_LEASE_TTL: "5s" };
    const act = (given: ReturnType<typeof runner>) =>
      begin(`${BUNDLE}/index.js`, [], { cwd: root, env: { ...short, ...given.env, INPUT_COMMAND: "apply" } });

    // SIGINT, as the runner begins; SIGTERM would follow after 7.5 s and SIGKILL after 10 s.
    const cancelled = runner(root);
    const first = act(cancelled);
    await first.said(/VPC created/);
    const toldAtMs = Date.now();
    first.kill("SIGINT");
    const firstEnd = await first.ended;
    const tookMs = Date.now() - toldAtMs;
    const lease = await moto.lease("stopped");

    assert.deepEqual([firstEnd.code, cancelled.outputs().result], [1, "stopped"], firstEnd.stdout);
    assert.ok(tookMs < 5000, `it took ${tookMs} ms`);
    assert.match(cancelled.summary(), /^### ⏹️ apply stopped: stopped\n\n\d+ of \d+ steps done/);
    assert.match(firstEnd.stdout, /::warning title=run\/stopped::the run was stopped by SIGINT/);
    assert.deepEqual([lease.state, lease.finished], ["released", false]);

    // Its own time limit.
    const second = await start(`${BUNDLE}/cli.js`, ["apply", "--time-limit", "2s"], { cwd: root, env: short });
    assert.equal(second.code, 130, second.stdout);
    assert.match(second.stdout, /the run was stopped by its time limit of 2s/);

    // SIGKILL, and the post step.
    const dead = runner(root);
    const third = act(dead);
    await third.said(AT_WORK);
    await sleep(1200); // the file is written once a second
    third.kill("SIGKILL");
    await third.ended;
    const post = await start(`${BUNDLE}/post.js`, [], { cwd: root, env: { ...dead.env, ...dead.state() } });

    assert.equal((await moto.lease("stopped")).state, "held");
    assert.match(post.stdout, /::error title=run\/killed::apply stopped: \d+ of \d+ steps were done/);
    assert.match(dead.summary(), /^### 💥 apply stopped: killed\n\n\d+ of \d+ steps were done/);

    // An AWS that falls silent: the first signal waits for what is on its way, the second one does not.
    const gate = await startGate(moto);
    const fourth = begin(`${BUNDLE}/cli.js`, ["apply"], {
      cwd: root,
      env: { ...gate.env, SLIPWAY_LEASE_TTL: "5s", SLIPWAY_OWNER: "4711" },
    });
    await fourth.said(AT_WORK);
    gate.silence();
    fourth.kill("SIGINT");
    await sleep(300);
    fourth.kill("SIGINT");
    const fourthEnd = await fourth.ended;
    gate.close();
    assert.deepEqual([fourthEnd.code, fourthEnd.signal], [null, "SIGINT"], fourthEnd.stderr);

    const last = await run(root, "apply");
    assert.equal(last.result, "resumed", last.told);
    assert.deepEqual(counts(await moto.leftovers("stopped")), (await undisturbed()).made);
  });
});
