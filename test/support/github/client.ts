/** A test's way to the loopback GitHub: the product's own client, in virtual time. */
import assert from "node:assert/strict";
import { VirtualClock } from "../../../src/core/virtual-clock.ts";
import { type Github, type GithubOptions, makeGithub } from "../../../src/github/client.ts";
import { LoopbackGithub } from "./github.ts";

export interface OnGithub {
  github: LoopbackGithub;
  clock: VirtualClock;
  client: Github;
  /** A client of another token, or with other options. */
  clientOf(token?: string, options?: Partial<GithubOptions>): Github;
}

/** Runs a scenario on a GitHub of its own. Fails when GitHub would not have understood a request. */
export async function onGithub(scenario: (on: OnGithub) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  const github = await LoopbackGithub.start({ now: () => clock.now() });
  const clientOf: OnGithub["clientOf"] = (token, options = {}) =>
    makeGithub(github.access(token), { clock, ...options });
  try {
    await clock.run(() => scenario({ github, clock, client: clientOf(), clientOf }));
  } finally {
    github.close();
  }
  assert.deepEqual(github.breaches, []);
}
