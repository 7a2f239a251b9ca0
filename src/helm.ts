import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ChartRequest, type Helm, HelmTrouble } from "./commands/read-packs.ts";

/** How long helm may take to fetch and render a chart. */
const TIMEOUT_MS = 120_000;
/** More than this is no chart's output; a bundle of it would fit into no etcd. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * The helm that is on the PATH, for charts below the repository's top. Values go in by stdin, and nothing is written to
 * disk but helm's own cache.
 */
export function helmIn(root: string): Helm {
  return async (request, signal) => {
    const run = (folder: string): Promise<string> =>
      runHelm(folder, helmArguments(request), JSON.stringify(request.values), signal);
    if (request.chart.from === "chart-folder") return run(root);
    // Helm takes a folder of the chart's name for the chart, whatever repository it was given: here there is none.
    const empty = await mkdtemp(path.join(tmpdir(), "slipway-helm-"));
    try {
      return await run(empty);
    } finally {
      await rm(empty, { recursive: true, force: true });
    }
  };
}

async function runHelm(cwd: string, args: readonly string[], values: string, signal: AbortSignal): Promise<string> {
  const child = spawn("helm", args, {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const out: Buffer[] = [];
  let [size, said] = [0, ""];
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_OUTPUT_BYTES) child.kill();
    else out.push(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4000);
  });
  // A helm that ends before it has read its values breaks the pipe; why it ended is what counts.
  child.stdin.on("error", () => {});
  child.stdin.end(values);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => reject(startTrouble(error)));
    child.on("close", resolve);
  });
  if (size > MOST_OUTPUT_BYTES) throw new HelmTrouble("packs/chart", "helm wrote more than 64 MiB");
  if (code !== 0) throw new HelmTrouble("packs/chart", lastWords(said) || `helm ended with ${code}`);
  return Buffer.concat(out).toString("utf8");
}

/** The command line of `helm template`. No value of the user's is taken for an option: each has its own place. */
export function helmArguments({ release, namespace, chart, version, kubernetesVersion }: ChartRequest): string[] {
  const options = [
    `--namespace=${namespace}`,
    `--kube-version=${kubernetesVersion}`,
    "--include-crds",
    // Tests of a release are pods that somebody would have to run.
    "--skip-tests",
    "--values=-",
  ];
  if (chart.from === "chart-folder") return ["template", release, `./${chart.path}`, ...options];
  const exact = `--version=${version}`;
  if (chart.repository.startsWith("oci://")) {
    return ["template", release, `${chart.repository.replace(/\/$/, "")}/${chart.chart}`, exact, ...options];
  }
  return ["template", release, chart.chart, `--repo=${chart.repository}`, exact, ...options];
}

function startTrouble(error: NodeJS.ErrnoException): Error {
  if (error.code === "ENOENT") {
    return new HelmTrouble(
      "packs/no-helm",
      "there is no helm on this machine",
      "install helm (https://helm.sh/docs/intro/install/); GitHub's own runners have it",
    );
  }
  if (error.name === "AbortError")
    return new HelmTrouble("packs/chart", `helm took longer than ${TIMEOUT_MS / 1000} s`);
  return error;
}

/** Helm tells much on the way to what went wrong, which comes last. */
function lastWords(said: string): string {
  const lines = said.trim().split("\n");
  const error = lines.findLastIndex((line) => line.startsWith("Error"));
  return lines
    .slice(Math.max(0, error))
    .join(" ")
    .replace(/^Error: /, "")
    .slice(0, 1000);
}
