import { html, type Markup } from "./markup.ts";
import type { NodeTally } from "./topology-view.ts";

const STATES = ["keep", "replace", "add", "remove", "wait"] as const;
type State = (typeof STATES)[number];

/** So many nodes are drawn one by one; of more their shares are. */
const MOST_DOTS = 16;
const STEP = 15;
const RADIUS = 5.5;

/** A pool's nodes in a zone: a dot a node, with a sign in those that come or go, or a bar by shares. */
export function drawNodes(tally: NodeTally, at: { x: number; y: number; width: number }): Markup {
  const all = STATES.reduce((total, state) => total + tally[state], 0);
  return html`<g class="nodes">${all <= MOST_DOTS ? dots(tally, at) : shares(tally, all, at)}</g>`;
}

const SIGN: Readonly<Partial<Record<State, string>>> = {
  add: "M-2.8 0H2.8M0-2.8V2.8",
  remove: "M-2.8 0H2.8",
  replace: "M-2.4 1.2A2.6 2.6 0 1 1 1.6 2",
};

function dots(tally: NodeTally, { x, y }: { x: number; y: number }): Markup[] {
  const states = STATES.flatMap((state) => Array.from({ length: tally[state] }, () => state));
  return states.map((state, n) => {
    const sign = SIGN[state];
    const cx = x + RADIUS + n * STEP;
    const dot = html`<circle class="node ${state}" cx="${cx}" cy="${y}" r="${RADIUS}"/>`;
    return sign === undefined ? dot : html`${dot}<path class="sign" transform="translate(${cx} ${y})" d="${sign}"/>`;
  });
}

const TEXT: Readonly<Record<State, string>> = { keep: "", replace: "↻", add: "+", remove: "−", wait: "…" };

/** Many nodes as one bar, each share at least wide enough to be seen, and how many of each in words beside it. */
function shares(tally: NodeTally, all: number, { x, y, width }: { x: number; y: number; width: number }): Markup {
  const present = STATES.filter((state) => tally[state] > 0);
  const words = present.map((state) => `${TEXT[state]}${tally[state]}`).join("  ");
  const room = width - Math.min(width / 2, 7 * words.length + 12);
  let from = x;
  const bars = present.map((state) => {
    const share = Math.max(4, Math.round((room * tally[state]) / all) - 1);
    const bar = html`<rect class="node ${state}" x="${from}" y="${y - 5}" width="${share}" height="10" rx="2"/>`;
    from += share + 1;
    return bar;
  });
  return html`${bars}<text class="small quiet" x="${x + width}" y="${y + 4}" text-anchor="end">${words}</text>`;
}
