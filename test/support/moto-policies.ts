/**
 * The shipped policies on moto, which judges by action alone (reference/moto.md §3): the same actions on everything, without
 * conditions. A cluster's life is lived twice: by a user who has them all, and by one who has none to begin with and is given
 * each when moto has denied it. So every action is missed once, by itself, by the call that needs it.
 */

import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { LEASE_TTL_MS } from "../../src/apply/lease.ts";
import { makeAws } from "../../src/aws/clients.ts";
import { apply } from "../../src/commands/apply.ts";
import { NO_COMMITS } from "../../src/commands/commits.ts";
import type { CommandContext } from "../../src/commands/context.ts";
import { destroy } from "../../src/commands/destroy.ts";
import { plan } from "../../src/commands/plan.ts";
import { NO_OWN_PACKS } from "../../src/commands/read-packs.ts";
import type { CommandResult } from "../../src/commands/results.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { systemClock } from "../../src/core/clock.ts";
import { startMoto } from "./moto.ts";
import { type Drift, drifting } from "./moto-drift.ts";
import { playNodes } from "./moto-nodes.ts";
import { allow, type Keys, userWith, Witness } from "./moto-users.ts";
import { boundedCluster, shipped } from "./shipped-policies.ts";
import { troubles } from "./simulation.ts";

export interface MotoFigures {
  /** Actions that the policies allow. */
  all: number;
  /** Those that moto denied, each until it was allowed. */
  noticed: number;
  broken: string[];
}

const MADE_OF = ["plan", "apply", "apply-dynamic"];
const RESULTS = ["planned", "planned", "applied", "applied", "applied", "applied", "destroyed"];

/** What moto can't deny in these lives, and why; on the twin each of them is left out and missed. */
const NOT_ON_MOTO: Readonly<Record<string, readonly string[]>> = {
  "it has no Pricing, which is answered beside it": ["pricing:GetProducts"],
  "it does these for anybody": ["s3:PutBucketPublicAccessBlock"],
  "AWS asks about these within other calls, and it does not": [
    "iam:CreateServiceLinkedRole",
    "iam:PassRole",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ],
  "its accounts have a value of their own for every quota, so nobody asks for defaults": [
    "servicequotas:ListAWSDefaultServiceQuotas",
  ],
  "its machines always become ready, so nobody asks what is wrong": ["ec2:GetConsoleOutput"],
};

/** Plays on a moto of its own; `say` tells what it can't judge. */
export async function playOnMoto(say: (text: string) => void): Promise<MotoFigures> {
  const moto = await startMoto();
  // The clients of this process are led there as those of a user's process are.
  const before = { ...process.env };
  Object.assign(process.env, moto.env);
  const stop = new AbortController();
  let playing: Promise<void> = Promise.resolve();
  try {
    const all = [...new Set(MADE_OF.flatMap(allowedBy))].sort();
    const given = ["sts:GetCallerIdentity"]; // which AWS allows everybody
    const endpoint = moto.env.AWS_ENDPOINT_URL ?? "";
    const anybody = { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
    const unjudged = new IAMClient(anybody);
    const admin = { ...anybody, credentials: await userWith(unjudged, "admin", ["*"]) };
    const keys = [await userWith(unjudged, "whole", all), await userWith(unjudged, "bare", given)] as const;
    await fetch(`${endpoint}/moto-api/reset-auth`, { method: "POST", body: "0" });

    playing = playNodes(
      { ec2: new EC2Client(admin), s3: new S3Client({ ...admin, forcePathStyle: true }) },
      stop.signal,
    );
    const [iam, drift] = [new IAMClient(admin), drifting(admin)];
    const whole = new Witness(async () => {});
    const bare = new Witness(async (action) => {
      given.push(action);
      await allow(iam, "bare", given);
    });
    // Most of a life is waiting.
    const ended = await Promise.all([live("whole", keys[0], whole, drift), live("bare", keys[1], bare, drift)]);

    for (const [why, of] of Object.entries(NOT_ON_MOTO)) say(`  not on moto, ${why}: ${of.join(", ")}`);
    const ends = ended.filter((results) => results.join() !== RESULTS.join()).map((results) => results.join(", "));
    return {
      all: all.length,
      noticed: all.filter((action) => bare.denied.has(action)).length,
      broken: [...ends.map((end) => `a life on moto ended as ${end}`), ...judged(all, whole, bare)],
    };
  } finally {
    stop.abort();
    await playing.catch(() => {});
    process.env = before;
    await moto.stop();
  }
}

/** What is wrong with the policies, or with the list of what moto can't deny. */
function judged(all: readonly string[], whole: Witness, bare: Witness): string[] {
  const excused = new Set(Object.values(NOT_ON_MOTO).flat());
  return [
    ...[...new Set([...whole.denied, ...bare.denied])]
      .filter((action) => whole.denied.has(action) || !all.includes(action))
      .map((action) => `no policy allows ${action}`),
    ...all
      .filter((action) => !bare.denied.has(action) && !excused.has(action))
      .map((action) => `${action}: ${bare.called.has(action) ? "moto never denies it" : "no life on moto calls it"}`),
    ...[...excused]
      .filter((action) => bare.denied.has(action) || !all.includes(action))
      .map((action) => `${action}: ${bare.denied.has(action) ? "moto does deny it" : "no policy allows it any more"}`),
  ];
}

function allowedBy(file: string): string[] {
  return shipped(file).Statement.flatMap(({ Effect, Action }) => (Effect === "Allow" ? [Action ?? []].flat() : []));
}

/** A cluster's life: planned, made, changed in place and grown, made smaller, put right, destroyed. Gives the results. */
async function live(name: string, credentials: Keys, witness: Witness, drift: Drift): Promise<string[]> {
  const [a, b, c] = ["us-east-1a", "us-east-1b", "us-east-1c"];
  const machine = { instanceType: "m6i.large" };
  const pool = { name: "default", size: 2, ...machine, zones: [a, c] };
  const born = {
    metadata: { name, tags: { team: undefined, stage: "test" } },
    spec: { controlPlane: { size: 1, ...machine, zones: [a] }, workerPools: [] as object[] },
  };
  const grown = {
    metadata: { name, tags: { team: undefined, cost: "17" } },
    spec: {
      controlPlane: { size: 3, ...machine, zones: [a, b] },
      workerPools: [pool],
      apiServer: { access: "public", allowedCidrs: ["198.51.100.0/24"] },
    },
  };
  const rolled = { ...grown.spec.controlPlane, instanceType: "m6i.xlarge" };
  const small = {
    ...grown,
    spec: { ...grown.spec, controlPlane: rolled, workerPools: [{ ...pool, size: 1, zones: [a] }] },
  };
  const spot = { ...born, spec: { ...born.spec, workerPools: [{ ...pool, spot: { maxPricePercent: 60 } }] } };
  const run = (does: typeof plan, tree: object): Promise<CommandResult> =>
    does(contextOf(boundedCluster(tree as never), credentials, witness), name);
  const acts = [
    () => run(plan, spot),
    () => run(plan, born),
    () => run(apply, born),
    () => run(apply, grown),
    () => run(apply, small),
    async () => {
      await drift(name);
      return run(apply, small);
    },
    () => run((context) => destroy(context, name, [name]), small),
  ];
  const results: string[] = [];
  for (const [index, act] of acts.entries()) {
    const { result, findings, clusters } = await act();
    const all = [...findings, ...clusters.flatMap((one) => [...one.findings, ...(one.plan?.findings ?? [])])];
    results.push(result);
    if (result === RESULTS[index]) continue;
    const steps = clusters.flatMap((one) => troubles({ findings: [], steps: one.steps ?? [] } as never));
    return [...results, ...all.map(({ message }) => message), ...steps];
  }
  return results;
}

/** Each command is a run of its own. */
function contextOf(cluster: Cluster, credentials: Keys, witness: Witness): CommandContext {
  const { applyRoleArn: _role, ...account } = cluster.account;
  const clusters = [{ ...cluster, account }];
  return {
    configuration: { clusters, accounts: [account], profiles: [], findings: [] },
    ownPacks: async () => NO_OWN_PACKS,
    connect: ({ region, permit, signal }) =>
      witness.watch(
        makeAws({
          region,
          clock: systemClock,
          random: Math.random,
          credentials,
          ...(signal === undefined ? {} : { signal }),
          ...(permit === undefined ? {} : { permit }),
        }),
      ),
    owner: "1234",
    by: "npm run policies",
    commits: NO_COMMITS,
    leaseTtlMs: LEASE_TTL_MS,
    emit: () => {},
    signal: new AbortController().signal,
    nodeTimeoutMs: 60_000,
    ambientRegion: "us-east-1",
  };
}
