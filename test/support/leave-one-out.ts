/** What of a policy could be left out without anybody being refused anything. */
import type { Principal } from "../../src/twin/access/access.ts";
import { type AccessRequest, decide, type Policy, type PolicyStatement } from "../../src/twin/access/evaluate.ts";
import { castOf, type Library, SCENARIOS, type Scenario, shipped } from "./shipped-policies.ts";

/** What AWS asked about somebody in all scenarios. */
export interface Recorded {
  scenario: Scenario;
  principal: Principal;
  request: AccessRequest;
}

/** Scenarios played under the shipped policies, once each, and what AWS asked meanwhile. */
export class Recording {
  readonly #cast = castOf();
  readonly #recorded = new Map<string, Recorded>();
  readonly #played = new Map<Scenario, Promise<string[]>>();
  #playing: Promise<unknown> = Promise.resolve();
  #scenario: Scenario | undefined;
  asked = 0;

  constructor() {
    for (const [name, principal] of Object.entries(this.#cast) as [string, Principal][]) {
      principal.watch = (request) => {
        this.asked += 1;
        const key = `${name} ${kindOf(request)}`;
        const scenario = this.#scenario as Scenario;
        if (!this.#recorded.has(key)) this.#recorded.set(key, { scenario, principal, request });
      };
    }
  }

  /** What went wrong; nothing when all went well. */
  play(scenario: Scenario): Promise<string[]> {
    let played = this.#played.get(scenario);
    if (played === undefined) {
      played = this.#playing.then(() => {
        this.#scenario = scenario;
        return scenario.play(this.#cast);
      });
      this.#playing = played.catch(() => {});
      this.#played.set(scenario, played);
    }
    return played;
  }

  /** Each different thing that AWS asked in all scenarios. */
  async all(): Promise<Recorded[]> {
    for (const scenario of SCENARIOS) await this.play(scenario);
    return [...this.#recorded.values()];
  }
}

/** Requests that differ in nothing but ids and tags' values are one. */
function kindOf({ action, resource, context }: AccessRequest): string {
  const told = Object.entries(context).filter(([key]) => !/Tag\/|TagKeys/.test(key));
  const tags = Object.keys(context).filter((key) => key.endsWith("Tag/slipway:cluster"));
  return JSON.stringify([action, resource.replaceAll(/\d[0-9a-f]{16}/g, "x"), told, tags]);
}

/** A policy with something taken out, and what that is. */
export interface Less {
  what: string;
  policy: Policy;
  /** The actions that it is about: nothing else can be missed. */
  actions: readonly string[];
}

type Change = (statement: PolicyStatement) => PolicyStatement;

/** Every way to take one action, one resource or one value of a condition out of a policy's allowing statements. */
export function eachLess(policy: Policy, part: "actions" | "resources" | "conditions"): Less[] {
  const allowing = policy.Statement.filter(({ Effect }) => Effect === "Allow");
  const changed = (only: PolicyStatement | undefined, change: Change): Policy => ({
    Statement: policy.Statement.map((one) =>
      one.Effect === "Allow" && (only === undefined || one === only) ? change(one) : one,
    ),
  });
  if (part === "actions") {
    const actions = [...new Set(allowing.flatMap(({ Action }) => list(Action)))];
    return actions.map((action) => ({
      what: action,
      actions: [action],
      policy: changed(undefined, (one) => ({ ...one, Action: list(one.Action).filter((other) => other !== action) })),
    }));
  }
  if (part === "resources") {
    return allowing.flatMap((statement) =>
      list(statement.Resource).map((resource) => ({
        what: `${statement.Sid} ${resource}`,
        actions: list(statement.Action),
        policy: changed(statement, (one) => ({
          ...one,
          Resource: list(one.Resource).filter((other) => other !== resource),
        })),
      })),
    );
  }
  return allowing.flatMap((statement) =>
    Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
      Object.entries(tests).flatMap(([key, values]) =>
        list(values).map((value) => ({
          what: `${statement.Sid} ${key} ${value}`,
          actions: list(statement.Action),
          policy: changed(statement, (one) => ({
            ...one,
            Condition: {
              ...one.Condition,
              [operator]: { ...tests, [key]: list(values).filter((other) => other !== value) },
            },
          })),
        })),
      ),
    ),
  );
}

/** What somebody who has the file would be refused first, with this in its place; undefined: nobody would miss it. */
export function missedIn(recorded: readonly Recorded[], file: string, { policy, actions }: Less): Recorded | undefined {
  const whole = shipped(file);
  return recorded
    .filter(({ principal, request }) => actions.includes(request.action) && principal.policies.includes(whole))
    .find(({ principal, request }) => {
      const policies = principal.policies.map((one) => (one === whole ? policy : one));
      return decide(policies, principal.boundary, request).decision !== "allowed";
    });
}

/** The library with one file replaced. */
export function libraryWith(file: string, policy: Policy): Library {
  return (name) => (name === file ? policy : shipped(name));
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
