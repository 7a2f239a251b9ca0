import { LEASE_KEY, type LeaseRecord } from "../apply/lease.ts";
import { poolsOf } from "../config/cluster.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import { readMarket } from "../market/market.ts";
import { APPLIED_KEY } from "../plan/applied.ts";
import { standingsOf } from "../plan/standing.ts";
import { RecordStore } from "../resources/records/store.ts";
import { clusterNames } from "../survey/cluster-names.ts";
import { isEmpty, survey, withRecords } from "../survey/survey.ts";
import { requestFor } from "./assess.ts";
import type { CommandContext } from "./context.ts";
import { costsOf, pricesNow, volumesOf } from "./costs.ts";
import { guarded } from "./each.ts";
import { allPlaces, isReached, type Place, placesOf, type Reached, reach } from "./look.ts";
import { poolStatuses } from "./pool-status.ts";
import { type ClusterResult, type ClusterStatus, type CommandResult, commandResult } from "./results.ts";
import { describeHolder } from "./unlock.ts";

/**
 * How clusters are: pools, nodes, phases, ages, costs. Of the one that is named, or of those with a document; with
 * `everything` also of those that no file describes, in all regions of the files' accounts.
 */
export async function status(
  context: CommandContext,
  name: string | undefined,
  everything: boolean,
): Promise<CommandResult> {
  const clusters: ClusterResult[] = [];
  const problems: Finding[] = [];
  for (const place of name === undefined ? allPlaces(context) : placesOf(context, name)) {
    const known = documentsIn(context, place);
    if (name === undefined && !everything && known.length === 0) continue;
    const reached = await reach(context, place);
    if (!isReached(reached)) {
      problems.push(reached);
      continue;
    }
    const names = name === undefined ? (everything ? [...known, ...(await clusterNames(reached.aws))] : known) : [name];
    for (const one of [...new Set(names)].sort()) {
      const header = { name: one, description: "", region: place.region, accountId: reached.accountId };
      const found = await guarded(context, header, () => statusOf(context, reached, one));
      if (!isNothing(found.status)) clusters.push(found);
    }
  }
  if (name !== undefined && clusters.length === 0 && problems.length === 0) problems.push(nothingFound(name));
  const findings = [...context.configuration.findings, ...problems];
  return { ...commandResult("status", findings, clusters, "shown"), ...(hasErrors(problems) && { result: "blocked" }) };
}

function isNothing(status: ClusterStatus | undefined): boolean {
  return status !== undefined && !status.hasDocument && status.resources === 0 && status.pools.length === 0;
}

function nothingFound(name: string): Finding {
  return {
    level: "notice",
    code: "status/nothing-found",
    message: `no file describes ${name}, and AWS has nothing of it`,
  };
}

function documentsIn({ configuration }: CommandContext, place: Place): string[] {
  return configuration.clusters
    .filter(({ region, account }) => region === place.region && account.accountId === place.accountId)
    .map((cluster) => cluster.name);
}

async function statusOf(
  { configuration }: CommandContext,
  { aws, accountId, region }: Reached,
  name: string,
): Promise<ClusterResult> {
  const identity = { name, accountId, region };
  const document = configuration.clusters.find(
    (cluster) => cluster.name === name && cluster.region === region && cluster.account.accountId === accountId,
  );
  const records = new RecordStore(aws, identity);
  const [inventory, lease, market] = await Promise.all([
    withRecords(survey(aws, identity), records, [APPLIED_KEY]),
    records.read<LeaseRecord>(LEASE_KEY),
    document === undefined ? undefined : readMarket(aws, requestFor(document)),
  ]);
  const isThere = !isEmpty(inventory);
  const [prices, volumes] = isThere
    ? await Promise.all([pricesNow(aws, inventory, market), volumesOf(aws, identity)])
    : [];
  const { standings, findings } =
    isThere && document !== undefined && market !== undefined
      ? standingsOf(document, inventory, market)
      : { standings: [], findings: [] };
  const nowMs = aws.clock.now();
  const wanted = new Map((document === undefined ? [] : poolsOf(document)).map((pool) => [pool.name, pool.size]));
  return {
    ...identity,
    description: document?.description ?? "",
    result: "shown",
    findings: [
      ...(document === undefined ? [orphan(name)] : []),
      ...inventory.unreadable.map(unreadable),
      ...sortFindings(findings),
    ],
    status: {
      hasDocument: document !== undefined,
      resources: inventory.resources.length,
      pools: poolStatuses(wanted, inventory.nodes, standings, prices, nowMs),
      ...(lease?.value.state === "held" ? { lease: describeHolder(lease.value, nowMs) } : {}),
      costs: prices === undefined ? [] : costsOf(prices, inventory, volumes),
    },
  };
}

function orphan(name: string): Finding {
  return {
    level: "warning",
    code: "status/no-document",
    message: `no file here describes ${name}: it costs what is listed, and no run looks after it`,
    fix: `write its file again, or delete it with  slipway destroy ${name} --confirm ${name}`,
  };
}

function unreadable(text: string): Finding {
  return { level: "warning", code: "survey/unreadable", message: `could not be read: ${text}` };
}
