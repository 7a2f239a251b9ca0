import { formatDuration } from "../../core/durations.ts";
import type { Rehearsed } from "../../rehearse/rehearsal.ts";
import type { Table } from "../tables.ts";
import { html, type Markup } from "./markup.ts";
import { drawTable } from "./table.ts";

/** How much of the cluster is there while the plan is carried out: of the rehearsal's figures all. */
export function availabilitySection(rehearsal: Rehearsed, id: string): Markup | undefined {
  const table = availabilityTable(rehearsal);
  if (table.rows.length === 0) return undefined;
  return html`<section class="card" aria-labelledby="${id}-disruption"><h3 id="${id}-disruption">What is disturbed</h3>${drawTable(table, { label: "How much is there while it goes on" })}<p class="note">As the model of AWS had it, ${rehearsal.calls} calls of its API. Of workloads it knows nothing.</p></section>`;
}

function availabilityTable({ pools, etcd, targets, apiOutageMs }: Rehearsed): Table {
  const short = (ms: number): string => (ms > 0 ? formatDuration(ms) : "never");
  const there = pools.filter(({ readyBefore }) => readyBefore > 0);
  return {
    head: ["", "wanted", "ready before", "fewest", "too few for"],
    rows: [
      ...there.map(({ name, size, readyBefore, leastReady, shortMs }) => [
        `nodes of ${name}`,
        size === 0 ? "goes" : String(size),
        String(readyBefore),
        String(leastReady),
        short(shortMs),
      ]),
      ...(etcd === undefined
        ? []
        : [["members of etcd", String(etcd.members), String(etcd.aliveBefore), String(etcd.leastAlive), ""]]),
      ...(targets === undefined
        ? []
        : [["API servers in service", "", String(targets.healthyBefore), String(targets.leastHealthy), ""]]),
      ...(targets === undefined ? [] : [["Kubernetes API out of reach", "", "", "", short(apiOutageMs)]]),
    ],
    words: 1,
  };
}
