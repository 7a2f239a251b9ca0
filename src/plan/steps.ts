import type { Blueprint, WantedPool } from "../blueprint/blueprint.ts";
import { RECORD } from "../blueprint/records.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { isRef, type Kind, type Live, type LogicalId, type Wanted } from "../resources/resource.ts";
import { SHAPES } from "../resources/shapes.ts";
import type { Inventory } from "../survey/survey.ts";
import type { Step, Work } from "./change.ts";
import { linksOf, referencesOf } from "./compare.ts";
import { type RecordVerdict, recordStep } from "./records.ts";
import type { Verdict } from "./resource-changes.ts";
import type { PoolStep } from "./steps-of-pool.ts";
import { titleOf } from "./titles.ts";

/** A step before all its needs are known. */
interface Draft {
  id: string;
  title: string;
  work: Work;
  /** The logical id that others may point at when this is done. */
  provides?: LogicalId;
  /** What must be done first, besides what follows from references. */
  needs?: readonly string[];
  after?: readonly string[];
  group?: string;
}

/** What the steps of a plan are worked out from. */
export interface StepSources {
  verdicts: readonly Verdict[];
  pools: readonly PoolStep[];
  records: readonly RecordVerdict[];
  /** Control-plane nodes to put behind the load balancer. */
  registrations: readonly string[];
  blueprint: Blueprint;
  /** The steps in which the control plane gets another version of Kubernetes. */
  upgrade: readonly string[];
}

/**
 * Works out the steps of a plan and which wait for which, from references alone: what is made waits for what it points
 * at; what is deleted waits for everything that uses it.
 */
export function stepsOf({ verdicts, pools, records, registrations, blueprint, upgrade }: StepSources): Step[] {
  const going = goingFromLeftZones(pools, blueprint);
  const drafts: Draft[] = [
    ...verdicts.flatMap(resourceDrafts).flatMap((draft) => narrowedLater(draft, going)),
    ...records.map((verdict) => ({ ...recordStep(verdict), needs: isForUpgraded(verdict) ? upgrade : [] })),
    ...pools,
    ...(registrations.length > 0
      ? [
          {
            id: "register",
            title: "targets of the load balancer",
            work: { do: "register", instanceIds: registrations } as const,
          },
        ]
      : []),
  ];
  return connect(drafts, wayOutOf(blueprint));
}

/**
 * Packs follow the API servers: the cloud controller manager is never newer than they are
 * (kubernetes.io/releases/version-skew-policy). The first ones are there before the first node.
 */
function isForUpgraded({ wanted, before }: RecordVerdict): boolean {
  return wanted.key === RECORD.packs && before !== undefined;
}

/** The steps in which nodes go from zones that no pool has any more: until then they need their zone's way to the API. */
function goingFromLeftZones(pools: readonly PoolStep[], blueprint: Blueprint): string[] {
  const zones = new Set(blueprint.pools.flatMap((pool) => pool.zones.map(({ zone }) => zone)));
  return pools.flatMap(({ id, work }) => (work.do === "leave" && !zones.has(work.node.zone) ? [id] : []));
}

/**
 * While nodes are still to go from a zone, nothing is taken away that they may need: deletions wait, and rules and zones of
 * the load balancer first become what they were and will be, and only then what they will be.
 */
function narrowedLater(draft: Draft, going: readonly string[]): Draft[] {
  if (going.length === 0) return [draft];
  const { work } = draft;
  if (work.do === "remove") return [{ ...draft, needs: [...(draft.needs ?? []), ...going] }];
  if (work.do !== "update") return [draft];
  const both = unitedWith(work.wanted, work.live);
  if (both === undefined) return [draft];
  const narrow: Draft = {
    id: `narrow ${work.wanted.id}`,
    title: draft.title,
    work: { ...work, tags: {}, untag: [] },
    needs: [draft.id, ...going],
  };
  return [{ ...draft, work: { ...work, wanted: both } }, narrow];
}

/** As it is and as it is wanted at once; undefined: of this kind nothing is a list that nodes depend on. */
function unitedWith(wanted: Wanted, live: Live): Wanted | undefined {
  if (wanted.kind === "security-group-rules" && live.kind === "security-group-rules") {
    const { ingress, egress } = wanted.spec;
    const spec = {
      ...wanted.spec,
      ingress: [...ingress, ...live.spec.ingress],
      egress: [...egress, ...live.spec.egress],
    };
    return { ...wanted, spec };
  }
  if (wanted.kind === "load-balancer" && live.kind === "load-balancer") {
    return { ...wanted, spec: { ...wanted.spec, subnets: [...wanted.spec.subnets, ...live.spec.subnets] } };
  }
  return undefined;
}

/** The steps of deleting everything that AWS has, with nothing wanted any more. */
export function removalSteps(inventory: Inventory): Step[] {
  const removed = new Set(inventory.resources.map((live) => `${live.kind} ${live.awsId}`));
  const drafts: Draft[] = inventory.resources.filter((live) => isWorthRemoving(live, removed)).map(removalDraft);
  for (const [pool, nodes] of byPool(inventory.nodes)) {
    const title = `${nodes.length} node${nodes.length === 1 ? "" : "s"} of ${pool}`;
    drafts.push({ id: `terminate pool/${pool}`, title, work: { do: "terminate", nodes } });
  }
  return connect(drafts, () => []);
}

/** Parts that AWS deletes with their owner, and rules that hold no other group back, need no step of their own. */
function isWorthRemoving(live: Live, removed: ReadonlySet<string>): boolean {
  const owner = SHAPES[live.kind].partOf;
  if (owner !== undefined && removed.has(`${owner} ${live.awsId}`)) return false;
  return live.kind !== "security-group-rules" || live.uses.some((used) => used !== live.awsId);
}

function byPool(nodes: readonly LiveNode[]): Map<string, LiveNode[]> {
  const pools = new Map<string, LiveNode[]>();
  for (const node of nodes) pools.set(node.pool, [...(pools.get(node.pool) ?? []), node]);
  return pools;
}

function resourceDrafts(verdict: Verdict): Draft[] {
  switch (verdict.verdict) {
    case "create":
      return [...verdict.leaving.map(removalDraft), ...creationDrafts(verdict.wanted)];
    case "replace":
      return [removalDraft(verdict.live), ...creationDrafts(verdict.wanted)];
    case "update": {
      const { wanted, live, difference } = verdict;
      const fields = difference.fields
        .filter((change) => !change.field.startsWith("tags."))
        .map((change) => change.field);
      const update: Draft = {
        id: `update ${wanted.id}`,
        title: titleOf(wanted.id),
        work: { do: "update", wanted, live, fields, tags: difference.tags, untag: difference.untag },
      };
      return live.status === "settling" ? withSettling(update, wanted) : [{ ...update, provides: wanted.id }];
    }
    case "keep":
      return verdict.live.status === "settling" ? [settlingDraft(verdict.wanted)] : [];
    case "delete":
      return [removalDraft(verdict.live)];
    case "refuse":
      return [];
  }
}

function creationDrafts(wanted: Wanted): Draft[] {
  const create: Draft = { id: `create ${wanted.id}`, title: titleOf(wanted.id), work: { do: "create", wanted } };
  return SHAPES[wanted.kind].settles === true ? withSettling(create, wanted) : [{ ...create, provides: wanted.id }];
}

/** Doing, and waiting until AWS is done with it: two steps, since not everything that follows has to wait. */
function withSettling(step: Draft, wanted: Wanted): Draft[] {
  const settle = { ...settlingDraft(wanted), needs: [step.id] };
  return settle.provides === undefined ? [{ ...step, provides: wanted.id }, settle] : [step, settle];
}

function settlingDraft({ kind, id }: Wanted): Draft {
  const draft: Draft = { id: `settle ${id}`, title: titleOf(id), work: { do: "settle", kind, id } };
  return SHAPES[kind].usableAtOnce === true ? draft : { ...draft, provides: id };
}

function removalDraft(live: Live): Draft {
  return {
    id: `remove ${live.id} ${live.awsId}`,
    title: titleOf(live.id),
    work: { do: "remove", live },
  };
}

type WayOut = (zone: string) => readonly LogicalId[];

/** What must stand before instances in a zone can start well: their way to the internet, and the API's endpoint. */
function wayOutOf(blueprint: Blueprint): WayOut {
  const ids = new Set(blueprint.resources.map((wanted) => wanted.id));
  return (zone) => [`route/private/${zone}`, "load-balancer/api", "listener/api"].filter((id) => ids.has(id));
}

/** What other steps wait for as a whole. */
const LOOKED_FOR: Partial<Record<Step["work"]["do"], "removing" | "writing" | "registering">> = {
  remove: "removing",
  write: "writing",
  register: "registering",
};

function connect(drafts: readonly Draft[], wayOut: WayOut): Step[] {
  const providers = new Map<LogicalId, string>();
  for (const draft of drafts) if (draft.provides !== undefined) providers.set(draft.provides, draft.id);
  // A roll of thousands has tens of thousands of drafts: none may look through all the others.
  const { removing, writing, registering } = Object.groupBy(drafts, ({ work }) => LOOKED_FOR[work.do] ?? "none");
  return drafts.map((draft) => {
    const needs = new Set<string>(draft.needs);
    const needProviders = (ids: readonly LogicalId[]): void => {
      for (const id of ids) {
        const provider = providers.get(id);
        if (provider !== undefined && provider !== draft.id) needs.add(provider);
      }
    };
    const { work } = draft;
    switch (work.do) {
      case "create":
        needProviders(referencesOf(work.wanted));
        for (const other of removing ?? []) {
          if (other.work.do === "remove" && other.work.live.id === work.wanted.id) needs.add(other.id);
        }
        break;
      case "update":
        needProviders(referencesOf(work.wanted));
        break;
      case "remove":
        for (const id of usersOf(work.live, drafts)) needs.add(id);
        break;
      case "launch":
        needProviders([...launchReferences(work.pool, work.zone), ...wayOut(work.zone)]);
        // What a node reads must be there before it: S3 answers 403 for what is not, and the node would call it an error.
        for (const other of writing ?? []) if (other.needs?.includes(draft.id) !== true) needs.add(other.id);
        break;
      case "register":
        needProviders(["target-group/api", "listener/api"]);
        break;
      case "ready":
        // Healthy becomes only what the load balancer knows.
        for (const other of registering ?? []) if (work.inService) needs.add(other.id);
        break;
      default:
        break;
    }
    const { id, title, after, group } = draft;
    return {
      id,
      title,
      work,
      needs: [...needs],
      ...(after === undefined || after.length === 0 ? {} : { after: [...new Set(after)] }),
      ...(group === undefined ? {} : { group }),
    };
  });
}

function launchReferences(pool: WantedPool, zone: string): LogicalId[] {
  const subnet = pool.zones.find((candidate) => candidate.zone === zone)?.subnet ?? "";
  const { securityGroup, instanceProfile, apiHost, caHash } = pool.launch;
  return linksOf([subnet, securityGroup, instanceProfile, apiHost, caHash])
    .filter(isRef)
    .map((link) => link.ref);
}

/** The steps after which nothing uses a thing any more. */
function usersOf(live: Live, drafts: readonly Draft[]): string[] {
  const outlived: readonly Kind[] = SHAPES[live.kind].outlives;
  return drafts.flatMap(({ id, work }) => {
    switch (work.do) {
      case "remove": {
        const other = work.live;
        // Parts share their owner's AWS id and use it: the owner does not use itself.
        const isSelf = other.kind === live.kind && other.awsId === live.awsId;
        if (isSelf) return [];
        return outlived.includes(other.kind) || uses(other, live) ? [id] : [];
      }
      case "update":
        // What is narrowed later lets go of it only then.
        return uses(work.live, live) &&
          (!id.startsWith("update ") || !drafts.some((one) => one.id === `narrow ${work.wanted.id}`))
          ? [id]
          : [];
      case "leave":
        return work.node.uses.includes(live.awsId) ? [id] : [];
      case "terminate":
        return work.nodes.some((node) => node.uses.includes(live.awsId)) ? [id] : [];
      default:
        return [];
    }
  });
}

function uses(user: Live, used: Live): boolean {
  return (
    user.uses.includes(used.awsId) && SHAPES[used.kind].partOf === undefined && used.kind !== "security-group-rules"
  );
}
