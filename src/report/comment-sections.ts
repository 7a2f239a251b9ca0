import type { ReportedCluster } from "../commands/results.ts";
import type { Finding } from "../core/findings.ts";
import { count, listed } from "../core/words.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { changeDiff } from "./change-diff.ts";
import { type CommentLinks, lineLink } from "./comment-links.ts";
import { isWait, orderDrawing, stepText, timelineDrawing } from "./drawings.ts";
import { code, details, escaped, escapedLines } from "./escaping.ts";
import { changesOf } from "./impact.ts";
import { LEVEL, renderMarkdown } from "./markdown.ts";
import { short } from "./plain.ts";

/** How much is said of each cluster, from all to nothing. */
export type Detail = "all" | "no drawings" | "no order" | "titles" | "counts" | "errors" | "nothing";

export interface SectionOptions {
  detail: Detail;
  links: CommentLinks;
  /** Says only what several clusters may have in common: no node by its name, and no steps. */
  isShared?: boolean;
}

const DETAILS: readonly Detail[] = ["all", "no drawings", "no order", "titles", "counts", "errors", "nothing"];
const MOST_FINDINGS = 30;
const MOST_STEPS = 100;
/** A short plan is read without a click. */
const OPEN_CHANGES = 10;

const says = (detail: Detail, at: Detail): boolean => DETAILS.indexOf(detail) <= DETAILS.indexOf(at);

/** Sections for groups of clusters that have the same to say. */
export function sectionsOf(
  groups: readonly { clusters: readonly ReportedCluster[]; body: string }[],
  { detail }: SectionOptions,
): string[] {
  if (detail === "nothing") return [];
  const isAlone = groups.length === 1 && groups[0]?.clusters.length === 1;
  return groups.map(({ clusters, body }) => {
    const names = clusters.map(({ name }) => short(name, 60));
    const [first] = clusters;
    const title =
      clusters.length > 1
        ? `The same in ${count(clusters.length, "cluster")}: ${escaped(listed(names, 20))}`
        : `${escaped(names[0] ?? "")} · ${escaped(first?.region ?? "")}${first?.description === "" ? "" : ` · ${escaped(short(first?.description ?? "", 100))}`}`;
    return isAlone ? body : `#### ${title}\n\n${body}`;
  });
}

/** All that there is to say of one cluster; "" where that is nothing. Its name is not in it: others may have the same. */
export function bodyOfCluster(command: string, cluster: ReportedCluster, options: SectionOptions): string {
  const { detail, isShared = false } = options;
  if (detail === "nothing") return "";
  const errors = cluster.findings.filter(({ level }) => level === "error");
  const parts = [findingItems(says(detail, "counts") ? cluster.findings : errors, options)];
  const blocks = blocksOf({ command, result: cluster.result, findings: [], clusters: [cluster] });
  const drawings = blocks.filter(({ block }) => block === "topology");
  for (const block of blocks) if (!drawings.includes(block)) parts.push(drawBlock(block, options));
  for (const block of drawings) parts.push(drawBlock(block, options));
  if (isShared) return whole(parts);
  if (says(detail, "no drawings") && cluster.steps === undefined) parts.push(orderOf(cluster, detail));
  const timeline = says(detail, "all") ? timelineDrawing(cluster.steps) : undefined;
  if (timeline !== undefined) parts.push(details("When each step ran", mermaidFence(timeline)));
  return whole(parts);
}

function whole(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

function drawBlock(block: Block, { detail, isShared = false }: SectionOptions): string {
  switch (block.block) {
    case "verdict":
    case "findings":
      return ""; // said already, with links
    case "topology":
      return says(detail, "all") && !isShared ? renderMarkdown([block]).trim() : "";
    case "changes": {
      if (!says(detail, "counts")) return "";
      const changes = block.groups.flatMap((group) => group.changes);
      const how = says(detail, "no order")
        ? isShared
          ? "fields"
          : "nodes"
        : says(detail, "titles")
          ? "titles"
          : "counts";
      return details(`${count(changes.length, "change")}`, changeDiff(changes, how), changes.length <= OPEN_CHANGES);
    }
    case "failures":
      return renderMarkdown([block]).trim();
    default:
      return says(detail, "counts") ? renderMarkdown([block]).trim() : "";
  }
}

/** In which order a plan would be carried out: what its reviewer has to imagine, else. */
function orderOf(cluster: ReportedCluster, detail: Detail): string {
  const all = cluster.plan?.steps ?? [];
  const steps = all.filter((step) => !isWait(step));
  // One step has no order.
  if (changesOf(cluster).length === 0 || steps.length < 2) return "";
  const drawing = says(detail, "all") ? orderDrawing(all) : undefined;
  const shown = steps.slice(0, MOST_STEPS).map((step, index) => `${index + 1}. ${escaped(short(stepText(step), 140))}`);
  const more = steps.length > MOST_STEPS ? [`${MOST_STEPS + 1}. and ${steps.length - MOST_STEPS} more`] : [];
  const list = [...shown, ...more].join("\n");
  const body = drawing === undefined ? list : `${mermaidFence(drawing)}\n\n${list}`;
  return details(`In which order: ${count(steps.length, "step")}`, body);
}

const mermaidFence = (drawing: string): string => `\`\`\`mermaid\n${drawing}\n\`\`\``;

/** Findings with links to their lines, those that stop first. */
export function findingItems(findings: readonly Finding[], { links }: Pick<SectionOptions, "links">): string {
  const rank = { error: 0, warning: 1, notice: 2 };
  const ranked = findings.toSorted((a, b) => rank[a.level] - rank[b.level]);
  const shown = ranked.slice(0, MOST_FINDINGS).map(({ level, message, at, fix, code: id }) => {
    const where = at === undefined || at.file === "" ? "" : ` (${lineLink(links, at.file, at.line)})`;
    const how = fix === undefined ? "" : `<br>→ ${escapedLines(short(fix, 1000))}`;
    return `- ${LEVEL[level]} ${escapedLines(short(message, 1000))}${where} ${code(id)}${how}`;
  });
  const more = findings.length > MOST_FINDINGS ? [`- and ${findings.length - MOST_FINDINGS} more`] : [];
  return [...shown, ...more].join("\n");
}
