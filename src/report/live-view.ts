import { formatDuration } from "../core/durations.ts";
import type { Event } from "../core/events.ts";
import { nodeCounts } from "./node-counts.ts";
import { plain } from "./plain.ts";
import { progressLine } from "./progress.ts";
import { Tally } from "./tally.ts";
import type { Paint } from "./terminal.ts";

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const MOST_ROWS = 12;
const MOST_POOLS = 6;
const BAR_WIDTH = 24;

export interface LiveViewOptions {
  write(text: string): void;
  /** Columns of the terminal. */
  columns(): number;
  now(): number;
  paint: Paint;
}

/**
 * A terminal's view of a run: lines of what has happened scroll up, and below them stands what is going on, drawn anew
 * with each event and each tick.
 */
export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #startedAtMs: number;
  readonly #tally = new Tally();
  #frame = 0;
  #rows = 0;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    this.#startedAtMs = options.now();
  }

  handle(event: Event): void {
    const now = this.#options.now();
    this.#tally.handle(event, now);
    // A live view shows itself that it is alive.
    const line =
      event.code === "heartbeat" ? undefined : progressLine(event, now - this.#startedAtMs, this.#options.paint);
    this.#redraw(line);
  }

  /** Moves the spinner and the clocks on. */
  tick(): void {
    this.#frame += 1;
    this.#redraw(undefined);
  }

  /** Takes the lower part away; what has scrolled up stays. */
  end(): void {
    this.#tally.clear();
    this.#redraw(undefined);
  }

  #redraw(line: string | undefined): void {
    const up = this.#rows === 0 ? "" : `\u001b[${this.#rows}A`;
    const rows = this.#lower();
    this.#rows = rows.length;
    const above = line === undefined ? "" : `${line}\n`;
    // Back to the first row of the lower part, clear to the end of the screen, and write both parts again.
    this.#options.write(`${up}\r\u001b[0J${above}${rows.map((row) => `${row}\n`).join("")}`);
  }

  #lower(): string[] {
    const { steps, done, running, pools } = this.#tally;
    if (steps === 0) return [];
    const { paint, now, columns } = this.#options;
    const filled = Math.round((BAR_WIDTH * done) / steps);
    const bar = `${paint("green", "█".repeat(filled))}${paint("dim", "░".repeat(BAR_WIDTH - filled))}`;
    const head = `  ${bar} ${done} of ${steps}  ${paint("dim", formatDuration(now() - this.#startedAtMs))}`;
    const spinner = SPINNER[this.#frame % SPINNER.length] ?? "";
    const all = [...running.values()];
    const width = Math.max(20, columns() - 14);
    const rows = all.slice(0, MOST_ROWS).map(({ title, sinceMs, detail }) => {
      const text = `${plain(title)}${detail === "" ? "" : `  ${plain(detail)}`}`.slice(0, width);
      return `  ${paint("cyan", spinner)} ${formatDuration(now() - sinceMs).padStart(7)}  ${text}`;
    });
    if (all.length > MOST_ROWS) rows.push(paint("dim", `    and ${all.length - MOST_ROWS} more`));
    const counts = [...pools.values()].filter((pool) => pool.added + pool.removed < pool.toAdd + pool.toRemove);
    const nodes = counts
      .slice(0, MOST_POOLS)
      .map((pool) => `  ${paint("bold", plain(pool.pool))}  ${nodeCounts(pool)}`);
    if (counts.length > MOST_POOLS) nodes.push(paint("dim", `  and ${counts.length - MOST_POOLS} more pools`));
    return [head, ...nodes, ...rows];
  }
}
