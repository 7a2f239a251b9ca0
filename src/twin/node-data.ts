import { createHash, createPublicKey } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { remembering } from "../core/remembering.ts";
import type { Instance, StoredObject } from "./records.ts";
import type { World } from "./world.ts";

/** What the twin's agent takes from its node.json. */
export interface NodeData {
  cluster: string;
  account: string;
  region: string;
  role: "control-plane" | "worker";
  /** Kubernetes', without a v. */
  version: string;
  endpoint: string;
  caHash: string;
}

/**
 * What cloud-init finds in user data: gzipped or not, `#cloud-config` first (docs.cloud-init.io, user data formats), and in
 * it the agent's node.json and a unit that starts the agent. Undefined: nothing that makes a node, and nobody says so.
 */
export function nodeDataOf({ standsForUserData, userData = "" }: Instance): NodeData | undefined {
  return standsForUserData ?? lastRead(userData, () => readUserData(userData));
}

/** Agents look at their node.json at every turn, and the nodes of a pool have the same. */
const lastRead = remembering<NodeData | undefined>(100);

function readUserData(userData: string): NodeData | undefined {
  const bytes = Buffer.from(userData, "base64");
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
  if (!text.startsWith("#cloud-config\n")) return undefined;
  const { write_files: files, runcmd } = JSON.parse(text.slice(text.indexOf("\n"))) as {
    write_files: { path: string; content: string }[];
    runcmd: string[][];
  };
  const isStarted = runcmd.some((words) => words.includes("enable") && words.includes("slipway-node.service"));
  const node = files.find(({ path }) => path === "/etc/slipway/node.json");
  return isStarted && node !== undefined ? (JSON.parse(node.content) as NodeData) : undefined;
}

/** The hash of the CA that the cluster's control plane serves with; undefined: there is no PKI. */
export function caHashOf(world: World, node: NodeData): string | undefined {
  const unread = world.unread.caHashes.get(node.cluster);
  if (unread !== undefined) return unread;
  const bundle = world.parameters.get(`/slipway/${node.cluster}/pki`)?.value;
  if (bundle === undefined) return undefined;
  return caHashes(bundle, () => {
    const key = createPublicKey(JSON.parse(bundle)["ca.crt"]).export({ type: "spki", format: "der" });
    return `sha256:${createHash("sha256").update(key).digest("hex")}`;
  });
}

const caHashes = remembering<string>(100);

/** Why a control plane's loop can't do its work; undefined: it can. It reads these records (agent/boot.py, agent/loop.py). */
export function loopTrouble(world: World, { cluster, account, region }: NodeData): string | undefined {
  const objects = world.buckets.get(`slipway-${account}-${region}`)?.objects;
  const read = (key: string): string | undefined => objects?.get(`${cluster}/${key}`)?.body;
  const loop: string | undefined = JSON.parse(read("agent.json") ?? "{}").loop;
  const part = objects?.get(`${cluster}/agent/${loop}.py`);
  const isWhole = part?.isUnread || (part !== undefined && hashOfBody(part) === loop);
  if (part === undefined || !isWhole) return "no loop part";
  const missing = ["pools.json", "packs.json", "snapshot-request.json", "snapshot-status.json"].find(
    (key) => read(key) === undefined,
  );
  return missing === undefined ? undefined : `S3 answers 403 for ${missing}`;
}

/** What is in an object hardly ever changes, and is looked at at every turn. */
function hashOfBody({ body }: StoredObject): string {
  return hashes(body, () => createHash("sha256").update(body).digest("hex"));
}

const hashes = remembering<string>(10);

/**
 * The bundle of packs that the record names, where it is there and is what its name says (agent/loop.py). Without a text:
 * nobody has read it, or it is what is applied already.
 */
export function bundleOf(
  world: World,
  { cluster, account, region }: NodeData,
  applied: string | undefined,
): { hash: string; text: string | undefined } | undefined {
  const objects = world.buckets.get(`slipway-${account}-${region}`)?.objects;
  const hash: unknown = JSON.parse(objects?.get(`${cluster}/packs.json`)?.body ?? "{}").bundle;
  const packed = objects?.get(`${cluster}/packs/${hash}.json.gz`);
  if (typeof hash !== "string" || packed === undefined) return undefined;
  if (packed.isUnread || hash === applied) return { hash, text: undefined };
  const text = gunzipSync(Buffer.from(packed.body, "latin1")).toString();
  return createHash("sha256").update(text).digest("hex") === hash ? { hash, text } : undefined;
}
