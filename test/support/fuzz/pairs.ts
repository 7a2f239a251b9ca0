/** Any two clusters: one is brought up on the twin, and then the file says something else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterResult } from "../../../src/commands/results.ts";
import type { Cluster } from "../../../src/config/cluster.ts";
import type { Finding } from "../../../src/core/findings.ts";
import { jsonReport } from "../../../src/report/json.ts";
import type { Policy } from "../../../src/twin/access/evaluate.ts";
import { backwards } from "../backwards.ts";
import { filesOf, read } from "../builders.ts";
import { Simulation, troubles } from "../simulation.ts";
import { placedIn, userNetwork } from "../user-network.ts";
import { knownCodes } from "./codes.ts";
import { type Edit, edit } from "./edits.ts";
import { type Documents, documents, KEYS, ZONES } from "./files.ts";
import type { Tree } from "./packs.ts";

/** A cluster, and what becomes of its files; the last of the edits is applied. */
export interface Pair {
  seed: number;
  before: Documents;
  edits: readonly Edit[];
}

export const pairs: fc.Arbitrary<Pair> = fc.record({
  seed: fc.nat(1_000_000),
  before: documents,
  edits: fc.array(edit, { minLength: 1, maxLength: 6, size: "max" }),
});

/** What was seen, for the closing line. */
export type Tally = Map<string, number>;

export function note(tally: Tally, what: string, count = 1): void {
  tally.set(what, (tally.get(what) ?? 0) + count);
}

interface AccountSpec {
  instanceProfiles?: Record<string, string>;
  applyRoleArn?: string;
  planRoleArn?: string;
}

const ADMINISTRATOR: Policy = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

const DONE = ["applied", "resumed", "no-changes", "waiting"];

/** Plays a pair and throws where a promise is broken; of the edits the last is applied. */
export async function playPair(pair: Pair, tally: Tally): Promise<void> {
  const made = pair.edits.map((one) => one(pair.before));
  const simulation = settledWorld(pair.seed, [pair.before, ...made]);
  const network = await networkFor(simulation, [pair.before, ...made]);
  const clusters = made.flatMap((one) => validOf(one, network, tally) ?? []);
  const before = validOf(pair.before, network, tally);
  if (before === undefined) return;
  if (!(await bringUp(simulation, before, tally))) return;
  for (const [index, after] of clusters.entries()) {
    const planned = await planTwice(simulation, after, tally);
    if (planned.result === "planned" && index === clusters.length - 1)
      await carryOut(simulation, after, planned, tally);
  }
}

/** A cluster, valid as the product sees it; every mistake has its code and its place. */
function validOf(one: Documents, network: Tree | undefined, tally: Tally): Cluster | undefined {
  const { clusters, findings } = read(filesOfDocuments(one, network));
  for (const finding of findings) assertFinding(finding, true);
  const [cluster] = clusters;
  note(tally, cluster === undefined ? "files refused" : "files valid");
  if (cluster === undefined)
    assert.ok(
      findings.some(({ level }) => level === "error"),
      "left out, and nobody says why",
    );
  return cluster;
}

/** The files of documents, as a repository has them. */
export function filesOfDocuments({ account, profile, cluster }: Documents, network?: Tree) {
  const placed = structuredClone(cluster) as { spec: { placement?: Tree } };
  if (placed.spec.placement?.static !== undefined && network !== undefined) placed.spec.placement = network;
  const plain = (tree: Tree): Tree => JSON.parse(JSON.stringify(tree)) as Tree;
  return filesOf(plain(placed), plain(account), plain(profile));
}

function settledWorld(seed: number, all: readonly Documents[]): Simulation {
  const simulation = new Simulation({ seed, rehearse: true });
  const { world } = simulation;
  for (const key of KEYS) world.keyPairs.add(key);
  for (const { account } of all) {
    const { instanceProfiles = {}, applyRoleArn, planRoleArn } = account.spec as AccountSpec;
    for (const name of Object.values(instanceProfiles))
      world.profiles.set(name, { ...world.birth(name, {}), roles: ["own"], knownToEc2AtMs: 0 });
    for (const arn of [applyRoleArn, planRoleArn])
      if (arn !== undefined) world.principals.set(arn, { arn, sourceArn: arn, policies: [ADMINISTRATOR] });
  }
  return simulation;
}

/** The user's VPC, where any of the files wants to be in one. */
async function networkFor(simulation: Simulation, all: readonly Documents[]): Promise<Tree | undefined> {
  const isStatic = ({ cluster }: Documents): boolean =>
    (cluster.spec as { placement?: Tree }).placement?.static !== undefined;
  if (!all.some(isStatic)) return undefined;
  const { static: placed } = placedIn(await userNetwork(simulation, ZONES));
  return { static: placed };
}

/** Whether the cluster stands afterwards; what keeps it from that is told by a finding of the plan. */
async function bringUp(simulation: Simulation, cluster: Cluster, tally: Tally): Promise<boolean> {
  const planned = await planTwice(simulation, cluster, tally);
  if (planned.result !== "planned") return false;
  await carryOut(simulation, cluster, planned, tally);
  return true;
}

/** A plan, and another made from answers in another order: AWS promises none. */
async function planTwice(simulation: Simulation, cluster: Cluster, tally: Tally): Promise<ClusterResult> {
  const changesBefore = simulation.mutatingCalls();
  const planned = await simulation.plan(cluster);
  const { rehearsal } = planned;
  if (rehearsal !== undefined) {
    note(tally, "rehearsals");
    note(tally, `rehearsal ${rehearsal.verdict}`);
    // Nothing is broken in this account: what a plan's own checks have let pass comes to its end.
    const why = "why" in rehearsal ? JSON.stringify(rehearsal.why) : "";
    assert.ok(["converges", "waits"].includes(rehearsal.verdict), `the rehearsal ${rehearsal.verdict}: ${why}`);
  }
  simulation.rehearse = false;
  const again = await simulation.plan(cluster, { through: backwards });
  simulation.rehearse = true;
  note(tally, "plans");
  assert.equal(simulation.mutatingCalls(), changesBefore, "a plan has changed something");
  assert.equal(textOf(again), textOf(planned), "another plan for the same files and the same account");
  for (const finding of planned.findings) assertFinding(finding, false);
  assert.ok(["planned", "no-changes", "blocked"].includes(planned.result), planned.result);
  const errors = planned.findings.filter(({ level }) => level === "error");
  assert.equal(planned.result === "blocked", errors.length > 0, `${planned.result} with ${errors.length} errors`);
  note(tally, planned.result);
  assertPlan(planned);
  return planned;
}

/** What a rehearsal promised comes to pass, and then nothing is left to do. */
async function carryOut(simulation: Simulation, cluster: Cluster, planned: ClusterResult, tally: Tally): Promise<void> {
  const confirm = planned.plan?.changes.flatMap((change) => change.confirm ?? []) ?? [];
  const applied = await simulation.apply(cluster, { confirm });
  note(tally, "applies");
  assert.ok(DONE.includes(applied.result), `apply ended as ${applied.result}:\n${troubles(applied).join("\n")}`);
  const after = await simulation.plan(cluster);
  const isWaiting = applied.result === "waiting";
  const left = after.plan?.changes.map(({ action, title, why }) => `${action} ${title}: ${why}`) ?? [];
  const said = after.findings.map(({ code, message }) => `${code}: ${message}`);
  assert.ok(after.result === "no-changes" || (isWaiting && after.result === "planned"), [...left, ...said].join("\n"));
  // What waits for its price already when it is planned is no step of the plan: that may converge, and be waiting.
  const promised = isWaiting ? ["waits", "converges"] : ["converges"];
  assert.ok(
    promised.includes(planned.rehearsal?.verdict ?? ""),
    `the rehearsal promised ${planned.rehearsal?.verdict}`,
  );
}

/** Every change has its steps, every need is a change, and every hash is of its own. */
function assertPlan({ plan }: ClusterResult): void {
  if (plan === undefined) return;
  const [ids, steps] = [plan.changes.map(({ id }) => id), new Set(plan.steps.map(({ id }) => id))];
  assert.equal(new Set(ids).size, ids.length, `changes of the same name: ${ids}`);
  assert.equal(steps.size, plan.steps.length, "steps of the same name");
  for (const { id, needs, steps: own, hash, action } of plan.changes) {
    for (const need of needs) assert.ok(ids.includes(need), `${id} needs ${need}, which nobody makes`);
    for (const step of own) assert.ok(steps.has(step), `${id} has the step ${step}, which is not there`);
    assert.ok(hash !== "" && own.length > 0, `${action} ${id} does nothing`);
  }
  for (const { id, needs } of plan.steps)
    for (const need of needs) assert.ok(steps.has(need), `the step ${id} waits for ${need}, which is not there`);
}

function assertFinding({ code, message, at, level }: Finding, isOfFiles: boolean): void {
  assert.ok(knownCodes().has(code), `the code ${code} is nowhere in the source`);
  assert.ok(message.trim() !== "" && message.length < 3000, `${code}: ${message.slice(0, 200)}`);
  if (!isOfFiles && at === undefined) {
    assert.ok(code.startsWith("rehearsal/") || level !== "error", `${code} has no place`);
    return;
  }
  assert.ok(at !== undefined && at.file !== "" && at.line >= 1 && at.column >= 1, `${code} at ${JSON.stringify(at)}`);
}

/** All that is said of a plan; its rehearsal goes by the order of answers too, in milliseconds. */
function textOf({ rehearsal: _rehearsal, ...result }: ClusterResult): string {
  return JSON.stringify(
    jsonReport({ command: "plan", result: result.result, findings: [], clusters: [result] }),
    null,
    1,
  );
}

/** A pair as files, for people who look for what went wrong. */
export function describePair({ seed, before, edits }: Pair): string {
  const last = edits.map((one) => one(before));
  const texts = [before, ...last].map((one, index) =>
    [index === 0 ? `# the files at first (seed of the world: ${seed})` : `# the files then, ${index}`]
      .concat(filesOfDocuments(one).map(({ path, text }) => `# ${path}\n${text}`))
      .join("\n---\n"),
  );
  return texts.join(`\n${"=".repeat(40)}\n`);
}
