import type { ReportedCluster, ReportedResult } from "../commands/results.ts";
import { type CommentLinks, type Lifecycle, lifecycleLine } from "./comment-links.ts";
import { bodyOfCluster, type Detail, findingItems, type SectionOptions, sectionsOf } from "./comment-sections.ts";
import { clusterTable, headingOf, lossAlert, sentenceOf, worstFirst } from "./comment-verdict.ts";

/** All that a pull request's comment tells, whatever has become of the run. */
export interface CommentView {
  result: ReportedResult;
  links: CommentLinks;
  lifecycle: Lifecycle;
  /** What still stands between the merge and the apply, in Markdown; of a plan alone. */
  before?: readonly string[];
}

/** GitHub takes 65,536 characters, and this counts bytes: nothing that a user writes makes it fail. */
export const MOST_COMMENT_BYTES = 60_000;
/** Of a job's summary GitHub takes 1 MiB a step. */
export const MOST_SUMMARY_BYTES = 900_000;

interface Step {
  detail: Detail;
  /** How many clusters the table names. */
  rows: number;
  /** What was left out; "" for nothing. */
  said: string;
}

const ALL = Number.POSITIVE_INFINITY;

/** What goes first when there is too much to say, and what last. */
const STEPS: readonly Step[] = [
  { detail: "all", rows: ALL, said: "" },
  { detail: "no drawings", rows: ALL, said: "drawings" },
  { detail: "no order", rows: ALL, said: "drawings and the order of steps" },
  { detail: "titles", rows: ALL, said: "drawings, the order of steps and what each change changes" },
  { detail: "counts", rows: ALL, said: "drawings, the order of steps and single changes" },
  { detail: "errors", rows: ALL, said: "all but the errors of each cluster" },
  { detail: "nothing", rows: 100, said: "all but how each cluster is" },
  { detail: "nothing", rows: 20, said: "all but how the first clusters are" },
];

/**
 * A pull request's comment, or a job's summary: the verdict first, then a row a cluster, then what there is to know of
 * each. What is too long for `mostBytes` loses its details in steps, and says so; the verdict is never lost.
 */
export function commentBody(asked: CommentView, mostBytes: number = MOST_COMMENT_BYTES): string {
  const view = { ...asked, result: { ...asked.result, clusters: worstFirst(asked.result.clusters) } };
  for (const step of STEPS) {
    const text = draw(view, step);
    if (Buffer.byteLength(text) <= mostBytes) return text;
  }
  return `${[headingOf(view.result), sentenceOf(view.result), leftOut(view, "everything else"), lifecycleLine(view.lifecycle, view.links)].join("\n\n")}\n`;
}

function draw(view: CommentView, { detail, rows, said }: Step): string {
  const { result, links, lifecycle } = view;
  const options: SectionOptions = { detail, links };
  const isCut = detail === "nothing";
  const parts = [
    headingOf(result),
    sentenceOf(result),
    lossAlert(result, isCut ? 3 : 10),
    isCut ? "" : findingItems(result.findings, options),
    clusterTable(result, rows),
    ...(isCut ? [] : sectionsOf(groupsOf(result, options), options)),
    said === "" ? "" : leftOut(view, said),
    nextSteps(view),
    lifecycleLine(lifecycle, links),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Clusters that have the same to say, together: of a profile's change in thirty clusters one is read. */
function groupsOf(
  { command, clusters }: ReportedResult,
  options: SectionOptions,
): { clusters: readonly ReportedCluster[]; body: string }[] {
  const shared = Map.groupBy(clusters, (cluster) => bodyOfCluster(command, cluster, { ...options, isShared: true }));
  return [...shared].flatMap(([body, members]) => {
    const [only, ...others] = members;
    if (only === undefined) return [];
    const own = others.length > 0 ? body : bodyOfCluster(command, only, options);
    return own === "" ? [] : [{ clusters: members, body: own }];
  });
}

function leftOut({ links }: CommentView, said: string): string {
  return `✂️ Left out for its length: ${said}. [The run's summary](${links.run.url}) has it.`;
}

/** What its reader has to do for it to happen. */
function nextSteps({ result, before = [] }: CommentView): string {
  if (result.command !== "plan") {
    const isOver = result.result !== "failed" && result.result !== "stopped";
    return isOver ? "" : "**Next**: re-run the failed jobs. It goes on from there; nothing is done twice.";
  }
  if (result.result === "failed") return "**Next**: re-run the failed jobs. Merged as it is, it will not be applied.";
  if (result.result === "blocked" || result.result === "invalid")
    return "**Next**: mend what is marked ⛔, and push. Merged as it is, it will not be applied.";
  if (result.result !== "planned") return "";
  const holds = "The apply plans again, and does nothing that is not in here.";
  const steps = before.slice(0, 10).map((one) => `- [ ] ${one}`);
  return [
    `**Next**: merge this pull request, and it is applied. ${holds}`,
    ...(steps.length === 0 ? [] : ["", "Before that:", ...steps]),
  ].join("\n");
}
