/** The edits of a cluster's files that are changes of its day 2, and what each may touch. */
import assert from "node:assert/strict";
import {
  A,
  addPool,
  B,
  C,
  controlPlane,
  D,
  type Edit,
  edited,
  removePool,
  set,
  setPool,
  smallFiles,
} from "./day2-files.ts";
import { Story } from "./day2-story.ts";

interface Row {
  edit: Edit;
  /** The pools whose nodes may come and go; all others keep theirs. */
  touches: readonly string[];
  confirm?: string;
  /** What the files are like before; absent: the small ones. */
  from?: Edit;
  /** Nodes only come, or only go. */
  only?: "come" | "go";
  /** Of an edit that takes the last workers: their pods have nowhere to go, and no budget holds them. */
  withoutBudgets?: true;
}

const ALL = ["control-plane", "default", "other"];
const SPOT = { maxPricePercent: 60 };
const TRIPLE = controlPlane({ size: 3 });
const BASTION = { instanceType: "t3.micro", allowedCidrs: ["203.0.113.0/24"] };

export const NO_EDIT: Edit = () => {};

export const EDITS: Readonly<Record<string, Row>> = {
  "a pool grows": { edit: setPool("default", { size: 5 }), touches: ["default"], only: "come" },
  "a pool shrinks": { edit: setPool("default", { size: 1 }), touches: ["default"], only: "go" },
  "a pool is emptied": { edit: setPool("default", { size: 0 }), touches: ["default"], only: "go" },
  "an empty pool is filled": {
    edit: setPool("other", { size: 2 }),
    touches: ["other"],
    from: setPool("other", { size: 0 }),
    only: "come",
  },
  "the control plane grows from 1 to 3": {
    edit: controlPlane({ size: 3 }),
    touches: ["control-plane"],
    only: "come",
  },
  "the control plane grows from 3 to 5": {
    edit: controlPlane({ size: 5 }),
    touches: ["control-plane"],
    from: TRIPLE,
    only: "come",
  },
  "the control plane grows from 1 to 5": {
    edit: controlPlane({ size: 5 }),
    touches: ["control-plane"],
    only: "come",
  },
  "a pool is added": {
    edit: addPool({ name: "more", size: 2, instanceType: "m6i.xlarge", zones: [A, B] }),
    touches: ["more"],
    only: "come",
  },
  "an empty pool is added": {
    edit: addPool({ name: "later", size: 0, instanceType: "m6i.xlarge", zones: [A, B] }),
    touches: [],
  },
  "a spot pool of another kind is added, with labels and taints": {
    edit: addPool({
      name: "gpu",
      size: 2,
      instanceType: "g5.2xlarge",
      zones: [A],
      spot: { maxPricePercent: 80 },
      labels: { workload: "gpu" },
      taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
    }),
    touches: ["gpu"],
    only: "come",
  },
  "a pool is added in a new zone": {
    edit: addPool({ name: "far", size: 1, instanceType: "m6i.large", zones: [D] }),
    touches: ["far"],
    only: "come",
  },
  "a pool is removed": {
    edit: removePool("other"),
    touches: ["other"],
    confirm: "prod/other",
    only: "go",
  },
  "a pool is removed, and its zone with it": {
    edit: removePool("far"),
    touches: ["far"],
    confirm: "prod/far",
    from: addPool({ name: "far", size: 2, instanceType: "m6i.large", zones: [D] }),
    only: "go",
  },
  "the last pool is removed": {
    edit: removePool("default"),
    touches: ["default"],
    confirm: "prod/default",
    from: removePool("other"),
    only: "go",
    withoutBudgets: true,
  },
  "a pool's type changes": { edit: setPool("default", { instanceType: "m6i.xlarge" }), touches: ["default"] },
  "the image's build changes": { edit: set({ serial: "20260915" }), touches: ALL },
  "a pool's root volume grows": { edit: setPool("other", { rootVolume: { sizeGiB: 60 } }), touches: ["other"] },
  "a pool grows and gets another type": {
    edit: setPool("default", { size: 4, instanceType: "m6i.xlarge" }),
    touches: ["default"],
  },
  "a pool shrinks and gets another type": {
    edit: setPool("default", { size: 2, instanceType: "m6i.xlarge" }),
    touches: ["default"],
  },
  "the SSH key changes": { edit: set({ sshKeyName: "other-ops" }), touches: ALL },
  "the SSH key goes": { edit: set({ sshKeyName: undefined }), touches: ALL },
  "Kubernetes' version changes": { edit: set({ version: "1.37.2" }), touches: ALL },
  "the API server's names change": {
    edit: set({ apiServer: { certSANs: ["api.example.com"] } }),
    touches: ["control-plane"],
  },
  "a pool becomes spot": { edit: setPool("default", { spot: SPOT }), touches: ["default"] },
  "a spot pool is on demand from now on": {
    edit: setPool("default", { spot: undefined }),
    touches: ["default"],
    from: setPool("default", { spot: SPOT }),
  },
  "a spot pool pays more": {
    edit: setPool("default", { spot: { maxPricePercent: 90 } }),
    touches: [],
    from: setPool("default", { spot: SPOT }),
  },
  "a zone may lend its share": { edit: setPool("default", { zoneFallback: true }), touches: [] },
  "a pool is to roll faster": {
    edit: setPool("default", { rollout: { maxSurge: 2, drainTimeout: "5m" } }),
    touches: [],
  },
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
    from: TRIPLE,
  },
  "the control plane moves to another zone": {
    edit: controlPlane({ zones: [A, B, D] }),
    touches: ["control-plane"],
    from: TRIPLE,
  },
  "the only control-plane node moves to another zone": {
    edit: controlPlane({ zones: [B] }),
    touches: ["control-plane"],
  },
  "a pool moves to another zone": { edit: setPool("default", { zones: [A, C] }), touches: ["default"] },
  "a pool moves to a new zone": { edit: setPool("other", { zones: [D] }), touches: ["other"] },
  "a pool gets a zone more": { edit: setPool("default", { zones: [A, B, C] }), touches: ["default"] },
  "a pool gives a zone up": { edit: setPool("default", { zones: [A] }), touches: ["default"] },
  "tags change": { edit: set({ tags: { owner: "shop" } }), touches: [] },
  "tags go": { edit: set({ tags: {} }), touches: [] },
  "the description changes": { edit: set({ metadata: { description: "for the shop" } }), touches: [] },
  "labels and taints change": {
    edit: setPool("default", {
      labels: { tier: "front" },
      taints: [{ key: "dedicated", value: "shop", effect: "NoSchedule" }],
    }),
    touches: [],
  },
  "the control plane is to run workloads": { edit: controlPlane({ runsWorkloads: true }), touches: [] },
  "others may reach the API server": {
    edit: set({ apiServer: { allowedCidrs: ["198.51.100.0/24", "192.0.2.0/24"] } }),
    touches: [],
  },
  "the bastion is turned on": { edit: set({ bastion: BASTION }), touches: [] },
  "the bastion is turned off": { edit: set({ bastion: false }), touches: [], from: set({ bastion: BASTION }) },
  "the bastion's type and those who may reach it change": {
    edit: set({ bastion: { instanceType: "m6i.large", allowedCidrs: ["198.51.100.0/24"] } }),
    touches: [],
    from: set({ bastion: BASTION }),
  },
  "roles get a boundary": {
    edit: set({ account: { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary" } }),
    touches: [],
  },
  "an add-on is added": {
    edit: set({ addons: [{ layer: "addon", name: "metrics-server", version: "0.8.0" }] }),
    touches: [],
  },
};

/** What a run refuses as it is, with nothing touched. */
export const REFUSED: Readonly<Record<string, Pick<Row, "edit" | "from">>> = {
  "the control plane shrinks from 3 to 1": { edit: controlPlane({ size: 1 }), from: TRIPLE },
  "the control plane shrinks from 5 to 3": {
    edit: controlPlane({ size: 3 }),
    from: controlPlane({ size: 5 }),
  },
  "the control plane shrinks and a pool grows": {
    edit: (files) => {
      files.controlPlane.size = 1;
      setPool("default", { size: 5 })(files);
    },
    from: TRIPLE,
  },
  "Kubernetes goes back by a minor version": { edit: set({ version: "1.36.4" }) },
  "the API server becomes private": { edit: set({ apiServer: { access: "private", allowedCidrs: [] } }) },
  "a pool goes that nobody has named": { edit: removePool("other") },
};

/** Tries what is refused: the run says no, and all that was there is there. */
export async function refuses(name: string, seed: number): Promise<void> {
  const { edit, from = NO_EDIT } = REFUSED[name] ?? { edit: NO_EDIT };
  const before = edited(smallFiles(), from);
  const story = await Story.begin(before, seed);
  const [nodes, calls] = [story.nodes().map(({ id }) => id), story.simulation.mutatingCalls()];

  const { result } = await story.apply(edited(before, edit));

  assert.equal(result, "blocked");
  assert.equal(story.simulation.mutatingCalls(), calls);
  await story.settle(before, {}, 1);
  assert.deepEqual(
    story.nodes().map(({ id }) => id),
    nodes,
  );
}

/** Makes edits at once, in one run, and looks whether all held; what no edit is about keeps its nodes. */
export async function changes(edits: readonly string[], seed: number): Promise<void> {
  const rows = edits.flatMap((name) => EDITS[name] ?? []);
  const from = edited(smallFiles(), ...rows.flatMap((row) => row.from ?? []));
  const story = await Story.begin(from, seed);
  if (rows.some((row) => row.withoutBudgets)) story.kubernetes.budgets.length = 0;
  const before = story.nodes();
  const touched = new Set(rows.flatMap(({ touches }) => touches));
  const confirm = rows.flatMap((row) => (row.confirm === undefined ? [] : [row.confirm]));

  await story.settle(edited(from, ...rows.map(({ edit }) => edit)), { confirm }, 1);

  const gone = before.filter((node) => !story.nodes().includes(node));
  const come = story.nodes().filter((node) => !before.includes(node));
  for (const { id, tags } of [...gone, ...come]) {
    const pool = tags["slipway:pool"] ?? "";
    assert.ok(touched.has(pool), `${id} of ${pool} came or went`);
  }
  if (rows.every(({ only }) => only === "come")) assert.deepEqual(gone, [], "nodes that went");
  if (rows.every(({ only }) => only === "go")) assert.deepEqual(come, [], "nodes that came");
}

/** Two edits that are made at once. */
export interface Pair {
  /** `a pool grows and tags change`. */
  name: string;
  edits: readonly [string, string];
  seed: number;
}

/** Pairs that can't be. */
const IMPOSSIBLE: readonly string[] = [
  // They leave no worker: a budget's pods have nowhere to go, and rightly hold the last node.
  "a pool is emptied and a pool is removed",
  // A bastion without a key lets nobody in, and such a file is refused.
  "the SSH key goes and the bastion is turned on",
  "the SSH key goes and the bastion's type and those who may reach it change",
];

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
  return pairs.filter(({ name }) => !IMPOSSIBLE.includes(name));
}
