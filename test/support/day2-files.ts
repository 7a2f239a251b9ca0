/** A cluster's files, and edits of them: what day-2 tests are written with. */
import type { Cluster } from "../../src/config/cluster.ts";
import { accountTree, clusterWith, profileTree } from "./builders.ts";

export const [A, B, C, D] = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"] as const;

/** A pool as a file has it. */
interface PoolText {
  name: string;
  size: number;
  instanceType: string;
  zones: string[];
  [key: string]: unknown;
}

/** What an edit of the files may change. */
export interface Files {
  tags: Record<string, string>;
  sshKeyName: string | undefined;
  bastion: object | false;
  controlPlane: { size: number; instanceType: string; zones: string[]; [key: string]: unknown };
  pools: PoolText[];
  /** The os pack's build, and Kubernetes' version. */
  serial: string | undefined;
  version: string;
  /** More fields of the cluster's metadata and spec, and of its account. */
  metadata: Record<string, unknown>;
  apiServer: Record<string, unknown>;
  account: Record<string, unknown>;
  /** Packs beside those that every cluster has. */
  addons: object[];
}

/** One control-plane node, two zones, two pools. */
export function smallFiles(): Files {
  return {
    tags: { team: "platform" },
    sshKeyName: "ops",
    bastion: false,
    controlPlane: { size: 1, instanceType: "m6i.large", zones: [A, B, C] },
    pools: [
      { name: "default", size: 3, instanceType: "m6i.large", zones: [A, B] },
      { name: "other", size: 1, instanceType: "m6i.large", zones: [A] },
    ],
    serial: undefined,
    version: "1.37.1",
    metadata: {},
    apiServer: {},
    account: {},
    addons: [],
  };
}

/** As small, with three control-plane nodes. */
export function tripleFiles(): Files {
  const files = smallFiles();
  files.controlPlane.size = 3;
  return files;
}

export type Edit = (files: Files) => void;

/** The files with edits made, one after the other. */
export function edited(files: Files, ...edits: readonly Edit[]): Files {
  const copy = structuredClone(files);
  for (const edit of edits) edit(copy);
  return copy;
}

/** An edit of what is one for the whole cluster. */
export function set(fields: Partial<Files>): Edit {
  return (files) => {
    Object.assign(files, fields);
  };
}

export function controlPlane(fields: Partial<Files["controlPlane"]>): Edit {
  return (files) => {
    Object.assign(files.controlPlane, fields);
  };
}

export function addPool(pool: PoolText): Edit {
  return ({ pools }) => {
    pools.push({ ...pool });
  };
}

export function removePool(name: string): Edit {
  return (files) => {
    files.pools = files.pools.filter((pool) => pool.name !== name);
  };
}

/** An edit that sets fields of a pool, where there is one of that name. */
export function setPool(name: string, fields: object): Edit {
  return ({ pools }) => {
    for (const pool of pools) if (pool.name === name) Object.assign(pool, fields);
  };
}

const read = new Map<string, Cluster>();

/** What Slipway reads from files; once from the same. */
export function clusterOf(files: Files): Cluster {
  const key = JSON.stringify(files);
  const cluster = read.get(key) ?? readCluster(files);
  read.set(key, cluster);
  return cluster;
}

function readCluster(files: Files): Cluster {
  const { tags, metadata, sshKeyName, bastion, apiServer, controlPlane, pools, serial, version } = files;
  const packs = [
    { layer: "os", name: "ubuntu", version: "24.04", ...(serial === undefined ? {} : { values: { serial } }) },
    { layer: "kubernetes", name: "kubeadm", version },
    { layer: "cni", name: "calico", version: "3.32.0" },
    { layer: "csi", name: "aws-ebs-csi", version: "1.50.0" },
    ...files.addons,
  ];
  return clusterWith(
    { metadata: { ...metadata, tags }, spec: { sshKeyName, bastion, apiServer, controlPlane, workerPools: pools } },
    accountTree({ spec: files.account }),
    profileTree({ spec: { packs } }),
  );
}
