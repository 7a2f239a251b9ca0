/** A statement of an IAM policy, in the forms that IAM takes. */
export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Action?: string | readonly string[];
  NotAction?: string | readonly string[];
  Resource?: string | readonly string[];
  NotResource?: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy, parsed. */
export interface Policy {
  Statement: readonly PolicyStatement[];
}

/** One thing that AWS asks about before it does a call; a call can raise several, and all must be allowed. */
export interface AccessRequest {
  /** `ec2:CreateVpc`. */
  action: string;
  /** An ARN, or `*` where the action is about nothing in particular. */
  resource: string;
  /** Condition keys with their values, as AWS fills them in for that resource. A key that does not apply is absent. */
  context: Readonly<Record<string, string | readonly string[]>>;
}

export type Decision = "allowed" | "explicitDeny" | "implicitDeny";

/** What was decided, and by which statements. */
export interface Verdict {
  decision: Decision;
  /** Denied by the boundary alone: the policies would have allowed it. */
  byBoundary: boolean;
  statements: readonly PolicyStatement[];
}

/**
 * Decides as IAM does within one account: an explicit deny anywhere is final; otherwise some policy must allow, and the
 * permissions boundary, where there is one, must allow as well
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 */
export function decide(policies: readonly Policy[], boundary: Policy | undefined, request: AccessRequest): Verdict {
  const all = boundary === undefined ? policies : [...policies, boundary];
  const denying = matchingStatements(all, "Deny", request);
  if (denying.length > 0) return { decision: "explicitDeny", byBoundary: false, statements: denying };
  const allowing = matchingStatements(policies, "Allow", request);
  if (allowing.length === 0) return { decision: "implicitDeny", byBoundary: false, statements: [] };
  if (boundary !== undefined && matchingStatements([boundary], "Allow", request).length === 0) {
    return { decision: "implicitDeny", byBoundary: true, statements: [] };
  }
  return { decision: "allowed", byBoundary: false, statements: allowing };
}

function matchingStatements(
  policies: readonly Policy[],
  effect: PolicyStatement["Effect"],
  request: AccessRequest,
): PolicyStatement[] {
  return policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => statement.Effect === effect && applies(statement, request));
}

function applies(statement: PolicyStatement, request: AccessRequest): boolean {
  const context = new Map(Object.entries(request.context).map(([key, value]) => [key.toLowerCase(), list(value)]));
  const isAction = (pattern: string): boolean => like(pattern.toLowerCase(), request.action.toLowerCase());
  const isResource = (pattern: string): boolean => like(substitute(pattern, context), request.resource);
  const actions =
    statement.NotAction === undefined
      ? list(statement.Action).some(isAction)
      : !list(statement.NotAction).some(isAction);
  const resources =
    statement.NotResource === undefined
      ? list(statement.Resource).some(isResource)
      : !list(statement.NotResource).some(isResource);
  if (!actions || !resources) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([key, values]) =>
      holds(operator, context.get(key.toLowerCase()), list(values), context),
    ),
  );
}

type Context = ReadonlyMap<string, readonly string[]>;

/**
 * One line of a condition. Keys that are absent fail it, but for negated operators, `IfExists` and `ForAllValues`
 * (reference_policies_elements_condition_operators.html, reference_policies_condition-single-vs-multi-valued-context-keys.html).
 */
function holds(
  operator: string,
  has: readonly string[] | undefined,
  wanted: readonly string[],
  context: Context,
): boolean {
  const [, set, base = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (base === "Null") return wanted.every((value) => (value === "true") === (has === undefined));
  const test = OPERATORS[base];
  if (test === undefined) throw new Error(`the twin does not know the condition operator ${operator}`);
  const isNegated = base.includes("Not");
  if (has === undefined) return ifExists !== undefined || set === "ForAllValues" || (isNegated && set === undefined);
  const values = wanted.map((value) => substitute(value, context));
  const matches = (one: string): boolean => {
    const some = values.some((value) => test(value, one));
    return isNegated ? !some : some;
  };
  return set === "ForAllValues" ? has.every(matches) : has.some(matches);
}

/** Whether a value passes against a policy's. Of a negated operator this is the plain one: it is turned round above. */
const OPERATORS: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  StringEquals: (pattern, value) => pattern === value,
  StringNotEquals: (pattern, value) => pattern === value,
  StringEqualsIgnoreCase: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
  StringNotEqualsIgnoreCase: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
  StringLike: like,
  StringNotLike: like,
  Bool: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  ArnNotEquals: arnLike,
  ArnNotLike: arnLike,
};

/** Each part of an ARN is compared for itself: a `*` ends at a colon. */
function arnLike(pattern: string, value: string): boolean {
  const [patterns, parts] = [arnParts(pattern), arnParts(value)];
  return patterns.length === parts.length && patterns.every((part, index) => like(part, parts[index] ?? ""));
}

/** `arn`, partition, service, region, account, and all the rest. */
function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** `*` is any text and `?` any letter. */
function like(pattern: string, value: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === value;
  let expression = expressions.get(pattern);
  if (expression === undefined) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    expression = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
    expressions.set(pattern, expression);
  }
  return expression.test(value);
}

/** Policies are few, and asked for each call. */
const expressions = new Map<string, RegExp>();

/** `${key}` is that key's value (reference_policies_variables.html); an absent one makes a text that nothing equals. */
function substitute(text: string, context: Context): string {
  return text.replace(/\$\{([\w:/.-]+)\}/g, (_all, key: string) => context.get(key.toLowerCase())?.[0] ?? "\u0000");
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
