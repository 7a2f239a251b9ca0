import { type ApplyResult, applyPlan } from "../apply/apply.ts";
import { makeAws } from "../aws/clients.ts";
import { identityOf } from "../blueprint/blueprint.ts";
import { standInPki } from "../bootstrap/pki.ts";
import { poolsOf } from "../config/cluster.ts";
import { messageOf } from "../core/errors.ts";
import { hasErrors } from "../core/findings.ts";
import { seededRandom } from "../core/random.ts";
import { VirtualClock } from "../core/virtual-clock.ts";
import { count, listed } from "../core/words.ts";
import type { Plan } from "../plan/change.ts";
import { RecordStore } from "../resources/records/store.ts";
import { type Inventory, survey, withRecords } from "../survey/survey.ts";
import { World } from "../twin/world.ts";
import { type Loaded, loadWorld } from "./load.ts";
import type { Rehearsal, Rehearsed } from "./rehearsal.ts";
import { longestChain, timelineOf } from "./timeline.ts";
import { watchCluster } from "./watch.ts";

export interface RehearsalRequest extends Loaded {
  /** What would be left to do of the file, if AWS were like that. */
  replan(inventory: Inventory): Plan;
  nodeTimeoutMs: number;
  /** Aborted: the rehearsal is broken off with its reason. */
  signal: AbortSignal;
}

/** What is left to chance, ids above all: the same plan is rehearsed the same way each time. */
const SEED = 1;
/** Everything takes as long as the middle of what is known of it. */
const PACE = 0.5;
/** The model looks at every node at every turn, and a step of a roll takes ten milliseconds: more would keep a plan waiting. */
const MOST_NODES = 1500;
const MOST_STEPS = 600;

/**
 * Carries a plan out on a model of AWS that was loaded with what the plan was made from, by the code that an apply runs, in
 * virtual time, and looks at what is left to do then. It asks nobody, changes nothing, and gives the same for the same
 * input. What keeps it from being rehearsed is part of what it gives; it throws only the signal's reason.
 */
export async function rehearse(request: RehearsalRequest): Promise<Rehearsal> {
  const unfit = reasonNotTo(request);
  if (unfit !== undefined) return { verdict: "unknown", why: unfit };
  const clock = new VirtualClock({ startMs: request.inventory.readAtMs });
  try {
    return await clock.run(() => perform(request, clock));
  } catch (error) {
    request.signal.throwIfAborted();
    // A mistake of the model's must not keep anybody from a plan.
    return notRehearsed(messageOf(error));
  }
}

function notRehearsed(breakdown: string): Rehearsal {
  return { verdict: "unknown", why: `the model of AWS can't carry it out: ${breakdown}` };
}

function reasonNotTo({ cluster, inventory, market, plan }: RehearsalRequest): string | undefined {
  if (inventory.unreadable.length > 0) return `not all of the cluster could be read: ${inventory.unreadable[0]}`;
  if (market.types === undefined) return "the region's instance types could not be read";
  const wanted = poolsOf(cluster).reduce((sum, { size }) => sum + size, 0);
  const nodes = Math.max(wanted, inventory.nodes.length);
  if (nodes > MOST_NODES) return `it has ${nodes} nodes, and the model is made for ${MOST_NODES}`;
  const steps = plan.steps.length;
  return steps > MOST_STEPS ? `it takes ${steps} steps, and the model is made for ${MOST_STEPS}` : undefined;
}

async function perform(request: RehearsalRequest, clock: VirtualClock): Promise<Rehearsal> {
  const { cluster, inventory, plan, signal, nodeTimeoutMs } = request;
  const identity = identityOf(cluster);
  const { accountId, region } = identity;
  const world = new World({ clock, seed: SEED, pace: PACE, accountId, region });
  loadWorld(world, request);
  const transport = world.connect({ name: "rehearsal" });
  const makePki = async () => standInPki();
  const aws = makeAws({ region, clock, random: seededRandom(SEED), transport, makePki });
  const records = new RecordStore(aws, identity);
  const availability = watchCluster(world, cluster);
  const startedAtMs = clock.now();
  const context = { aws, cluster: identity, emit: () => {}, signal, nodeTimeoutMs, records };
  const applied = await applyPlan(plan, inventory, context);
  signal.throwIfAborted();
  // What the model can't do says nothing about the plan, whatever became of the step that asked.
  const [breakdown] = world.breakdowns;
  if (breakdown !== undefined) return notRehearsed(breakdown);
  const went = {
    makespanMs: Math.round(clock.now() - startedAtMs),
    timeline: timelineOf(applied.steps, startedAtMs),
    longestChain: longestChain(applied.steps),
    ...availability(),
    calls: world.calls.length,
  };
  if (applied.result === "waiting") return { verdict: "waits", ...went };
  const why = failureOf(applied);
  if (why !== undefined) return { verdict: "does-not-converge", why, ...went };
  const keys = [...(inventory.records?.keys() ?? [])];
  const after = await withRecords(survey(aws, identity, cluster.placement), records, keys);
  const reason = leftToDo(request.replan(after));
  return reason === undefined
    ? { verdict: "converges", ...went }
    : { verdict: "does-not-converge", why: { reason }, ...went };
}

/** The step that failed first. */
function failureOf({ result, steps }: ApplyResult): Rehearsed["why"] {
  if (result === "done") return undefined;
  const failed = steps.flatMap(({ step, outcome }) => (outcome.state === "failed" ? [{ step, outcome }] : []));
  const [first] = failed.sort((a, b) => a.outcome.endedAtMs - b.outcome.endedAtMs);
  if (first === undefined) return { reason: `it ended as ${result}, and no step says why` };
  const { id, title } = first.step;
  return { step: id, title, reason: messageOf(first.outcome.error) };
}

/** Why a plan that was carried out has not brought the cluster to where its file wants it. */
function leftToDo({ changes, findings }: Plan): string | undefined {
  if (hasErrors(findings)) return findings.find(({ level }) => level === "error")?.message;
  if (changes.length === 0) return undefined;
  const titles = changes.slice(0, 3).map(({ action, title }) => `${action} ${title}`);
  const more = changes.length > 3 ? [`${changes.length - 3} more`] : [];
  return `afterwards ${count(changes.length, "change")} would still be due: ${listed([...titles, ...more])}`;
}
