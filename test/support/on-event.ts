/** The Action on an event, as the runner starts it, with a GitHub on loopback. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { SourceFile } from "../../src/config/yaml.ts";
import { LoopbackGithub } from "./github/github.ts";
import { person, shaOf } from "./github/state.ts";
import { repository, runner } from "./spawn.ts";

/** The bundle that the group makes for itself: others, which run beside it, make theirs. */
export const BUNDLE = "dist-test-github";

export interface OnEvent {
  event: string;
  /** The payload; a pull request in it is the loopback's first. */
  payload: object;
  ref?: string;
  env?: Record<string, string>;
  inputs?: Record<string, string>;
  /** The files that were checked out, and those of the default branch. */
  files?: readonly SourceFile[];
  base?: readonly SourceFile[];
  /** Where AWS is. */
  aws: Record<string, string>;
}

/**
 * A repository with one pull request, whose head is commit 2 and which commit 3 merges into 0. What a process is to be
 * started with.
 */
export async function onEvent({ event, payload, ref = "refs/heads/main", files = [], base = [], ...more }: OnEvent) {
  const github = await LoopbackGithub.start();
  const { state } = github;
  state.addPull({ number: 1, headSha: shaOf(2), author: person("ann") });
  for (const commit of [shaOf(0), "main"])
    for (const file of base) state.contents.set(`${commit}:${file.path}`, file.text);
  state.parents.set(shaOf(3), [shaOf(0), shaOf(2)]);
  state.commits.push({ sha: shaOf(0), paths: base.map((file) => file.path) });
  const cwd = repository(files);
  const given = runner(cwd);
  const eventFile = path.join(given.env.RUNNER_TEMP!, "event.json");
  writeFileSync(eventFile, JSON.stringify(ofLoopback(payload)));
  const env: Record<string, string> = {
    ...more.aws,
    ...given.env,
    ...github.env(),
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_REF: event === "pull_request" ? "refs/pull/1/merge" : ref,
    GITHUB_REF_NAME: ref.replace("refs/heads/", ""),
    GITHUB_SHA: shaOf(3),
    GITHUB_RUN_ATTEMPT: "1",
    ...more.env,
    ...more.inputs,
  };
  return { ...given, github, cwd, env };
}

/** The pull request of the payload is the loopback's first. */
function ofLoopback(payload: object): object {
  const text = JSON.stringify(payload);
  return JSON.parse(
    text
      .replaceAll("a".repeat(40), shaOf(2))
      .replaceAll("b".repeat(40), shaOf(0))
      .replaceAll('"number":7', '"number":1'),
  );
}
