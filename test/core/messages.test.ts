/** The registry of findings: what is in it is told somewhere in src/, at the level that it says. That nothing else is told, the types hold. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sourceFiles } from "../../scripts/floors.ts";
import { MESSAGES } from "../../src/core/messages/messages.ts";

const text = sourceFiles()
  .filter((file) => !file.includes("/core/messages/") && !file.includes("/twin/") && !file.includes(".generated."))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

/** Codes that are put together, each by the beginning that the source has of it. */
const MADE = ["capacity/", "doctor/plans", "doctor/applies"];

test("every registered code is told of somewhere", () => {
  const unused = Object.keys(MESSAGES).filter(
    (code) => !text.includes(`"${code}"`) && !MADE.some((start) => code.startsWith(start)),
  );

  assert.deepEqual(unused, []);
});

test("where a code and its level stand side by side in the source, the registry has that level", () => {
  const told = [
    ...text.matchAll(/level: "(error|warning|notice)",\s*code: "([a-z0-9/-]+)"/g),
    ...text.matchAll(/\(\s*"(error|warning|notice)",\s*"([a-z0-9/-]+\/[a-z0-9-]+)"/g),
  ];

  assert.ok(told.length > 100, `${told.length}`);
  for (const [, level = "", code = ""] of told) {
    const [levels] = MESSAGES[code as keyof typeof MESSAGES];
    assert.ok(levels.split(", ").includes(level), `${code} is told as ${level}; the registry has ${levels}`);
  }
});

test("each says what it means and what to do, in whole sentences of some length", () => {
  for (const [code, [levels, means, todo]] of Object.entries(MESSAGES)) {
    assert.match(levels, /^(error|warning|notice)(, (warning|notice))*$/, code);
    for (const sentence of [means, todo]) assert.match(sentence, /^[\w"<][\s\S]{6,220}\.$/, `${code}: ${sentence}`);
  }
});
