/** Any valid files: an account, a profile and a cluster, with every field of their schemas. */
import fc from "fast-check";
import { POOL_NAMES, packsArbitrary, type Tree } from "./packs.ts";
import { hostileText } from "./texts.ts";

/** The documents of one cluster. `placement` is filled in when the user's network is known. */
export interface Documents {
  account: Tree;
  profile: Tree;
  cluster: Tree;
}

const REGION = "us-east-1";
export const ZONES = ["a", "b", "c", "d", "e", "f"].map((letter) => `${REGION}${letter}`);
/** Types that the model offers in every zone, and two that it does not. */
const TYPES = ["m6i.large", "m6i.xlarge", "m7i.large", "c6i.large", "m7g.large", "t3.medium", "m5.large", "g5.xlarge"];
const ACCOUNT_ID = "123456789012";
export const KEYS = ["ops", "other-ops", "key of <b>@ops</b>"];
const CIDRS = ["203.0.113.0/24", "198.51.100.7/32", "0.0.0.0/0", "10.0.0.0/8", "192.0.2.0/25"];
const VPC_CIDRS = ["10.0.0.0/16", "10.64.0.0/18", "172.20.0.0/20", "10.9.8.0/21"];

/** Most often without it: what people leave out has a default. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });

const dictionary = (key: RegExp, value: RegExp, maxKeys: number): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(fc.stringMatching(key, { size: "small" }), fc.stringMatching(value, { size: "small" }), { maxKeys });

const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?)?$/;
const someCidrs = (least: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...CIDRS), { minLength: least, maxLength: 3 });
const zones = fc.uniqueArray(fc.constantFrom(...ZONES), { minLength: 1, maxLength: 3, size: "max" });
const type = fc.oneof({ arbitrary: fc.constantFrom(...TYPES.slice(0, 4)), weight: 4 }, fc.constantFrom(...TYPES));
const rootVolume = fc.record({ sizeGiB: fc.integer({ min: 20, max: 200 }) }, { requiredKeys: [] });
const count = fc.oneof(fc.nat(3), fc.constantFrom("0%", "1%", "25%", "34%", "50%", "99%", "100%"));

const taint = fc.record(
  {
    key: fc.stringMatching(LABEL_KEY, { size: "small" }),
    value: fc.stringMatching(LABEL_VALUE, { size: "small" }),
    effect: fc.constantFrom("NoSchedule", "PreferNoSchedule", "NoExecute"),
  },
  { requiredKeys: ["key", "effect"] },
);

/** Pools are few and small: what they do does not hang on it, and the model has to move every node. */
const pool = fc.record(
  {
    name: fc.constantFrom(...POOL_NAMES),
    size: fc.oneof({ arbitrary: fc.nat(3), weight: 5 }, fc.nat(7)),
    instanceType: type,
    zones,
    spot: fc.record({ maxPricePercent: fc.constantFrom(1, 29, 30, 31, 60, 100) }),
    zoneFallback: fc.boolean(),
    labels: dictionary(LABEL_KEY, LABEL_VALUE, 3),
    taints: fc.uniqueArray(taint, { maxLength: 2, selector: ({ key, effect }) => `${key} ${effect}` }),
    rootVolume,
    rollout: fc.record(
      { maxSurge: count, maxUnavailable: count, drainTimeout: fc.constantFrom("15m", "30s", "1h", "1h1m1s") },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["name", "size", "instanceType", "zones"] },
);

/** The kind is what is drawn; ids of the user's network are not known before there is one. */
const placement = fc.oneof(
  {
    arbitrary: fc.record({ dynamic: fc.record({ vpcCidr: fc.constantFrom(...VPC_CIDRS) }, { requiredKeys: [] }) }),
    weight: 5,
  },
  { arbitrary: fc.constant({ static: "the user's" }), weight: 1 },
);

const spec = fc.record({
  placement: maybe(placement),
  sshKeyName: maybe(fc.constantFrom(...KEYS)),
  apiServer: fc.record(
    {
      access: fc.constantFrom("public", "public", "private"),
      allowedCidrs: someCidrs(1),
      certSANs: fc.uniqueArray(fc.constantFrom("api.example.com", "*.example.org", "192.0.2.9", "a:b"), { maxLength: 2 }),
    },
    { requiredKeys: ["access", "allowedCidrs"] },
  ),
  bastion: fc.oneof(
    fc.constant(false),
    fc.record({ instanceType: fc.constantFrom("t3.micro", "t4g.micro"), allowedCidrs: someCidrs(1) }, { requiredKeys: ["allowedCidrs"] }),
  ),
  controlPlane: fc.record(
    { size: fc.constantFrom(1, 1, 3, 3, 5), instanceType: type, zones, runsWorkloads: fc.boolean(), rootVolume },
    { requiredKeys: ["size", "instanceType", "zones"] },
  ),
  workerPools: maybe(fc.uniqueArray(pool, { maxLength: 3, selector: ({ name }) => name })),
  overrides: maybe(fc.constantFrom(
    {},
    { kubernetes: { values: { podCidr: "10.240.0.0/16" } } },
    { kubeadm: { version: "1.37.2" } },
    { cni: { values: { logLevel: "Debug" } } },
    { csi: { version: "1.50.1" }, os: { values: { serial: "20260915" } } },
  )),
}); // biome-ignore format: a table

const account = fc.record({
  applyRoleArn: maybe(fc.constant(`arn:aws:iam::${ACCOUNT_ID}:role/slipway-apply`)),
  planRoleArn: maybe(fc.constant(`arn:aws:iam::${ACCOUNT_ID}:role/slipway-plan`)),
  permissionsBoundaryArn: maybe(fc.constantFrom("a", "b").map((name) => `arn:aws:iam::${ACCOUNT_ID}:policy/${name}`)),
  instanceProfiles: fc.option(fc.constant({ controlPlane: "own-control-plane", worker: "own-worker" }), { nil: undefined, freq: 8 }),
  kmsKeyArn: maybe(fc.constantFrom("1", "2").map((id) => `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/${id}`)),
}); // biome-ignore format: a table

const tags = dictionary(/^[A-Za-z0-9 +=._:/@-]{1,20}$/, /^[A-Za-z0-9 +=._:/@-]{0,20}$/, 4);

const version = fc.tuple(fc.nat(3), fc.nat(3)).map(([minor, patch]) => `1.${minor}.${patch}`);

/** Documents that mostly are valid; the product says which are not. */
export const documents: fc.Arbitrary<Documents> = fc
  .record({
    spec,
    account,
    packs: packsArbitrary(),
    tags: maybe(tags),
    description: maybe(hostileText(4).map((text) => text.slice(0, 500))),
    version,
  })
  .map((drawn) => ({
    account: {
      apiVersion: "slipway/v1",
      kind: "CloudAccount",
      metadata: { name: "production" },
      spec: { accountId: ACCOUNT_ID, regions: [REGION, "eu-west-1"], ...drawn.account },
    },
    profile: {
      apiVersion: "slipway/v1",
      kind: "ClusterProfile",
      metadata: { name: "standard", version: drawn.version, description: drawn.description },
      spec: { cloud: "aws", packs: fitting(drawn.packs, drawn.spec.workerPools ?? []) },
    },
    cluster: {
      apiVersion: "slipway/v1",
      kind: "Cluster",
      metadata: { name: "prod", description: drawn.description, tags: drawn.tags },
      spec: {
        ...drawn.spec,
        // A bastion lets nobody in without a key: that is refused, and said elsewhere.
        bastion: drawn.spec.sshKeyName === undefined ? false : drawn.spec.bastion,
        account: "production",
        region: REGION,
        profile: `standard@${drawn.version}`,
      },
    },
  }));

/** Packs may name worker pools: here those that there are, as a file has them most often. */
function fitting(packs: readonly Tree[], pools: readonly { name: string }[]): Tree[] {
  const [first] = pools;
  return packs.flatMap((pack) => {
    if ((pack.values as Tree | undefined)?.pools === undefined) return [pack];
    return first === undefined ? [] : [{ ...pack, values: { ...(pack.values as Tree), pools: [first.name] } }];
  });
}
