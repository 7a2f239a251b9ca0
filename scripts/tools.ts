/**
 * Makes the programs of other people that tests try Slipway with, where the machine has none of its own: in a folder that git
 * ignores, each of one version. What can't be made is said, and then nothing that needs it is tested. `node scripts/tools.ts` makes all.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

export type Tool = "helm" | "act" | "actionlint" | "zizmor" | "chromium";

const HOME = ".tools";
/** Goes before the PATH of whoever wants them. */
export const TOOLS_PATH = path.resolve(HOME, "bin");

/** By the Go proxy, which keeps to checksums of its own (sum.golang.org). */
const GO: Readonly<Partial<Record<Tool, string>>> = {
  helm: "helm.sh/helm/v3/cmd/helm@v3.22.0",
  act: "github.com/nektos/act@v0.2.89",
  actionlint: "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
};
const ZIZMOR = "zizmor==1.32.0";
const CHROMIUMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A machine that is cut off must not keep the tests waiting. */
const LONGEST_MS = 8 * 60_000;

const execute = promisify(execFile);
const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<unknown> =>
  execute(program, args, { env, timeout: LONGEST_MS });

/** Undefined: it is there now, or the machine has its own; else why it is not. */
export async function makeTool(tool: Tool): Promise<string | undefined> {
  try {
    if (tool === "chromium") return await makeChromium();
    // GitHub's runners come with helm, which is minutes of Go's otherwise.
    if (isThere(tool, tool === "helm" ? "version" : "--version")) return undefined;
    const source = GO[tool];
    await (source === undefined ? makeZizmor() : makeWithGo(tool, source));
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.message : error)
      .split("\n")
      .slice(0, 3)
      .join(" ");
  }
}

async function makeWithGo(tool: Tool, source: string): Promise<void> {
  const mark = path.join(HOME, `${tool}@${source.split("@")[1]}`);
  if (existsSync(mark)) return;
  if (!isThere("go", "version")) throw new Error(`there is no Go to make ${source} with`);
  mkdirSync(TOOLS_PATH, { recursive: true });
  await run("go", ["install", source], { ...process.env, GOBIN: TOOLS_PATH });
  writeFileSync(mark, "");
}

async function makeZizmor(): Promise<void> {
  const mark = path.join(HOME, ZIZMOR);
  if (existsSync(mark)) return;
  const python = path.join(HOME, "python");
  rmSync(python, { recursive: true, force: true });
  mkdirSync(TOOLS_PATH, { recursive: true });
  await run("python3", ["-m", "venv", python]);
  await run(`${python}/bin/pip`, ["install", "--quiet", "--disable-pip-version-check", ZIZMOR]);
  // A program of its own, which needs nothing of Python's.
  await run("cp", [`${python}/bin/zizmor`, `${TOOLS_PATH}/zizmor`]);
  writeFileSync(mark, "");
}

/** A browser is a system's own affair: only where nobody's machine is changed by it, one is installed. */
async function makeChromium(): Promise<string | undefined> {
  const found = [process.env.CHROME_BIN ?? "", ...CHROMIUMS].some((name) => name !== "" && isThere(name, "--version"));
  if (found) return undefined;
  const mayInstall = process.env.CI !== undefined && process.getuid?.() === 0 && isThere("apt-get", "--version");
  if (!mayInstall) return `there is no ${CHROMIUMS.join(", ")}, and it is installed only in CI, as root, by apt-get`;
  const apt = (...args: string[]) => run("apt-get", ["--quiet", "--yes", "--no-install-recommends", ...args]);
  await apt("update");
  await apt("install", "chromium");
  return undefined;
}

function isThere(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const wanted = process.argv.slice(2) as Tool[];
  for (const tool of wanted.length > 0 ? wanted : (["helm", "act", "actionlint", "zizmor", "chromium"] as const)) {
    const startedAtMs = Date.now();
    const why = await makeTool(tool);
    console.log(
      why === undefined ? `${tool}: ready after ${Date.now() - startedAtMs} ms` : `NOT THERE: ${tool}: ${why}`,
    );
  }
}
