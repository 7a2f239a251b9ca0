import { code, cutMarkdown, escaped } from "../report/escaping.ts";
import { short } from "../report/plain.ts";
import { createOnce, type Github, path } from "./client.ts";
import type { DeployedCluster } from "./deployments.ts";
import { makeLabel } from "./labels.ts";

export const DRIFT_LABEL = "slipway: drift";

/** How a cluster is, as its issue tells it. */
export interface Drift {
  cluster: DeployedCluster;
  /** "in order" closes the issue; a failed apply opens the same one as drift does. */
  state: "drifted" | "failed" | "in order";
  /** What differs or failed: Markdown that is escaped already. */
  details: string;
  /** The run that found it. */
  runUrl: string;
  runStartedAtMs: number;
}

export type Told = "opened" | "reopened" | "updated" | "unchanged" | "closed" | "nothing to say" | "older";

interface Issue {
  number: number;
  state: "open" | "closed";
  body: string | null;
  user: { login: string } | null;
  pull_request?: unknown;
}

interface Marker {
  cluster: string;
  state: Drift["state"];
  /** When the run that wrote it began. */
  atMs: number;
}

const MARKER = /^<!-- slipway-drift:v1 (\{[^\n]*\}) -->/;
/** GitHub keeps the old body of an issue, without a word, where a new one is longer than 65,536 characters. */
const MOST_TEXT = 50_000;

/**
 * Keeps one issue a cluster: opened when it drifts or an apply of it fails, brought up to date while it does, closed when
 * it is in order again, and the same one reopened the next time. An hourly check that finds the same says nothing.
 */
export async function tellDrift(client: Github, author: string, drift: Drift): Promise<Told> {
  const there = await find(client, author, drift.cluster);
  if (there === undefined) {
    if (drift.state === "in order") return "nothing to say";
    await open(client, author, drift);
    return "opened";
  }
  const { issue, marker } = there;
  if (marker.atMs > drift.runStartedAtMs) return "older";
  if (drift.state === "in order") return await close(client, issue, drift);
  const body = bodyOf(drift);
  if (issue.state === "closed") {
    await client.patch(path`issues/${issue.number}`, { state: "open", title: titleOf(drift), body });
    await say(client, issue.number, `${escaped(titleOf(drift))} again, as ${link(drift)} found.`);
    return "reopened";
  }
  if (withoutFooter(issue.body ?? "") === withoutFooter(body)) return "unchanged";
  await client.patch(path`issues/${issue.number}`, { title: titleOf(drift), body });
  return "updated";
}

async function close(client: Github, issue: Issue, drift: Drift): Promise<Told> {
  if (issue.state === "closed") return "nothing to say";
  await say(client, issue.number, `✅ ${code(drift.cluster.name)} is as its file says again, as ${link(drift)} found.`);
  await client.patch(path`issues/${issue.number}`, { state: "closed", state_reason: "completed", body: bodyOf(drift) });
  return "closed";
}

async function open(client: Github, author: string, drift: Drift): Promise<void> {
  const look = { color: "fbca04", description: "A cluster is not as its file says" };
  await makeLabel(client, DRIFT_LABEL, look);
  await createOnce<unknown>(
    () => find(client, author, drift.cluster),
    () => client.post("issues", { title: titleOf(drift), body: bodyOf(drift), labels: [DRIFT_LABEL] }),
  );
}

/** The oldest of ours that is about the cluster; what others wrote with our marker is not ours. */
async function find(
  client: Github,
  author: string,
  cluster: DeployedCluster,
): Promise<{ issue: Issue; marker: Marker } | undefined> {
  const issues = await client.all<Issue>("issues", { state: "all", labels: DRIFT_LABEL });
  return issues
    .filter((issue) => issue.user?.login === author && issue.pull_request === undefined)
    .sort((a, b) => a.number - b.number)
    .flatMap((issue) => {
      const marker = markerIn(issue.body ?? "");
      return marker?.cluster === keyOf(cluster) ? [{ issue, marker }] : [];
    })[0];
}

function keyOf({ accountId, region, name }: DeployedCluster): string {
  return `${accountId}/${region}/${name}`;
}

function markerIn(body: string): Marker | undefined {
  try {
    return JSON.parse(MARKER.exec(body)?.[1] ?? "") as Marker;
  } catch {
    return undefined;
  }
}

function titleOf({ cluster, state }: Drift): string {
  const what = state === "failed" ? "could not be brought to what its file says" : "is not as its file says";
  return short(`${cluster.name} in ${cluster.region} ${what}`, 250);
}

function bodyOf(drift: Drift): string {
  const { cluster, state, details, runStartedAtMs } = drift;
  const marker: Marker = { cluster: keyOf(cluster), state, atMs: runStartedAtMs };
  const json = JSON.stringify(marker).replace(/[<>-]/g, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`);
  return [
    `<!-- slipway-drift:v1 ${json} -->`,
    state === "in order" ? `✅ ${code(cluster.name)} is as its file says.` : cutMarkdown(details, MOST_TEXT),
    "---",
    `This issue closes itself when the cluster is in order, and opens again when it is not. Last told by ${link(drift)}.`,
  ].join("\n\n");
}

const link = ({ runUrl }: Drift): string => `[this run](${runUrl})`;

/** What is the same in every check that finds the same. */
function withoutFooter(body: string): string {
  const text = body.replaceAll("\r\n", "\n").replace(MARKER, "");
  return text.slice(0, text.lastIndexOf("\n---\n")).trim();
}

async function say(client: Github, issue: number, body: string): Promise<void> {
  await client.post(path`issues/${issue}/comments`, { body });
}
