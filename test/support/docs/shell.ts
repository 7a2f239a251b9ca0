/** A newcomer's shell: an empty home, nothing on the PATH but the system's and what the pages themselves put there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Moto } from "../moto.ts";
import { runAws } from "./aws-cli.ts";

export interface Ran {
  code: number | null;
  output: string;
}

export interface Shell {
  /** Where a clone of Slipway lies, with what a clone has. */
  clone: string;
  /** Runs a script in a folder, as `sh` does. */
  run(script: string, cwd: string): Promise<Ran>;
  close(): void;
}

/** What a clone has that commands of the pages use. */
const IN_A_CLONE = ["docs", "package.json", "policies", "schemas", "scripts", "src", "tsconfig.json"];
/** What a first shell in `HOME` of its own has, beside the system's programs. */
const GIT = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

export async function openShell(moto: Moto): Promise<Shell> {
  const root = mkdtempSync(path.join(tmpdir(), "slipway-docs-"));
  const folder = (name: string): string => {
    const full = path.join(root, name);
    mkdirSync(full, { recursive: true });
    return full;
  };
  const [home, bin, clone] = [folder("home"), folder("bin"), folder("clone")];
  // Copies, since pages edit what they copy; but for what is too large and only read.
  for (const name of IN_A_CLONE) cpSync(path.resolve(name), path.join(clone, name), { recursive: true });
  symlinkSync(path.resolve("node_modules"), path.join(clone, "node_modules"));
  const server = await serveAws(moto);
  writeFileSync(path.join(bin, "aws"), AWS.replace("PORT", String((server.address() as AddressInfo).port)));
  chmodSync(path.join(bin, "aws"), 0o755);
  const prefix = folder("prefix");
  const env = {
    ...moto.env,
    ...GIT,
    HOME: home,
    PATH: [path.join(prefix, "bin"), bin, path.dirname(process.execPath), process.env.PATH].join(":"),
    SLIPWAY: clone,
    npm_config_prefix: prefix,
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
  };
  const run = async (script: string, cwd: string): Promise<Ran> => {
    const child = spawn("sh", ["-c", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, output };
  };
  return {
    clone,
    run,
    close: () => server.close(),
  };
}

/** `aws`: hands its words to the process of the test, whose SDK is loaded already. */
const AWS = `#!/usr/bin/env node
const answer = await fetch("http://127.0.0.1:PORT/", { method: "POST", body: JSON.stringify({ argv: process.argv.slice(2), cwd: process.cwd() }) });
const text = await answer.text();
(answer.ok ? console.log : console.error)(text);
process.exitCode = answer.ok ? 0 : 254;
`;

async function serveAws(moto: Moto): Promise<Server> {
  const config = { endpoint: moto.env.AWS_ENDPOINT_URL!, region: "us-east-1" };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", async () => {
      const { argv, cwd } = JSON.parse(body) as { argv: string[]; cwd: string };
      try {
        response.end(await runAws(argv, cwd, config));
      } catch (error) {
        response.statusCode = 500;
        response.end(
          `aws ${argv.join(" ")}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
        );
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
