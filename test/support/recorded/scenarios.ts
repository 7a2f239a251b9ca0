/** The clusters that each release is recorded with: few, and between them everything that a file can ask for. */
import type { SourceFile } from "../../../src/config/yaml.ts";
import { accountTree, clusterTree, filesOf, profileTree } from "../builders.ts";
import type { Simulation } from "../simulation.ts";
import { placedIn, userNetwork } from "../user-network.ts";

const [A, B, C] = ["us-east-1a", "us-east-1b", "us-east-1c"];
const CIDR = "203.0.113.0/24";
const workers = (name: string, size: number, more: object = {}) => ({
  name,
  size,
  instanceType: "m6i.large",
  zones: [A],
  ...more,
});

const packs = (cni: object, ...addons: object[]) => ({
  spec: {
    packs: [
      { layer: "os", name: "ubuntu", version: "24.04", values: { serial: "20260915" } },
      { layer: "kubernetes", name: "kubeadm", version: "1.36.2", values: { podCidr: "10.200.0.0/16" } },
      { layer: "cni", ...cni },
      { layer: "csi", name: "aws-ebs-csi", version: "1.50.0", values: { reclaimPolicy: "Retain" } },
      ...addons.map((addon) => ({ layer: "addon", ...addon })),
    ],
  },
});

/** Each makes its files on the twin that it is going to stand on. */
export const SCENARIOS: Readonly<Record<string, (simulation: Simulation) => Promise<SourceFile[]> | SourceFile[]>> = {
  "single-node": () =>
    filesOf(
      clusterTree({
        spec: {
          bastion: false,
          sshKeyName: undefined,
          controlPlane: { size: 1, zones: [A], runsWorkloads: true },
          workerPools: undefined,
        },
      }),
    ),
  "three-zones-spot": () =>
    filesOf(
      clusterTree({
        spec: {
          workerPools: [
            workers("default", 3, { zones: [A, B, C] }),
            workers("spot", 2, { zones: [A, B], spot: { maxPricePercent: 60 }, zoneFallback: true }),
          ],
        },
      }),
    ),
  static: async (simulation) =>
    filesOf(
      clusterTree({
        spec: {
          placement: placedIn(await userNetwork(simulation, [A!, B!, C!])),
          workerPools: [workers("default", 2)],
        },
      }),
    ),
  "private-packs": () =>
    filesOf(
      clusterTree({
        spec: {
          apiServer: { access: "private", allowedCidrs: ["10.99.0.0/16"] },
          controlPlane: { size: 3, zones: [A, B, C] },
          workerPools: [workers("default", 2, { zones: [A, B] })],
          overrides: { cilium: { values: { mtu: 1400 } } },
        },
      }),
      accountTree(),
      profileTree(
        packs(
          { name: "cilium", version: "1.18.2", values: { kubeProxyReplacement: true } },
          { name: "metrics-server", version: "0.8.0", values: { replicas: 1 } },
          { name: "external-dns", version: "0.21.0", values: { hostedZoneIds: ["Z0123456789ABCDEFGHIJ"] } },
        ),
      ),
    ),
  everything: () =>
    filesOf(
      clusterTree({
        metadata: {
          description: "Everything that a file can say",
          tags: { team: "platform", "cost-center": "4711 / b" },
        },
        spec: {
          placement: { dynamic: { vpcCidr: "10.64.0.0/18" } },
          apiServer: { access: "public", allowedCidrs: [CIDR, "198.51.100.0/24"], certSANs: ["api.example.com"] },
          bastion: { instanceType: "t4g.micro", allowedCidrs: [CIDR] },
          controlPlane: {
            size: 3,
            instanceType: "m7g.large",
            zones: [A, B, C],
            runsWorkloads: true,
            rootVolume: { sizeGiB: 80 },
          },
          workerPools: [
            workers("default", 2, {
              zones: [A, B],
              labels: { tier: "front", "example.com/team": "web" },
              taints: [{ key: "dedicated", value: "web", effect: "NoSchedule" }],
              rootVolume: { sizeGiB: 100 },
              rollout: { maxSurge: "25%", maxUnavailable: 1, drainTimeout: "5m" },
            }),
            workers("spot", 1, { spot: { maxPricePercent: 100 }, zoneFallback: false }),
            workers("none", 0, { instanceType: "m6i.xlarge" }),
          ],
          overrides: { kubernetes: { version: "1.36.3" }, csi: { values: { storageClassName: "standard" } } },
        },
      }),
      accountTree({
        spec: {
          permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/slipway-boundary",
          kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        },
      }),
      profileTree(packs({ name: "calico", version: "3.32.0", values: { mtu: 1400, natOutgoing: false } })),
    ),
};
