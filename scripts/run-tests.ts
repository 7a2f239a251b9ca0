/**
 * Runs the test files that it is given, all in this one process, and tells of them in one last line. Nothing found is a
 * failure: a runner that finds no tests and says OK has been seen.
 */
import { run } from "node:test";
import { spec } from "node:test/reporters";

const [group = "tests", ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error(`${group}: no test files`);
  process.exit(1);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const startedAtMs = Date.now();
const stream = run({ files, isolation: "none", concurrency: false });
stream.on("test:pass", (event) => {
  if (event.details.type === "suite") return;
  if (event.skip !== undefined || event.todo !== undefined) counts.skipped += 1;
  else counts.passed += 1;
});
stream.on("test:fail", () => {
  counts.failed += 1;
});
let text = "";
const report = stream.compose(new spec()) as unknown as AsyncIterable<string>;
for await (const chunk of report) text += chunk;
const verbose = process.env.VERBOSE === "1";
if (verbose || counts.failed > 0) process.stdout.write(text);
const total = counts.passed + counts.failed + counts.skipped;
const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
console.log(
  `${group}: ${files.length} files, ${total} tests, ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds} s`,
);
process.exitCode = counts.failed > 0 || total === 0 ? 1 : 0;

// What tests leave running would keep this process for ever: that is their failure, and not a hang.
setTimeout(() => {
  console.log(`${group}: tests left this running: ${process.getActiveResourcesInfo().join(", ")}`);
  process.exit(1);
}, 5000).unref();
