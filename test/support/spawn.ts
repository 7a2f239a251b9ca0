/** Processes, started as their users start them. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a bundled door to its end. Of this process's environment only what every process needs is handed on. */
export function start(
  bundle: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string>; signal?: AbortSignal },
): Promise<Ended> {
  const { PATH = "", HOME = "" } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.resolve(bundle), ...args], {
      cwd: options.cwd,
      env: { PATH, HOME, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: "SIGINT" }),
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", (error) => {
      if (error.name !== "AbortError") reject(error);
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A repository in a folder of its own, with these files. */
export function repository(files: readonly { path: string; text: string | Uint8Array }[]): string {
  const root = mkdtempSync(path.join(tmpdir(), "slipway-"));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file.path)), { recursive: true });
    writeFileSync(path.join(root, file.path), file.text);
  }
  return root;
}

/** What the runner gives an Action, and what the Action left there. */
export function runner(root: string): {
  env: Record<string, string>;
  outputs(): Record<string, string>;
  summary(): string;
} {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-runner-"));
  const file = (name: string): string => {
    const full = path.join(folder, name);
    writeFileSync(full, "");
    return full;
  };
  const [output, summary] = [file("output"), file("summary")];
  return {
    env: {
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: root,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_REPOSITORY_ID: "4711",
      GITHUB_RUN_ID: "99",
      RUNNER_TEMP: folder,
    },
    outputs: () => {
      // name<<delimiter, the value, the delimiter again
      const found: Record<string, string> = {};
      for (const match of readFileSync(output, "utf8").matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm))
        found[match[1]!] = match[3]!;
      return found;
    },
    summary: () => readFileSync(summary, "utf8"),
  };
}
