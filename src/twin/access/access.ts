import type { ServiceName } from "../../aws/services.ts";
import type { WireCall } from "../../aws/transport.ts";
import { awsError } from "../errors.ts";
import type { World } from "../world.ts";
import { ec2Requests, linkedRoleOfLaunch } from "./ec2-requests.ts";
import { type AccessRequest, decide, type Policy, type Verdict } from "./evaluate.ts";
import { iamRequests } from "./iam-requests.ts";
import { balancingRequests, linkedRoleOfBalancer, s3Requests, ssmRequests } from "./other-requests.ts";
import type { Input } from "./things.ts";

/** Somebody who calls AWS. */
export interface Principal {
  /** As AWS tells it to the caller: `arn:aws:sts::…:assumed-role/slipway-apply/run-1`. */
  arn: string;
  /** The user's or role's own ARN, by which its policies can be simulated. */
  sourceArn: string;
  policies: readonly Policy[];
  boundary?: Policy;
  /** Told of everything that AWS asks about this caller, and of what was decided. */
  watch?: (request: AccessRequest, verdict: Verdict) => void;
}

/** What AWS asks about before it does a call; nothing for what anybody may do. */
function requestsOf(world: World, service: ServiceName, operation: string, input: object): AccessRequest[] {
  const fields = input as Input;
  switch (service) {
    case "ec2":
      return ec2Requests(world, operation, fields);
    case "iam":
      return iamRequests(world, operation, fields);
    case "elasticloadbalancing":
      return balancingRequests(world, operation, fields);
    case "ssm":
      return ssmRequests(world, operation, fields);
    case "s3":
      return s3Requests(world, operation, fields);
    case "sts":
      // GetCallerIdentity needs no permission, and none can be taken away (STS GetCallerIdentity).
      return [];
    default:
      // Services that are only read, and tell nothing apart: Pricing, Service Quotas.
      return [{ action: `${service}:${operation}`, resource: "*", context: {} }];
  }
}

/** Decides on one request of a principal, with what AWS knows of every caller. */
export function judge(world: World, principal: Principal, request: AccessRequest): Verdict {
  const context = {
    "aws:PrincipalArn": principal.sourceArn,
    "aws:PrincipalAccount": world.accountId,
    "aws:ResourceAccount": world.accountId,
    "aws:RequestedRegion": world.region,
    "aws:SecureTransport": "true",
    ...request.context,
  };
  const asked = { ...request, context };
  const verdict = decide(principal.policies, principal.boundary, asked);
  principal.watch?.(asked, verdict);
  return verdict;
}

/** The error that a call ends in where its caller lacks a permission; undefined where the call may be done. */
export function refusalOf(world: World, principal: Principal, call: WireCall): Error | undefined {
  const { service, operation } = call;
  for (const request of requestsOf(world, service, operation, call.input)) {
    const verdict = judge(world, principal, request);
    if (verdict.decision !== "allowed") return denial(service, principal, request, verdict);
  }
  return linkedRoleRefusal(world, principal, call);
}

/** Roles of AWS's own are made by the first call that needs them, once for the account. */
function linkedRoleRefusal(
  world: World,
  principal: Principal,
  { service, operation, input }: WireCall,
): Error | undefined {
  const needed: { service: string; request: AccessRequest; refusal?: () => Error } | undefined =
    service === "ec2"
      ? linkedRoleOfLaunch(world, operation, input as Input)
      : service === "elasticloadbalancing"
        ? linkedRoleOfBalancer(world, operation)
        : undefined;
  if (needed === undefined || world.linkedRoles.has(needed.service)) return undefined;
  const verdict = judge(world, principal, needed.request);
  if (verdict.decision !== "allowed") {
    return needed.refusal?.() ?? denial(service, principal, needed.request, verdict);
  }
  world.linkedRoles.add(needed.service);
  return undefined;
}

/** How each service says no (reference/aws.md §2). */
const CODES: Readonly<Partial<Record<ServiceName, string>>> = {
  ec2: "UnauthorizedOperation",
  ssm: "AccessDeniedException",
  pricing: "AccessDeniedException",
  servicequotas: "AccessDeniedException",
};

/** IAM tells which kind of policy it was (troubleshoot_access-denied.html). EC2 hides the rest in a message for STS. */
function denial(service: ServiceName, principal: Principal, request: AccessRequest, verdict: Verdict): Error {
  const { action, resource } = request;
  const because =
    verdict.decision === "explicitDeny"
      ? "with an explicit deny in an identity-based policy"
      : verdict.byBoundary
        ? `because no permissions boundary allows the ${action} action`
        : `because no identity-based policy allows the ${action} action`;
  const sentence = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  const encoded = Buffer.from(JSON.stringify({ allowed: false, action, resource })).toString("base64url");
  const message =
    service === "ec2"
      ? `You are not authorized to perform this operation. ${sentence}. Encoded authorization failure message: ${encoded}`
      : sentence;
  return awsError(CODES[service] ?? "AccessDenied", message, 403);
}
