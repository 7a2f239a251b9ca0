import type { WantedPool } from "../blueprint/blueprint.ts";
import { hashOf } from "../core/hash.ts";
import { listed } from "../core/words.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { type FieldChange, logicalId, type Tags } from "../resources/resource.ts";
import { BIRTH_TAGS, TAG } from "../resources/tags.ts";
import type { Draft } from "./resource-report.ts";
import type { PoolStep } from "./steps-of-pool.ts";
import { titleOf } from "./titles.ts";

/** The tags of a pool's nodes in one zone, as each node is launched with them. */
export function nodeTags(pool: WantedPool, cluster: string, zone: string): Tags {
  const id = logicalId("pool", `${pool.name}/${zone}`);
  return { ...pool.tags, Name: `${cluster}/${id}`, [TAG.id]: id };
}

/** Nodes of a pool that stay, whose tags change alike. */
interface Retagging {
  nodes: LiveNode[];
  tags: Tags;
  untag: readonly string[];
}

/** Finds the nodes whose tags are not as they should be. What they were born with stays as it was. */
export function judgeTags(
  pool: WantedPool,
  cluster: string,
  staying: readonly LiveNode[],
  formerKeys: readonly string[],
): Retagging[] {
  const alike = new Map<string, Retagging>();
  for (const node of staying) {
    const wanted = nodeTags(pool, cluster, node.zone);
    const tags = Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) => !BIRTH_TAGS.includes(key) && node.tags[key] !== value),
    );
    const untag = formerKeys.filter((key) => key in node.tags && !(key in wanted));
    if (Object.keys(tags).length === 0 && untag.length === 0) continue;
    const key = hashOf({ tags, untag }, 16);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { nodes: [node], tags, untag });
    else known.nodes.push(node);
  }
  return [...alike.values()];
}

/** A change for people, and the steps that make it. */
export function tagChange(
  pool: WantedPool,
  retaggings: readonly Retagging[],
): { change: Draft; steps: PoolStep[] } | undefined {
  if (retaggings.length === 0) return undefined;
  const id = `tags/${pool.name}`;
  const nodes = retaggings.flatMap((one) => one.nodes);
  const steps = retaggings.map(
    ({ nodes: some, tags, untag }, index): PoolStep => ({
      id: `tag pool/${pool.name} ${index + 1}`,
      title: titleOf(id),
      work: { do: "tag-nodes", nodes: some, tags, untag },
      needs: [],
      after: [],
      pool: pool.name,
    }),
  );
  const keys = [...new Set(retaggings.flatMap(({ tags, untag }) => [...Object.keys(tags), ...untag]))].sort();
  const change: Draft = {
    id,
    title: titleOf(id),
    action: "update",
    summary: listed(keys),
    fields: keys.map((key): FieldChange => {
      const before = listed(nodes.flatMap(({ tags }) => (key in tags ? [tags[key] ?? ""] : [])));
      const after = listed(retaggings.flatMap(({ tags }) => (key in tags ? [tags[key] ?? ""] : [])));
      return { field: `tags.${key}`, before, after, effect: "update" };
    }),
    count: nodes.length,
    why: "tags differ",
    disruption: "none",
    destructive: false,
    hash: hashOf({ id, tags: pool.tags }, 16),
    covers: [],
    steps: steps.map((step) => step.id),
  };
  return { change, steps };
}
