/** What people read: golden texts, reviewed like code, and the escaping under them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandResult } from "../../src/commands/results.ts";
import { commandResult, exitCode } from "../../src/commands/results.ts";
import type { Event } from "../../src/core/events.ts";
import { blocksOf, groupsOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { LiveView } from "../../src/report/live-view.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { progressLine } from "../../src/report/progress.ts";
import { colours, noColours, renderTerminal } from "../../src/report/terminal.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Simulation } from "../support/simulation.ts";
import { placedIn, userNetwork } from "../support/user-network.ts";

const CLUSTER = clusterWith({
  metadata: { description: "Production" },
  spec: {
    workerPools: [
      { name: "default", size: 3, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b"] },
      {
        name: "batch",
        size: 2,
        instanceType: "m6i.xlarge",
        zones: ["us-east-1a", "us-east-1b"],
        spot: { maxPricePercent: 60 },
      },
    ],
  },
});

/** A plan of each kind that people meet: to create, to repair, nothing to do, refused, to destroy. */
async function results(): Promise<Record<string, CommandResult>> {
  const simulation = new Simulation({ seed: 1 });
  const { world } = simulation;
  world.spotPrices.set("m6i.xlarge/us-east-1b", "0.190000");
  const as = (command: string, cluster: Awaited<ReturnType<Simulation["plan"]>>): CommandResult =>
    commandResult(command, [], [cluster]);
  const create = as("plan", await simulation.plan(CLUSTER));
  const applied = as("apply", await simulation.apply(CLUSTER));
  const inSync = as("plan", await simulation.plan(CLUSTER));
  for (const vpc of world.vpcs.values())
    Object.assign(vpc, { dnsHostnames: false, tags: { ...vpc.tags, team: "other" } });
  for (const group of world.securityGroups.values()) {
    if (group.name.endsWith("-worker"))
      group.ingress.push({ protocol: "tcp", fromPort: 22, toPort: 22, peer: "0.0.0.0/0", description: "" });
  }
  world.listeners.clear();
  const repair = as("plan", await simulation.plan(CLUSTER));
  const refused = as(
    "plan",
    await simulation.plan(
      clusterWith({ spec: { placement: { dynamic: { vpcCidr: "10.1.0.0/16" } }, sshKeyName: "ops" } }),
    ),
  );
  const destroy = as("destroy", await simulation.destroy(CLUSTER, { confirm: [] }));
  return { create, applied, "in-sync": inSync, repair, refused, destroy, ...(await staticResults()) };
}

/** Plans in a network of the user's: as it should be, and with mistakes of each kind. */
async function staticResults(): Promise<Record<string, CommandResult>> {
  const simulation = new Simulation({ seed: 1 });
  const { world } = simulation;
  const zones = ["us-east-1a", "us-east-1b"];
  const network = await userNetwork(simulation, zones);
  const cluster = clusterWith({
    spec: { placement: placedIn(network), controlPlane: { size: 1, zones }, workerPools: [] },
  });
  const plan = async (): Promise<CommandResult> => commandResult("plan", [], [await simulation.plan(cluster)]);
  const good = await plan();
  const [a, b] = network.zones;
  world.vpcs.get(network.vpc)!.dnsSupport = false;
  world.natGateways.get(a!.nat)!.state = "deleted";
  world.routeTables.get(network.tables.open)!.routes.clear();
  world.subnets.get(b!.open)!.zone = "us-east-1c";
  delete world.subnets.get(b!.closed)!.tags["kubernetes.io/role/internal-elb"];
  return { static: good, "static-blocked": await plan() };
}

const all = await results();

for (const [name, result] of Object.entries(all)) {
  test(`the report of a run reads well on a terminal and in Markdown: ${name}`, () => {
    assertGolden(`report/${name}.txt`, renderTerminal(blocksOf(result), noColours));
    assertGolden(`report/${name}.md`, renderMarkdown(blocksOf(result)));
  });
}

test("the JSON of a plan has its version, its result and every change, and no AWS id that would make it differ", () => {
  const report = jsonReport(all.repair!);
  const text = JSON.stringify(report, null, 2);

  assert.deepEqual([report.schema, report.command, report.result], [1, "plan", "planned"]);
  assert.deepEqual(
    report.clusters[0]?.changes.map(({ id, action }) => `${action} ${id}`),
    ["update vpc/main", "update security-group-rules/worker", "create listener/api"],
  );
  assert.doesNotMatch(text, /"(vpc|subnet|sg|i)-0/);
  assertGolden("report/repair.json", `${text}\n`);
});

test("colours only colour: without them the text is the same", () => {
  for (const result of Object.values(all)) {
    const painted = renderTerminal(blocksOf(result), colours);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours are made of
    assert.equal(painted.replace(/\u001b\[\d+m/g, ""), renderTerminal(blocksOf(result), noColours));
    assert.notEqual(painted, renderTerminal(blocksOf(result), noColours));
  }
});

test("exit codes tell good from bad from stopped", () => {
  assert.deepEqual((["no-changes", "planned", "waiting", "destroyed"] as const).map(exitCode), [0, 0, 0, 0]);
  assert.deepEqual((["invalid", "blocked", "failed"] as const).map(exitCode), [1, 1, 1]);
  assert.equal(exitCode("stopped"), 130);
});

test("a value that is too long is cut between characters, and says so", () => {
  const long = `${"x".repeat(298)}🧨🧨`;
  const [field] = [{ field: "note", before: "", after: long, effect: "update" as const }];
  const plan = all.create!.clusters[0]!;
  const [first] = plan.plan!.changes;
  const changes = [{ ...first!, action: "update" as const, fields: [field] }];
  const told = blocksOf(commandResult("plan", [], [{ ...plan, plan: { ...plan.plan!, changes } }]));

  for (const text of [renderTerminal(told, noColours), renderMarkdown(told)]) {
    assert.match(text, /x{298}🧨🧨|x{298}🧨…|x{299}…|x{298}…/u);
    assert.ok(text.isWellFormed());
  }
});

test("of several clusters the result that matters most is the command's", () => {
  const cluster = all.create!.clusters[0]!;
  const of = (...list: (typeof cluster.result)[]) =>
    commandResult(
      "apply",
      [],
      list.map((result) => ({ ...cluster, result })),
    ).result;

  assert.deepEqual(
    [of("no-changes", "applied"), of("applied", "failed", "waiting"), of("planned", "blocked"), of()],
    ["applied", "failed", "blocked", "no-changes"],
  );
});

const EVENTS: readonly Event[] = [
  { code: "cluster/start", command: "apply", cluster: "prod", region: "us-east-1" },
  { code: "survey/done", cluster: "prod", resources: 3, nodes: 1 },
  { code: "apply/start", cluster: "prod", steps: 4 },
  { code: "step/start", id: "a", title: "VPC", action: "create" },
  { code: "step/waiting", id: "a", title: "VPC", detail: "vpc-1 until it is ready" },
  { code: "step/done", id: "a", title: "VPC", action: "create", milliseconds: 65_000 },
  { code: "step/start", id: "b", title: "NAT gateway us-east-1a", action: "create" },
  {
    code: "step/failed",
    id: "b",
    title: "NAT gateway us-east-1a",
    action: "create",
    reason: "it failed: InternalError",
  },
  { code: "step/skipped", id: "c", title: "route private us-east-1a", reason: "NAT gateway us-east-1a" },
  { code: "node/launched", instanceId: "i-1", pool: "default", zone: "us-east-1a" },
  {
    code: "node/phase",
    instanceId: "i-1",
    pool: "default",
    zone: "us-east-1a",
    phase: "error",
    detail: "packages: ::set-output\u001b[2J",
  },
  { code: "pool/progress", pool: "default", added: 0, toAdd: 3, removed: 0, toRemove: 1 },
  { code: "pool/progress", pool: "default", added: 2, toAdd: 3, removed: 0, toRemove: 1 },
  { code: "pool/progress", pool: "gpu", added: 0, toAdd: 0, removed: 1, toRemove: 1 },
  { code: "pool/progress", pool: "huge", added: 49, toAdd: 1000, removed: 0, toRemove: 0 },
  { code: "pool/progress", pool: "huge", added: 50, toAdd: 1000, removed: 0, toRemove: 0 },
  { code: "heartbeat", done: 1, steps: 4, running: ["nodes of default", "nodes of default", "bastion"] },
  { code: "lease/held", by: "ann@laptop", since: "2026-01-01T00:00:00.000Z", waitMs: 60_000 },
  { code: "lease/unfinished", by: "ann@laptop", since: "2026-01-01T00:00:00.000Z", waitMs: 15_000 },
  {
    code: "run/resumes",
    cluster: "prod",
    by: "the apply of ann@laptop",
    since: "2026-01-01T00:00:00.000Z",
    inFlight: ["NAT gateway us-east-1a", "bastion"],
  },
  { code: "launch/replayed", pool: "default", zone: "us-east-1a", instanceIds: ["i-1", "i-2"] },
  { code: "run/stopping", reason: "stopped by SIGINT" },
  { code: "step/stopped", id: "d", title: "bastion", action: "create" },
  { code: "cluster/end", cluster: "prod", result: "failed" },
];

test("progress is a line for each thing that happened", () => {
  const lines = EVENTS.map((event, index) => progressLine(event, index * 10_000, noColours)).filter(
    (line) => line !== undefined,
  );

  assertGolden("report/progress.txt", `${lines.join("\n")}\n`);
});

test("the live view draws its lower part anew and leaves nothing behind when it ends", () => {
  let screen = "";
  let now = 0;
  const view = new LiveView({
    write: (text) => {
      screen = draw(screen, text);
    },
    columns: () => 80,
    now: () => now,
    paint: noColours,
  });

  for (const event of EVENTS.slice(0, 7)) {
    now += 1000;
    view.handle(event);
  }
  view.handle({ code: "pool/progress", pool: "default", added: 2, toAdd: 3, removed: 1, toRemove: 3 });
  view.handle({ code: "pool/progress", pool: "gpu", added: 0, toAdd: 0, removed: 1, toRemove: 1 });
  view.tick();
  const during = screen;
  view.end();

  assert.match(
    during,
    /\n {2}█{6}░{18} 1 of 4 {2}7s\n {2}default {2}2 of 3 nodes added, 1 of 3 removed\n {2}⠙ +0s {2}NAT gateway us-east-1a\n$/,
  );
  assert.doesNotMatch(screen, /░|⠙/);
  assert.match(screen, /✓ VPC created in 1m 05s\n(.*removed\n)+$/);
});

/** What a terminal shows after a text: understands the two movements that the view makes. */
function draw(screen: string, text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the movements
  const match = /^(?:\u001b\[(\d+)A)?\r\u001b\[0J([\s\S]*)$/.exec(text);
  assert.ok(match !== null, JSON.stringify(text));
  const rows = screen.split("\n");
  const kept = rows.slice(0, rows.length - 1 - Number(match[1] ?? 0));
  return `${kept.map((row) => `${row}\n`).join("")}${match[2]}`;
}

test("no change of a plan is left out of what its reviewer reads, whatever it is about", () => {
  const [change] = all.repair?.clusters[0]?.plan?.changes ?? [];
  assert.ok(change !== undefined);
  const ids = ["tags/default", "pool/default", "comet/halley", "vpc/main"];

  const shown = groupsOf(ids.map((id) => ({ ...change, id }))).map(({ title, changes }) => [
    title,
    changes.map(({ id }) => id),
  ]);

  assert.deepEqual(shown, [
    ["Network", ["vpc/main"]],
    ["Nodes", ["tags/default", "pool/default"]],
    ["Other", ["comet/halley"]],
  ]);
});
