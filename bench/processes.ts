/** Processes of their own, started as users start them, and what they took. */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

export interface Taken {
  stdout: string;
  /** CPU of all threads, user's and system's. */
  cpu: { toFirstLineMs: number; wholeMs: number };
  /** As a clock on the wall has it, from the start. */
  wall: { toFirstLineMs: number; wholeMs: number };
  /** Of that, how long the machine had no processor for it: others were at work. */
  queuedMs: number;
  peakBytes: number;
}

/** Runs a script to its end with what `meter.cjs` tells of it; throws when it fails. */
export function metered(
  script: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<Taken> {
  const { PATH = "", HOME = "" } = process.env;
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, ["--require", METER, script, ...args], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const said = ["", "", "", ""];
  let toFirstLineMs: number | undefined;
  child.stdout?.once("data", () => {
    toFirstLineMs = performance.now() - startedAtMs;
  });
  for (const index of [1, 2, 3]) (child.stdio[index] as Readable).on("data", (chunk) => (said[index] += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const wholeMs = performance.now() - startedAtMs;
      const [, stdout = "", stderr = "", meter = ""] = said;
      if (code !== 0) return reject(new Error(`${script} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`));
      const { cpuMs, peakBytes, queuedMs, ...first } = JSON.parse(meter);
      return resolve({
        stdout,
        cpu: { toFirstLineMs: first.toFirstLineMs, wholeMs: cpuMs },
        wall: { toFirstLineMs: toFirstLineMs ?? Number.NaN, wholeMs },
        queuedMs,
        peakBytes,
      });
    });
  });
}

const METER = new URL("meter.cjs", import.meta.url).pathname;

export const MIB = 1024 * 1024;
