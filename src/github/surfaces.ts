import type { ReportedResult, Result } from "../commands/results.ts";
import type { Clock } from "../core/clock.ts";
import type { Finding } from "../core/findings.ts";
import type { CommentLinks } from "../report/comment-links.ts";
import { recordTexts } from "./approval-record.ts";
import { type CheckReport, type Conclusion, completeCheck, type OpenCheck, openCheck } from "./checks.ts";
import type { Github } from "./client.ts";
import { StickyComment } from "./comment.ts";
import { whoAmI } from "./identity.ts";
import { type Outlook, putOutlook } from "./labels.ts";
import type { Stamp } from "./marker.ts";
import type { Telling } from "./telling.ts";

/** What a run's check run and comment are about. All of it can be written down for another process. */
export interface About {
  phase: Stamp["phase"];
  /** The pull request that has the comment; absent: there is none. */
  pull?: { number: number; headSha: string };
  /** The check run on this commit; absent: there is to be none. */
  check?: { name: string; sha: string };
  /** Which Slipway of the repository it is. */
  scope: string;
  run: { id: number; attempt: number; address: string };
  startedAtMs: number;
  links: CommentLinks;
}

/** What another process needs to finish what this one has begun to tell. */
export interface Begun {
  about: About;
  check?: OpenCheck;
}

/** How a run's words reach the pull request: its check run, its comment, its label. */
export class Surfaces {
  readonly #about: About;
  readonly #telling: Telling;
  readonly #clock: Clock;
  #check: OpenCheck | undefined;
  /** As one client reaches it: once a run is to stop, another takes over. */
  #comment: { by: Github; sticky: StickyComment } | undefined;
  #me: Promise<string> | undefined;

  constructor(about: About, { telling, clock, check }: { telling: Telling; clock: Clock; check?: OpenCheck }) {
    this.#about = about;
    this.#telling = telling;
    this.#clock = clock;
    this.#check = check;
  }

  get begun(): Begun {
    return { about: this.#about, ...(this.#check === undefined ? {} : { check: this.#check }) };
  }

  /** As whom GitHub knows us. */
  me(github: Github): Promise<string> {
    this.#me ??= whoAmI(github).catch((error: unknown) => {
      this.#me = undefined;
      throw error;
    });
    return this.#me;
  }

  /** Whose check runs count: those of the App whose token this is. Undefined where we may make none. */
  get appId(): number | undefined {
    return this.#check?.appId;
  }

  async openCheck(github: Github): Promise<void> {
    const { check, run, startedAtMs } = this.#about;
    if (check === undefined) return;
    const of = { id: `${run.id}/${run.attempt}`, url: run.address };
    this.#check = await this.#telling.now("the check run", "checks: write", () =>
      openCheck(github, { name: check.name, headSha: check.sha, run: of, startedAtMs }),
    );
  }

  /** Makes the pull request's comment say that, unless a newer run has spoken. */
  async say(github: Github, body: string, when: "always" | "only when there is one" = "always"): Promise<void> {
    const { pull, phase, scope, run, startedAtMs } = this.#about;
    if (pull === undefined) return;
    const stamp: Stamp = { scope, phase, headSha: pull.headSha, runId: run.id, attempt: run.attempt, startedAtMs };
    await this.#telling.now("the pull request's comment", "pull-requests: write", async () => {
      if (this.#comment?.by !== github) {
        const options = { pull: pull.number, author: await this.me(github), stamp };
        this.#comment = { by: github, sticky: new StickyComment(github, options) };
      }
      await this.#comment.sticky.write(body, when);
    });
  }

  /** Gives whether findings are now shown on their lines. */
  async conclude(
    github: Github,
    conclusion: Conclusion,
    said: Pick<CheckReport, "title" | "summary">,
    result: Pick<ReportedResult, "clusters" | "findings">,
  ): Promise<boolean> {
    const check = this.#check;
    if (check === undefined) return false;
    const { pull, phase } = this.#about;
    const isApproval = phase === "plan" && pull !== undefined && conclusion === "success";
    const report: CheckReport = {
      ...said,
      conclusion,
      ...(isApproval ? { texts: recordTexts({ pull: pull.number, headSha: pull.headSha }, result.clusters) } : {}),
      findings: findingsOf(result),
      completedAtMs: this.#clock.now(),
    };
    const done = await this.#telling.now("the check run", "checks: write", async () => {
      await completeCheck(github, check, report);
      return true;
    });
    return done === true;
  }

  async label(github: Github, outlook: Outlook): Promise<void> {
    const { pull, phase } = this.#about;
    if (pull === undefined || phase !== "plan") return;
    await this.#telling.now("the pull request's label", "pull-requests: write", () =>
      putOutlook(github, pull.number, outlook),
    );
  }
}

function findingsOf({ findings, clusters }: Pick<ReportedResult, "clusters" | "findings">): Finding[] {
  return [...findings, ...clusters.flatMap((cluster) => cluster.findings)];
}

/** How a check run ends: a plan that is blocked keeps its pull request from being merged where the check is required. */
export function conclusionOf(phase: Stamp["phase"], result: Result | "killed"): Conclusion {
  switch (result) {
    case "stopped":
    case "killed":
      return "cancelled";
    case "blocked":
      return phase === "plan" ? "failure" : "action_required";
    case "failed":
    case "invalid":
      return "failure";
    default:
      return "success";
  }
}

export function outlookOf(result: ReportedResult): Outlook {
  if (conclusionOf("plan", result.result) !== "success") return "blocked";
  const changes = result.clusters.flatMap(({ plan }) => plan?.changes ?? []);
  if (changes.some(({ destructive }) => destructive)) return "deletes";
  return changes.length > 0 ? "changes" : "no changes";
}
