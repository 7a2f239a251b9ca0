import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import { messageOf, UsageError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { callerOf } from "../market/account.ts";
import type { CommandContext, Connection } from "./context.ts";
import { guarded } from "./each.ts";
import type { Header } from "./header.ts";
import type { ClusterResult } from "./results.ts";

/** Where clusters are looked for. */
export interface Place extends Connection {
  /** Undefined: whatever account the credentials are of. */
  accountId: string | undefined;
}

/** A place that was reached, with its account known. */
export interface Reached {
  connection: Connection;
  accountId: string;
  region: string;
  aws: Aws;
}

/** Every region of every account of the files; where there are none, the one that the environment points at. */
export function allPlaces(context: CommandContext): Place[] {
  const known = context.configuration.accounts.flatMap((account) =>
    account.regions.map((region) => ({ region, roleArn: account.applyRoleArn, accountId: account.accountId })),
  );
  if (known.length > 0) return known;
  if (context.ambientRegion === undefined) {
    throw new UsageError("no file tells in which regions clusters are; set AWS_REGION to the one to look in");
  }
  return [{ region: context.ambientRegion, roleArn: undefined, accountId: undefined }];
}

/** The document's own place; where there is no document (any more), everywhere. */
export function placesOf(context: CommandContext, name: string): Place[] {
  const cluster = context.configuration.clusters.find((candidate) => candidate.name === name);
  if (cluster === undefined) return allPlaces(context);
  const { region, account } = cluster;
  return [{ region, roleArn: account.applyRoleArn, accountId: account.accountId }];
}

/** Connects to a place and makes sure whose it is; a finding says why that can't be. */
export async function reach(
  context: CommandContext,
  { region, roleArn, accountId }: Place,
): Promise<Reached | Finding> {
  const connection = { region, roleArn };
  const aws = context.connect({ ...connection, signal: context.signal });
  try {
    const caller = await callerOf(aws);
    if (accountId === undefined || caller.accountId === accountId)
      return forbiddenAccount(context, caller.accountId) ?? { connection, accountId: caller.accountId, region, aws };
    return {
      level: "error",
      code: "account/other-account",
      message: `these are credentials of the account ${caller.accountId} (${caller.arn}), and ${accountId} is asked for`,
    };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { level: "error", code: "account/no-credentials", message: `${region}: ${messageOf(error)}` };
  }
}

/** Says so where an account is not among those that the run was allowed. */
export function forbiddenAccount({ allowedAccountIds }: CommandContext, accountId: string): Finding | undefined {
  if (allowedAccountIds === undefined || allowedAccountIds.includes(accountId)) return undefined;
  return {
    level: "error",
    code: "account/not-allowed",
    message: `these are credentials of the account ${accountId}, and only ${allowedAccountIds.join(", ")} may be worked in`,
    fix: "correct allowed-account-ids, or the account's document",
  };
}

export function isReached(place: Reached | Finding): place is Reached {
  return "aws" in place;
}

/**
 * Does a command's work wherever a cluster of that name may be, one place after the other. A place that is not reached is
 * blocked.
 */
export async function atEachPlace(
  context: CommandContext,
  name: string,
  work: (reached: Reached) => Promise<Pick<ClusterResult, "result" | "findings">>,
): Promise<ClusterResult[]> {
  const clusters: ClusterResult[] = [];
  for (const place of placesOf(context, name)) {
    const header: Header = { name, description: "", region: place.region, accountId: place.accountId ?? "" };
    const attempt = async (): Promise<ClusterResult> => {
      const reached = await reach(context, place);
      if (!isReached(reached)) return { ...header, result: "blocked", findings: [reached] };
      return { ...header, accountId: reached.accountId, ...(await work(reached)) };
    };
    clusters.push(await guarded(context, header, attempt));
  }
  return clusters;
}
