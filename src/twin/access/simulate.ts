import type { SimulatePolicyResponse, SimulatePrincipalPolicyRequest } from "@aws-sdk/client-iam";
import { page } from "../ec2/common.ts";
import { queryError } from "../errors.ts";
import type { World } from "../world.ts";
import { judge, type Principal } from "./access.ts";
import type { Decision } from "./evaluate.ts";

/** Results that one answer has, unless more are asked for (IAM SimulatePrincipalPolicy, MaxItems). */
const ITEMS = 100;

/** From the one that holds most to the one that holds least. */
const STRICTEST: readonly Decision[] = ["explicitDeny", "implicitDeny", "allowed"];

/**
 * IAM's policy simulator: one result an action, its decision the strictest of all resources, with each resource's own
 * inside (API_EvaluationResult.html). It knows no tags and nothing else of resources but what the caller tells.
 */
export function simulatePrincipalPolicy(world: World, input: SimulatePrincipalPolicyRequest): SimulatePolicyResponse {
  const arn = input.PolicySourceArn ?? "";
  const principal = world.principals.get(arn) ?? administrator(world, arn);
  if (principal === undefined) throw queryError("NoSuchEntity", `${arn} does not exist.`, 404);
  const given = (input.ContextEntries ?? []).map(({ ContextKeyName = "", ContextKeyValues = [] }) => [
    ContextKeyName,
    ContextKeyValues,
  ]);
  const context = Object.fromEntries(given) as Record<string, string[]>;
  const resources = input.ResourceArns ?? ["*"];
  const { watch: _watch, ...quiet } = principal;
  const results = (input.ActionNames ?? []).map((action) => {
    const verdicts = resources.map((resource) => ({ resource, ...judge(world, quiet, { action, resource, context }) }));
    const aggregate = STRICTEST.find((decision) => verdicts.some((one) => one.decision === decision)) ?? "implicitDeny";
    return {
      EvalActionName: action,
      EvalResourceName: resources[0] ?? "*",
      EvalDecision: aggregate,
      ResourceSpecificResults: verdicts.map(({ resource, decision, byBoundary }) => ({
        EvalResourceName: resource,
        EvalResourceDecision: decision,
        ...(principal.boundary === undefined
          ? {}
          : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: !byBoundary } }),
      })),
    };
  });
  const { items, NextToken } = page(results, { MaxResults: input.MaxItems ?? ITEMS, NextToken: input.Marker });
  return {
    EvaluationResults: items,
    IsTruncated: NextToken !== undefined,
    ...(NextToken === undefined ? {} : { Marker: NextToken }),
  };
}

/** The user that calls when a test names nobody. */
function administrator(world: World, arn: string): Principal | undefined {
  if (arn !== `arn:aws:iam::${world.accountId}:user/twin`) return undefined;
  return { arn, sourceArn: arn, policies: [{ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }] };
}
