/** What a node says of itself, in the order in which it happens, in its tag `slipway:phase`. */
export const PHASES = [
  "packages",
  "waiting",
  "init",
  "join",
  "joined",
  "ready",
  "unready",
  "error",
  "draining",
  "left",
] as const;

export type PhaseName = (typeof PHASES)[number];

/** A phase, with the rest of what the node wrote: a time and a detail. The text comes from the node and is not trusted. */
export interface Phase {
  /** Undefined: the node has not said anything yet. */
  name: PhaseName | undefined;
  detail: string;
}

/** Reads the tag's value: `<phase> <HH:MM:SSZ> <detail>`. */
export function readPhase(text: string | undefined): Phase {
  const [word = "", ...rest] = (text ?? "").split(" ");
  const name = PHASES.find((phase) => phase === word);
  return { name, detail: rest.filter((part, index) => index > 0 || !/^\d\d:\d\d:\d\dZ$/.test(part)).join(" ") };
}

/** Whether a node's pods did not go in time (agent/loop.py says it so): it is cordoned, and in its cluster still. */
export function isDrainLate({ name, detail }: Phase): boolean {
  return name === "error" && detail.startsWith("drain not done in time");
}
