/** Surveys of clusters of any size: a small one is made on the twin, and its workers are multiplied. */
import { serialize } from "node:v8";
import { identityOf } from "../src/blueprint/blueprint.ts";
import { RECORD } from "../src/blueprint/records.ts";
import { APPLIED_KEY } from "../src/plan/applied.ts";
import type { LiveNode } from "../src/resources/node/instances.ts";
import { RecordStore } from "../src/resources/records/store.ts";
import { survey, withRecords } from "../src/survey/survey.ts";
import { clusterTree, clusterWith, filesOf } from "../test/support/builders.ts";
import { standing } from "../test/support/measures.ts";
import type { LoadedSurvey } from "./worker.ts";

const POOLS = 10;
const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

/** Ten pools with so many workers in all, in three zones. */
function changes(workers: number, instanceType: string): Parameters<typeof clusterTree>[0] {
  const workerPools = Array.from({ length: POOLS }, (_, index) => ({
    name: `pool-${index}`,
    size: workers / POOLS,
    instanceType,
    zones: ZONES,
  }));
  return { spec: { workerPools } };
}

/**
 * The survey of a cluster with that many workers, and its files: as they are in AWS, or asking for another instance type,
 * which replaces every worker.
 */
export async function loadedSurvey(workers: number, ask: "what is there" | "another type"): Promise<Buffer> {
  const small = clusterWith(changes(3 * POOLS, "m6i.large"));
  const simulation = await standing(small, { owner: "1234" });
  const aws = simulation.connect();
  const identity = identityOf(small);
  const store = new RecordStore(aws, identity);
  const keys = [...Object.values(RECORD), APPLIED_KEY];
  const found = await simulation.run(() => withRecords(survey(aws, identity), store, keys));
  const nodes = found.nodes.flatMap((node) => (node.role === "worker" ? [] : [node]));
  for (let pool = 0; pool < POOLS; pool++) {
    const patterns = found.nodes.filter((node) => node.pool === `pool-${pool}`);
    for (let index = 0; index < workers / POOLS; index++) {
      nodes.push(another(patterns[index % patterns.length] as LiveNode, pool * 1000 + index));
    }
  }
  const asked = clusterTree(changes(workers, ask === "what is there" ? "m6i.large" : "m6i.xlarge"));
  const loaded: LoadedSurvey = { files: filesOf(asked), inventory: { ...found, nodes } };
  return serialize(loaded);
}

/** A node like this one, with ids and an address of its own. */
function another(node: LiveNode, number: number): LiveNode {
  const hex = number.toString(16).padStart(17, "0");
  return {
    ...node,
    instanceId: `i-${hex}`,
    privateIp: `10.0.${number >> 8}.${number & 255}`,
    parts: [`vol-${hex}`, `eni-${hex}`],
    tags: { ...node.tags },
  };
}
