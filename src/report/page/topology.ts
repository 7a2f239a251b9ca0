import type { Change } from "../../plan/change.ts";
import type { Topology } from "../../plan/topology.ts";
import { short } from "../plain.ts";
import { MARK_WORD, MARKS, type Mark, markAt, markIcon } from "./marks.ts";
import { html, type Markup } from "./markup.ts";
import { drawNodes } from "./nodes.ts";
import {
  nodesText,
  type PoolDrawing,
  type TopologyView,
  topologyText,
  topologyView,
  type ZoneDrawing,
} from "./topology-view.ts";

/** Sizes in the drawing's own units, which are pixels where there is room for all of it. */
const ZONE = 306;
/** Left of each column, for the wires. */
const GUTTER = 30;
const INSET = 12;
const CHIP = { width: 132, height: 26, gap: 8 };
const POOL = 78;
/** From the top of the drawing to the VPC, from there to the first zones, and what is left below them. */
const ABOVE = 58;
const BALANCER = 78;
const BELOW = 34;

/** A box at a place, with as much room for text as is told. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The cluster's network with its nodes, twice: zones side by side for wide screens and paper, and one below the other for
 * narrow ones. Style sheets show one of them.
 */
export function topologySection(name: string, id: string, topology: Topology, changes: readonly Change[]): Markup {
  const view = topologyView(topology, changes);
  const columns = Math.min(3, Math.max(1, view.zones.length));
  return html`<section class="card" aria-labelledby="${id}-topology"><h3 id="${id}-topology">What it looks like</h3>
${draw(view, { name, id: `${id}-wide`, columns, size: "wide" })}
${columns > 1 && draw(view, { name, id: `${id}-narrow`, columns: 1, size: "narrow" })}
${legend(view)}
</section>`;
}

interface Drawing {
  name: string;
  id: string;
  columns: number;
  size: "wide" | "narrow";
}

function draw(view: TopologyView, { name, id, columns, size }: Drawing): Markup {
  const rows: ZoneDrawing[][] = [];
  for (let from = 0; from < view.zones.length; from += columns) rows.push(view.zones.slice(from, from + columns));
  const width = columns * (ZONE + GUTTER) + 2 * INSET;
  const heights = rows.map((row) => Math.max(...row.map(zoneHeight)));
  const tops = heights.map((_, row) => ABOVE + BALANCER + sum(heights.slice(0, row).map((height) => height + 16)));
  const height = ABOVE + BALANCER + sum(heights.map((one) => one + 16)) + BELOW;
  const zones = rows.flatMap((row, r) =>
    row.map((zone, c) =>
      drawZone(zone, {
        x: INSET + c * (ZONE + GUTTER) + GUTTER - 8,
        y: tops[r] ?? 0,
        width: ZONE,
        height: heights[r] ?? 0,
      }),
    ),
  );
  // Where a narrow screen shows one of two drawings, the one zone of a single column is drawn for both.
  const shown = columns === 1 && size === "wide" ? "" : size;
  return html`<svg class="drawing of-${columns} ${shown}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">Network and nodes of ${name}</title><desc id="${id}-text">${topologyText(view)}</desc>
<rect class="box vpc ${view.vpcMark ?? ""}" x="2" y="${ABOVE}" width="${width - 4}" height="${height - ABOVE - 2}" rx="12"/>
<text x="${INSET + GUTTER - 8}" y="${height - 18}"><tspan class="strong">VPC ${short(view.vpc, 23)}</tspan></text>${markAt(view.vpcMark, width - INSET - 10, height - 23)}
${drawEntry(view, width)}
${zones}
</svg>`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Who comes in, and by what: above the zones. */
function drawEntry(view: TopologyView, width: number): Markup {
  const who = view.access === "public" ? "allowed addresses" : "from within the VPC";
  const x = INSET;
  const y = ABOVE + 28;
  const span = width - 2 * INSET;
  const gateway = view.gateway;
  const at = { x: width - INSET - 158, y: ABOVE - 15 };
  return html`<rect class="box" x="${x + 22}" y="2" width="140" height="26" rx="13"/><text x="${x + 92}" y="20" text-anchor="middle" class="small">${who}</text>
${wire(`M${x + 92} 28V${y - 7}`)}${tip(x + 92, y)}
<rect class="box ${view.balancerMark ?? ""}" x="${x}" y="${y}" width="${span}" height="34" rx="8"/><text x="${x + 12}" y="${y + 22}"><tspan class="strong">API load balancer</tspan> <tspan class="quiet small">TCP 6443</tspan></text>${markAt(view.balancerMark, x + span - 18, y + 17)}
${
  gateway !== undefined &&
  html`<rect class="box" x="${at.x + 26}" y="2" width="96" height="24" rx="12"/><text x="${at.x + 74}" y="19" text-anchor="middle" class="small">internet</text>${wire(`M${at.x + 74} 26V${at.y}`)}<rect class="box ${gateway.mark ?? ""}" x="${at.x}" y="${at.y}" width="158" height="30" rx="8"/><text x="${at.x + 12}" y="${at.y + 19.5}" class="small">internet gateway</text>${markAt(gateway.mark, at.x + 141, at.y + 15)}`
}`;
}

function publicHeight({ publicSubnet }: ZoneDrawing): number {
  if (publicSubnet === undefined) return 0;
  return 34 + Math.max(1, Math.ceil(publicSubnet.things.length / 2)) * (CHIP.height + CHIP.gap) + 4;
}

function privateHeight({ pools }: ZoneDrawing): number {
  return 36 + Math.max(1, pools.length) * (POOL + 8) + 2;
}

function zoneHeight(zone: ZoneDrawing): number {
  const open = publicHeight(zone);
  return 36 + (open === 0 ? 0 : open + 14) + privateHeight(zone) + INSET;
}

function drawZone(zone: ZoneDrawing, box: Box): Markup {
  const { x, y, width, height } = box;
  const open = publicHeight(zone);
  const inner = { x: x + INSET, width: width - 2 * INSET };
  const yOpen = y + 36;
  const yClosed = yOpen + (open === 0 ? 0 : open + 14);
  const control = zone.pools.findIndex(({ name }) => name === "control-plane");
  const yControl = yClosed + 36 + control * (POOL + 8) + POOL / 2;
  const hasNat = zone.publicSubnet?.things.some(({ name }) => name === "NAT gateway") === true;
  return html`<g><rect class="box zone" x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/><text x="${x + INSET}" y="${y + 24}" class="strong">${short(zone.zone, 34)}</text>
${zone.publicSubnet !== undefined && drawPublic(zone.publicSubnet, { ...inner, y: yOpen, height: open })}
${hasNat && html`${wire(`M${inner.x + 30} ${yClosed}V${yClosed - 9}`)}${tip(inner.x + 30, yClosed - 16, "up")}`}
<rect class="box subnet" x="${inner.x}" y="${yClosed}" width="${inner.width}" height="${privateHeight(zone)}" rx="8"/>${subnetTitle("private subnet", zone.privateSubnet, inner, yClosed)}
${zone.pools.map((pool, n) => drawPool(pool, { x: inner.x + 8, y: yClosed + 36 + n * (POOL + 8), width: inner.width - 16, height: POOL }))}
${control >= 0 && html`${wire(`M${x - 10} ${ABOVE + 62}V${yControl}H${inner.x + 1}`)}${tip(inner.x + 8, yControl, "right")}`}
</g>`;
}

function subnetTitle(
  what: string,
  subnet: { text: string; mark?: Mark | undefined },
  { x, width }: Omit<Box, "y" | "height">,
  y: number,
): Markup {
  return html`<text x="${x + 10}" y="${y + 22}" class="small"><tspan class="quiet">${what}</tspan> <tspan>${short(subnet.text, 25)}</tspan></text>${markAt(subnet.mark, x + width - 18, y + 18)}`;
}

function drawPublic(subnet: NonNullable<ZoneDrawing["publicSubnet"]>, box: Box): Markup {
  const chips = subnet.things.map(({ name, mark }, n) => {
    const x = box.x + 8 + (n % 2) * (CHIP.width + 2);
    const y = box.y + 34 + Math.floor(n / 2) * (CHIP.height + CHIP.gap);
    return html`<rect class="box ${mark ?? ""}" x="${x}" y="${y}" width="${CHIP.width - 2}" height="${CHIP.height}" rx="13"/><text x="${x + 12}" y="${y + 17.5}" class="small">${name}</text>${markAt(mark, x + CHIP.width - 17, y + 13)}`;
  });
  return html`<rect class="box subnet" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="8"/>${subnetTitle("public subnet", subnet, box, box.y)}${chips}`;
}

function drawPool(pool: PoolDrawing, { x, y, width, height }: Box): Markup {
  return html`<rect class="box ${pool.mark ?? ""}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/><text x="${x + 12}" y="${y + 21}" class="strong">${short(pool.name, 25)}</text>${markAt(pool.mark, x + width - 18, y + 18)}<text x="${x + 12}" y="${y + 41}" class="small">${short(nodesText(pool), 33)}</text>${drawNodes(pool.nodes, { x: x + 12, y: y + 59, width: width - 24 })}`;
}

function wire(path: string): Markup {
  return html`<path class="wire" d="${path}"/>`;
}

/** The point of an arrow, with its end at a place. */
function tip(x: number, y: number, to: "down" | "up" | "right" = "down"): Markup {
  const path = { down: "l-4.5-8h9z", up: "l-4.5 8h9z", right: "l-8-4.5v9z" }[to];
  return html`<path class="tip" d="M${x} ${y}${path}"/>`;
}

function legend({ zones, vpcMark, balancerMark, gateway }: TopologyView): Markup | undefined {
  const pools = zones.flatMap((zone) => zone.pools);
  const used = new Set<Mark | undefined>([
    vpcMark,
    balancerMark,
    gateway?.mark,
    ...zones.flatMap(({ publicSubnet, privateSubnet }) => [
      publicSubnet?.mark,
      privateSubnet.mark,
      ...(publicSubnet?.things ?? []).map(({ mark }) => mark),
    ]),
    ...pools.map(({ mark }) => mark),
    ...MARKS.filter((mark) => mark !== "change" && pools.some(({ nodes }) => nodes[mark] > 0)),
  ]);
  const items = MARKS.filter((mark) => used.has(mark)).map(
    (mark) => html`<li>${markIcon(mark)} ${MARK_WORD[mark]}</li>`,
  );
  const waits = pools.some(({ nodes }) => nodes.wait > 0);
  if (items.length === 0 && !waits) return undefined;
  return html`<ul class="legend" aria-label="Marks in the drawing">${items}${
    waits &&
    html`<li><svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true"><circle class="node wait" r="6"/></svg> waits for capacity or its price</li>`
  }</ul>`;
}
