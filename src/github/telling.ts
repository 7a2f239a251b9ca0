import { messageOf } from "../core/errors.ts";
import { isRefused } from "./errors.ts";

/**
 * Tells GitHub things, one after the other. What GitHub does not take is said once and keeps the run from nothing: the
 * comment is not the work.
 */
export class Telling {
  readonly #warn: (message: string) => void;
  readonly #refused = new Set<string>();
  readonly #said = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Does it at once; undefined where GitHub would not have it. `permission` is what the job's token needs for it. */
  async now<T>(what: string, permission: string, tell: () => Promise<T>): Promise<T | undefined> {
    if (this.#refused.has(permission)) return undefined;
    try {
      return await tell();
    } catch (error) {
      if (isRefused(error)) {
        this.#refused.add(permission);
        this.#sayOnce(`${what}: GitHub does not allow it; give the job permissions: ${permission}`);
      } else this.#sayOnce(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  }

  #sayOnce(text: string): void {
    if (!this.#said.has(text)) this.#warn(text);
    this.#said.add(text);
  }

  /** Does it after what was to be told before; nobody waits. */
  later(what: string, permission: string, tell: () => Promise<unknown>): void {
    this.#last = this.#last.then(async () => {
      await this.now(what, permission, tell);
    });
  }

  /** When all that was to be told later has been told. */
  settled(): Promise<void> {
    return this.#last;
  }
}
