import type { ClusterStatus, PackValues } from "../commands/results.ts";
import { formatDuration } from "../core/durations.ts";
import type { Finding } from "../core/findings.ts";
import { shortPrice } from "../core/money.ts";
import type { Change } from "../plan/change.ts";
import type { Cost } from "../plan/cost.ts";
import type { PackDiff } from "../plan/pack-diff.ts";
import type { Topology } from "../plan/topology.ts";
import type { Rehearsed } from "../rehearse/rehearsal.ts";
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
import { code, codeCell, details, escaped, escapedLines, fenced, mermaidLabel } from "./escaping.ts";
import { packLines, sourceText } from "./pack-lines.ts";
import { short } from "./plain.ts";
import { hourlyPrice, nodeNotes, poolText } from "./pool-texts.ts";
import { gantt, rehearsalText } from "./rehearsal.ts";
import {
  capacitySummary,
  capacityTable,
  changesCost,
  costNotes,
  costSummary,
  costTable,
  type Table,
} from "./tables.ts";

export const MARK: Readonly<Record<Verdict, string>> = {
  valid: "✅",
  "no-changes": "✅",
  applied: "✅",
  resumed: "✅",
  destroyed: "✅",
  unlocked: "✅",
  issued: "✅",
  shown: "🔎",
  planned: "📋",
  waiting: "⏳",
  drifted: "⚠️",
  stopped: "⏹️",
  blocked: "⛔",
  invalid: "⛔",
  failed: "❌",
  killed: "💥",
};

export const LEVEL: Readonly<Record<Finding["level"], string>> = { error: "⛔", warning: "⚠️", notice: "ℹ️" };

/** A report in GitHub's Markdown. */
export function renderMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(renderBlock).join("\n\n")}\n`;
}

function renderBlock(block: Block): string {
  switch (block.block) {
    case "verdict":
      return [
        `### ${MARK[block.result]} ${escaped(block.title)}: ${block.result}`,
        ...(block.description === "" ? [] : [`_${escaped(block.description)}_`]),
        escapedLines(block.text),
      ].join("\n\n");
    case "findings":
      return block.findings.map(findingLine).join("\n");
    case "failures":
      return block.failures.map(failureItem).join("\n");
    case "topology":
      return details(
        "What it looks like",
        `\`\`\`mermaid\n${mermaid(block.cluster, block.region, block.topology)}\n\`\`\``,
      );
    case "rehearsal":
      return rehearsalDetails(block.rehearsal);
    case "changes":
      return block.groups.map(groupTable).join("\n\n");
    case "cost":
      return costText(block.cost);
    case "capacity":
      return details(`Quotas: ${capacitySummary(block.rows)}`, table(capacityTable(block.rows)));
    case "packs":
      return packDetails(block.packs);
    case "values":
      return block.packs.map(valuesTable).join("\n\n");
    case "status":
      return statusTables(block.status);
    case "under-way":
      return block.steps
        .map(({ title, detail, forMs }) => {
          const what = detail === "" ? "" : `: ${escaped(detail)}`;
          return `- ⏳ **${escaped(title)}** under way for ${formatDuration(forMs)}${what}`;
        })
        .join("\n");
    case "recent":
      return details("The last that it told", block.lines.map((line) => `- ${code(line.trim())}`).join("\n"));
  }
}

/** A rehearsal without its drawing. */
export function rehearsalLine(rehearsal: Rehearsed): string {
  return `🎭 **Rehearsed**: ${escaped(rehearsalText(rehearsal))}`;
}

function rehearsalDetails(rehearsal: Rehearsed): string {
  const text = rehearsalLine(rehearsal);
  const drawing = gantt(rehearsal);
  if (drawing === undefined) return text;
  return `${text}\n\n${details("How it went on a model of AWS", `\`\`\`mermaid\n${drawing}\n\`\`\``)}`;
}

function failureItem({ title, reason, fix, log }: Failure): string {
  const item = `- ❌ **${escaped(title)}**: ${escapedLines(reason)}${fix === undefined ? "" : `<br>→ ${escapedLines(fix)}`}`;
  return log.length === 0 ? item : `${item}\n\n${details("The last lines of its log", fenced(log))}\n`;
}

function findingLine(finding: Finding): string {
  const where = finding.at === undefined ? "" : ` (${code(`${finding.at.file}:${finding.at.line}`)})`;
  const fix = finding.fix === undefined ? "" : `<br>→ ${escapedLines(finding.fix)}`;
  return `- ${LEVEL[finding.level]} ${escapedLines(finding.message)}${where} ${code(finding.code)}${fix}`;
}

function groupTable(group: ChangeGroup): string {
  const rows = group.changes.map((change) => `| ${change.action} | ${escaped(change.title)} | ${detailCell(change)} |`);
  return [`**${group.title}**`, "", "| | | |", "|---|---|---|", ...rows].join("\n");
}

function costText(cost: Cost): string {
  const head = `Costs: ${costSummary(cost)}`;
  const notes = costNotes(cost).map(escaped).join(" ");
  return details(head, [...(changesCost(cost) ? [table(costTable(cost))] : []), notes].join("\n\n"));
}

function table({ head, rows, words }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `|${head.map((_, n) => (n < words ? "---|" : "--:|")).join("")}`, ...rows.map(line)].join("\n");
}

/** Values and manifests before and after, folded: they are long, and whoever wants them opens them. */
function packDetails(diff: PackDiff): string {
  const { profile } = diff;
  const parts = profile === undefined ? [] : [`${code(profile.before)} → ${code(profile.after)}`];
  const packs = packLines(diff);
  for (const { pack, values, lines } of packs) {
    parts.push(`**${escaped(pack)}**`);
    if (values.length > 0) {
      const rows = values.map(({ name, before, after, at }) => {
        const where = at === undefined ? "" : code(`${at.file}:${at.line}`);
        return `| ${code(name)} | ${before === undefined ? "" : value(before)} | ${value(after ?? "")} | ${where} |`;
      });
      parts.push(["| value | before | after | |", "|---|---|---|---|", ...rows].join("\n"));
    }
    if (lines.length > 0) {
      parts.push(
        fenced(
          lines.map(({ mark, text }) => `${mark} ${short(text, 300)}`),
          "diff",
        ),
      );
    }
  }
  const names = packs.map(({ pack }) => pack).join(", ");
  return details(`Packs, before and after${names === "" ? "" : `: ${names}`}`, parts.join("\n\n"));
}

function valuesTable(pack: PackValues): string {
  const head = `**${escaped(pack.name)}** ${escaped(pack.version)}: ${pack.layer}, ${escaped(sourceText(pack))}`;
  if (pack.values.length === 0) return head;
  const rows = pack.values.map(
    (one) =>
      `| ${code(one.name)} | ${value(one.value)} | ${one.from} | ${one.at === undefined ? "" : code(`${one.at.file}:${one.at.line}`)} |`,
  );
  return [head, ["| | value | from | |", "|---|---|---|---|", ...rows].join("\n")].join("\n\n");
}

function statusTables({ lease, pools, costs }: ClusterStatus): string {
  const parts = lease === undefined ? [] : [`🔒 being changed by ${escaped(lease)}`];
  for (const pool of pools) {
    const rows = pool.nodes.map((node) => {
      const { instanceId, zone, instanceType, market, state, phase, ageMs, version = "" } = node;
      return [
        codeCell(instanceId),
        escaped(zone),
        `${escaped(instanceType)}${market === "spot" ? " spot" : ""}`,
        escaped(state),
        escaped(phase),
        formatDuration(ageMs),
        version === "" ? "" : codeCell(version),
        hourlyPrice(node),
        nodeNotes(node).map(escaped).join("<br>"),
      ].join(" | ");
    });
    const table = [
      "| node | zone | type | instance | phase | age | version | price | |",
      "|---|---|---|---|---|---|---|---|---|",
    ];
    const head = `**${escaped(pool.name)}**: ${poolText(pool)}`;
    parts.push(head, ...(rows.length === 0 ? [] : [[...table, ...rows.map((row) => `| ${row} |`)].join("\n")]));
  }
  if (costs.length > 0) {
    const rows = costs.map(({ what, count, usdPerHour }) => {
      const price = usdPerHour === undefined ? "not known" : `$${shortPrice(usdPerHour)}`;
      return `| ${count} | ${escaped(what)} | ${price} |`;
    });
    const head = `**Costs**: ${hourlyTotal(costs) ?? "not known"}, before traffic`;
    parts.push(head, ["| | | an hour |", "|--:|---|--:|", ...rows].join("\n"));
  }
  return parts.join("\n\n");
}

function detailCell(change: Change): string {
  const fields = showsFields(change)
    ? change.fields.map(({ field, before, after }) => `${codeCell(field)}: ${value(before)} → ${value(after)}`)
    : [];
  const nodes = nodeTexts(change).map((text, index) => `${index + 1}\\. ${escaped(text)}`);
  return [escaped(detailOf(change)), ...fields, ...nodes].join("<br>");
}

function value(text: string): string {
  return text === "" ? "nothing" : codeCell(short(text, 300));
}

/** A drawing of the cluster: who comes in where, and what is in each zone. */
function mermaid(cluster: string, region: string, topology: Topology): string {
  const lines = ["flowchart TB", `  world(("${topology.access === "public" ? "allowed addresses" : "the VPC"}"))`];
  lines.push(`  lb["API load balancer<br>TCP 6443"]`, "  world --> lb");
  lines.push(
    `  subgraph vpc["${mermaidLabel(cluster)} · ${mermaidLabel(region)} · VPC ${mermaidLabel(topology.vpc)}"]`,
  );
  topology.zones.forEach((zone, index) => {
    lines.push(`    subgraph z${index}["${mermaidLabel(zone.zone)}"]`);
    if (zone.publicSubnet !== "") {
      const things = [zone.natGateway ? "NAT gateway" : "", zone.bastion ? "bastion" : ""].filter(
        (thing) => thing !== "",
      );
      lines.push(
        `      z${index}p["public ${mermaidLabel(zone.publicSubnet)}${things.length > 0 ? `<br>${things.join(", ")}` : ""}"]`,
      );
    }
    zone.pools.forEach((pool, n) => {
      const nodes = pool.present === pool.after ? `${pool.after}` : `${pool.present} to ${pool.after}`;
      const waits = pool.waiting > 0 ? `, ${pool.waiting} waiting` : "";
      lines.push(
        `      z${index}n${n}["${mermaidLabel(pool.name)}<br>${nodes} × ${mermaidLabel(pool.instanceType)}${pool.spot ? " spot" : ""}${waits}"]`,
      );
    });
    lines.push("    end");
  });
  lines.push("  end");
  topology.zones.forEach((zone, index) => {
    const control = zone.pools.findIndex((pool) => pool.name === "control-plane");
    if (control >= 0) lines.push(`  lb --> z${index}n${control}`);
  });
  return lines.join("\n");
}
