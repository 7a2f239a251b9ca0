import path from "node:path";
import { getInput } from "@actions/core";
import { ACTION_COMMANDS, type ActionCommand } from "./commands/names.ts";
import { UsageError } from "./core/errors.ts";
import { alternatives } from "./core/words.ts";
import { timeFrom } from "./run-settings.ts";

/** What a workflow gives the Action. The runner gives '' for an input that is not set, and that is the default then. */
export interface Inputs {
  command: ActionCommand | "auto";
  /** Folder of the cluster files, below `root`. */
  path: string;
  /** The repository's top. */
  root: string;
  /** The only clusters to work on; empty: all that the event is about. */
  clusters: readonly string[];
  confirm: readonly string[];
  /** Empty: GitHub is told nothing. */
  token: string;
  role: string | undefined;
  allowedAccountIds: readonly string[] | undefined;
  allowDirectPush: boolean;
  /** This job is one of a matrix: another makes the report of all of them. */
  isFragment: boolean;
  /** Where that other job finds what each of them left, as a glob below `root`. */
  fragments: string;
  /** A file for the report as a page to look at. */
  html: string | undefined;
  /** Whether plans are carried out on a model of AWS first. */
  rehearse: boolean;
  nodeTimeoutMs: number;
  timeLimitMs: number;
}

/** Jobs on GitHub's own runners end after six hours, without a word; this leaves time to tell how far it came. */
const TIME_LIMIT = "5h45m";

/** Reads all inputs; a UsageError names the first that makes no sense. */
export function readInputs(env: NodeJS.ProcessEnv): Inputs {
  const accounts = list("allowed-account-ids");
  for (const id of accounts) {
    if (!/^\d{12}$/.test(id)) throw new UsageError(`the input allowed-account-ids takes account numbers, not ${id}`);
  }
  const root = path.resolve(env.GITHUB_WORKSPACE ?? ".", input("working-directory", "."));
  const html = input("html", "");
  return {
    command: commandFrom(input("command", "auto")),
    path: input("path", "clusters"),
    root,
    clusters: list("cluster"),
    confirm: list("confirm"),
    token: getInput("github-token"),
    role: getInput("role-to-assume") || undefined,
    allowedAccountIds: accounts.length === 0 ? undefined : accounts,
    allowDirectPush: isTrue("allow-direct-push"),
    isFragment: isTrue("fragment"),
    fragments: input("fragments", "slipway-plans/**/*.json"),
    html: html === "" ? undefined : path.resolve(root, html),
    rehearse: isTrue("rehearse", "true"),
    nodeTimeoutMs: timeFrom("the input wait-timeout", input("wait-timeout", "30m")),
    timeLimitMs: timeFrom("the input time-limit", input("time-limit", TIME_LIMIT)),
  };
}

function commandFrom(word: string): Inputs["command"] {
  if (word === "kubeconfig") {
    throw new UsageError("kubeconfig is for people at a command line: a workflow's log and files are no place for it");
  }
  const known = (["auto", ...ACTION_COMMANDS] as const).find((candidate) => candidate === word);
  if (known !== undefined) return known;
  const all = alternatives(["auto", ...ACTION_COMMANDS]);
  throw new UsageError(`the input command is ${JSON.stringify(word)}; it can be ${all}`);
}

function input(name: string, otherwise: string): string {
  return getInput(name) || otherwise;
}

/** Names, one a line or separated by commas. */
function list(name: string): string[] {
  const names = getInput(name).split(/[\n,]/);
  return names.map((one) => one.trim()).filter((one) => one !== "");
}

function isTrue(name: string, otherwise = "false"): boolean {
  const word = input(name, otherwise);
  if (word !== "true" && word !== "false") throw new UsageError(`the input ${name} is true or false, not ${word}`);
  return word === "true";
}
