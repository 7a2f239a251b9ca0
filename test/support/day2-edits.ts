/** The edits of a cluster's files that are changes of its day 2, and what each may touch. */
import assert from "node:assert/strict";
import {
  A,
  B,
  C,
  controlPlane,
  D,
  type Edit,
  edited,
  type Files,
  removePool,
  set,
  setPool,
  smallFiles,
  tripleFiles,
} from "./day2-files.ts";
import { Story } from "./day2-story.ts";

interface Row {
  edit: Edit;
  /** The pools whose nodes may come and go; all others keep theirs. */
  touches: readonly string[];
  confirm?: string;
  from?: () => Files;
}

const ALL = ["control-plane", "default", "other"];

export const EDITS: Readonly<Record<string, Row>> = {
  "a pool grows": { edit: setPool("default", { size: 5 }), touches: ["default"] },
  "a pool shrinks": { edit: setPool("default", { size: 1 }), touches: ["default"] },
  "a pool is emptied": { edit: setPool("default", { size: 0 }), touches: ["default"] },
  "the control plane grows from 1 to 3": { edit: controlPlane({ size: 3 }), touches: ["control-plane"] },
  "the control plane grows from 3 to 5": {
    edit: controlPlane({ size: 5 }),
    touches: ["control-plane"],
    from: tripleFiles,
  },
  "the control plane grows from 1 to 5": { edit: controlPlane({ size: 5 }), touches: ["control-plane"] },
  "a pool is added": {
    edit: ({ pools }) => void pools.push({ name: "more", size: 2, instanceType: "m6i.xlarge", zones: [A, B] }),
    touches: ["more"],
  },
  "a pool is added in a new zone": {
    edit: ({ pools }) => void pools.push({ name: "far", size: 1, instanceType: "m6i.large", zones: [D] }),
    touches: ["far"],
  },
  "a pool is removed": {
    edit: removePool("other"),
    touches: ["other"],
    confirm: "prod/other",
  },
  "a pool's type changes": { edit: setPool("default", { instanceType: "m6i.xlarge" }), touches: ["default"] },
  "the image's build changes": { edit: set({ serial: "20260915" }), touches: ALL },
  "a pool's root volume grows": { edit: setPool("other", { rootVolume: { sizeGiB: 60 } }), touches: ["other"] },
  "the SSH key changes": { edit: set({ sshKeyName: "other-ops" }), touches: ALL },
  "Kubernetes' version changes": { edit: set({ version: "1.37.2" }), touches: ALL },
  "the API server's names change": {
    edit: set({ apiServer: { certSANs: ["api.example.com"] } }),
    touches: ["control-plane"],
  },
  "a pool becomes spot": { edit: setPool("default", { spot: { maxPricePercent: 60 } }), touches: ["default"] },
  "a pool rolls with a surge of two": {
    edit: setPool("default", { instanceType: "m6i.xlarge", rollout: { maxSurge: 2 } }),
    touches: ["default"],
  },
  "a pool rolls with one fewer": {
    edit: setPool("default", { instanceType: "m6i.xlarge", rollout: { maxSurge: 0, maxUnavailable: 1 } }),
    touches: ["default"],
  },
  "a pool rolls by shares": {
    edit: setPool("default", { instanceType: "m6i.xlarge", rollout: { maxSurge: "50%", maxUnavailable: "34%" } }),
    touches: ["default"],
  },
  "a pool rolls all at once": {
    edit: setPool("default", { instanceType: "m6i.xlarge", rollout: { maxSurge: "100%", maxUnavailable: 0 } }),
    touches: ["default"],
  },
  "the control plane's type changes": {
    edit: controlPlane({ instanceType: "m6i.xlarge" }),
    touches: ["control-plane"],
  },
  "the type of three control-plane nodes changes": {
    edit: controlPlane({ instanceType: "m6i.xlarge" }),
    touches: ["control-plane"],
    from: tripleFiles,
  },
  "the control plane moves to another zone": {
    edit: controlPlane({ zones: [A, B, D] }),
    touches: ["control-plane"],
    from: tripleFiles,
  },
  "the only control-plane node moves to another zone": {
    edit: controlPlane({ zones: [B] }),
    touches: ["control-plane"],
  },
  "a pool moves to another zone": { edit: setPool("default", { zones: [A, C] }), touches: ["default"] },
  "a pool moves to a new zone": { edit: setPool("other", { zones: [D] }), touches: ["other"] },
  "a pool gets a zone more": { edit: setPool("default", { zones: [A, B, C] }), touches: ["default"] },
  "tags change": { edit: set({ tags: { owner: "shop" } }), touches: [] },
  "labels and taints change": {
    edit: setPool("default", {
      labels: { tier: "front" },
      taints: [{ key: "dedicated", value: "shop", effect: "NoSchedule" }],
    }),
    touches: [],
  },
  "the bastion is turned on": {
    edit: set({ bastion: { instanceType: "t3.micro", allowedCidrs: ["203.0.113.0/24"] } }),
    touches: [],
  },
};

/** Makes edits at once, in one run, and looks whether all held; what no edit is about keeps its nodes. */
export async function changes(edits: readonly string[], seed: number): Promise<void> {
  const rows = edits.flatMap((name) => EDITS[name] ?? []);
  const from = (rows.find((row) => row.from !== undefined)?.from ?? smallFiles)();
  const story = await Story.begin(from, seed);
  const touched = new Set(rows.flatMap(({ touches }) => touches));
  const others = story.nodes().filter(({ tags }) => !touched.has(tags["slipway:pool"] ?? ""));
  const confirm = rows.flatMap((row) => (row.confirm === undefined ? [] : [row.confirm]));

  await story.settle(edited(from, ...rows.map(({ edit }) => edit)), { confirm }, 1);

  const left = new Set(story.nodes().map(({ id }) => id));
  for (const { id, tags } of others) assert.ok(left.has(id), `${id} of ${tags["slipway:pool"]} was replaced`);
}

/** Two edits that are made at once. */
export interface Pair {
  /** `a pool grows and tags change`. */
  name: string;
  edits: readonly [string, string];
  seed: number;
}

/** Together they leave no worker: a budget's pods have nowhere to go, and rightly hold the last node. */
const NOWHERE_TO_GO = "a pool is emptied and a pool is removed";

/** All pairs that can be, the one that comes later in the list made on top of the other. */
export function pairsOf(): Pair[] {
  const names = Object.keys(EDITS);
  const pairs = names.flatMap((name, index) =>
    names.slice(index + 1).map((other, n) => ({
      name: `${name} and ${other}`,
      edits: [name, other] as const,
      seed: index * names.length + n + 1,
    })),
  );
  return pairs.filter(({ name }) => name !== NOWHERE_TO_GO);
}
