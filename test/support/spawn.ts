/** Processes, started as their users start them. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Ended {
  code: number | null;
  /** The signal that ended it, where it did not end itself. */
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A process under way. */
export interface Running {
  /** Resolves when it has said that; rejects when it ends before. */
  said(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

interface Surroundings {
  cwd: string;
  env: Record<string, string>;
}

/** Starts a bundled door. Of this process's environment only what every process needs is handed on. */
export function begin(bundle: string, args: readonly string[], { cwd, env }: Surroundings): Running {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [path.resolve(bundle), ...args], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk: Buffer) => (said[name] += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...said }));
  });
  return {
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(said.stdout + said.stderr)) resolve();
        };
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        look();
        ended.then(() => reject(new Error(`it never said ${pattern}:\n${said.stdout}${said.stderr}`)), reject);
      }),
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** Runs a bundled door to its end. */
export function start(bundle: string, args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  return begin(bundle, args, surroundings).ended;
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
  /** What the main step saved, as the post step is given it. */
  state(): Record<string, string>;
} {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-runner-"));
  const file = (name: string): string => {
    const full = path.join(folder, name);
    writeFileSync(full, "");
    return full;
  };
  const [output, summary, state] = [file("output"), file("summary"), file("state")];
  // name<<delimiter, the value, the delimiter again
  const pairs = (name: string): [string, string][] =>
    [...readFileSync(name, "utf8").matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map((match) => [
      match[1]!,
      match[3]!,
    ]);
  return {
    env: {
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: root,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_STATE: state,
      GITHUB_REPOSITORY_ID: "4711",
      GITHUB_RUN_ID: "99",
      RUNNER_TEMP: folder,
    },
    outputs: () => Object.fromEntries(pairs(output)),
    summary: () => readFileSync(summary, "utf8"),
    state: () => Object.fromEntries(pairs(state).map(([name, value]) => [`STATE_${name}`, value])),
  };
}
