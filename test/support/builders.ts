/**
 * Valid files with one thing changed, for tests. `clusterFile({ spec: { region: "eu-west-1" } })` is the standard
 * cluster with another region; `undefined` takes a key away.
 */
import { dump } from "js-yaml";
import type { Cluster } from "../../src/config/cluster.ts";
import { type Configuration, readConfiguration } from "../../src/config/configuration.ts";
import type { SourceFile } from "../../src/config/yaml.ts";

type Tree = { [key: string]: unknown };

const ACCOUNT = {
  apiVersion: "slipway/v1",
  kind: "CloudAccount",
  metadata: { name: "production" },
  spec: { accountId: "123456789012", regions: ["us-east-1"] },
};

const PROFILE = {
  apiVersion: "slipway/v1",
  kind: "ClusterProfile",
  metadata: { name: "standard", version: "1.2.0" },
  spec: {
    cloud: "aws",
    packs: [
      { layer: "os", name: "ubuntu", version: "24.04" },
      { layer: "kubernetes", name: "kubeadm", version: "1.37.1" },
      { layer: "cni", name: "calico", version: "3.32.0" },
      { layer: "csi", name: "aws-ebs-csi", version: "1.50.0" },
    ],
  },
};

/** Three zones, three control-plane nodes, three workers, a bastion. */
const CLUSTER = {
  apiVersion: "slipway/v1",
  kind: "Cluster",
  metadata: { name: "prod", tags: { team: "platform" } },
  spec: {
    profile: "standard@1.2.0",
    account: "production",
    region: "us-east-1",
    sshKeyName: "ops",
    placement: { dynamic: { vpcCidr: "10.0.0.0/16" } },
    apiServer: { access: "public", allowedCidrs: ["203.0.113.0/24"] },
    bastion: { instanceType: "t3.micro", allowedCidrs: ["203.0.113.0/24"] },
    controlPlane: { size: 3, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b", "us-east-1c"] },
    workerPools: [
      { name: "default", size: 3, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b", "us-east-1c"] },
    ],
  },
};

export const accountTree = (changes: Tree = {}): Tree => merged(ACCOUNT, changes);
export const profileTree = (changes: Tree = {}): Tree => merged(PROFILE, changes);
export const clusterTree = (changes: Tree = {}): Tree => merged(CLUSTER, changes);

/** One file a document; `cluster.yaml` is the one that tests are about. */
export function filesOf(cluster: Tree, account: Tree = accountTree(), profile: Tree = profileTree()): SourceFile[] {
  return [
    { path: "clusters/account.yaml", text: dump(account) },
    { path: "clusters/cluster.yaml", text: dump(cluster) },
    { path: "clusters/profile.yaml", text: dump(profile) },
  ];
}

export function read(files: readonly SourceFile[]): Configuration {
  return readConfiguration(files);
}

/** The cluster of the standard files with changes; throws when they are not valid. */
export function clusterWith(changes: Tree = {}, account: Tree = accountTree(), profile: Tree = profileTree()): Cluster {
  const { clusters, findings } = read(filesOf(clusterTree(changes), account, profile));
  const errors = findings.filter((finding) => finding.level === "error");
  if (clusters[0] === undefined || errors.length > 0) throw new Error(`not valid: ${JSON.stringify(errors, null, 2)}`);
  return clusters[0];
}

/** A deep copy of `base` with `changes` merged in; lists are replaced, `undefined` deletes. */
function merged(base: Tree, changes: Tree): Tree {
  const result: Tree = structuredClone(base);
  for (const [key, value] of Object.entries(changes)) {
    const old = result[key];
    if (value === undefined) delete result[key];
    else if (isTree(old) && isTree(value)) result[key] = merged(old, value);
    else result[key] = value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
