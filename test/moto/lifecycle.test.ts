/**
 * The product against moto's wire protocol, as its users run it: nothing but environment variables. moto judges that
 * requests are well-formed and that things exist; it does not judge the order of deletes, which the twin does.
 */

import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterTree, filesOf } from "../support/builders.ts";
import { REPOSITORY } from "../support/events.ts";
import type { Moto } from "../support/moto.ts";
import { startMotoWithNodes } from "../support/moto-nodes.ts";
import { putOthers } from "../support/moto-others.ts";
import { repository, runner, start } from "../support/spawn.ts";
import { makeUserNetwork, placedIn } from "../support/user-network.ts";

const BUNDLE = "dist-test-moto";
const POOLS = [
  { name: "default", size: 3, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b"] },
  { name: "batch", size: 1, instanceType: "m6i.xlarge", zones: ["us-east-1a"], spot: { maxPricePercent: 60 } },
];

let moto: Moto;

before(async () => {
  moto = await startMotoWithNodes();
});
after(async () => {
  await moto.stop();
});

// Most of their time is waiting, so they do it together.
describe("the life of clusters", { concurrency: true }, () => {
  test("plan, apply, plan, destroy from the command line: as planned, then no changes, then nothing left", async () => {
    const root = repository(filesOf(clusterTree({ spec: { workerPools: POOLS } })));
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await start(`${BUNDLE}/cli.js`, [...args, "--json"], {
        cwd: root,
        env: moto.env,
      });
      assert.equal(code, 0, `${args.join(" ")}\n${stdout.slice(0, 3000)}\n${stderr.slice(-3000)}`);
      return JSON.parse(stdout);
    };

    const planned = await run("plan");
    const applied = await run("apply");
    const again = await run("plan");
    const idle = await run("apply");
    const standing = await moto.leftovers("prod");
    const glass = path.join(root, "admin.kubeconfig");
    const issued = await run("kubeconfig", "prod", "--out", glass);
    const destroyed = await run("destroy", "prod", "--confirm", "prod");
    const after = await run("plan");

    assert.equal(planned.result, "planned");
    assert.equal(applied.result, "applied");
    assert.deepEqual(applied.clusters[0].changes, planned.clusters[0].changes, "what was planned is what was done");
    assert.ok(applied.clusters[0].steps.every((step: { state: string }) => step.state === "done"));
    assert.deepEqual([again.result, again.clusters[0].changes], ["no-changes", []]);
    assert.equal(idle.result, "no-changes");
    assert.ok(standing.length > 20, standing.join());
    assert.equal(issued.result, "issued");
    assert.match(readFileSync(glass, "utf8"), /^ +server: https:\/\/slipway-prod-api\S+:6443$/m);
    assert.equal(statSync(glass).mode & 0o777, 0o600);
    assert.equal(destroyed.result, "destroyed");
    assert.deepEqual(await moto.leftovers("prod"), []);
    assert.equal(after.clusters[0].changes.length, planned.clusters[0].changes.length);
  });

  test("in a VPC of the user's: applied, in sync, destroyed, and the network is as it was", async () => {
    const network = await makeUserNetwork(moto.ec2, ["us-east-1a"], sleep);
    const root = repository(
      filesOf(
        clusterTree({
          metadata: { name: "guest" },
          spec: { placement: placedIn(network), controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] },
        }),
      ),
    );
    const run = async (...args: string[]) => {
      const { code, stdout } = await start(`${BUNDLE}/cli.js`, [...args, "--json"], { cwd: root, env: moto.env });
      assert.equal(code, 0, `${args.join(" ")}\n${stdout.slice(0, 3000)}`);
      return JSON.parse(stdout);
    };
    const before = await moto.network(network.vpc);

    const applied = await run("apply");
    const again = await run("plan");
    const destroyed = await run("destroy", "guest", "--confirm", "guest");

    const said = applied.clusters[0].findings.map(({ code }: { code: string }) => code);
    // moto knows no quotas of instances and load balancers.
    assert.deepEqual([applied.result, said], ["applied", ["capacity/unknown"]]);
    assert.equal(again.result, "no-changes");
    assert.equal(destroyed.result, "destroyed");
    assert.deepEqual(await moto.leftovers("guest"), []);
    assert.equal(await moto.network(network.vpc), before);
  });

  test("what others have around the VPC is named and holds a destroy up, until it is deleted, detached or over", async () => {
    const root = repository(
      filesOf(
        clusterTree({
          metadata: { name: "held" },
          spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] },
        }),
      ),
    );
    const run = async (...args: string[]) => {
      const { stdout } = await start(`${BUNDLE}/cli.js`, [...args, "--json"], { cwd: root, env: moto.env });
      return JSON.parse(stdout);
    };
    const applied = await run("apply");
    assert.equal(applied.result, "applied");
    const { ids, remove } = await putOthers(moto.ec2, "held");
    const standing = await moto.leftovers("held");

    const refused = await run("destroy", "held", "--confirm", "held");

    const said: { code: string; message: string }[] = refused.clusters[0].findings;
    const named = said.filter(({ code }) => code === "destroy/in-use").map(({ message }) => message);
    assert.equal(refused.result, "blocked");
    assert.deepEqual(
      Object.values(ids).map((id) => named.filter((message) => message.includes(id)).length),
      [1, 1, 1, 1, 1],
      named.join("\n"),
    );
    assert.equal(named.length, 5, "nothing but that");
    assert.deepEqual(await moto.leftovers("held"), standing);

    await remove();
    assert.equal((await run("destroy", "held", "--confirm", "held")).result, "destroyed");
    assert.deepEqual(await moto.leftovers("held"), []);
  });

  test("the Action plans, applies and destroys on workflow_dispatch, with outputs, summary and log groups", async () => {
    const root = repository(
      filesOf(
        clusterTree({
          metadata: { name: "acted" },
          spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] },
        }),
      ),
    );
    const payload = path.join(root, "event.json");
    writeFileSync(payload, JSON.stringify({ repository: REPOSITORY }));
    const byHand = {
      GITHUB_EVENT_NAME: "workflow_dispatch",
      GITHUB_EVENT_PATH: payload,
      GITHUB_REF: `refs/heads/${REPOSITORY.default_branch}`,
    };
    const act = async (inputs: Record<string, string>) => {
      const { env, outputs, summary } = runner(root);
      const all = { ...moto.env, ...env, ...byHand, ...inputs };
      const { code, stdout } = await start(`${BUNDLE}/index.js`, [], { cwd: root, env: all });
      return { code, stdout, outputs: outputs(), summary: summary() };
    };

    const planned = await act({ INPUT_COMMAND: "auto" });
    const applied = await act({ INPUT_COMMAND: "apply", INPUT_CLUSTER: "acted" });
    const unconfirmed = await act({ INPUT_COMMAND: "destroy", INPUT_CLUSTER: "acted" });
    const destroyed = await act({ INPUT_COMMAND: "destroy", INPUT_CLUSTER: "acted", INPUT_CONFIRM: "other, acted" });

    assert.deepEqual([planned.code, planned.outputs.result], [0, "planned"]);
    assert.match(planned.outputs.fingerprint!, /^[0-9a-f]{16}$/);
    assert.ok(Number(planned.outputs.changes) > 20);
    assert.match(planned.summary, /^### 📋 plan acted: planned[\s\S]*```mermaid\nflowchart TB/);
    assert.deepEqual([applied.code, applied.outputs.result], [0, "applied"]);
    assert.match(applied.stdout, /^::group::slipway apply\n[\s\S]*✓ VPC created[\s\S]*::endgroup::\n/);
    assert.equal(applied.outputs.fingerprint, planned.outputs.fingerprint);
    assert.deepEqual([unconfirmed.code, unconfirmed.outputs.result], [1, "blocked"]);
    assert.match(
      unconfirmed.stdout,
      /::error title=destroy\/unconfirmed::deleting acted is not confirmed; nothing was changed/,
    );
    assert.deepEqual([destroyed.code, destroyed.outputs.result], [0, "destroyed"]);
    assert.deepEqual(await moto.leftovers("acted"), []);
  });

  test("an account that is not the file's is refused before anything is asked of it", async () => {
    const files = filesOf(clusterTree()).map((file) => ({
      ...file,
      text: file.text.replace("123456789012", "999999999999"),
    }));

    const { code, stdout } = await start(`${BUNDLE}/cli.js`, ["plan"], { cwd: repository(files), env: moto.env });

    assert.equal(code, 1);
    assert.match(stdout, /these are credentials of the account 123456789012 \(.*\), and production is 999999999999/);
  });
});
