/** A statement of an IAM policy. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export function allow(Sid: string, Action: string | string[], Resource: string | string[]): Statement {
  return { Sid, Effect: "Allow", Action, Resource };
}

export function deny(Sid: string, Action: string | string[], Resource: string | string[]): Statement {
  return { Sid, Effect: "Deny", Action, Resource };
}

/**
 * Use of a KMS key, given by its ARN or that of an alias, through one service alone. IAM takes no alias for a resource, but
 * as a condition.
 */
export function useKey(Sid: string, actions: string | string[], key: string, service: string): Statement {
  const [owner = "", alias] = key.split(/:(?=alias\/)/);
  return {
    ...allow(Sid, actions, alias === undefined ? key : `${owner}:key/*`),
    Condition: {
      StringEquals: { "kms:ViaService": service },
      ...(alias === undefined ? {} : { "ForAnyValue:StringEquals": { "kms:ResourceAliases": [alias] } }),
    },
  };
}
