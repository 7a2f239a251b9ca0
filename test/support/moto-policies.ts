/**
 * The shipped policies on moto, which judges by action alone (reference/moto.md §3): the same actions on everything, without
 * conditions. A cluster is planned, made and destroyed by a user who has those and no more; then each is left out in turn.
 */

import { EC2Client } from "@aws-sdk/client-ec2";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { LEASE_TTL_MS } from "../../src/apply/lease.ts";
import { makeAws } from "../../src/aws/clients.ts";
import { apply } from "../../src/commands/apply.ts";
import { NO_COMMITS } from "../../src/commands/commits.ts";
import type { CommandContext } from "../../src/commands/context.ts";
import { destroy } from "../../src/commands/destroy.ts";
import { plan } from "../../src/commands/plan.ts";
import { NO_OWN_PACKS } from "../../src/commands/read-packs.ts";
import { systemClock } from "../../src/core/clock.ts";
import { messageOf } from "../../src/core/errors.ts";
import { startMoto } from "./moto.ts";
import { playNodes } from "./moto-nodes.ts";
import { boundedCluster, shipped } from "./shipped-policies.ts";

export interface MotoFigures {
  left: number;
  noticed: number;
  broken: string[];
}

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What became of one life, and the actions that were called. */
interface Life {
  results: string[];
  denied: Set<string>;
  called: Set<string>;
}

const MADE_OF = ["plan", "apply", "apply-dynamic"];
/** What moto does without asking who may (seen: a life without these rights is not denied anything). */
const UNJUDGED: ReadonlySet<string> = new Set(["s3:PutBucketPublicAccessBlock", "ssm:DescribeParameters"]);
/** Most of a life is waiting. */
const AT_ONCE = 4;
/** Calls whose action has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
};

/** Plays on a moto of its own; `say` tells how far it is. */
export async function playOnMoto(say: (text: string) => void): Promise<MotoFigures> {
  // A life that misses a right to delete leaves its VPC behind, and the next ones need room.
  const moto = await startMoto({ SLIPWAY_MOTO_ROOM: "1" });
  const endpoint = moto.env.AWS_ENDPOINT_URL ?? "";
  // The clients of this process are led there as those of a user's process are.
  const before = { ...process.env };
  Object.assign(process.env, moto.env);
  const stop = new AbortController();
  let playing: Promise<void> = Promise.resolve();
  try {
    const actions = [...new Set(MADE_OF.flatMap((file) => allowedBy(file)))].sort();
    const admin = await userWith(endpoint, "admin", ["*"]);
    const as = { endpoint, region: "us-east-1", credentials: admin };
    const nodes = { ec2: new EC2Client(as), s3: new S3Client({ ...as, forcePathStyle: true }) };
    const users = new Map<string, Keys>();
    users.set("", await userWith(endpoint, "whole", actions));
    for (const [index, left] of actions.entries()) {
      users.set(
        left,
        await userWith(
          endpoint,
          `less-${index}`,
          actions.filter((action) => action !== left),
        ),
      );
    }
    playing = playNodes(nodes, stop.signal);
    await fetch(`${endpoint}/moto-api/reset-auth`, { method: "POST", body: "0" });

    const whole = await live("whole", users.get("") as Keys);
    const broken = [...whole.denied].map((action) => `on moto, under the whole policies ${action} was denied`);
    if (whole.results.join() !== "planned,applied,destroyed")
      broken.push(`on moto the whole policies ended as ${whole.results.join()}`);
    const judged = actions.filter((action) => whole.called.has(action) && !UNJUDGED.has(action));
    say(
      `on moto a life under the whole policies: ${whole.results.join(", ")}; moto judges ${judged.length} of ${actions.length} actions in it`,
    );
    let noticed = 0;
    const waiting = [...judged.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, left] = next;
        const life = await live(`less-${index}`, users.get(left) as Keys);
        if (life.denied.has(left)) noticed += 1;
        else broken.push(`on moto nobody misses ${left}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { left: judged.length, noticed, broken };
  } finally {
    stop.abort();
    await playing.catch(() => {});
    process.env = before;
    await moto.stop();
  }
}

function allowedBy(file: string): string[] {
  return shipped(file).Statement.flatMap(({ Effect, Action }) => (Effect === "Allow" ? [Action ?? []].flat() : []));
}

async function userWith(endpoint: string, UserName: string, actions: readonly string[]): Promise<Keys> {
  const iam = new IAMClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await iam.send(new CreateUserCommand({ UserName }));
  const statement = { Effect: "Allow", Action: actions, Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "slipway", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  iam.destroy();
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

/** A small cluster's life; it ends with the first call that is denied. */
async function live(name: string, credentials: Keys): Promise<Life> {
  const life: Life = { results: [], denied: new Set(), called: new Set() };
  const ended = new AbortController();
  const cluster = boundedCluster({
    metadata: { name },
    spec: { controlPlane: { size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] }, workerPools: [] },
  });
  const { applyRoleArn: _role, ...account } = cluster.account;
  const own = { ...cluster, account };
  const context: CommandContext = {
    configuration: { clusters: [own], accounts: [account], profiles: [], findings: [] },
    ownPacks: async () => NO_OWN_PACKS,
    connect: ({ region, permit }) =>
      makeAws({
        region,
        clock: systemClock,
        random: Math.random,
        credentials,
        signal: ended.signal,
        ...(permit === undefined ? {} : { permit }),
        onCall: ({ action, error }) => {
          const named = ACTIONS[action] ?? action;
          life.called.add(named);
          if (error?.httpStatus !== 403) return;
          life.denied.add(named);
          ended.abort(new Error(`${named} was denied`));
        },
      }),
    owner: "1234",
    by: "npm run policies",
    commits: NO_COMMITS,
    leaseTtlMs: LEASE_TTL_MS,
    emit: () => {},
    signal: ended.signal,
    nodeTimeoutMs: 60_000,
    ambientRegion: "us-east-1",
  };
  const acts = [() => plan(context, name), () => apply(context, name), () => destroy(context, name, [name])];
  for (const act of acts) {
    try {
      life.results.push((await act()).result);
    } catch (error) {
      life.results.push(messageOf(error));
    }
    if (ended.signal.aborted) break;
  }
  return life;
}
