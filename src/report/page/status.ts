import type { ClusterStatus } from "../../commands/results.ts";
import { formatDuration } from "../../core/durations.ts";
import { shortPrice } from "../../core/money.ts";
import { hourlyTotal } from "../blocks.ts";
import { hourlyPrice, nodeNotes, poolText } from "../pool-texts.ts";
import { html, type Markup } from "./markup.ts";
import { drawTable } from "./table.ts";

/** A cluster's nodes and costs as they are now. */
export function statusSection({ lease, pools, costs }: ClusterStatus, id: string): Markup {
  return html`<section class="card long" aria-labelledby="${id}-status"><h3 id="${id}-status">How it is</h3>${
    lease !== undefined && html`<p>Being changed by ${lease}.</p>`
  }${pools.map(
    (pool) =>
      html`<h4>${pool.name}: ${poolText(pool)}</h4>${
        pool.nodes.length > 0 &&
        drawTable(
          {
            head: ["node", "zone", "type", "instance", "phase", "version", "notes", "age", "price"],
            rows: pool.nodes.map((node) => [
              node.instanceId,
              node.zone,
              `${node.instanceType}${node.market === "spot" ? " spot" : ""}`,
              node.state,
              node.phase,
              node.version ?? "",
              nodeNotes(node).join("; "),
              formatDuration(node.ageMs),
              hourlyPrice(node),
            ]),
            words: 7,
          },
          { label: `Nodes of ${pool.name}` },
        )
      }`,
  )}${
    costs.length > 0 &&
    html`<h4>Costs: ${hourlyTotal(costs) ?? "not known"}, before traffic</h4>${drawTable(
      {
        head: ["what", "how many", "an hour"],
        rows: costs.map(({ what, count, usdPerHour }) => [
          what,
          String(count),
          usdPerHour === undefined ? "not known" : `$${shortPrice(usdPerHour)}`,
        ]),
        words: 1,
      },
      { label: "Costs" },
    )}`
  }</section>`;
}
