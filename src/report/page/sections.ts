import type { PackValues } from "../../commands/results.ts";
import type { Finding } from "../../core/findings.ts";
import { canonicalJson } from "../../core/hash.ts";
import { count } from "../../core/words.ts";
import type { CapacityRow } from "../../plan/capacity.ts";
import type { Change } from "../../plan/change.ts";
import type { Cost } from "../../plan/cost.ts";
import type { PackDiff } from "../../plan/pack-diff.ts";
import { type ChangeGroup, detailOf, type Failure, nodeTexts, showsFields } from "../blocks.ts";
import { packLines, sourceText } from "../pack-lines.ts";
import { short } from "../plain.ts";
import { capacitySummary, capacityTable, changesCost, costNotes, costSummary, costTable } from "../tables.ts";
import { MARK_OF, markIcon } from "./marks.ts";
import { html, lines, type Markup, type Part } from "./markup.ts";
import { drawTable } from "./table.ts";

const MOST_FINDINGS = 200;
/** Of one kind; the JSON has them all. */
const MOST_CHANGES = 300;
const MOST_DIFF_LINES = 600;

/** An eight-cornered, a three-cornered and a round shape, each with its own sign. */
const ICON: Readonly<Record<Finding["level"], Markup>> = {
  error: html`<path d="M-4-9.6H4L9.6-4V4L4 9.6H-4L-9.6 4V-4Z"/><path class="sign" d="M-3.5-3.5L3.5 3.5M3.5-3.5L-3.5 3.5"/>`,
  warning: html`<path d="M0-9.5L10 8.5H-10Z"/><path class="sign" d="M0-3.5V2M0 5.5V5.6"/>`,
  notice: html`<circle r="9"/><path class="sign" d="M0-.5V4.5M0-4.5V-4.4"/>`,
};

export function findingsSection(findings: readonly Finding[], id: string): Markup {
  const shown = findings.slice(0, MOST_FINDINGS);
  const more = findings.length - shown.length;
  return html`<section class="card" aria-labelledby="${id}-findings"><h3 id="${id}-findings">Findings</h3><ul class="findings">${shown.map(
    ({ level, code, message, at, fix }) =>
      html`<li><svg class="icon ${level}" width="22" height="22" viewBox="-11 -11 22 22" aria-hidden="true">${ICON[level]}</svg><div><span class="level ${level}">${level}</span> ${lines(message)} <span class="where"><code>${code}</code>${at !== undefined && html` in <code>${at.file}:${at.line}:${at.column}</code>`}</span>${fix !== undefined && html`<p class="fix">→ ${lines(fix)}</p>`}</div></li>
`,
  )}</ul>${more > 0 && html`<p class="note">and ${count(more, "finding")} more</p>`}</section>`;
}

export function failuresSection(failures: readonly Failure[], id: string): Markup {
  return html`<section class="card" aria-labelledby="${id}-failures"><h3 id="${id}-failures">What failed</h3>${failures.map(
    ({ title, reason, fix, log }) =>
      html`<h4 class="error">${title}</h4><p>${lines(reason)}</p>${fix !== undefined && html`<p class="fix">→ ${lines(fix)}</p>`}${log.length > 0 && html`<details><summary>The last lines of its log</summary><pre tabindex="0">${log.map((line) => html`${line}\n`)}</pre></details>`}`,
  )}</section>`;
}

export function costSection(cost: Cost, id: string): Markup {
  const table = changesCost(cost) ? costTable(cost) : undefined;
  // The rows of the sums come last.
  const most = Math.max(...cost.lines.map(({ after }) => Number(after.usdPerHour ?? 0)), 0);
  const share = (index: number): Part => {
    const price = Number(cost.lines[index]?.after.usdPerHour ?? 0);
    if (most === 0 || index >= cost.lines.length) return undefined;
    const width = `${Number(((price / most) * 100).toFixed(2))}%`;
    return html`<svg class="share" aria-hidden="true"><rect class="rail" width="100%" height="4" rx="2"/><rect width="${width}" height="4" rx="2"/></svg>`;
  };
  return html`<section class="card long" aria-labelledby="${id}-costs"><h3 id="${id}-costs">Costs</h3><p><strong>${costSummary(cost)}</strong></p>${
    table !== undefined &&
    drawTable(table, { label: `Costs by pool and part, an hour`, sums: 2, under: { column: 3, draw: share } })
  }${costNotes(cost).map((note) => html`<p class="note">${note}</p>`)}</section>`;
}

export function capacitySection(rows: readonly CapacityRow[], id: string): Markup {
  const tight = rows.some(({ fits }) => fits !== "yes");
  return html`<section class="card long" aria-labelledby="${id}-quotas"><h3 id="${id}-quotas">Quotas</h3><details${tight && html` open`}><summary>${capacitySummary(rows)}</summary>${drawTable(capacityTable(rows), { label: "Quotas that the plan takes from", alarm: 2 })}</details></section>`;
}

const WORD: Readonly<Record<Change["action"], string>> = {
  create: "create",
  update: "change",
  replace: "replace",
  delete: "delete",
  scale: "scale",
  roll: "roll",
};

export function changesSection(groups: readonly ChangeGroup[], id: string): Markup {
  return html`<section class="card long changes" aria-labelledby="${id}-changes"><h3 id="${id}-changes">Changes</h3>${groups.map(
    ({ title, changes }) =>
      html`<table><caption><h4>${title} <span class="quiet">(${changes.length})</span></h4></caption><colgroup><col class="what"><col class="which"><col></colgroup><thead><tr><th scope="col">what is done</th><th scope="col">to what</th><th scope="col">how, and why</th></tr></thead><tbody>
${alike(changes.slice(0, MOST_CHANGES)).map(changeRow)}</tbody></table>${changes.length > MOST_CHANGES && html`<p class="note">and ${changes.length - MOST_CHANGES} more; the JSON report has all of them</p>`}`,
  )}</section>`;
}

/** Changes one by one; but those of one tag on everything are told once, with all that it happens to. */
function alike(changes: readonly Change[]): { change: Change; titles: readonly string[] }[] {
  const groups = Map.groupBy(changes, (change) =>
    change.action === "update" && change.nodes === undefined
      ? canonicalJson([change.fields, change.why, change.disruption, change.destructive, change.confirm])
      : change.id,
  );
  return [...groups.values()].flatMap((members) => {
    const [change] = members;
    return change === undefined ? [] : [{ change, titles: members.map(({ title }) => title) }];
  });
}

function changeRow({ change, titles }: { change: Change; titles: readonly string[] }): Markup {
  const { action, destructive, disruption, confirm } = change;
  const fields = showsFields(change) ? change.fields : [];
  const nodes = nodeTexts(change);
  // Why something is changed in place is in its fields.
  const isTold = action === "update" && fields.length > 0;
  return html`<tr><td>${markIcon(MARK_OF[action])} ${WORD[action]}</td><th scope="row">${titles.length === 1 ? titles : html`<ul class="plain">${titles.map((title) => html`<li>${title}</li>`)}</ul>`}</th><td>${!isTold && detailOf(change)}${
    destructive && html` <span class="bad">for good</span>`
  }${disruption !== "none" && html` <span class="${disruption === "outage" ? "bad" : "warning"}">${disruption === "outage" ? "an outage while it happens" : "workloads move"}</span>`}${
    confirm !== undefined && html` <span class="where">to be confirmed as <code>${confirm}</code></span>`
  }${
    fields.length > 0 &&
    html`<ul>${fields.map(({ field, before, after }) => html`<li><code>${field}</code> <del>${value(before)}</del> <ins>${value(after)}</ins></li>`)}</ul>`
  }${nodes.length > 0 && html`<ol>${nodes.map((text) => html`<li>${text}</li>`)}</ol>`}</td></tr>
`;
}

const value = (text: string): string => (text === "" ? "nothing" : short(text, 300));

export function packsSection(diff: PackDiff, id: string): Markup {
  const { profile } = diff;
  const packs = packLines(diff);
  return html`<section class="card long" aria-labelledby="${id}-packs"><h3 id="${id}-packs">Packs</h3>${
    profile !== undefined && html`<p><del>${profile.before}</del> <ins>${profile.after}</ins></p>`
  }${packs.map(
    ({ pack, values, lines: diffLines }) =>
      html`<details><summary>${pack}: ${[
        ...(values.length > 0 ? [count(values.length, "value")] : []),
        ...(diffLines.length > 0 ? [`${count(diffLines.length, "line")} of its objects`] : []),
      ].join(", ")}</summary>${
        values.length > 0 &&
        html`<div class="scroll" tabindex="0" role="region" aria-label="Values of ${pack}"><table><thead><tr><th scope="col">value</th><th scope="col">before</th><th scope="col">after</th><th scope="col">written in</th></tr></thead><tbody>${values.map(
          ({ name, before, after, at }) =>
            html`<tr><th scope="row"><code>${name}</code></th><td>${before !== undefined && html`<code>${value(before)}</code>`}</td><td>${after !== undefined && html`<code>${value(after)}</code>`}</td><td>${at !== undefined && html`<code>${at.file}:${at.line}</code>`}</td></tr>`,
        )}</tbody></table></div>`
      }${
        diffLines.length > 0 &&
        html`<pre tabindex="0">${diffLines
          .slice(0, MOST_DIFF_LINES)
          .map(({ mark, text }) =>
            diffLine(mark, short(text, 300)),
          )}${diffLines.length > MOST_DIFF_LINES && `and ${diffLines.length - MOST_DIFF_LINES} lines more`}</pre>`
      }</details>`,
  )}</section>`;
}

function diffLine(mark: "+" | "-" | " ", text: string): Markup {
  const line = html`${mark} ${text}`;
  if (mark === " ") return html`${line}\n`;
  return html`<span class="${mark === "+" ? "add" : "remove"}">${line}</span>\n`;
}

export function valuesSection(packs: readonly PackValues[], id: string): Markup {
  return html`<section class="card long" aria-labelledby="${id}-values"><h3 id="${id}-values">What its packs work with</h3>${packs.map(
    (pack) =>
      html`<h4>${pack.name} ${pack.version}: ${pack.layer}, ${sourceText(pack)}</h4>${drawTable(
        {
          head: ["value", "is", "from"],
          rows: pack.values.map((one) => [one.name, value(one.value), sourceText(one)]),
          words: 3,
        },
        { label: `Values of ${pack.name}` },
      )}`,
  )}</section>`;
}
