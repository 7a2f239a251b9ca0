import { styleText } from "node:util";
import type { ClusterStatus, NodeStatus, PackValues } from "../commands/results.ts";
import { formatDuration } from "../core/durations.ts";
import type { Finding } from "../core/findings.ts";
import { shortPrice } from "../core/money.ts";
import type { Change } from "../plan/change.ts";
import type { Cost } from "../plan/cost.ts";
import type { PackDiff } from "../plan/pack-diff.ts";
import type { Topology, ZoneView } from "../plan/topology.ts";
import {
  type Block,
  type ChangeGroup,
  detailOf,
  type Failure,
  hourlyTotal,
  nodeTexts,
  showsFields,
  type Verdict,
} from "./blocks.ts";
import { packLines, sourceText } from "./pack-lines.ts";
import { plain, short } from "./plain.ts";
import { hourlyPrice, isReady, nodeNotes, poolText } from "./pool-texts.ts";
import { rehearsalBars } from "./rehearsal.ts";
import {
  capacitySummary,
  capacityTable,
  changesCost,
  costNotes,
  costSummary,
  costTable,
  type Table,
} from "./tables.ts";

type Colour = "red" | "yellow" | "green" | "cyan" | "dim" | "bold";
/** Colours a text, or leaves it as it is where there are no colours. */
export type Paint = (colour: Colour, text: string) => string;

export const colours: Paint = (colour, text) => styleText(colour, text, { validateStream: false });
export const noColours: Paint = (_colour, text) => text;

const RESULT: Readonly<Record<Verdict, { colour: Colour; mark: string }>> = {
  valid: { colour: "green", mark: "✓" },
  "no-changes": { colour: "green", mark: "✓" },
  applied: { colour: "green", mark: "✓" },
  resumed: { colour: "green", mark: "✓" },
  destroyed: { colour: "green", mark: "✓" },
  unlocked: { colour: "green", mark: "✓" },
  issued: { colour: "green", mark: "✓" },
  shown: { colour: "cyan", mark: "·" },
  planned: { colour: "cyan", mark: "→" },
  waiting: { colour: "yellow", mark: "…" },
  drifted: { colour: "yellow", mark: "!" },
  stopped: { colour: "yellow", mark: "■" },
  blocked: { colour: "red", mark: "✗" },
  invalid: { colour: "red", mark: "✗" },
  failed: { colour: "red", mark: "✗" },
  killed: { colour: "red", mark: "✗" },
};

const ACTION: Readonly<Record<Change["action"], { colour: Colour; mark: string }>> = {
  create: { colour: "green", mark: "+" },
  scale: { colour: "green", mark: "+" },
  update: { colour: "yellow", mark: "~" },
  roll: { colour: "yellow", mark: "↻" },
  replace: { colour: "red", mark: "±" },
  delete: { colour: "red", mark: "-" },
};

/** A report for a terminal. */
export function renderTerminal(blocks: readonly Block[], paint: Paint): string {
  return `${blocks.map((block) => renderBlock(block, paint)).join("\n\n")}\n`;
}

function renderBlock(block: Block, paint: Paint): string {
  switch (block.block) {
    case "verdict": {
      const { colour, mark } = RESULT[block.result];
      const description = block.description === "" ? "" : `\n  ${paint("dim", plain(block.description))}`;
      return `${paint(colour, `${mark} ${block.result}`)}  ${paint("bold", plain(block.title))}  ${plain(block.text)}${description}`;
    }
    case "findings":
      return block.findings.map((finding) => findingText(finding, paint)).join("\n");
    case "failures":
      return block.failures.map((failure) => failureText(failure, paint)).join("\n");
    case "topology":
      return topologyText(block.region, block.topology, paint);
    case "rehearsal":
      return rehearsalBars(block.rehearsal, paint);
    case "changes":
      return block.groups.map((group) => groupText(group, paint)).join("\n");
    case "cost":
      return costText(block.cost, paint);
    case "capacity":
      return [
        `${paint("bold", "quotas")}  ${capacitySummary(block.rows)}`,
        ...tableLines(capacityTable(block.rows), paint),
      ].join("\n");
    case "packs":
      return packsText(block.packs, paint);
    case "values":
      return block.packs.map((pack) => valuesText(pack, paint)).join("\n");
    case "status":
      return statusText(block.status, paint);
    case "under-way":
      return block.steps
        .map(({ title, detail, forMs }) => {
          const what = detail === "" ? "" : `  ${plain(detail)}`;
          return `${paint("yellow", "under way")}  ${plain(title)}  ${paint("dim", formatDuration(forMs))}${what}`;
        })
        .join("\n");
    case "recent":
      return [paint("bold", "The last that it told"), ...block.lines].join("\n");
  }
}

export function findingText(finding: Finding, paint: Paint): string {
  const colour = finding.level === "error" ? "red" : finding.level === "warning" ? "yellow" : "cyan";
  const where = finding.at === undefined ? "" : `${plain(finding.at.file)}:${finding.at.line}:${finding.at.column}  `;
  const fix = finding.fix === undefined ? "" : `\n    ${paint("cyan", "→")} ${plain(finding.fix, "keep lines")}`;
  return `${where}${paint(colour, finding.level)}  ${plain(finding.message)}  ${paint("dim", finding.code)}${fix}`;
}

function failureText({ title, reason, fix, log }: Failure, paint: Paint): string {
  const lines = [`${paint("red", "failed")}  ${plain(title)}`, `    ${plain(reason)}`];
  for (const line of log) lines.push(`    ${paint("dim", `│ ${plain(line)}`)}`);
  if (fix !== undefined) lines.push(`    ${paint("cyan", "→")} ${plain(fix)}`);
  return lines.join("\n");
}

function topologyText(region: string, topology: Topology, paint: Paint): string {
  const endpoint = `API load balancer, ${topology.access === "public" ? "open to the listed addresses" : "private"}`;
  const zones = topology.zones.map((zone, index) => zoneText(zone, index === topology.zones.length - 1, paint));
  return [`${paint("bold", plain(region))}  VPC ${plain(topology.vpc)}  ${paint("dim", endpoint)}`, ...zones].join(
    "\n",
  );
}

function zoneText(zone: ZoneView, last: boolean, paint: Paint): string {
  const inPublic = [
    zone.loadBalancer ? "load balancer" : "",
    zone.natGateway ? "NAT gateway" : "",
    zone.bastion ? "bastion" : "",
  ];
  const pools = zone.pools.map(
    ({ name, instanceType, spot, present, after, waiting }) =>
      `${plain(name)} ${paint("green", "●".repeat(Math.min(after, 20)))}${after > 20 ? ` ×${after}` : ""}${paint("yellow", "○".repeat(Math.min(waiting, 20)))} ${paint("dim", `${present === after ? after : `${present}→${after}`} × ${plain(instanceType)}${spot ? " spot" : ""}`)}`,
  );
  const [branch, stem] = last ? ["└─", "  "] : ["├─", "│ "];
  const row = (label: string, cidr: string, things: readonly string[]): string =>
    `${stem}    ${paint("dim", label.padEnd(8))} ${plain(cidr).padEnd(18)} ${things.filter((thing) => thing !== "").join("   ")}`.trimEnd();
  return [
    `${branch} ${paint("bold", plain(zone.zone))}`,
    ...(zone.publicSubnet === ""
      ? []
      : [row("public", zone.publicSubnet, [inPublic.filter((thing) => thing !== "").join(", ")])]),
    row("private", zone.privateSubnet, pools),
  ].join("\n");
}

function costText(cost: Cost, paint: Paint): string {
  const head = `${paint("bold", "costs")}  ${costSummary(cost)}`;
  const notes = costNotes(cost).map((note) => paint("dim", `  ${plain(note)}`));
  return [head, ...(changesCost(cost) ? tableLines(costTable(cost), paint) : []), ...notes].join("\n");
}

function tableLines({ head, rows, words }: Table, paint: Paint): string[] {
  const texts = [head, ...rows].map((row) => row.map((cell) => plain(cell)));
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, n) => (n < words ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join("  ")
      .trimEnd();
  return texts.map((row, n) => (n === 0 ? paint("dim", `  ${line(row)}`) : `  ${line(row)}`));
}

function statusText({ lease, pools, costs }: ClusterStatus, paint: Paint): string {
  const lines = lease === undefined ? [] : [paint("yellow", `being changed by ${plain(lease)}`)];
  for (const pool of pools) {
    lines.push(`${paint("bold", plain(pool.name))}  ${poolText(pool)}`);
    lines.push(...pool.nodes.map((node) => nodeLine(node, paint)));
  }
  if (costs.length === 0) return lines.join("\n");
  lines.push(`${paint("bold", "costs")}  ${hourlyTotal(costs) ?? "not known"}, before traffic`);
  for (const { what, count, usdPerHour } of costs) {
    const price = usdPerHour === undefined ? "price not known" : `$${shortPrice(usdPerHour)} an hour`;
    lines.push(`  ${String(count).padStart(5)} × ${plain(what).padEnd(26)}  ${paint("dim", price)}`);
  }
  return lines.join("\n");
}

function nodeLine(node: NodeStatus, paint: Paint): string {
  const { instanceId, zone, instanceType, market, state, phase, ageMs, version = "" } = node;
  const says = plain(state === "running" || state === "pending" ? phase : state);
  const columns = [
    plain(instanceId).padEnd(19),
    plain(zone).padEnd(14),
    `${plain(instanceType)}${market === "spot" ? " spot" : ""}`.padEnd(18),
    paint(isReady(node) ? "green" : phase === "error" ? "red" : "yellow", says.padEnd(9)),
    formatDuration(ageMs).padStart(7),
    plain(version).padEnd(7),
    hourlyPrice(node).padEnd(9),
    nodeNotes(node)
      .map((note) => plain(note))
      .join("; "),
  ];
  return `  ${columns.join("  ")}`.trimEnd();
}

function packsText(diff: PackDiff, paint: Paint): string {
  const profile = diff.profile === undefined ? "" : `  ${plain(diff.profile.before)} → ${plain(diff.profile.after)}`;
  const lines = [`${paint("bold", "Packs")}${profile}`];
  for (const { pack, values, lines: objects } of packLines(diff)) {
    lines.push(`  ${paint("bold", plain(pack))}`);
    for (const { name, before, after, at } of values) {
      const where = at === undefined ? "" : `  ${paint("dim", `${plain(at.file)}:${at.line}`)}`;
      const old = before === undefined ? "" : `${clip(before)} → `;
      lines.push(`    ${plain(name)}: ${old}${clip(after ?? "nothing")}${where}`);
    }
    for (const { mark, text } of objects) {
      const colour = mark === "+" ? "green" : mark === "-" ? "red" : "dim";
      lines.push(`    ${paint(colour, `${mark} ${clip(text)}`)}`);
    }
  }
  return lines.join("\n");
}

function valuesText(pack: PackValues, paint: Paint): string {
  const width = Math.max(0, ...pack.values.map(({ name }) => name.length));
  const wide = Math.max(0, ...pack.values.map(({ value }) => Math.min(value.length, 40)));
  const head = `${paint("bold", plain(pack.name))} ${plain(pack.version)}  ${paint("dim", `${pack.layer}, ${plain(sourceText(pack))}`)}`;
  const rows = pack.values.map((value) => {
    const text = plain(value.name).padEnd(width);
    return `  ${text}  ${clip(value.value).padEnd(wide)}  ${paint("dim", plain(sourceText(value)))}`;
  });
  return [head, ...rows].join("\n");
}

function groupText(group: ChangeGroup, paint: Paint): string {
  const width = Math.max(...group.changes.map((change) => change.title.length));
  const lines = group.changes.map((change) => {
    const { colour, mark } = ACTION[change.action];
    const detail = detailOf(change);
    const title = plain(change.title);
    const head = `  ${paint(colour, mark)} ${detail === "" ? title : `${title.padEnd(width)}  ${paint("dim", plain(detail))}`}`;
    const nodes = nodeTexts(change).map((text, index) => paint("dim", `      ${index + 1}. ${plain(text)}`));
    return [head, ...fieldLines(change, paint), ...nodes].join("\n");
  });
  return [paint("bold", group.title), ...lines].join("\n");
}

function fieldLines(change: Change, paint: Paint): string[] {
  if (!showsFields(change)) return [];
  return change.fields.flatMap(({ field, before, after }) => {
    const one = `      ${plain(field)}: ${clip(before) || "nothing"} → ${clip(after) || "nothing"}`;
    if (one.length <= 110) return [one];
    return [
      `      ${plain(field)}`,
      ...(before === "" ? [] : [paint("red", `        - ${clip(before)}`)]),
      ...(after === "" ? [] : [paint("green", `        + ${clip(after)}`)]),
    ];
  });
}

function clip(text: string): string {
  return short(plain(text), 300);
}
