/**
 * Makes the Python environment that moto runs in: a folder that git ignores, made anew when the requirements change.
 * Prints nothing when all is well; says why on stderr and exits with 3 where there is no Python or no package index.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const HOME = ".moto";
const REQUIREMENTS = "test/moto/requirements.txt";
const MARK = `${HOME}/made-from`;

const wanted = readFileSync(REQUIREMENTS, "utf8");
if (!existsSync(MARK) || readFileSync(MARK, "utf8") !== wanted) {
  try {
    rmSync(HOME, { recursive: true, force: true });
    run("python3", ["-m", "venv", HOME]);
    run(`${HOME}/bin/pip`, ["install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
    writeFileSync(MARK, wanted);
  } catch (error) {
    rmSync(HOME, { recursive: true, force: true });
    console.error(error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : String(error));
    process.exitCode = 3;
  }
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}
