/** moto runs no machines: here somebody plays what the nodes' agents would do (src/bootstrap/agent/). */
import { setTimeout as sleep } from "node:timers/promises";
import { CreateTagsCommand, DescribeInstancesCommand, type Instance } from "@aws-sdk/client-ec2";
import { GetObjectCommand, ListObjectsV2Command, NoSuchBucket, PutObjectCommand } from "@aws-sdk/client-s3";
import { BUCKET, type Moto, startMoto } from "./moto.ts";

/** What the nodes ask AWS with. */
type Clients = Pick<Moto, "ec2" | "s3">;

const INTERVAL_MS = 200;
const REQUEST = "/snapshot-request.json";

function tagOf(instance: Instance, key: string): string | undefined {
  return instance.Tags?.find((tag) => tag.Key === key)?.Value;
}

export function phaseOf(instance: Instance): string | undefined {
  return tagOf(instance, "slipway:phase")?.split(" ")[0];
}

/** A moto whose nodes are played until it is stopped; `more` is in its environment. */
export async function startMotoWithNodes(more: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const moto = await startMoto(more);
  const over = new AbortController();
  const playing = playNodes(moto, over.signal);
  return {
    ...moto,
    async stop() {
      over.abort();
      await playing;
      await moto.stop();
    },
  };
}

/**
 * Plays the nodes for as long as `signal` allows: one that was launched says that it is ready, one that is asked to leave
 * leaves, and a snapshot of etcd that is asked for is there.
 */
export async function playNodes(moto: Clients, signal: AbortSignal): Promise<void> {
  /** Snapshots that were answered, by their object's version. */
  const answered = new Set<string>();
  while (!signal.aborted) {
    await Promise.all([sayPhases(moto), saveEtcd(moto, answered)]);
    await sleep(INTERVAL_MS);
  }
}

async function sayPhases({ ec2 }: Clients): Promise<void> {
  const found = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: "tag:slipway:role", Values: ["control-plane", "worker"] },
        { Name: "instance-state-name", Values: ["running"] },
      ],
    }),
  );
  const running = (found.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
  const isAsked = (one: Instance): boolean => tagOf(one, "slipway:leave") !== undefined;
  const say = async (phase: string, nodes: readonly Instance[]): Promise<void> => {
    if (nodes.length === 0) return;
    const Tags = [{ Key: "slipway:phase", Value: `${phase} 12:00:00Z` }];
    await ec2.send(new CreateTagsCommand({ Resources: nodes.map(({ InstanceId = "" }) => InstanceId), Tags }));
  };
  await say(
    "ready",
    running.filter((one) => phaseOf(one) === undefined && !isAsked(one)),
  );
  await say(
    "left",
    running.filter((one) => phaseOf(one) !== "left" && isAsked(one)),
  );
}

async function saveEtcd({ s3 }: Clients, answered: Set<string>): Promise<void> {
  for (const { Key = "", ETag = "" } of await objectsOf(s3)) {
    if (!Key.endsWith(REQUEST) || answered.has(`${Key} ${ETag}`)) continue;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const { id } = JSON.parse((await Body?.transformToString()) ?? "{}") as { id?: string };
    const status = { request: id, at: Math.round(Date.now() / 1000) };
    const answer = Key.replace(REQUEST, "/snapshot-status.json");
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: answer, Body: JSON.stringify(status) }));
    answered.add(`${Key} ${ETag}`);
  }
}

async function objectsOf(s3: Moto["s3"]) {
  try {
    return (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents ?? [];
  } catch (error) {
    if (error instanceof NoSuchBucket) return []; // nothing was applied yet
    throw error;
  }
}
