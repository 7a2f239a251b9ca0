import {
  type ContextEntry,
  type EvaluationResult,
  type ResourceSpecificResult,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Aws } from "../aws/clients.ts";
import { allPages } from "../aws/paging.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Answer, Answered, Question } from "../permissions/questions.ts";

/** The ARN by which IAM can simulate a caller; undefined for those that it can't: root, federated users. */
export function simulatedArn(callerArn: string): string | undefined {
  const role = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(callerArn);
  // The path is not in it; a role that has one is then not found.
  if (role !== null) return `arn:aws:iam::${role[1]}:role/${role[2]}`;
  return /^arn:aws:iam::\d+:(user|role)\//.test(callerArn) ? callerArn : undefined;
}

/**
 * Asks IAM whether a user or role may do these things: one call for all questions of one context. It tells what policies
 * and boundary say, and in part the organization's; a resource's own policy it does not see.
 * @throws AwsCallError when the simulation itself is not allowed, or nobody has that ARN
 */
export async function askPermissions(aws: Aws, sourceArn: string, questions: readonly Question[]): Promise<Answered[]> {
  const groups = Map.groupBy(questions, ({ context }) => canonicalJson(context));
  const answered = await Promise.all([...groups.values()].map((group) => askTogether(aws, sourceArn, group)));
  return answered.flat();
}

/** Every action is simulated on every resource; of those pairs only the ones that were meant are looked at. */
async function askTogether(aws: Aws, PolicySourceArn: string, questions: readonly Question[]): Promise<Answered[]> {
  const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();
  const results = await allPages<EvaluationResult>(async (token) => {
    const page = await aws.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn,
        ActionNames: distinct(questions.map(({ action }) => action)),
        ResourceArns: distinct(questions.map(({ resource }) => resource)),
        ContextEntries: contextEntries(questions[0]?.context ?? {}),
        MaxItems: 1000,
        ...(token === undefined ? {} : { Marker: token }),
      }),
    );
    return { items: page.EvaluationResults, next: page.IsTruncated === true ? page.Marker : undefined };
  });
  return questions.map((question) => ({ question, answer: answerTo(question, results) }));
}

function contextEntries(context: Question["context"]): ContextEntry[] {
  return Object.entries(context).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: typeof value === "string" ? "string" : "stringList",
    ContextKeyValues: [value].flat(),
  }));
}

/**
 * IAM gives one result an action, with the resources inside; it used to give one for each pair
 * (API_EvaluationResult.html). Some actions are not told apart by resource: then the result itself is the answer.
 */
function answerTo({ action, resource }: Question, results: readonly EvaluationResult[]): Answer {
  const own = results.filter(({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase());
  for (const result of own) {
    const specific = result.ResourceSpecificResults?.find(({ EvalResourceName }) => EvalResourceName === resource);
    if (specific !== undefined) return wordFor(specific.EvalResourceDecision, specific, result);
  }
  const plain = own.find(
    ({ EvalResourceName, ResourceSpecificResults = [] }) =>
      EvalResourceName === resource || (own.length === 1 && ResourceSpecificResults.length === 0),
  );
  return plain === undefined ? "unknown" : wordFor(plain.EvalDecision, plain, plain);
}

type Detail = Pick<ResourceSpecificResult, "PermissionsBoundaryDecisionDetail">;

function wordFor(decision: string | undefined, detail: Detail, result: EvaluationResult): Answer {
  if (decision === "allowed") return "allowed";
  if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) return "organization";
  if (decision === "explicitDeny") return "explicit-deny";
  if (decision !== "implicitDeny") return "unknown";
  return detail.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false ? "boundary" : "no-policy";
}
