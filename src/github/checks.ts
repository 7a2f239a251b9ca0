import type { Finding } from "../core/findings.ts";
import { cutMarkdown } from "../report/escaping.ts";
import { plain, short } from "../report/plain.ts";
import { type ApprovalRecord, recordIn } from "./approval-record.ts";
import { createOnce, type Github, path } from "./client.ts";

export const PLAN_CHECK = "slipway / plan";
export const APPLY_CHECK = "slipway / apply";

/** Of the check runs that hold what did not fit into the first. */
const partName = (part: number): string => `${PLAN_CHECK} (part ${part})`;

export type Conclusion = "success" | "failure" | "neutral" | "cancelled" | "action_required";

/** A check run that is under way; what a run keeps to complete it, even from another process. */
export interface OpenCheck {
  id: number;
  name: string;
  headSha: string;
  /** Whose check runs ours are: an apply believes those of this App alone. */
  appId: number;
  /** Names this run, so that the parts of a record are told from those of another. */
  externalId: string;
  detailsUrl: string;
}

interface CheckRun {
  id: number;
  name: string;
  head_sha: string;
  external_id: string | null;
  status: string;
  conclusion: string | null;
  started_at: string | null;
  completed_at: string | null;
  app: { id: number } | null;
  output: { text: string | null };
}

/** GitHub takes so many annotations in one request; more come in further ones. */
const BATCH = 50;
/** Nobody reads more on a diff, and each batch is a request. */
const MOST_ANNOTATIONS = 250;
/** GitHub's limit for the summary and for the text is 65,535 characters each. */
const MOST_TEXT = 65_000;

const LEVEL = { error: "failure", warning: "warning", notice: "notice" } as const;

/**
 * Begins a check run, so that the pull request shows at once that something is on its way. Only an App's token may; a
 * person's meets a refusal.
 */
export async function openCheck(
  client: Github,
  {
    name,
    headSha,
    run,
    startedAtMs,
  }: { name: string; headSha: string; run: { id: string; url: string }; startedAtMs: number },
): Promise<OpenCheck> {
  const body = {
    name,
    head_sha: headSha,
    details_url: run.url,
    external_id: run.id,
    status: "in_progress",
    started_at: new Date(startedAtMs).toISOString(),
  };
  const made = await createOnce(
    () => ofRun(client, headSha, name, run.id),
    () => client.post<CheckRun>("check-runs", body),
  );
  return { id: made.id, name, headSha, appId: made.app?.id ?? 0, externalId: run.id, detailsUrl: run.url };
}

export interface CheckReport {
  conclusion: Conclusion;
  /** One line, shown beside the check's name. */
  title: string;
  /** Markdown. */
  summary: string;
  /** Markdown below the summary; the record of what was planned. More than one: further check runs hold the rest. */
  texts?: readonly string[];
  /** Those with a place become annotations on their lines. */
  findings: readonly Finding[];
  completedAtMs: number;
}

/**
 * Completes a check run. What others read of it is there before it counts as completed: first the further parts of its
 * text, then the annotations, then the conclusion with the first part.
 */
export async function completeCheck(client: Github, check: OpenCheck, report: CheckReport): Promise<void> {
  const [text, ...more] = report.texts ?? [];
  const completed = {
    status: "completed",
    conclusion: report.conclusion,
    completed_at: new Date(report.completedAtMs).toISOString(),
  };
  const heading = { title: short(plain(report.title), 200), summary: cutMarkdown(report.summary, MOST_TEXT) };
  for (const [index, part] of more.entries()) {
    const name = partName(index + 2);
    const body = {
      name,
      head_sha: check.headSha,
      details_url: check.detailsUrl,
      external_id: check.externalId,
      ...completed,
      output: { title: heading.title, summary: `Belongs to ${check.name}.`, text: part },
    };
    await createOnce(
      () => ofRun(client, check.headSha, name, check.externalId),
      () => client.post<CheckRun>("check-runs", body),
    );
  }
  const annotations = annotationsOf(report.findings);
  for (let first = BATCH; first < annotations.length; first += BATCH) {
    const output = { ...heading, annotations: annotations.slice(first, first + BATCH) };
    await client.patch(path`check-runs/${check.id}`, { output });
  }
  const output = {
    ...heading,
    ...(text === undefined ? {} : { text }),
    annotations: annotations.slice(0, BATCH),
  };
  await client.patch(path`check-runs/${check.id}`, { ...completed, output });
}

function annotationsOf(findings: readonly Finding[]): object[] {
  const placed = findings.filter(({ at }) => at !== undefined && at.file !== "" && at.line > 0);
  const rank = { error: 0, warning: 1, notice: 2 };
  const ranked = [...placed].sort((a, b) => rank[a.level] - rank[b.level]).slice(0, MOST_ANNOTATIONS);
  return ranked.map(({ level, code, message, fix, at }) => ({
    path: at?.file,
    start_line: at?.line,
    end_line: at?.line,
    // GitHub takes columns only where the annotation stays on one line.
    ...(at !== undefined && at.column > 0 ? { start_column: at.column, end_column: at.column } : {}),
    annotation_level: LEVEL[level],
    title: short(plain(code), 200),
    message: short(plain(fix === undefined ? message : `${message}\n→ ${fix}`, "keep lines"), 4000),
  }));
}

async function checkRuns(client: Github, headSha: string, name: string): Promise<CheckRun[]> {
  const found = await client.all<CheckRun>(
    path`commits/${headSha}/check-runs`,
    { check_name: name, filter: "all" },
    "check_runs",
  );
  return found.sort((a, b) => b.id - a.id);
}

async function ofRun(client: Github, headSha: string, name: string, externalId: string): Promise<CheckRun | undefined> {
  return (await checkRuns(client, headSha, name)).find((check) => check.external_id === externalId);
}

/** What was planned of a pull request's head, as far as it can be believed. */
export interface Planned {
  /** What its newest plan approves; absent: there is none that counts. */
  record?: ApprovalRecord;
  /** When the first plan of this head had been shown, by that run's clock; absent: none has. */
  firstShownAtMs?: number;
  /** Why a check run that is there does not count, in a few words each. */
  ignored: readonly string[];
}

/**
 * Reads what the plan of a head approves. A check run counts when this App (`appId`) made it, for this commit and this
 * pull request, and when it was completed: whoever can write a comment, or has an App of their own, cannot forge one.
 */
export async function plannedAt(
  client: Github,
  { headSha, pull, appId }: { headSha: string; pull: number; appId: number },
): Promise<Planned> {
  const all = await checkRuns(client, headSha, PLAN_CHECK);
  const foreign = all.filter(({ app }) => app?.id !== appId);
  const ours = all.filter((check) => check.app?.id === appId && check.head_sha === headSha);
  const completed = ours.filter(({ status, conclusion }) => status === "completed" && conclusion === "success");
  const ignored = [
    ...foreign.map(({ app }) => `a check run of another App (${app?.id ?? "none"})`),
    ...ours
      .filter((check) => !completed.includes(check))
      .map(({ status, conclusion }) => `a plan that is ${conclusion ?? status}`),
  ];
  const [newest] = completed;
  if (newest === undefined) return { ignored };
  const shown = Math.min(...completed.map((check) => Date.parse(check.completed_at ?? "") || Number.POSITIVE_INFINITY));
  const first = recordIn([newest.output.text ?? ""]);
  const whole = first ?? (await wholeRecord(client, newest, appId));
  const isOfPull = whole?.pull === pull && whole.headSha === headSha;
  if (whole !== undefined && !isOfPull) ignored.push("a plan of another pull request");
  if (whole === undefined) ignored.push("a plan whose record can't be read");
  return {
    ignored,
    ...(isOfPull ? { record: whole } : {}),
    ...(Number.isFinite(shown) ? { firstShownAtMs: shown } : {}),
  };
}

/** A record that did not fit into one check run. */
async function wholeRecord(client: Github, first: CheckRun, appId: number): Promise<ApprovalRecord | undefined> {
  const texts = [first.output.text ?? ""];
  for (let part = 2; ; part++) {
    const runs = await checkRuns(client, first.head_sha, partName(part));
    const next = runs.find(({ app, external_id }) => app?.id === appId && external_id === first.external_id);
    if (next === undefined) return undefined;
    texts.push(next.output.text ?? "");
    const record = recordIn(texts);
    if (record !== undefined) return record;
  }
}
