/**
 * Work whose cost is measured, in a process of its own: `plan FILE` plans from a survey that lies in a file, `files FOLDER`
 * reads cluster files and works out what they ask for. Prints one line of JSON. Bundled as the doors are, so that the cost
 * is that of what ships.
 */
import { readFileSync } from "node:fs";
import { deserialize } from "node:v8";
import { readFiles } from "../src/commands/read-files.ts";
import { readConfiguration } from "../src/config/configuration.ts";
import type { SourceFile } from "../src/config/yaml.ts";
import { renderPacks } from "../src/packs/bundle.ts";
import { appliedIn } from "../src/plan/applied.ts";
import { planCluster } from "../src/plan/plan.ts";
import { blocksOf } from "../src/report/blocks.ts";
import { renderMarkdown } from "../src/report/markdown.ts";
import type { Inventory } from "../src/survey/survey.ts";
import { blueprint, market, OWNER } from "../test/support/plans.ts";

/** What `plan` is given, as v8.serialize writes it. */
export interface LoadedSurvey {
  files: SourceFile[];
  inventory: Inventory;
}

/** What is printed. */
export interface WorkerAnswer {
  /** CPU of the work itself, of all threads, in milliseconds. */
  cpuMs: number;
  /** What came out of it, so that nobody measures nothing. */
  counted: number;
}

function plan(file: string): () => number {
  const { files, inventory } = deserialize(readFileSync(file)) as LoadedSurvey;
  const [cluster] = readConfiguration(files).clusters;
  if (cluster === undefined) throw new Error("the files hold no cluster");
  return () => {
    const rendering = renderPacks(cluster, { rendered: new Map() });
    const applied = appliedIn(inventory)?.packs;
    const packs = { rendering, before: rendering.packs, ...(applied === undefined ? {} : { applied }) };
    const planned = planCluster(cluster, inventory, market(), OWNER, packs);
    const { name, description, region, account } = cluster;
    const header = { name, description, region, accountId: account.accountId };
    const result = planned.changes.length === 0 ? "no-changes" : "planned";
    const one = { ...header, result, findings: planned.findings, plan: planned } as const;
    renderMarkdown(blocksOf({ command: "plan", result, findings: [], clusters: [one] }));
    return planned.steps.length;
  };
}

async function files(folder: string): Promise<() => number> {
  const source = await readFiles(folder, "clusters");
  return () => {
    const { clusters, findings } = readConfiguration(source.files);
    if (findings.length > 0) throw new Error(findings[0]?.message);
    return clusters.map((cluster) => blueprint(cluster)).length;
  };
}

async function prepare([what, from = ""]: readonly string[]): Promise<() => number> {
  if (what === "plan") return plan(from);
  if (what === "files") return files(from);
  throw new Error(`no such work: ${what}`);
}

const work = await prepare(process.argv.slice(2));
const before = process.cpuUsage();
const counted = work();
const { user, system } = process.cpuUsage(before);
const answer: WorkerAnswer = { cpuMs: (user + system) / 1000, counted };
process.stdout.write(`${JSON.stringify(answer)}\n`);
