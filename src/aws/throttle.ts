import type { Clock } from "../core/clock.ts";
import { remembering } from "../core/remembering.ts";

/** A token bucket: so many calls at once, so many more each second. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/**
 * EC2 counts calls per action, account and region. These are its published buckets for the actions used here
 * (docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html). Running into them costs failed calls and backoff,
 * and takes tokens from everyone else in the account; waiting for a token costs only the wait.
 */
const EC2_RATES: Readonly<Record<string, Rate>> = {
  RunInstances: { burst: 5, perSecond: 2 },
  TerminateInstances: { burst: 100, perSecond: 5 },
  CreateNatGateway: { burst: 10, perSecond: 1 },
  DeleteNatGateway: { burst: 10, perSecond: 1 },
  CreateTags: { burst: 100, perSecond: 10 },
  DeleteTags: { burst: 100, perSecond: 10 },
  CreateVpcEndpoint: { burst: 4, perSecond: 0.3 },
  DeleteVpcEndpoints: { burst: 4, perSecond: 0.3 },
};
/** Of these EC2 counts the instances as well. */
const INSTANCE_RATES: Readonly<Record<string, { rate: Rate; count(input: object): number }>> = {
  "ec2:RunInstances": {
    rate: { burst: 1000, perSecond: 2 },
    count: (input) => ("MaxCount" in input && typeof input.MaxCount === "number" ? input.MaxCount : 1),
  },
  "ec2:TerminateInstances": {
    rate: { burst: 1000, perSecond: 20 },
    count: (input) => ("InstanceIds" in input && Array.isArray(input.InstanceIds) ? input.InstanceIds.length : 1),
  },
};
const EC2_READ: Rate = { burst: 100, perSecond: 20 };
const EC2_WRITE: Rate = { burst: 50, perSecond: 5 };
/** Elastic Load Balancing publishes only what its Describe calls share. */
const ELB_READ: Rate = { burst: 40, perSecond: 10 };

/** The bucket of an action (`ec2:RunInstances`), with its name where actions share one; undefined where AWS publishes none. */
function rateOf(action: string): { bucket: string; rate: Rate } | undefined {
  const [service, operation = ""] = action.split(":");
  const reads = /^(Describe|Get)/.test(operation);
  if (service === "ec2") return { bucket: action, rate: EC2_RATES[operation] ?? (reads ? EC2_READ : EC2_WRITE) };
  if (service === "elasticloadbalancing" && reads) return { bucket: "elasticloadbalancing:Describe", rate: ELB_READ };
  return undefined;
}

const rates = remembering<ReturnType<typeof rateOf>>(1000);

/** Makes each action wait for its token. One for each account and region of a run. */
export class Throttle {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #free = new Map<string, number>();

  constructor(clock: Clock, signal?: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /**
   * Resolves when the action may be called with that input, and rejects with the reason when the run is stopped before;
   * undefined where it may be called at once.
   */
  take(action: string, input: object): Promise<void> | undefined {
    const found = rates(action, () => rateOf(action));
    if (found === undefined) return undefined;
    const instances = INSTANCE_RATES[action];
    const waitMs = Math.max(
      this.#reserve(found.bucket, found.rate, 1),
      instances === undefined ? 0 : this.#reserve(`${action} instances`, instances.rate, instances.count(input)),
    );
    return waitMs > 0 ? this.#clock.sleep(waitMs, this.#signal) : undefined;
  }

  /** Takes tokens, and gives for how long they are not there yet. */
  #reserve(bucket: string, rate: Rate, tokens: number): number {
    const costMs = 1000 / rate.perSecond;
    const now = this.#clock.now();
    // The moment at which the bucket would be full again tells how many tokens it lacks (generic cell rate algorithm).
    const fullAt = Math.max(this.#free.get(bucket) ?? now, now) + tokens * costMs;
    this.#free.set(bucket, fullAt);
    // One is left over: calls do not reach AWS in the rhythm in which they are sent.
    return fullAt - (rate.burst - 1) * costMs - now;
  }
}
