/** The client, and the GitHub on loopback that it is tested against. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { createOnce, type Github, makeGithub, path } from "../../src/github/client.ts";
import { GithubError, isGithubError } from "../../src/github/errors.ts";
import { onGithub } from "../support/github/client.ts";
import { operationOf, requestProblems } from "../support/github/description.ts";
import { LoopbackGithub, TOKEN } from "../support/github/github.ts";
import { ROUTES } from "../support/github/routes.ts";
import { person, shaOf } from "../support/github/state.ts";

const COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
const say = (client: Github, number: number, body: string) => client.post(path`issues/${number}/comments`, { body });

test("the loopback GitHub has a route for each operation that is described, and no other", () => {
  const { operations } = JSON.parse(readFileSync("fixtures/github-openapi.json", "utf8"));

  assert.deepEqual(Object.keys(ROUTES).sort(), Object.keys(operations).sort());
});

test("a request that GitHub would not understand, or would quietly leave a part of out, is found", () => {
  const checks = "POST /repos/{owner}/{repo}/check-runs";
  const problems = (body: unknown, query = "") => requestProblems(checks, new URLSearchParams(query), body).join("\n");

  assert.equal(problems({ name: "x", head_sha: "y", status: "completed", conclusion: "success" }), "");
  assert.match(problems({ name: "x" }), /must have required property 'head_sha'/);
  assert.match(problems({ name: "x", head_sha: "y", conclusion: "good" }), /must be equal to one of the allowed/);
  assert.match(problems({ name: "x", head_sha: "y", headSha: "z" }), /GitHub knows no headSha/);
  assert.match(problems({ name: "x", head_sha: "y", output: { title: "t", summary: "s", txt: "" } }), /knows no txt/);
  assert.match(problems({ name: "x", head_sha: "y" }, "pages=1"), /no query parameter pages/);
  assert.deepEqual(operationOf("GET", "/repos/o/r/contents/a/b%20c.yaml")?.values, {
    owner: "o",
    repo: "r",
    path: "a/b c.yaml",
  });
});

test("a list is read to its last page, and values in a path are escaped", () =>
  onGithub(async ({ github, client }) => {
    const { number } = github.state.addPull();
    for (let n = 0; n < 250; n++) github.state.comment(number, `${n}`, person("ann"));

    const comments = await client.all<{ body: string }>(path`issues/${number}/comments`);

    assert.deepEqual(
      comments.map(({ body }) => body),
      Array.from({ length: 250 }, (_, n) => `${n}`),
    );
    assert.equal(github.requests.length, 3);
    assert.equal(path`issues/${7}/labels/${"a/b?c#d"}`, "issues/7/labels/a%2Fb%3Fc%23d");
  }));

test("an outage is waited for, on the clock, and a lost read is read again", () =>
  onGithub(async ({ github, client, clock }) => {
    const { number } = github.state.addPull();
    const operation = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
    github.faults.push({ operation, times: 2, answer: { status: 502, body: {} } }, { operation, answer: "cut" });
    const startMs = clock.now();

    const pull = await client.get<{ number: number }>(path`pulls/${number}`);

    assert.equal(pull.number, number);
    assert.equal(github.requests.length, 4);
    assert.equal(clock.now() - startMs, 1000 + 2000 + 4000);
  }));

for (const [what, status, headers, waitedMs] of [
  ["with a time to wait", 403, { "retry-after": "7" }, 7000],
  ["with a used-up allowance", 403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "reset" }, 91_000],
  ["that says no time", 429, {}, 60_000],
] as const) {
  test(`a limit ${what} is kept, and then the call is sent again, be it a POST`, () =>
    onGithub(async ({ github, client, clock }) => {
      const { number } = github.state.addPull();
      const startMs = clock.now();
      const reset = String(startMs / 1000 + 90);
      const said = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, v === "reset" ? reset : v]));
      github.faults.push({ operation: `POST ${COMMENTS}`, answer: { status, headers: said } });

      await say(client, number, "hello");

      assert.equal(clock.now() - startMs, waitedMs);
      assert.deepEqual(
        github.state.commentsOf(number).map(({ body }) => body),
        ["hello"],
      );
    }));
}

test("a wait longer than one's patience is no wait at all", () =>
  onGithub(async ({ github, clientOf, clock }) => {
    const { number } = github.state.addPull();
    const headers = { "retry-after": "3600" };
    github.faults.push({ operation: `POST ${COMMENTS}`, answer: { status: 429, headers } });
    const startMs = clock.now();

    await assert.rejects(say(clientOf(), number, "x"), (error) => isGithubError(error, "rate-limited"));

    assert.equal(clock.now(), startMs);
  }));

test("a refusal is not asked again, and says what GitHub said", () =>
  onGithub(async ({ github, clientOf }) => {
    const { number } = github.state.addPull();
    const fork = clientOf(github.grant("ghs_fork", { scopes: { contents: "read", pull_requests: "read" } }));

    await assert.rejects(say(fork, number, "x"), {
      code: "forbidden",
      message: `GitHub: POST /repos/acme/clusters/issues/${number}/comments: 403: Resource not accessible by integration (request R1)`,
    });
    await assert.rejects(say(fork, 999, "x"), (error) => isGithubError(error, "forbidden"));
    await assert.rejects(clientOf("ghs_wrong").get("pulls"), (error) => isGithubError(error, "unauthorized"));
    await assert.rejects(clientOf().get("pulls/999"), (error) => isGithubError(error, "not-found"));
    assert.equal(github.requests.length, 4);
  }));

test("what a lost answer to a POST has made is found, not made twice; what it has not made is made", () =>
  onGithub(async ({ github, client }) => {
    for (const isDone of [true, false]) {
      const { number } = github.state.addPull();
      github.faults.push({ operation: `POST ${COMMENTS}`, answer: "cut", isDone });
      const found = async () => (await client.all<{ body: string }>(path`issues/${number}/comments`))[0];

      await createOnce<unknown>(found, () => say(client, number, "once"));

      assert.equal(github.state.commentsOf(number).length, 1, `done: ${isDone}`);
    }
  }));

test("a signal ends a wait and a call at once", () =>
  onGithub(async ({ github, clientOf, clock }) => {
    const stop = new AbortController();
    const client = clientOf(undefined, { signal: stop.signal });
    const answer = { status: 503, body: {} };
    github.faults.push({ operation: "GET /repos/{owner}/{repo}/pulls", times: 9, answer });
    const startMs = clock.now();
    const call = client.get("pulls");
    call.catch(() => {});
    await clock.sleep(1500);

    stop.abort(new Error("stopped"));

    await assert.rejects(call, { message: "stopped" });
    assert.equal(clock.now() - startMs, 1500);
    await assert.rejects(client.get("pulls"), { message: "stopped" });
  }));

test("the token is in no error, whoever repeats it", async () => {
  const github = await LoopbackGithub.start();
  const operation = "GET /repos/{owner}/{repo}/pulls";
  const body = { message: `who is ${TOKEN}?`, errors: [{ token: TOKEN }] };
  github.faults.push({ operation, answer: { status: 422, body } });
  const client = makeGithub(github.access(), { clock: new VirtualClock(), patienceMs: 0 });
  const errors: unknown[] = [];

  await client.get("pulls").catch((error: unknown) => errors.push(error));
  github.close();
  await client.get("pulls").catch((error: unknown) => errors.push(error));

  assert.equal(errors.length, 2);
  for (const error of errors) {
    assert.ok(error instanceof GithubError);
    assert.doesNotMatch(`${error.message}${JSON.stringify(error)}${error.stack}`, new RegExp(TOKEN));
  }
});

test("the next page of a list is never asked of another host", () =>
  onGithub(async ({ github, client }) => {
    github.state.addPull();
    const headers = { link: '<https://elsewhere.example/page2>; rel="next"' };
    const operation = "GET /repos/{owner}/{repo}/pulls";
    github.faults.push({ operation, answer: { status: 200, headers, body: [] } });

    assert.deepEqual(await client.all("pulls"), []);
    assert.equal(github.requests.length, 1);
  }));

test("what the loopback GitHub answers about a repository's life is what GitHub would answer", () =>
  onGithub(async ({ github, client, clock }) => {
    const { state } = github;
    const files = [{ filename: "clusters/b.yaml", status: "renamed", previous_filename: "clusters/a.yaml" }];
    const { number } = state.addPull({ files, mergedSha: shaOf(9), state: "closed" });
    state.push(number, shaOf(2), "force");
    state.pullsOfCommit.set(shaOf(9), [number]);
    state.compared.set("a...b", { status: "ahead", commits: [shaOf(2)], files });
    state.contents.set(`${shaOf(2)}:clusters/b.yaml`, "kind: Cluster");
    state.commits.push({ sha: shaOf(2), paths: ["clusters/b.yaml"] });
    state.people.set("ann", { permission: "read", role: "triage" });
    const check = await client.post<{ id: number; app: { id: number } }>("check-runs", {
      name: "slipway / plan",
      head_sha: shaOf(2),
      output: { title: "t", summary: "s" },
    });
    await client.patch(path`check-runs/${check.id}`, {
      conclusion: "success",
      completed_at: new Date(clock.now()).toISOString(),
      output: {
        title: "t",
        summary: "s",
        annotations: [{ path: "a", start_line: 1, end_line: 1, annotation_level: "notice", message: "m" }],
      },
    });
    const deployment = await client.post<{ id: number }>("deployments", { ref: shaOf(2), required_contexts: [] });
    await client.post(path`deployments/${deployment.id}/statuses`, { state: "success" });
    await client.post("labels", { name: "slow", color: "ffffff" });
    await client.post(path`issues/${number}/labels`, { labels: ["slow", "new"] });
    await client.delete(path`issues/${number}/labels/${"new"}`);
    const issue = await client.post<{ number: number }>("issues", { title: "t", labels: ["drift"] });
    await client.patch(path`issues/${issue.number}`, { state: "closed", state_reason: "completed" });
    const comment = await client.post<{ id: number }>(path`issues/${number}/comments`, { body: "x" });
    await client.patch(path`issues/comments/${comment.id}`, { body: "y" });

    const told = await Promise.all([
      client.get(""),
      client.all("pulls", { state: "all" }),
      client.get(path`pulls/${number}`),
      client.all(path`pulls/${number}/files`),
      client.get(path`commits/${"main"}`),
      client.all("commits", { sha: shaOf(2), path: "clusters" }),
      client.get(path`git/trees/${shaOf(2)}`, { recursive: "1" }),
      client.get(path`git/blobs/${createHash("sha1").update("blob 13\0kind: Cluster").digest("hex")}`),
      client.all(path`commits/${shaOf(9)}/pulls`),
      client.all(path`commits/${shaOf(2)}/check-runs`, { filter: "all", app_id: 15368 }, "check_runs"),
      client.get(path`compare/${"a...b"}`),
      client.get(path`contents/clusters/b.yaml`, { ref: shaOf(2) }),
      client.all(path`check-runs/${check.id}/annotations`),
      client.get(path`collaborators/${"ann"}/permission`),
      client.all("deployments", { environment: "production" }),
      client.all(path`deployments/${deployment.id}/statuses`),
      client.all("issues", { state: "closed", labels: "drift" }),
      client.get(path`issues/${issue.number}`),
      client.all(path`issues/${number}/comments`),
      client.get(path`issues/comments/${comment.id}`),
      client.all(path`issues/${number}/events`),
      client.all(path`issues/${number}/timeline`),
      client.all(path`issues/${number}/labels`),
      client.get(path`labels/${"slow"}`),
      client.query("query { viewer { login } }"),
    ]);
    await client.delete(path`issues/comments/${comment.id}`);

    assert.ok(told.every((answer) => (Array.isArray(answer) ? answer.length > 0 : answer !== undefined)));
    assert.equal(check.app.id, 15368);
    assert.equal(state.comments.size, 0);
  }));
