/**
 * What AWS says that each action can be limited by, and a linter that goes by it. The IAM console warns of statements
 * whose actions, resources or conditions have nothing to do with each other; they look like rights and are none.
 */
import { readFileSync } from "node:fs";
import type { PolicyStatement } from "../../src/twin/access/evaluate.ts";

interface Reference {
  arns: Record<string, string>;
  actions: Record<string, { keys: string[]; on: Record<string, string[]> }>;
}

/** fixtures/iam/authorization.json; it names its source. */
const REFERENCE = JSON.parse(readFileSync("fixtures/iam/authorization.json", "utf8")) as Reference;

/** Keys that every action knows (reference_policies_condition-keys.html). */
const GLOBAL = /^aws:(Principal\w+|ResourceAccount|SourceIp|SecureTransport|RequestedRegion)/;

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

/** What the console would warn of, one line each. Actions with wildcards are not looked at. */
export function warningsOf(statement: PolicyStatement): string[] {
  const actions = list(statement.Action).filter((action) => !action.includes("*"));
  const resources = list(statement.Resource);
  const keys = Object.values(statement.Condition ?? {}).flatMap((tests) => Object.keys(tests));
  const sid = statement.Sid ?? "?";
  const unknown = actions.filter((action) => REFERENCE.actions[action] === undefined);
  const known = actions.filter((action) => REFERENCE.actions[action] !== undefined);
  return [
    ...unknown.map((action) => `${sid}: ${action} is not in fixtures/iam/authorization.json`),
    ...known
      .filter((action) => !resources.some((resource) => supports(action, resource, [])))
      .map((action) => `${sid}: ${action} has no resource here that it can be about`),
    ...known
      .filter((action) => resources.some((resource) => supports(action, resource, [])))
      .filter((action) => !resources.some((resource) => supports(action, resource, keys)))
      .map((action) => `${sid}: ${action} knows no ${keys.join(", ")} on what it is about here`),
    ...resources
      .filter((resource) => known.length > 0 && !known.some((action) => supports(action, resource, keys)))
      .map((resource) => `${sid}: no action here can be about ${resource} under this condition`),
  ];
}

/** Whether an action can be about such a resource, and knows all these keys of it. */
function supports(action: string, resource: string, keys: readonly string[]): boolean {
  const entry = REFERENCE.actions[action];
  if (entry === undefined) return false;
  const service = action.split(":")[0] ?? "";
  const knows = (more: readonly string[]): boolean =>
    keys.every((key) => GLOBAL.test(key) || [...entry.keys, ...more].some((known) => covers(known, key)));
  const kinds = Object.entries(entry.on);
  if (kinds.length === 0) return resource === "*" && knows([]);
  return kinds.some(([kind, more]) => {
    const arn = REFERENCE.arns[`${service}:${kind.replace(/\*$/, "")}`] ?? "";
    return (resource === "*" || overlap(arn, resource)) && knows(more);
  });
}

/** `aws:RequestTag/*` covers every tag. */
function covers(known: string, key: string): boolean {
  return known === key || (known.endsWith("/*") && key.startsWith(known.slice(0, -1)));
}

/** Whether some ARN could match both patterns: part by part, with what stands before the first `*` of each. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one.split(":"), other.split(":")];
  // S3's ARNs have a bucket's name where others have a kind: one with a slash is an object's.
  if (a[2] === "s3" && one.includes("/") !== other.includes("/")) return false;
  const rest = (parts: readonly string[]): string => parts.slice(5).join(":");
  const pairs: [string, string][] = [0, 1, 2, 3, 4].map((index) => [a[index] ?? "", b[index] ?? ""]);
  return [...pairs, [rest(a), rest(b)] as [string, string]].every(([x, y]) => meets(x, y));
}

function meets(x: string, y: string): boolean {
  if (!x.includes("*") && !y.includes("*")) return x === y;
  const [fixedX, fixedY] = [x.split("*")[0] ?? "", y.split("*")[0] ?? ""];
  const shorter = Math.min(fixedX.length, fixedY.length);
  return fixedX.slice(0, shorter) === fixedY.slice(0, shorter);
}
