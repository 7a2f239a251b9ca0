import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type BlueprintFacts, blueprintOf } from "../../src/blueprint/blueprint.ts";
import { assignSlots, privateBlock, publicBlock, SLOTS, slotOf } from "../../src/blueprint/slots.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { overlaps, parseCidr } from "../../src/core/cidr.ts";
import { bundleOf } from "../../src/packs/bundle.ts";
import type { Kind, Link, Wanted } from "../../src/resources/resource.ts";
import { SHAPES } from "../../src/resources/shapes.ts";
import { accountTree, clusterWith } from "../support/builders.ts";
import { blueprint, market } from "../support/plans.ts";

function ofKind<K extends Kind>(cluster: Cluster, kind: K): Extract<Wanted, { kind: K }>[] {
  return blueprint(cluster).resources.filter((wanted): wanted is Extract<Wanted, { kind: K }> => wanted.kind === kind);
}

function ids(cluster: Cluster, kind: Kind): string[] {
  return ofKind(cluster, kind).map((wanted) => wanted.id);
}

/** `tcp 6443 security-group/load-balancer`, for every rule into a group. */
function ingress(cluster: Cluster, group: string): string[] {
  const rules = ofKind(cluster, "security-group-rules").find((wanted) => wanted.id === `security-group-rules/${group}`);
  const text = (peer: Link): string =>
    typeof peer === "string" ? peer : [peer.ref, peer.attribute].filter(Boolean).join(".");
  return (rules?.spec.ingress ?? [])
    .map(
      ({ protocol, fromPort, toPort, peer }) =>
        `${protocol} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`} ${text(peer)}`,
    )
    .sort();
}

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

test("each zone has one public and one private subnet, a NAT gateway with its address, and routes of its own", () => {
  const cluster = clusterWith();

  assert.deepEqual(
    ids(cluster, "subnet"),
    ZONES.flatMap((zone) => [`subnet/public/${zone}`, `subnet/private/${zone}`]),
  );
  assert.deepEqual(
    ids(cluster, "nat-gateway"),
    ZONES.map((zone) => `nat-gateway/${zone}`),
  );
  assert.deepEqual(
    ids(cluster, "elastic-ip"),
    ZONES.map((zone) => `elastic-ip/${zone}`),
  );
  for (const zone of ZONES) {
    const route = ofKind(cluster, "route").find((wanted) => wanted.id === `route/private/${zone}`);
    assert.deepEqual(route?.spec.target, { ref: `nat-gateway/${zone}` });
    const nat = ofKind(cluster, "nat-gateway").find((wanted) => wanted.id === `nat-gateway/${zone}`);
    assert.deepEqual(nat?.spec.subnet, { ref: `subnet/public/${zone}` });
    assert.deepEqual(nat?.after, [{ ref: "internet-gateway/main" }]);
  }
});

test("one blueprint is drawn up from equal facts, and another one from each that differs", () => {
  const cluster = clusterWith({
    spec: {
      workerPools: [
        { name: "spot", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"], spot: { maxPricePercent: 60 } },
      ],
    },
  });
  const facts = (): BlueprintFacts => ({
    owner: "1234",
    slots: new Map([["us-east-1a", 0]]),
    images: new Map([["spot", { id: "ami-1", name: "one" }]]),
    spotMaxPrices: new Map([["spot", "0.05"]]),
    staticVpcCidrs: ["10.0.0.0/16"],
    packs: bundleOf([]),
  });
  const first = blueprintOf(cluster, facts());
  assert.equal(blueprintOf(cluster, facts()), first);

  const others: BlueprintFacts = {
    owner: "5678",
    slots: new Map([["us-east-1a", 1]]),
    images: new Map([["spot", { id: "ami-2", name: "one" }]]),
    spotMaxPrices: new Map([["spot", "0.06"]]),
    packs: bundleOf([{ name: "calico", version: "1", objects: [] }]),
  };
  for (const [name, value] of Object.entries(others)) {
    assert.notDeepEqual(blueprintOf(cluster, { ...facts(), [name]: value }), first, name);
  }
  // Only a static network asks for these.
  assert.notEqual(blueprintOf(cluster, { ...facts(), staticVpcCidrs: ["10.1.0.0/16"] }), first);
});

test("no subnet exists in a zone that no pool names, and every pool's zone has one", () => {
  const cluster = clusterWith({
    spec: {
      controlPlane: { size: 1, zones: ["us-east-1b"] },
      workerPools: [{ name: "far", size: 1, instanceType: "m6i.large", zones: ["us-east-1d"] }],
    },
  });

  assert.deepEqual(ids(cluster, "nat-gateway"), ["nat-gateway/us-east-1b", "nat-gateway/us-east-1d"]);
});

test("DNS support and hostnames are on; S3 is reached by a gateway endpoint from every private subnet", () => {
  const cluster = clusterWith();
  const [vpc] = ofKind(cluster, "vpc");
  const [endpoint] = ofKind(cluster, "vpc-endpoint");

  assert.deepEqual(vpc?.spec, { cidr: "10.0.0.0/16", dnsSupport: true, dnsHostnames: true });
  assert.equal(endpoint?.spec.service, "com.amazonaws.us-east-1.s3");
  assert.deepEqual(
    endpoint?.spec.routeTables,
    ZONES.map((zone) => ({ ref: `route-table/private/${zone}` })),
  );
});

test("a public API server admits the listed addresses and each NAT gateway's address, and nobody else", () => {
  assert.deepEqual(ingress(clusterWith(), "load-balancer"), [
    "tcp 6443 203.0.113.0/24",
    ...ZONES.map((zone) => `tcp 6443 elastic-ip/${zone}.cidr`),
  ]);
});

test("a private API server admits the VPC and the listed addresses, on an internal load balancer in private subnets", () => {
  const cluster = clusterWith({ spec: { apiServer: { access: "private", allowedCidrs: ["172.16.0.0/12"] } } });
  const [balancer] = ofKind(cluster, "load-balancer");

  assert.deepEqual(ingress(cluster, "load-balancer"), ["tcp 6443 10.0.0.0/16", "tcp 6443 172.16.0.0/12"]);
  assert.equal(balancer?.spec.scheme, "internal");
  assert.deepEqual(
    balancer?.spec.subnets,
    ZONES.map((zone) => ({ ref: `subnet/private/${zone}` })),
  );
});

test("the load balancer stands in the control plane's zones, with a group from the start, protected, across zones", () => {
  const cluster = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1b"] } } });
  const [balancer] = ofKind(cluster, "load-balancer");
  const [group] = ofKind(cluster, "target-group");

  assert.deepEqual(balancer?.spec, {
    name: "slipway-prod-api",
    scheme: "internet-facing",
    subnets: [{ ref: "subnet/public/us-east-1b" }],
    securityGroups: [{ ref: "security-group/load-balancer" }],
    crossZone: true,
    deletionProtection: true,
  });
  assert.deepEqual(group?.spec, {
    name: "slipway-prod-api",
    vpc: { ref: "vpc/main" },
    port: 6443,
    healthPath: "/readyz",
    healthIntervalSeconds: 10,
    healthThreshold: 2,
    preserveClientIp: false,
    deregistrationDelaySeconds: 30,
    terminateConnections: true,
  });
});

test("etcd is open to the control plane alone, SSH to the bastion alone, NodePorts to nobody", () => {
  const cluster = clusterWith();
  const [control, worker] = [ingress(cluster, "control-plane"), ingress(cluster, "worker")];
  const all = [...control, ...worker];

  assert.deepEqual(
    control.filter((rule) => rule.startsWith("tcp 2379")),
    ["tcp 2379-2380 security-group/control-plane"],
  );
  assert.ok(!worker.some((rule) => rule.startsWith("tcp 2379")));
  assert.deepEqual(
    all.filter((rule) => rule.startsWith("tcp 22 ")),
    ["tcp 22 security-group/bastion", "tcp 22 security-group/bastion"],
  );
  assert.ok(!all.some((rule) => rule.includes("0.0.0.0/0") || rule.includes("30000")));
  assert.deepEqual(ingress(cluster, "bastion"), ["tcp 22 203.0.113.0/24"]);
});

test("nodes may talk as their network plug-in needs: Calico and Cilium differ", () => {
  const traffic = (name: string): string[] => {
    const cluster = clusterWith();
    const packs = cluster.profile.packs.map((pack) => (pack.layer === "cni" ? { ...pack, name } : pack));
    return ingress({ ...cluster, profile: { ...cluster.profile, packs } }, "worker").filter((rule) =>
      rule.endsWith("/worker"),
    );
  };

  assert.ok(traffic("calico").includes("udp 4789 security-group/worker"));
  assert.ok(traffic("cilium").includes("udp 8472 security-group/worker"));
  assert.ok(traffic("cilium").includes("tcp 4240 security-group/worker"));
});

test("without a bastion there is none, no group of it, and nobody has SSH", () => {
  const cluster = clusterWith({ spec: { bastion: false, sshKeyName: undefined } });

  assert.deepEqual(ids(cluster, "bastion"), []);
  assert.ok(!ids(cluster, "security-group").includes("security-group/bastion"));
  assert.ok(
    ![...ingress(cluster, "control-plane"), ...ingress(cluster, "worker")].some((rule) => rule.startsWith("tcp 22 ")),
  );
});

test("everything that can be tagged carries Slipway's tags and the user's; the cloud controller's stay where it wants them", () => {
  const { resources, pools } = blueprint(clusterWith());
  const owned = /^kubernetes\.io\/cluster\/prod-[0-9a-f]{6}$/;

  for (const { id, tags } of resources) {
    assert.deepEqual(
      {
        cluster: tags["slipway:cluster"],
        id: tags["slipway:id"],
        owner: tags["slipway:owner"],
        schema: tags["slipway:schema"],
        team: tags.team,
        Name: tags.Name,
      },
      { cluster: "prod", id, owner: "1234", schema: "1", team: "platform", Name: `prod/${id}` },
    );
  }
  const marked = resources.filter(({ tags }) => Object.keys(tags).some((key) => owned.test(key))).map(({ id }) => id);
  assert.deepEqual(marked.filter((id) => !id.startsWith("subnet/")).sort(), [
    "security-group/control-plane",
    "security-group/worker",
  ]);
  for (const pool of pools) {
    assert.ok(Object.keys(pool.tags).some((key) => owned.test(key)));
    assert.deepEqual([pool.tags["slipway:pool"], pool.tags["slipway:role"]], [pool.name, pool.role]);
    assert.equal(pool.tags["slipway:config-hash"], pool.configHash);
  }
});

test("what a node is born with makes its config hash; size, labels, tags and price do not", () => {
  const pool = { name: "default", size: 3, instanceType: "m6i.large", zones: ZONES };
  const hash = (changes: object, cluster: object = {}): string =>
    blueprint(
      clusterWith({
        ...cluster,
        spec: { ...(cluster as { spec?: object }).spec, workerPools: [{ ...pool, ...changes }] },
      }),
    ).pools[1]!.configHash;
  const base = hash({});

  for (const same of [
    { size: 7 },
    { labels: { a: "b" } },
    { taints: [{ key: "a", effect: "NoSchedule" }] },
    { zones: ["us-east-1a"] },
  ]) {
    assert.equal(hash(same), base, JSON.stringify(same));
  }
  assert.equal(hash({}, { metadata: { tags: { other: "tag" } } }), base);
  for (const other of [
    { instanceType: "m6i.xlarge" },
    { rootVolume: { sizeGiB: 99 } },
    { spot: { maxPricePercent: 50 } },
  ]) {
    assert.notEqual(hash(other), base, JSON.stringify(other));
  }
  assert.equal(hash({ spot: { maxPricePercent: 50 } }), hash({ spot: { maxPricePercent: 60 } }));
  assert.notEqual(hash({}, { spec: { sshKeyName: "other" } }), base);
  assert.notEqual(hash({}, { spec: { overrides: { kubernetes: { version: "1.37.2" } } } }), base);
});

test("a spot pool's cap is its share of the on-demand price, and an on-demand pool has none", () => {
  const cluster = clusterWith({
    spec: {
      workerPools: [
        { name: "s", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"], spot: { maxPricePercent: 60 } },
      ],
    },
  });

  const { pools } = blueprint(cluster);

  assert.deepEqual(
    pools.map((pool) => pool.spotMaxPrice),
    [undefined, "0.057600"],
  );
});

test("an account's own instance profiles are used, and no roles are made", () => {
  const account = accountTree({ spec: { instanceProfiles: { controlPlane: "cp", worker: "w" } } });

  const { resources, pools } = blueprint(clusterWith({}, account));

  assert.deepEqual(
    resources.filter(({ kind }) => kind === "role" || kind === "instance-profile"),
    [],
  );
  assert.deepEqual(
    pools.map((pool) => pool.launch.instanceProfile),
    ["cp", "w"],
  );
});

test("a permissions boundary is put on every role", () => {
  const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/boundary";
  const cluster = clusterWith({}, accountTree({ spec: { permissionsBoundaryArn } }));

  assert.deepEqual(
    ofKind(cluster, "role").map(({ spec }) => spec.boundary),
    [permissionsBoundaryArn, permissionsBoundaryArn],
  );
});

test("a worker may write only the phases of its own start, on its own cluster's instances, and nothing else", () => {
  const role = ofKind(clusterWith(), "role").find(({ id }) => id === "role/worker");
  const statements: { Sid: string; Effect: string; Action: string | string[] }[] = JSON.parse(
    role!.spec.policy,
  ).Statement;
  const statement = JSON.parse(role!.spec.policy).Statement.find(({ Sid }: { Sid: string }) => Sid === "Phase");

  assert.deepEqual(
    statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => Action)
      .filter((action) => !action.startsWith("ecr:")),
    ["ssm:GetParameter", "ssm:PutParameter", "ec2:CreateTags"],
  );
  assert.equal(statement.Action, "ec2:CreateTags");
  assert.deepEqual(statement.Condition.StringEquals, { "ec2:ResourceTag/slipway:cluster": "prod" });
  assert.ok(!JSON.stringify(statement.Condition.StringLike).includes("left"));
});

test("static placement makes nothing of a network and uses the user's subnets", () => {
  const subnets = ZONES.map((zone, n) => ({ zone, private: `subnet-a${n}`, public: `subnet-b${n}` }));
  const cluster = clusterWith({
    spec: { placement: { dynamic: undefined, static: { vpcId: "vpc-1", subnets, egressCidrs: ["198.51.100.7/32"] } } },
  });
  const { resources, pools } = blueprintOf(cluster, {
    owner: "1",
    slots: new Map(),
    images: new Map(),
    spotMaxPrices: new Map(),
    staticVpcCidrs: ["10.9.0.0/16"],
  });
  const kinds = new Set(resources.map(({ kind }) => kind));

  for (const kind of [
    "vpc",
    "subnet",
    "internet-gateway",
    "nat-gateway",
    "elastic-ip",
    "route-table",
    "route",
    "vpc-endpoint",
  ] as const)
    assert.ok(!kinds.has(kind), kind);
  assert.deepEqual(
    pools[0]!.zones.map(({ subnet }) => subnet),
    ["subnet-a0", "subnet-a1", "subnet-a2"],
  );
  assert.deepEqual(ingress(cluster, "load-balancer"), ["tcp 6443 198.51.100.7/32", "tcp 6443 203.0.113.0/24"]);
  const bastion = resources.find((wanted) => wanted.kind === "bastion");
  assert.equal(bastion?.kind === "bastion" && bastion.spec.subnet, "subnet-b0");
});

test("blocks of all slots fit their VPC and never overlap, for every size of VPC", () => {
  for (const prefix of [16, 17, 18, 19, 20, 21, 22]) {
    const vpc = `10.0.0.0/${prefix}`;
    const blocks = Array.from({ length: SLOTS }, (_, slot) => [publicBlock(vpc, slot), privateBlock(vpc, slot)]).flat();
    const cidrs = blocks.map((block) => parseCidr(block)!);
    for (const [i, one] of cidrs.entries()) {
      assert.ok(one.prefix <= 28 && overlaps(parseCidr(vpc)!, one));
      for (const other of cidrs.slice(i + 1)) assert.ok(!overlaps(one, other), `${blocks[i]}`);
    }
    for (let slot = 0; slot < SLOTS; slot++)
      assert.deepEqual([slotOf(vpc, publicBlock(vpc, slot)), slotOf(vpc, privateBlock(vpc, slot))], [slot, slot]);
  }
});

test("a zone keeps its slot for ever, and a new one takes the lowest that is free", () => {
  assert.deepEqual(
    [...assignSlots(["a", "c"], new Map())],
    [
      ["a", 0],
      ["c", 1],
    ],
  );
  assert.deepEqual(
    [
      ...assignSlots(
        ["a", "b", "c"],
        new Map([
          ["a", 0],
          ["c", 1],
        ]),
      ),
    ],
    [
      ["a", 0],
      ["b", 2],
      ["c", 1],
    ],
  );
  assert.deepEqual(
    [...assignSlots(["b", "c"], new Map([["c", 1]]))],
    [
      ["b", 0],
      ["c", 1],
    ],
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(..."abcdefg"), { minLength: 1 }),
      fc.uniqueArray(fc.constantFrom(..."abcdefg")),
      (before, after) => {
        const first = assignSlots(before, new Map());
        const second = assignSlots(
          after,
          first.size + after.filter((zone) => !first.has(zone)).length <= SLOTS ? first : new Map(),
        );
        const slots = [...second.values()];
        assert.equal(new Set(slots).size, slots.length);
        assert.ok(slots.every((slot) => slot >= 0 && slot < SLOTS));
      },
    ),
  );
});

test("every reference of a blueprint leads to a resource that it has", () => {
  const { resources } = blueprint(clusterWith());
  const known = new Set(resources.map(({ id }) => id));
  const refs = [...JSON.stringify(resources).matchAll(/"ref":"([^"]+)"/g)].map((match) => match[1]!);

  assert.ok(refs.length > 50);
  for (const ref of refs) assert.ok(known.has(ref), ref);
  for (const { kind } of resources) assert.ok(SHAPES[kind].title.length > 0);
  assert.ok(market().zones!.length > 0);
});
