/** The house stands: imports never run up, pure rooms are pure, planning loads no SDK. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { missingEntries } from "../scripts/complete-lock.ts";
import { breaches, importsOf, sourceFiles } from "../scripts/floors.ts";

test("no import of src/ runs up, and pure rooms load nothing impure", () => {
  const files = sourceFiles();

  assert.ok(files.length > 80, `${files.length} files`);
  assert.deepEqual(
    breaches(files, (file) => readFileSync(file, "utf8")),
    [],
  );
});

test("the rule finds what breaks it", () => {
  const found = (file: string, text: string): string[] => breaches([file], () => text);

  assert.match(found("src/core/x.ts", 'import { a } from "../plan/plan.ts";')[0]!, /core may not import plan/);
  assert.match(
    found("src/survey/x.ts", 'import { a } from "../market/market.ts";')[0]!,
    /survey may not import market/,
  );
  assert.match(
    found("src/plan/x.ts", 'import { readFile } from "node:fs/promises";')[0]!,
    /pure and may not load node:fs/,
  );
  assert.match(
    found("src/plan/x.ts", 'import { EC2Client } from "@aws-sdk/client-ec2";')[0]!,
    /pure and may not load @aws-sdk/,
  );
  assert.match(found("src/report/x.ts", "const now = Date.now();")[0]!, /the machine's clock/);
  assert.match(found("src/apply/x.ts", "new EC2Client({})")[0]!, /clients are made in aws/);
  assert.match(found("src/cellar/x.ts", "")[0]!, /no room cellar/);
  assert.deepEqual(
    found("src/plan/x.ts", 'import type { Vpc } from "@aws-sdk/client-ec2";\nimport { a } from "../resources/x.ts";'),
    [],
  );
  assert.deepEqual(
    importsOf('import {\n  a,\n  b,\n} from "./x.ts";\nimport "./y.ts";\nexport type { C } from "./z.ts";').map(
      ({ from, isType }) => [from, isType],
    ),
    [
      ["./x.ts", false],
      ["./y.ts", false],
      ["./z.ts", true],
    ],
  );
});

test("reading files and planning load no SDK", () => {
  const script = `
    await import("./src/config/configuration.ts");
    await import("./src/plan/plan.ts");
    await import("./src/report/blocks.ts");
    await import("./src/report/terminal.ts");
    const { createRequire } = await import("node:module");
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => /@aws-sdk|@smithy|@actions/.test(file));
    console.log(JSON.stringify(loaded));`;

  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });

  assert.deepEqual(JSON.parse(out), []);
});

test("the lock names the packages of every platform, so that npm ci takes it everywhere", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));

  assert.deepEqual(Object.keys(missingEntries(lock.packages)), [], "run node scripts/complete-lock.ts");
  assert.doesNotMatch(JSON.stringify(lock), /"resolved"/);
});
