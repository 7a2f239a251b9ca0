import { isRef, type Link, type Live, type LogicalId, type Resolved, type Wanted } from "../resources/resource.ts";

/** What is known of a resource that stands. */
interface Facts {
  awsId: string;
  attributes: Readonly<Record<string, string>>;
}

/** The AWS ids behind logical ids, as an apply goes on. */
export class Known {
  readonly #facts = new Map<LogicalId, Facts>();

  constructor(resources: readonly Live[]) {
    for (const live of resources) {
      // The settled copy of two is the one that others shall point at.
      if (live.status === "leaving" || (this.#facts.has(live.id) && live.status !== "settled")) continue;
      this.#facts.set(live.id, { awsId: live.awsId, attributes: live.attributes });
    }
  }

  learn(id: LogicalId, awsId: string, attributes: Readonly<Record<string, string>>): void {
    this.#facts.set(id, { awsId, attributes });
  }

  awsId(id: LogicalId): string {
    const facts = this.#facts.get(id);
    if (facts === undefined) throw new Error(`${id} is not there yet`);
    return facts.awsId;
  }

  /** The AWS id or the attribute that a link leads to. */
  follow(link: Link): string {
    if (!isRef(link)) return link;
    if (link.attribute === undefined) return this.awsId(link.ref);
    const value = this.#facts.get(link.ref)?.attributes[link.attribute];
    if (value === undefined) throw new Error(`${link.attribute} of ${link.ref} is not known`);
    return value;
  }

  /** A wanted resource with every reference followed. */
  resolve(wanted: Wanted): Resolved {
    const { kind, id, tags } = wanted;
    return { kind, id, tags, spec: this.#resolveValue(wanted.spec) } as Resolved;
  }

  #resolveValue(value: unknown): unknown {
    if (isRef(value)) return this.follow(value);
    if (Array.isArray(value)) return value.map((item) => this.#resolveValue(item));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#resolveValue(member)]));
    }
    return value;
  }
}
