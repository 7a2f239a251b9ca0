import { PATIENCE } from "../aws/retries.ts";
import type { Transport, WireCall } from "../aws/transport.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import { Heap } from "../core/heap.ts";
import { between, hexDigits, type SeededRandom, seededRandom } from "../core/random.ts";
import { type Principal, refusalOf } from "./access/access.ts";
import type { BootFault } from "./agents.ts";
import { Buckets } from "./buckets.ts";
import { typesOf, UBUNTU_IMAGES, zonesOf } from "./catalogue.ts";
import { copyOf } from "./copy.ts";
import { awsError, connectionLost } from "./errors.ts";
import { type Fault, type FaultKind, FaultPlan } from "./faults.ts";
import type { Kubernetes } from "./kubernetes.ts";
import { OPERATIONS, type Operation } from "./operations.ts";
import { GRANTED } from "./quotas.ts";
import type * as Records from "./records.ts";

export interface WorldOptions {
  clock: Clock;
  /** Everything that AWS leaves to chance follows from it. */
  seed?: number;
  accountId?: string;
  region?: string;
  /** The account was never granted more than AWS gives by default. */
  isNewAccount?: boolean;
  /** What a call takes, there and back. */
  callMs?: [low: number, high: number];
  /** Without it everything is known everywhere at once; for tests of something else. */
  eventualConsistency?: boolean;
  /** Where between its bounds everything takes its time, from 0 to 1; absent: chance decides each time. */
  pace?: number;
}

/** A call that reached AWS. */
export interface LoggedCall {
  number: number;
  action: string;
  input: object;
  atMs: number;
  /** The process that made it. */
  process: string;
  /** The error's code, where it ended in one. */
  error?: string;
}

interface Event {
  atMs: number;
  order: number;
  happen: (world: World) => void;
  /** It knows nothing of the world but what it is given: in a copy it happens as well. */
  isPortable: boolean;
}

/** Longer than this nothing takes to be known everywhere; most things are known at once. */
const LONGEST_LAG_MS = 4000;

/**
 * AWS in memory: one account in one region. It changes by calls, which come in through `connect`, and by events of its
 * own, which happen in the order of their times whenever a call looks. From the same seed the same happens.
 */
export class World {
  readonly accountId: string;
  readonly region: string;
  readonly zones: string[];
  readonly random: SeededRandom;
  readonly calls: LoggedCall[] = [];

  readonly vpcs = new Map<string, Records.Vpc>();
  readonly subnets = new Map<string, Records.Subnet>();
  readonly internetGateways = new Map<string, Records.InternetGateway>();
  readonly addresses = new Map<string, Records.Address>();
  readonly natGateways = new Map<string, Records.NatGateway>();
  readonly routeTables = new Map<string, Records.RouteTable>();
  readonly endpoints = new Map<string, Records.VpcEndpoint>();
  readonly networkAcls = new Map<string, Records.NetworkAcl>();
  readonly peerings = new Map<string, Records.PeeringConnection>();
  readonly vpnGateways = new Map<string, Records.VpnGateway>();
  readonly securityGroups = new Map<string, Records.SecurityGroup>();
  readonly interfaces = new Map<string, Records.NetworkInterface>();
  readonly instances = new Map<string, Records.Instance>();
  readonly volumes = new Map<string, Records.Volume>();
  readonly loadBalancers = new Map<string, Records.LoadBalancer>();
  readonly targetGroups = new Map<string, Records.TargetGroup>();
  readonly listeners = new Map<string, Records.Listener>();
  readonly roles = new Map<string, Records.Role>();
  readonly profiles = new Map<string, Records.InstanceProfile>();
  readonly parameters = new Map<string, Records.Parameter>();
  readonly buckets = new Map<string, Records.Bucket>();
  /** Whose credentials callers have that are no principal: `user/twin`, or `root`. */
  ambientCaller = "user/twin";
  /** Services for which AWS has made its own role in the account. */
  readonly linkedRoles = new Set<string>();
  /** Users and roles that policies are known of, by their own ARNs. */
  readonly principals = new Map<string, Principal>();
  /** Names of key pairs. */
  readonly keyPairs = new Set<string>(["ops"]);
  /** Images that exist, by their ids. */
  readonly images = new Map<string, Records.Image>(UBUNTU_IMAGES);
  readonly types: Records.CatalogueType[];
  /** Spot price in USD an hour, by `<type>/<zone>`; what is not here costs 30% of the on-demand price. */
  readonly spotPrices = new Map<string, string>();
  /** Quotas with a value of the account's own, by their codes. */
  readonly quotas: Map<string, number>;
  /** Zones that the account has not opted in to. */
  readonly closedZones = new Set<string>();
  /**
   * The account has never used spot instances, and the caller may not make the service-linked role that they need
   * (docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html).
   */
  lacksSpotRole = false;
  /** `<type>/<zone>` without capacity. */
  readonly exhausted = new Set<string>();
  /** What idempotency tokens were used for: a hash of the parameters, and the answer. */
  readonly tokens = new Map<string, { parameters: string; result: object }>();
  /** Kubernetes on the nodes, by cluster. */
  readonly kubernetes = new Map<string, Kubernetes>();
  /**
   * What stands for things that whoever loaded this world was not shown: the hash of a cluster's CA for its PKI, by
   * cluster; and what a route's target, by its id, looks like from outside, for how it gets there.
   */
  readonly unread = { caHashes: new Map<string, string>(), waysOut: new Map<string, string>() };
  /** What befalls nodes while they start. */
  readonly bootFaults: BootFault[] = [];

  /** What this model could not answer, in words: calls that it does not know, and its own mistakes. No word of AWS's. */
  readonly breakdowns: string[] = [];

  /** How many faults calls have met. */
  faultsMet = 0;

  /** Told after each event and each call: for invariants that must hold at every moment. */
  readonly observers: ((world: World) => void)[] = [];
  /** Goes up with whatever may have changed something: events, and calls that do not only read. */
  revision = 0;

  readonly #clock: Clock;
  /** What a call takes, there and back. */
  callMs: [low: number, high: number];
  readonly #lags: boolean;
  readonly #pace: number | undefined;
  readonly #events = new Heap<Event>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
  #nowMs: number;
  #order = 0;
  #process = "";
  #principal: Principal | undefined;
  #buckets = new Buckets();
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#nowMs = options.clock.now();
    this.accountId = options.accountId ?? "123456789012";
    this.region = options.region ?? "us-east-1";
    this.zones = zonesOf(this.region);
    this.random = seededRandom(options.seed ?? 1);
    this.types = typesOf(this.region);
    this.quotas = new Map(options.isNewAccount === true ? [] : GRANTED);
    this.callMs = options.callMs ?? [40, 160];
    this.#lags = options.eventualConsistency ?? true;
    this.#pace = options.pace;
  }

  /** The moment that the world has come to: that of the event which happens, or of the call which is answered. */
  now(): number {
    return this.#nowMs;
  }

  /** Lets something happen after so many milliseconds. */
  after(milliseconds: number, happen: () => void): void {
    this.#events.push({ atMs: this.#nowMs + milliseconds, order: this.#order++, happen, isPortable: false });
  }

  /** The same for what goes on for as long as a cluster stands: it looks up what it is about in the world that it is given. */
  afterInAny(milliseconds: number, happen: (world: World) => void): void {
    this.#events.push({ atMs: this.#nowMs + milliseconds, order: this.#order++, happen, isPortable: true });
  }

  /**
   * The same account at the same moment, which goes its own way from here, on a clock that has come as far. Throws while
   * something is on its way that only this world can bring to its end. Observers and connections are not copied.
   */
  copy(clock: Clock): World {
    const events = this.#events.items();
    if (events.some(({ isPortable }) => !isPortable)) throw new Error("something is on its way in this world");
    const copy = new World({ ...this.#options, clock, seed: this.random.state() });
    // What is never changed, or is no data, is shared; a call that was made is history.
    const shared = [this.zones, this.types, this.images, this.observers, this.calls, this.principals, this.random];
    const seen = new Map<object, object>(shared.map((one) => [one, one]));
    for (const [name, value] of Object.entries(this)) {
      if (!shared.includes(value)) Object.assign(copy, { [name]: copyOf(value, seen) });
    }
    copy.calls.push(...this.calls);
    for (const [id, image] of this.images) copy.images.set(id, image);
    for (const [arn, principal] of this.principals) copy.principals.set(arn, principal);
    for (const event of events) copy.#events.push({ ...event });
    copy.#order = this.#order;
    copy.#nowMs = this.#nowMs;
    copy.#buckets = new Buckets(this.#buckets);
    return copy;
  }

  /** Lets everything happen that is due. */
  catchUp(): void {
    const until = this.#clock.now();
    for (let event = this.#events.peek(); event !== undefined && event.atMs <= until; event = this.#events.peek()) {
      this.#events.pop();
      this.#nowMs = Math.max(this.#nowMs, event.atMs);
      event.happen(this);
      this.revision += 1;
      this.#observe();
    }
    this.#nowMs = Math.max(this.#nowMs, until);
  }

  /** The process whose call is being answered. */
  caller(): string {
    return this.#process;
  }

  /** Whose credentials the call came with; undefined: an administrator's. */
  principal(): Principal | undefined {
    return this.#principal;
  }

  /** A new id of that kind: `vpc-` and 17 hexadecimal digits, as EC2 has them. None that a loaded world has already. */
  id(prefix: string): string {
    const id = `${prefix}-0${hexDigits(this.random, 16)}`;
    const isTaken = this.instances.has(id) || this.volumes.has(id) || this.interfaces.has(id);
    return isTaken ? this.id(prefix) : id;
  }

  /** What every new thing has. Most are known everywhere at once; some not for seconds. */
  birth(id: string, tags: Readonly<Record<string, string>>): Records.Thing {
    const lagMs = this.#lags && this.random() < 0.25 ? between(this.random, 0, LONGEST_LAG_MS) : 0;
    return { id, tags: { ...tags }, createdAtMs: this.#nowMs, visibleAtMs: this.#nowMs + lagMs };
  }

  isVisible(thing: Records.Thing): boolean {
    return thing.visibleAtMs <= this.#nowMs;
  }

  /** A duration between two bounds, in milliseconds from seconds. */
  seconds(low: number, high: number): number {
    return (this.#pace === undefined ? between(this.random, low, high) : low + (high - low) * this.#pace) * 1000;
  }

  /**
   * A way in for one process. Its faults count its own calls. When one kills the process, `onCrash` is told, and no call
   * of it is answered any more: that is all that AWS sees of a dead process. Without a principal it may do everything.
   */
  connect(
    options: { name?: string; principal?: Principal; faults?: readonly Fault[]; onCrash?: () => void } = {},
  ): Transport {
    const never = new Promise<never>(() => {});
    const { principal } = options;
    if (principal !== undefined) this.principals.set(principal.sourceArn, principal);
    const faults = new FaultPlan(options.faults ?? []);
    let alive = true;
    const die = (): Promise<never> => {
      alive = false;
      options.onCrash?.();
      return never;
    };
    return async (call) => {
      if (!alive) return never;
      const halfMs = between(this.random, ...this.callMs) / 2;
      await this.#clock.sleep(halfMs);
      if (!alive) return never;
      const fault = faults.next(`${call.service}:${call.operation}`);
      if (fault !== undefined) this.faultsMet += 1;
      if (fault === "crash-before") return die();
      const answer = this.#answer(call, fault, options.name ?? "", principal);
      if (fault === "crash-after") return die();
      await this.#clock.sleep(fault === "hang" ? PATIENCE.requestTimeout : halfMs);
      if (!alive) return never;
      if (answer instanceof Error) throw answer;
      return answer;
    };
  }

  #answer(call: WireCall, fault: FaultKind | undefined, process: string, principal?: Principal): object | Error {
    this.catchUp();
    this.#process = process;
    this.#principal = principal;
    const action = `${call.service}:${call.operation}`;
    const logged: LoggedCall = { number: this.calls.length, action, input: call.input, atMs: this.#nowMs, process };
    this.calls.push(logged);
    if (fault === undefined && call.service === "ec2" && !this.#buckets.take(call.operation, call.input, this.#nowMs)) {
      const limit = awsError("RequestLimitExceeded", "Request limit exceeded.", 503);
      logged.error = limit.name;
      return limit;
    }
    const isRefused = fault === "refuse" || fault === "deny" || fault === "throttle" || fault === "expired";
    const answer = isRefused ? refusal(call, fault) : this.#perform(call);
    if (!READS.test(call.operation)) this.revision += 1;
    this.#observe();
    const given =
      fault === "lose-answer" || fault === "hang"
        ? connectionLost()
        : fault === "error-after"
          ? internalError()
          : answer;
    if (given instanceof Error) logged.error = given.name;
    return given;
  }

  #perform(call: WireCall): object | Error {
    const operations: Readonly<Record<string, Operation>> = OPERATIONS[call.service];
    const operation = operations[call.operation];
    if (operation === undefined) {
      this.breakdowns.push(`it does not know ${call.service}:${call.operation}`);
      throw new Error(`the twin does not know ${call.service}:${call.operation}`);
    }
    const refused = this.#principal === undefined ? undefined : refusalOf(this, this.#principal, call);
    if (refused !== undefined) return refused;
    // Judged, and not done (EC2's common parameters).
    if (call.service === "ec2" && "DryRun" in call.input && call.input.DryRun === true) {
      return awsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    }
    try {
      return operation(this, call.input as never, call);
    } catch (error) {
      if (error instanceof Error && "$metadata" in error) return error;
      this.breakdowns.push(`${call.service}:${call.operation}: ${messageOf(error)}`);
      throw error;
    }
  }

  #observe(): void {
    for (const observer of this.observers) observer(this);
  }
}

const READS = /^(Describe|Get|List|Simulate)/;

function internalError(): Error {
  return awsError("InternalError", "An internal error has occurred", 500);
}

/** Each service has its own word for "too many calls" (reference/aws.md §2). */
function refusal(call: WireCall, kind: "refuse" | "deny" | "throttle" | "expired"): Error {
  if (kind === "refuse") return internalError();
  if (kind === "deny") {
    const codes: Readonly<Record<string, string>> = { ec2: "UnauthorizedOperation", ssm: "AccessDeniedException" };
    const code = codes[call.service] ?? "AccessDenied";
    return awsError(code, "You are not authorized to perform this operation: an explicit deny.", 403);
  }
  if (kind === "expired") return expired(call);
  if (call.service === "ec2") return awsError("RequestLimitExceeded", "Request limit exceeded.", 503);
  return awsError(
    call.service === "ssm" || call.service === "pricing" ? "ThrottlingException" : "Throttling",
    "Rate exceeded",
  );
}

/** Credentials that are too old; each service has its own word for that too. */
function expired(call: WireCall): Error {
  const codes: Readonly<Record<string, string>> = {
    ec2: "RequestExpired",
    s3: "ExpiredToken",
    ssm: "ExpiredTokenException",
  };
  return awsError(codes[call.service] ?? "ExpiredToken", "The security token included in the request is expired", 400);
}
