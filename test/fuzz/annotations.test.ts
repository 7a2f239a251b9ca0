/** Findings on the lines of a pull request, whoever wrote what they quote. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import type { Finding } from "../../src/core/findings.ts";
import { completeCheck, openCheck } from "../../src/github/checks.ts";
import { hostileText } from "../support/fuzz/texts.ts";
import { onGithub } from "../support/github/client.ts";
import { assertVisible } from "../support/markdown.ts";

const finding: fc.Arbitrary<Finding> = fc.record({
  level: fc.constantFrom("error", "warning", "notice"),
  code: fc.constantFrom("config/unknown-key", "plan/refused"),
  message: hostileText(20),
  at: fc.record({
    file: hostileText(3).filter((name) => name !== ""),
    line: fc.integer({ min: 1, max: 900 }),
    column: fc.integer({ min: 1, max: 90 }),
  }),
  fix: hostileText(6),
});
const FINDINGS = fc.sample(finding, { seed: 1, numRuns: 200 });

test("whatever a finding quotes, the log has one command for it and no other line", () => {
  const script = `
    const { annotate } = await import("./src/workflow-log.ts");
    for (const finding of JSON.parse(await (await import("node:stream/consumers")).text(process.stdin))) annotate(finding);`;

  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    input: JSON.stringify(FINDINGS),
    encoding: "utf8",
  });

  assert.equal(ran.status, 0, ran.stderr);
  // The runner takes \r for the end of a line too.
  const lines = ran.stdout.split(/\r\n|\r|\n/).filter((line) => line !== "");
  assert.equal(lines.length, FINDINGS.length);
  for (const [index, line] of lines.entries()) {
    const [, level, properties = "", said = ""] = /^::(\w+) ([^:]*)::(.*)$/s.exec(line) ?? [];
    assert.equal(level, FINDINGS[index]!.level, line);
    assert.deepEqual(
      properties.split(",").map((one) => one.split("=")[0]),
      ["title", "file", "line", "col"],
      line,
    );
    assertVisible(said);
  }
});

test("whatever findings quote, GitHub takes them as annotations of a check, and shows what they say", () =>
  onGithub(async (on) => {
    const check = await openCheck(on.client, {
      name: "slipway / plan",
      headSha: "a".repeat(40),
      run: { id: "1", url: "https://github.com/acme/clusters/actions/runs/1" },
      startedAtMs: 0,
    });

    await completeCheck(on.client, check, {
      conclusion: "failure",
      title: FINDINGS[0]!.message,
      summary: "…",
      findings: FINDINGS,
      completedAtMs: on.clock.now(),
    });

    const { annotations, output } = on.github.state.checks.get(check.id)!;
    assert.equal(annotations.length, FINDINGS.length);
    for (const { title, message } of annotations as { title: string; message: string }[]) {
      // https://docs.github.com/en/rest/checks/runs: 255 characters, and 64 KB.
      assert.ok(title.length <= 255 && Buffer.byteLength(message) <= 64 * 1024);
      assertVisible(message);
    }
    assertVisible(String(output.title));
  }));
