import { createOnce, type Github, path } from "./client.ts";
import { isGithubError } from "./errors.ts";
import { isNewer, markerOf, type Stamp, stampIn } from "./marker.ts";

interface Comment {
  id: number;
  body?: string;
  user: { login: string } | null;
}

export interface CommentOptions {
  pull: number;
  /** Of `whoAmI`: comments of others are never touched, whatever they say of themselves. */
  author: string;
  stamp: Stamp;
}

/**
 * What became of an edit. "older": a newer run had written, and was left alone. "foreign": a newer Slipway's comment stands
 * there, which this one does not understand.
 */
export type Written = "created" | "updated" | "unchanged" | "left out" | "older" | "foreign";

/** The one comment that Slipway has on a pull request: found again by its marker and its author, made anew when it is gone. */
export class StickyComment {
  readonly #client: Github;
  readonly #options: CommentOptions;
  #id: number | undefined;

  constructor(client: Github, options: CommentOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Makes the comment say `body`, which is kept from saying more than GitHub takes by who made it. With "only when there is
   * one" nothing is said for the first time: what changes nothing need not notify anybody.
   */
  async write(body: string, when: "always" | "only when there is one" = "always"): Promise<Written> {
    const there = await this.#there();
    if (there === "foreign") return "foreign";
    const { stamp } = this.#options;
    const text = `${markerOf(stamp)}\n${body}`;
    if (there === undefined) return when === "always" ? await this.#create(text) : "left out";
    const theirs = stampIn(there.body ?? "");
    if (typeof theirs === "object" && (await this.#isNewer(theirs, stamp))) return "older";
    if (there.body === text) return "unchanged";
    try {
      await this.#client.patch(path`issues/comments/${there.id}`, { body: text });
      return "updated";
    } catch (error) {
      // Deleted between the look and the edit.
      if (!isGithubError(error, "not-found")) throw error;
      this.#id = undefined;
      return await this.#create(text);
    }
  }

  /** Ours as it is now; duplicates, which two runs that began together may leave, are taken away but for the oldest. */
  async #there(): Promise<Comment | "foreign" | undefined> {
    if (this.#id !== undefined) {
      try {
        return await this.#client.get<Comment>(path`issues/comments/${this.#id}`);
      } catch (error) {
        if (!isGithubError(error, "not-found")) throw error;
        this.#id = undefined;
      }
    }
    const all = await this.#client.all<Comment>(path`issues/${this.#options.pull}/comments`);
    const mine = all.filter(({ user }) => user?.login === this.#options.author);
    if (mine.some(({ body }) => stampIn(body ?? "") === "newer")) return "foreign";
    const ours = mine.filter(({ body }) => this.#isOurs(stampIn(body ?? ""))).sort((a, b) => a.id - b.id);
    const [oldest, ...others] = ours;
    for (const { id } of others) await this.#remove(id);
    this.#id = oldest?.id;
    return oldest;
  }

  #isOurs(stamp: ReturnType<typeof stampIn>): boolean {
    return typeof stamp === "object" && stamp.scope === this.#options.stamp.scope;
  }

  async #isNewer(theirs: Stamp, mine: Stamp): Promise<boolean> {
    if (theirs.headSha === mine.headSha || theirs.phase !== mine.phase) return isNewer(theirs, mine, mine.headSha);
    // The event's own word for the head is as old as the event: a re-run has that of the first run.
    const { head } = await this.#client.get<{ head: { sha: string } }>(path`pulls/${this.#options.pull}`);
    return isNewer(theirs, mine, head.sha);
  }

  async #create(body: string): Promise<Written> {
    const { pull } = this.#options;
    const find = async (): Promise<Comment | undefined> => {
      const there = await this.#there();
      return there === "foreign" ? undefined : there;
    };
    const made = await createOnce(find, () => this.#client.post<Comment>(path`issues/${pull}/comments`, { body }));
    this.#id = made.id;
    return "created";
  }

  async #remove(id: number): Promise<void> {
    try {
      await this.#client.delete(path`issues/comments/${id}`);
    } catch (error) {
      if (!isGithubError(error, "not-found")) throw error;
    }
  }
}
