/** The product on the twin, in virtual time: what scenario tests are written with. */
import { generateKeyPairSync } from "node:crypto";
import type { ApplyResult } from "../../src/apply/apply.ts";
import { LEASE_TTL_MS } from "../../src/apply/lease.ts";
import { type Aws, makeAws } from "../../src/aws/clients.ts";
import type { Transport } from "../../src/aws/transport.ts";
import { standInPki } from "../../src/bootstrap/pki.ts";
import { apply } from "../../src/commands/apply.ts";
import type { Approvals } from "../../src/commands/approval.ts";
import { type Commits, NO_COMMITS } from "../../src/commands/commits.ts";
import type { CommandContext } from "../../src/commands/context.ts";
import { destroy } from "../../src/commands/destroy.ts";
import { doctor } from "../../src/commands/doctor.ts";
import type { GithubFacts } from "../../src/commands/doctor-github.ts";
import { kubeconfig, type Save } from "../../src/commands/kubeconfig.ts";
import { plan } from "../../src/commands/plan.ts";
import { NO_OWN_PACKS } from "../../src/commands/read-packs.ts";
import { reconcile } from "../../src/commands/reconcile.ts";
import { applyRemoval, planRemoval } from "../../src/commands/removed.ts";
import type { ClusterResult, CommandResult } from "../../src/commands/results.ts";
import { status } from "../../src/commands/status.ts";
import { unlock } from "../../src/commands/unlock.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import type { Event } from "../../src/core/events.ts";
import type { Pki } from "../../src/core/pki.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import type { Principal } from "../../src/twin/access/access.ts";
import type { Fault } from "../../src/twin/faults.ts";
import { World, type WorldOptions } from "../../src/twin/world.ts";

export interface SimulationOptions extends Omit<WorldOptions, "clock"> {
  owner?: string;
  /** Whether plan and apply rehearse: tests of something else do without. */
  rehearse?: boolean;
  /** Whether the clusters' certificates are real ones, as by default: stories of something else do without. */
  realPki?: boolean;
}

/** What happens to one process. */
export interface ProcessOptions {
  faults?: readonly Fault[];
  signal?: AbortSignal;
  commits?: Commits;
  /** What lies between the process and AWS. */
  through?: (inner: Transport) => Transport;
  /** Who runs it, for people. */
  by?: string;
  /** Whose credentials it has; absent: an administrator's. */
  principal?: Principal;
  /** With apply: what is confirmed by name. */
  confirm?: readonly string[];
  /** What the process may do; absent: whatever its plan says. */
  approvals?: Approvals;
  allowedAccountIds?: readonly string[];
}

/** Of different CAs, one after the other: what two runs make is not the same. */
const standIns: Pki[] = [];
let standInsTaken = 0;
async function nextStandIn(): Promise<Pki> {
  const index = standInsTaken % 4;
  standInsTaken += 1;
  standIns[index] ??= standInPki(newPublicKey());
  return standIns[index];
}

function newPublicKey(): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

const NO_RESULT = { result: "no-changes", findings: [] } as const;

/** The process under test was killed by a fault. */
export class Crashed extends Error {}

/** A twin of AWS with a clock of its own. Each command runs as a process of its own would. */
export class Simulation {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly events: Event[] = [];
  /** Told of each event when it happens. */
  onEvent: (event: Event) => void = () => {};
  readonly #seed: number;
  readonly #options: SimulationOptions;
  rehearse: boolean;
  #processes: number;
  owner: string;
  /** The packs of the user's own, which a door would have read and rendered. */
  ownPacks: CommandContext["ownPacks"] = async () => NO_OWN_PACKS;

  constructor(options: SimulationOptions = {}, of?: Simulation) {
    this.clock = new VirtualClock(of === undefined ? {} : { startMs: of.clock.now() });
    this.world = of === undefined ? new World({ ...options, clock: this.clock }) : of.world.copy(this.clock);
    this.#options = options;
    this.#seed = options.seed ?? 1;
    this.#processes = of === undefined ? 0 : of.#processes;
    this.rehearse = options.rehearse ?? false;
    this.owner = options.owner ?? "1234";
  }

  /**
   * The same at this moment, which goes its own way from here: stories that begin alike need not all play their beginning.
   * Nothing may be on its way that does not come by itself again.
   */
  copy(): Simulation {
    return new Simulation(this.#options, this);
  }

  /** Runs work in virtual time. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.clock.run(work);
  }

  /** Clients of a process of their own. */
  connect(principal?: Principal): Aws {
    return this.#aws(this.world.connect(principal === undefined ? {} : { principal }), seededRandom(this.#seed));
  }

  /**
   * How many calls some work makes, and how many of them wait for others: with every call taking one second there and
   * back, that is the time that passes.
   */
  async measure(work: () => Promise<unknown>): Promise<{ calls: number; rounds: number }> {
    const { world, clock } = this;
    const [calls, atMs, usual] = [world.calls.length, clock.now(), world.callMs];
    world.callMs = [1000, 1000];
    await this.run(work);
    world.callMs = usual;
    return { calls: world.calls.length - calls, rounds: Math.round((clock.now() - atMs) / 1000) };
  }

  #aws(transport: Transport, random: Random, permit?: (action: string) => void, signal?: AbortSignal): Aws {
    return makeAws({
      region: this.world.region,
      clock: this.clock,
      random,
      transport,
      ...(this.#options.realPki === false ? { makePki: nextStandIn } : {}),
      ...(permit === undefined ? {} : { permit }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  plan(cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    return this.run(() => this.planning(cluster, options));
  }

  /** A plan in virtual time that somebody else lets pass. */
  planning(cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    return this.#only((context) => plan(context, cluster.name), [cluster], options);
  }

  /** Throws Crashed when a fault kills the process. */
  apply(cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    return this.run(() => this.applying(cluster, options));
  }

  /** An apply in virtual time that somebody else lets pass: for processes that run side by side. */
  applying(cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    return this.#only((context) => apply(context, cluster.name), [cluster], options);
  }

  reconcile(cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    return this.run(() => this.#only((context) => reconcile(context, cluster.name), [cluster], options));
  }

  /** Without documents: from tags alone. */
  destroy(cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    return this.run(() => this.destroying(cluster, options));
  }

  /** A destroy, side by side with others. */
  destroying(cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    const { confirm = [cluster.name] } = options;
    return this.#only((context) => destroy(context, cluster.name, confirm), [], options);
  }

  /** What becomes of a cluster whose document was taken out of the files. */
  removal(command: "plan" | "apply", cluster: Cluster, options: ProcessOptions = {}): Promise<ClusterResult> {
    const work = command === "plan" ? planRemoval : applyRemoval;
    return this.run(() =>
      this.#only(async (context) => ({ ...NO_RESULT, command, clusters: [await work(context, cluster)] }), [], options),
    );
  }

  unlock(cluster: Cluster, confirm: readonly string[] = [cluster.name]): Promise<ClusterResult> {
    return this.run(() => this.unlocking(cluster, confirm));
  }

  /** An unlock, side by side with others. */
  unlocking(cluster: Cluster, confirm: readonly string[] = [cluster.name]): Promise<ClusterResult> {
    return this.#only((context) => unlock(context, cluster.name, confirm), [cluster]);
  }

  /** Of the one cluster that is named, or of all; `everything` also finds those without a document. */
  status(
    clusters: readonly Cluster[],
    name: string | undefined,
    everything = false,
    options: ProcessOptions = {},
  ): Promise<CommandResult> {
    return this.run(() => this.#command((context) => status(context, name, everything), clusters, options));
  }

  /** Of the accounts of these clusters. */
  doctor(clusters: readonly Cluster[], github?: GithubFacts, options: ProcessOptions = {}): Promise<CommandResult> {
    return this.run(() => this.#command((context) => doctor(context, async () => github), clusters, options));
  }

  kubeconfig(cluster: Cluster, save: Save, options: ProcessOptions = {}): Promise<ClusterResult> {
    return this.run(() => this.#only((context) => kubeconfig(context, cluster.name, save), [cluster], options));
  }

  /** How many calls that change something AWS has seen; records, of which the lease is one, are not counted. */
  mutatingCalls(): number {
    return this.world.calls.filter((call) => isChange(call.action) && !call.action.startsWith("s3:")).length;
  }

  /** The result of a command that is about one cluster. */
  async #only(
    command: (context: CommandContext) => Promise<CommandResult>,
    clusters: readonly Cluster[],
    options: ProcessOptions = {},
  ): Promise<ClusterResult> {
    const result = await this.#command(command, clusters, options);
    const [only] = result.clusters;
    if (only === undefined) throw new Error(`no cluster in the result: ${JSON.stringify(result)}`);
    return only;
  }

  async #command(
    command: (context: CommandContext) => Promise<CommandResult>,
    clusters: readonly Cluster[],
    {
      faults = [],
      signal = new AbortController().signal,
      commits = NO_COMMITS,
      by,
      principal,
      confirm = [],
      approvals,
      allowedAccountIds,
      through = (inner) => inner,
    }: ProcessOptions = {},
  ): Promise<CommandResult> {
    let crash = (_reason: Error): void => {};
    const crashed = new Promise<never>((_resolve, reject) => {
      crash = reject;
    });
    // What is left of a dead process calls nobody, says nothing and waits for nothing: a signal that others follow, and
    // that somebody listens to, is kept in memory, and all that waits for it.
    const life = new AbortController();
    // One way in for all clients of a process: a fault that kills it kills them all.
    this.#processes += 1;
    const name = `process ${this.#processes}`;
    const random = seededRandom(this.#seed + this.#processes);
    const wire = through(
      this.world.connect({
        name,
        faults,
        onCrash: () => crash(new Crashed()),
        ...(principal === undefined ? {} : { principal }),
      }),
    );
    const transport: Transport = (call) => (life.signal.aborted ? new Promise(() => {}) : wire(call));
    const context: CommandContext = {
      configuration: { clusters, accounts: accountsOf(clusters), profiles: [], findings: [] },
      connect: ({ permit, signal: stop }) => this.#aws(transport, random, permit, stop),
      by: by ?? name,
      confirm,
      ...(approvals === undefined ? {} : { approvals }),
      ...(allowedAccountIds === undefined ? {} : { allowedAccountIds }),
      commits,
      leaseTtlMs: LEASE_TTL_MS,
      owner: this.owner,
      emit: (event) => {
        if (life.signal.aborted) return;
        this.events.push(event);
        this.onEvent(event);
      },
      signal: AbortSignal.any([signal, life.signal]),
      nodeTimeoutMs: 30 * 60_000,
      rehearse: this.rehearse,
      ambientRegion: this.world.region,
      ownPacks: this.ownPacks,
    };
    return Promise.race([command(context), crashed]).finally(() => life.abort());
  }
}

function accountsOf(clusters: readonly Cluster[]): Cluster["account"][] {
  return [...new Map(clusters.map(({ account }) => [account.name, account])).values()];
}

/** Whether an action changes something. */
export function isChange(action: string): boolean {
  return !/:(Describe|Get|List|Simulate)/.test(action);
}

/** Everything of a result that did not go well, for a test's message. */
export function troubles(result: Pick<ClusterResult, "findings" | "steps">): string[] {
  return [
    ...result.findings
      .filter((finding) => finding.level === "error")
      .map((finding) => `${finding.code}: ${finding.message}`),
    ...((result.steps ?? []) as ApplyResult["steps"]).flatMap(({ step, outcome }) =>
      outcome.state === "done"
        ? []
        : [
            `${step.id} ${outcome.state}: ${outcome.state === "failed" ? String(outcome.error) : outcome.state === "skipped" ? outcome.because : ""}`,
          ],
    ),
  ];
}
