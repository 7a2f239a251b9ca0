/** Both doors under signals and time limits, with an AWS that never answers; and the post step after a killed main step. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { load } from "js-yaml";
import { clusterTree, filesOf } from "../support/builders.ts";
import { standInForAws } from "../support/loopback.ts";
import { begin, type Ended, repository, runner, start } from "../support/spawn.ts";

/** As the runner finds them. */
const ACTION = (load(readFileSync("action.yml", "utf8")) as { runs: Record<"main" | "post" | "post-if", string> }).runs;
const root = repository(filesOf(clusterTree()));
/** Takes every request, and never says a word. */
const { env, close } = await standInForAws(() => {});
after(close);

/** Begins the Action's main step; once it waits for AWS it is sent a signal. */
async function actUntil(signal: NodeJS.Signals, inputs: Record<string, string>) {
  const given = runner(root);
  const main = begin(ACTION.main, [], { cwd: root, env: { ...env, ...given.env, ...inputs } });
  await main.said(/prod in us-east-1/);
  main.kill(signal);
  return { ...given, main: await main.ended };
}

function post(given: ReturnType<typeof runner>): Promise<Ended> {
  return start(ACTION.post, [], { cwd: root, env: { ...given.env, ...given.state() } });
}

// Most of their time is waiting, so they do it together.
describe("signals", { concurrency: 3 }, () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`${signal} ends a command line that AWS leaves without an answer, with 130, its report, and the reason`, async () => {
      const running = begin("dist/cli.js", ["apply", "--json"], { cwd: root, env });
      await running.said(/prod in us-east-1/);
      const toldAtMs = Date.now();
      running.kill(signal);
      const { code, stdout, stderr } = await running.ended;

      assert.equal(code, 130);
      assert.match(stderr, new RegExp(`■ stopped by ${signal}: nothing more is started`));
      const { result, clusters } = JSON.parse(stdout);
      assert.deepEqual([result, clusters[0].findings[0].code], ["stopped", "run/stopped"]);
      assert.match(clusters[0].findings[0].message, new RegExp(`the run was stopped by ${signal}; nothing more`));
      assert.ok(Date.now() - toldAtMs < 5000);
    });
  }

  test("commands that look for clusters before they work on one stop too", async () => {
    for (const args of [["status"], ["destroy", "prod", "--confirm", "prod"], ["unlock", "prod"]]) {
      const { code, stdout } = await start("dist/cli.js", [...args, "--time-limit", "1s", "--json"], {
        cwd: root,
        env,
      });

      assert.equal(code, 130, stdout);
      assert.equal(JSON.parse(stdout).result, "stopped");
      assert.match(stdout, /the run was stopped by its time limit of 1s/);
    }
  });

  test("the Action, told to stop, sets its outputs, writes its summary and fails; its post step then says nothing", async () => {
    const given = await actUntil("SIGINT", { INPUT_COMMAND: "plan" });
    const before = given.summary();
    const after = await post(given);

    assert.equal(given.main.code, 1);
    assert.equal(given.outputs().result, "stopped");
    assert.match(given.main.stdout, /::warning title=run\/stopped::the run was stopped by SIGINT/);
    assert.match(given.main.stdout, /::error::slipway plan: stopped/);
    assert.match(before, /^### ⏹️ plan prod: stopped\n/);
    assert.deepEqual([after.code, after.stdout, after.stderr], [0, "", ""]);
    assert.equal(given.summary(), before);
  });

  test("the Action ends by itself at its time limit", async () => {
    const { env: given, outputs } = runner(root);
    const inputs = { INPUT_COMMAND: "apply", "INPUT_TIME-LIMIT": "1s" };
    const { code, stdout } = await start(ACTION.main, [], { cwd: root, env: { ...env, ...given, ...inputs } });

    assert.deepEqual([code, outputs().result], [1, "stopped"]);
    assert.match(stdout, /::warning title=run\/stopped::the run was stopped by its time limit of 1s/);
  });

  test("of a main step that was killed the post step tells what was under way, and that nothing is lost", async () => {
    assert.equal(ACTION["post-if"], "always()");
    const given = await actUntil("SIGKILL", { INPUT_COMMAND: "apply" });
    const { code, stdout } = await post(given);

    assert.equal(given.main.signal, "SIGKILL");
    assert.deepEqual(given.outputs(), {});
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^::error title=run\/killed::apply prod: it had begun none of its steps .*%0A→ nothing is lost: run the same again/m,
    );
    assert.match(stdout, /A lease that this run still holds runs out 1m 00s after its death/);
    assert.match(given.summary(), /^### 💥 apply prod: killed\n\nit had begun none of its steps \d+s after its start/);
    assert.match(given.summary(), /apply prod in us-east-1/);
  });

  test("the post step never does the main step's work: without any state, it says that nothing was begun", async () => {
    const given = runner(root);
    const { code, stdout } = await start(ACTION.post, [], {
      cwd: root,
      env: { ...env, ...given.env, INPUT_COMMAND: "apply" },
    });

    assert.equal(code, 0);
    assert.match(
      stdout,
      /^::error title=run\/killed::slipway: it had not begun, and nothing was changed\. The run ended without its report/m,
    );
    assert.match(given.summary(), /it had not begun, and nothing was changed/);
  });

  test("wrong inputs are the main step's to tell; a progress file that is gone or broken is said to be", async () => {
    const wrong = runner(root);
    await start(ACTION.main, [], { cwd: root, env: { ...env, ...wrong.env, INPUT_COMMAND: "aply" } });
    assert.equal((await post(wrong)).stdout, "");

    const given = await actUntil("SIGKILL", { INPUT_COMMAND: "apply" });
    const file = given.state()["STATE_progress-file"]!;
    writeFileSync(file, '{"schema":1,"com');
    const broken = await post(given);
    rmSync(file);
    const gone = await post(given);

    for (const { code, stdout } of [broken, gone]) {
      assert.equal(code, 0);
      assert.match(stdout, /how far it came is not known\..*%0A→ nothing is lost/);
    }
  });
});
