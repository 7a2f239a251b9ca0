/** A token bucket of EC2: so many at once, so many more each second. */
type Bucket = readonly [burst: number, perSecond: number];

/**
 * EC2 counts requests by action, account and region; of some actions also the instances that they are about
 * (docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html; reference/aws.md §6).
 */
const REQUESTS: Readonly<Record<string, Bucket>> = {
  RunInstances: [5, 2],
  StartInstances: [5, 2],
  TerminateInstances: [100, 5],
  CreateNatGateway: [10, 1],
  DeleteNatGateway: [10, 1],
  CreateTags: [100, 10],
  DeleteTags: [100, 10],
  CreateVpcEndpoint: [4, 0.3],
  DeleteVpcEndpoints: [4, 0.3],
};
const READS: Bucket = [100, 20];
const WRITES: Bucket = [50, 5];

const INSTANCES: Readonly<Record<string, { bucket: Bucket; count(input: object): number }>> = {
  RunInstances: { bucket: [1000, 2], count: (input) => ("MaxCount" in input ? Number(input.MaxCount) : 1) },
  TerminateInstances: {
    bucket: [1000, 20],
    count: (input) => ("InstanceIds" in input && Array.isArray(input.InstanceIds) ? input.InstanceIds.length : 1),
  },
};

/** An account's buckets in one region. */
export class Buckets {
  /** What is in each, and when it was looked at. */
  readonly #levels: Map<string, { tokens: number; atMs: number }>;

  /** Full ones, or as `other` has them. */
  constructor(other?: Buckets) {
    this.#levels = new Map(other === undefined ? [] : other.#levels);
  }

  /** Whether a call may go on; one that may not takes nothing. Times are milliseconds. */
  take(operation: string, input: object, nowMs: number): boolean {
    const requests = REQUESTS[operation] ?? (/^(Describe|Get)/.test(operation) ? READS : WRITES);
    const instances = INSTANCES[operation];
    const wanted: [name: string, bucket: Bucket, tokens: number][] = [[operation, requests, 1]];
    if (instances !== undefined) wanted.push([`${operation} instances`, instances.bucket, instances.count(input)]);
    const levels = wanted.map(([name, [burst, perSecond]]) => {
      const known = this.#levels.get(name) ?? { tokens: burst, atMs: nowMs };
      return Math.min(burst, known.tokens + ((nowMs - known.atMs) / 1000) * perSecond);
    });
    if (wanted.some(([, , tokens], index) => (levels[index] ?? 0) < tokens)) return false;
    for (const [index, [name, , tokens]] of wanted.entries()) {
      this.#levels.set(name, { tokens: (levels[index] ?? 0) - tokens, atMs: nowMs });
    }
    return true;
  }
}
