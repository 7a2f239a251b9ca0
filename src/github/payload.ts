/** A payload, asked for its members by path. It comes from GitHub, but titles and names in it are anybody's. */
export class Payload {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  at(...path: readonly string[]): unknown {
    let inside = this.#value;
    for (const key of path) {
      if (typeof inside !== "object" || inside === null || !Object.hasOwn(inside, key)) return undefined;
      inside = (inside as Record<string, unknown>)[key];
    }
    return inside ?? undefined;
  }

  text(...path: readonly string[]): string {
    const value = this.at(...path);
    return typeof value === "string" ? value : "";
  }

  number(...path: readonly string[]): number {
    const value = this.at(...path);
    return typeof value === "number" ? value : 0;
  }
}
