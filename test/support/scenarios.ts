/** What a story of the breaker is about: a cluster that is made, changed, upgraded or destroyed. */
import { EDITS, NO_EDIT } from "./day2-edits.ts";
import { A, B, controlPlane, edited, type Files, set, setPool, smallFiles, tripleFiles } from "./day2-files.ts";

/** A change of a cluster's files, or of whether there is one. */
export interface Scenario {
  /** The files that the cluster stands by; undefined: there is none yet. */
  from: Files | undefined;
  /** What it shall become; undefined: it is destroyed. */
  to: Files | undefined;
  confirm: readonly string[];
  /** The last workers go: their pods have nowhere to go, and no budget holds them. */
  withoutBudgets?: true;
}

/** One control-plane node, two workers in two zones. */
function smallest(): Files {
  return edited(smallFiles(), controlPlane({ zones: [A] }), setPool("default", { size: 2 }));
}

/** One node of each kind, in one zone: what most random schedules are played on. */
function tiny(): Files {
  const files = edited(smallest(), setPool("default", { size: 1, zones: [A] }), setPool("other", { size: 0 }));
  return edited(files, ({ pools }) => void pools.pop());
}

const BASTION = { instanceType: "t3.micro", allowedCidrs: ["203.0.113.0/24"] };
const SPOT = { spot: { maxPricePercent: 60 } };

/** All of them, by names that can stand in a path. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map<string, Scenario>([
  ["create-tiny", { from: undefined, to: tiny(), confirm: [] }],
  ["create-small", { from: undefined, to: edited(smallest(), set({ bastion: BASTION })), confirm: [] }],
  ["create-three", { from: undefined, to: edited(tripleFiles(), setPool("default", SPOT)), confirm: [] }],
  ["destroy-tiny", { from: tiny(), to: undefined, confirm: [] }],
  ["destroy-three", { from: edited(tripleFiles(), set({ bastion: BASTION })), to: undefined, confirm: [] }],
  ["tiny-roll", { from: tiny(), to: edited(tiny(), setPool("default", { instanceType: "m6i.xlarge" })), confirm: [] }],
  ["tiny-grows", { from: tiny(), to: edited(tiny(), setPool("default", { size: 2, zones: [A, B] })), confirm: [] }],
  ["tiny-tags", { from: tiny(), to: edited(tiny(), set({ tags: { owner: "shop" } })), confirm: [] }],
  ["upgrade-minor", { from: edited(smallest(), set({ version: "1.36.4" })), to: smallest(), confirm: [] }],
  [
    "spot-roll",
    {
      from: edited(smallest(), setPool("default", SPOT)),
      to: edited(smallest(), setPool("default", { ...SPOT, instanceType: "m6i.xlarge" })),
      confirm: [],
    },
  ],
  ...Object.entries(EDITS).map(([name, { edit, confirm, from = NO_EDIT, withoutBudgets }]): [string, Scenario] => [
    slug(name),
    {
      from: edited(smallFiles(), from),
      to: edited(smallFiles(), from, edit),
      confirm: confirm === undefined ? [] : [confirm],
      ...(withoutBudgets && { withoutBudgets }),
    },
  ]),
]);

/** Those that are short enough to be played by the hundred thousand. */
export const SHORT: readonly string[] = [...SCENARIOS.keys()].filter((name) => name.includes("tiny"));

function slug(name: string): string {
  return name
    .replace(/'s?/g, "")
    .replace(/[^\w]+/g, "-")
    .toLowerCase();
}
