import { getInput, warning } from "@actions/core";
import { systemClock } from "./core/clock.ts";
import type { Begun } from "./github/surfaces.ts";
import { accessFrom } from "./github-run.ts";
import { readProgress } from "./progress-file.ts";
import { killedBlocks, killedFinding, type LastKnown } from "./report/killed.ts";
import { renderMarkdown } from "./report/markdown.ts";
import { readRunState } from "./run-state.ts";
import { addSummary, annotate, showReport } from "./workflow-log.ts";

/**
 * The Action's post step: the runner runs it whatever became of the main step. Where that was killed before its report,
 * this tells how far it came. A bundle of its own, and not the main one told apart by its state: a main step that was
 * killed before it could save any state would then run once more. It asks nothing of AWS.
 */
async function post(env: NodeJS.ProcessEnv): Promise<void> {
  const { progressFile, isReported, begun } = readRunState();
  if (isReported) return;
  const last: LastKnown = progressFile === "" ? "not begun" : (readProgress(progressFile) ?? "unknown");
  annotate(killedFinding(last));
  const blocks = killedBlocks(last);
  showReport(blocks);
  await addSummary(renderMarkdown(blocks), env.GITHUB_STEP_SUMMARY);
  const access = accessFrom(getInput("github-token"), env);
  if (begun === "" || access === undefined) return;
  const { tellKilled } = await import("./github/flow.ts");
  await tellKilled(access, JSON.parse(begun) as Begun, last, { clock: systemClock, warn: warning });
}

await post(process.env);
