/** What plans say of a network that is the user's: each mistake in it by itself, at the line that names it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { surveyCost } from "../support/measures.ts";
import { Simulation, troubles } from "../support/simulation.ts";
import { networkText, placedIn, type UserNetwork, userNetwork } from "../support/user-network.ts";

const ZONES = ["us-east-1a", "us-east-1b"];
const SMALL = {
  controlPlane: { size: 1, zones: ["us-east-1a"] },
  workerPools: [{ name: "default", size: 2, instanceType: "m6i.large", zones: ZONES }],
};
const PRIVATE_API = { apiServer: { access: "private", allowedCidrs: [] } };

const clusterIn = (network: UserNetwork, changes: object = {}): Cluster =>
  clusterWith({ spec: { ...SMALL, placement: placedIn(network), ...changes } });

/** A text with the names of things in place of their ids. */
function named(text: string, network: UserNetwork): string {
  const names: [id: string, name: string][] = [
    [network.vpc, "VPC"],
    [network.gateway, "GATEWAY"],
    [network.tables.open, "OPEN-TABLE"],
    ...network.zones.flatMap(({ zone, open, closed, nat, address, table }): [string, string][] => {
      const letter = zone.slice(-1).toUpperCase();
      return [
        [open, `OPEN-${letter}`],
        [closed, `CLOSED-${letter}`],
        [nat, `NAT-${letter}`],
        [address, `ADDRESS-${letter}`],
        [table, `TABLE-${letter}`],
      ];
    }),
  ];
  return names.reduce((all, [id, name]) => all.replaceAll(id, name), text);
}

interface Case {
  name: string;
  /** What is wrong in AWS. */
  spoil?: (world: World, network: UserNetwork) => void;
  /** What is else in the file. */
  file?: (network: UserNetwork) => object;
  /** Each finding: its level, code, line and message. */
  findings: string[];
}

/** What else the file says of the first zone's subnets. */
const firstZone =
  (changes: object) =>
  (network: UserNetwork): object => {
    const placed = placedIn(network).static;
    const [first, ...rest] = placed.subnets;
    return { placement: { dynamic: undefined, static: { ...placed, subnets: [{ ...first, ...changes }, ...rest] } } };
  };

/** Makes a subnet as full as to have that many addresses left. */
function leave(free: number, world: World, subnetId: string): void {
  const subnet = world.subnets.get(subnetId)!;
  const taken = 256 - 5 - [...world.interfaces.values()].filter((nic) => nic.subnetId === subnetId).length - free;
  for (let n = 0; n < taken; n++) {
    const id = `eni-0full${n}${subnetId}`;
    world.interfaces.set(id, {
      ...world.birth(id, {}),
      ...{ vpcId: subnet.vpcId, subnetId, groups: [], privateIp: `10.21.0.${255 - n}`, publicIp: undefined },
      ...{ type: "interface", description: "", owner: "i-0other" },
    });
  }
}

const route = (world: World, table: string): Map<string, string> => world.routeTables.get(table)!.routes;
const ANY = "0.0.0.0/0";

const CASES: readonly Case[] = [
  { name: "nothing is wrong", findings: [] },
  {
    name: "the VPC does not exist",
    file: (network) => ({ placement: { dynamic: undefined, static: { ...placedIn(network).static, vpcId: "vpc-0" } } }),
    findings: ["error network/no-vpc 14: there is no VPC vpc-0 in us-east-1 of the account 123456789012"],
  },
  {
    name: "a subnet does not exist",
    file: firstZone({ private: "subnet-0" }),
    findings: ["error network/no-subnet 17: there is no subnet subnet-0 in us-east-1"],
  },
  {
    name: "a subnet is in another VPC",
    spoil: (world, { zones }) => {
      world.subnets.get(zones[1]!.closed)!.vpcId = "vpc-0other";
    },
    findings: ["error network/other-vpc 20: CLOSED-B is in vpc-0other, not in VPC"],
  },
  {
    name: "a subnet is in another zone than the file says",
    spoil: (world, { zones }) => {
      world.subnets.get(zones[1]!.closed)!.zone = "us-east-1c";
    },
    findings: ["error network/other-zone 20: CLOSED-B is in us-east-1c, and the file has it for us-east-1b"],
  },
  {
    name: "a subnet was made for another cluster",
    spoil: (world, { zones }) => {
      world.subnets.get(zones[0]!.open)!.tags["slipway:cluster"] = "staging";
    },
    findings: [
      "error network/not-yours 18: OPEN-A was made for the cluster staging (tag slipway:cluster), and is deleted with it",
    ],
  },
  {
    name: "the VPC was made for another cluster",
    spoil: (world, { vpc }) => {
      world.vpcs.get(vpc)!.tags["slipway:cluster"] = "staging";
    },
    findings: [
      "error network/not-yours 14: VPC was made for the cluster staging (tag slipway:cluster), and is deleted with it",
    ],
  },
  {
    name: "the nodes' subnet has no default route",
    spoil: (world, { zones }) => route(world, zones[1]!.table).clear(),
    findings: [
      "error network/no-way-out 20: CLOSED-B is to hold nodes, which could not reach the internet: its route table TABLE-B has no route for 0.0.0.0/0",
    ],
  },
  {
    name: "the main table, which serves the nodes' subnet, has no default route",
    spoil: (world, { zones }) => route(world, zones[0]!.table).clear(),
    findings: [
      "error network/no-way-out 17: CLOSED-A is to hold nodes, which could not reach the internet: its route table TABLE-A has no route for 0.0.0.0/0",
    ],
  },
  {
    name: "the nodes' NAT gateway is gone",
    spoil: (world, { zones }) => {
      world.natGateways.get(zones[1]!.nat)!.state = "deleted";
    },
    findings: [
      "error network/no-way-out 20: CLOSED-B is to hold nodes, which could not reach the internet: its route table TABLE-B sends 0.0.0.0/0 to NAT-B, which is gone (blackhole)",
    ],
  },
  {
    name: "the nodes' subnet is a public one",
    spoil: (world, { zones, gateway }) => void route(world, zones[1]!.table).set(ANY, gateway),
    findings: [
      "error network/not-private 20: CLOSED-B is a public subnet: its route table TABLE-B sends 0.0.0.0/0 to GATEWAY, which serves nothing without a public address, and nodes have none",
    ],
  },
  ...["tgw-0a", "vgw-0a", "pcx-0a", "vpce-0a", "eni-0a"].map((target) => ({
    name: `the nodes' way out is ${target}, which is as good as a NAT gateway`,
    spoil: (world: World, { zones }: UserNetwork) => void route(world, zones[1]!.table).set(ANY, target),
    findings: [],
  })),
  {
    name: "the file lists another address than the second zone's NAT gateway has",
    file: (network) => {
      const placed = placedIn(network).static;
      return {
        placement: {
          dynamic: undefined,
          static: { ...placed, egressCidrs: [placed.egressCidrs[0], "198.51.100.7/32"] },
        },
      };
    },
    findings: [
      "error network/egress-not-listed 23: nodes in CLOSED-B come from ADDRESS-B, the address of NAT-B, which egressCidrs do not cover: the public API server's load balancer would not let them in",
    ],
  },
  {
    name: "the file lists a block that covers all of its NAT gateways",
    file: (network) => ({
      placement: {
        dynamic: undefined,
        static: { ...placedIn(network).static, egressCidrs: ["0.0.0.0/1", "128.0.0.0/1"] },
      },
    }),
    findings: [],
  },
  {
    name: "the public subnet leads to a NAT gateway",
    spoil: (world, { zones, tables }) => void route(world, tables.open).set(ANY, zones[0]!.nat),
    findings: [
      "error network/not-public 18: OPEN-A is to hold the load balancer and the bastion, which the internet could not reach: its route table OPEN-TABLE sends 0.0.0.0/0 to NAT-A",
    ],
  },
  {
    name: "the public subnet's internet gateway was detached",
    spoil: (world, { gateway }) => {
      world.internetGateways.get(gateway)!.vpcId = undefined;
    },
    findings: [
      "error network/not-public 18: OPEN-A is to hold the load balancer and the bastion, which the internet could not reach: its route table OPEN-TABLE sends 0.0.0.0/0 to GATEWAY, which is gone (blackhole)",
    ],
  },
  {
    name: "the public subnet leads nowhere, and nothing public is placed there",
    file: () => ({ ...PRIVATE_API, bastion: false }),
    spoil: (world, { tables }) => route(world, tables.open).clear(),
    findings: [],
  },
  {
    name: "a zone without pools has a subnet without a way out",
    file: () => ({ workerPools: [] }),
    spoil: (world, { zones }) => route(world, zones[1]!.table).clear(),
    findings: [],
  },
  {
    name: "the nodes' subnet has one address too few",
    spoil: (world, { zones }) => leave(1, world, zones[0]!.closed),
    findings: ["error network/no-addresses 17: 2 free addresses are needed in CLOSED-A (2 for nodes), and there are 1"],
  },
  {
    name: "the nodes' subnet has just the addresses that are needed",
    spoil: (world, { zones }) => leave(2, world, zones[0]!.closed),
    findings: [],
  },
  {
    name: "the nodes' subnet has no room for the load balancer beside them",
    file: () => PRIVATE_API,
    spoil: (world, { zones }) => leave(9, world, zones[0]!.closed),
    findings: [
      "error network/no-addresses 17: 10 free addresses are needed in CLOSED-A (2 for nodes, 8 for the load balancer), and there are 9",
    ],
  },
  {
    name: "the public subnet has no room for load balancer and bastion",
    spoil: (world, { zones }) => leave(8, world, zones[0]!.open),
    findings: [
      "error network/no-addresses 18: 9 free addresses are needed in OPEN-A (8 for the load balancer, 1 for the bastion), and there are 8",
    ],
  },
  {
    name: "names can't be looked up in the VPC",
    spoil: (world, { vpc }) => {
      world.vpcs.get(vpc)!.dnsSupport = false;
    },
    findings: [
      "error network/no-dns 14: VPC has DNS resolution turned off (enableDnsSupport): its nodes could look up no name",
    ],
  },
  {
    name: "the VPC gives no names",
    spoil: (world, { vpc }) => {
      world.vpcs.get(vpc)!.dnsHostnames = false;
    },
    findings: [
      "warning network/no-dns-hostnames 14: VPC has DNS hostnames turned off (enableDnsHostnames): the private DNS names of nodes and of interface endpoints do not resolve",
    ],
  },
  {
    name: "pods would have addresses of the VPC's second block",
    file: () => ({ overrides: { kubernetes: { values: { podCidr: "10.21.128.0/17" } } } }),
    findings: [
      "error network/ranges-overlap 14: the pod range 10.21.128.0/17 overlaps 10.21.0.0/16 of VPC; VPC, pods and services each need their own",
    ],
  },
  {
    name: "services would have addresses of the VPC",
    file: () => ({ overrides: { kubernetes: { values: { serviceCidr: "10.20.0.0/24" } } } }),
    findings: [
      "error network/ranges-overlap 14: the service range 10.20.0.0/24 overlaps 10.20.0.0/20 of VPC; VPC, pods and services each need their own",
    ],
  },
  {
    name: "subnets lack the tags of their roles",
    spoil: (world, { zones }) => {
      for (const { open, closed } of zones) {
        world.subnets.get(open)!.tags = {};
        world.subnets.get(closed)!.tags = {};
      }
    },
    findings: [
      "warning network/no-role-tag 17: CLOSED-A, CLOSED-B: no tag kubernetes.io/role/internal-elb; for an internal load balancer the cloud controller can't tell them from public subnets, and may take one of those",
      "warning network/no-role-tag 18: OPEN-A, OPEN-B: no tag kubernetes.io/role/elb; for an internet-facing load balancer the cloud controller may take any other public subnet of the zone",
    ],
  },
  {
    name: "a subnet is tagged for other clusters alone",
    spoil: (world, { zones }) => {
      world.subnets.get(zones[0]!.open)!.tags["kubernetes.io/cluster/other"] = "shared";
    },
    findings: [
      "warning network/tagged-for-others 18: OPEN-A: tagged kubernetes.io/cluster/… for other clusters alone; the cloud controller of this one passes over them",
    ],
  },
  {
    name: "the route table of a shared VPC is not shown",
    spoil: (world, { zones }) => {
      world.routeTables.get(zones[0]!.table)!.visibleAtMs = Number.POSITIVE_INFINITY;
    },
    findings: [
      "warning network/route-unknown 17: the route table of CLOSED-A is not shown to this account, so its default route could not be checked",
    ],
  },
];

for (const { name, spoil, file, findings } of CASES) {
  test(`of the user's network a plan says what is wrong, and where: ${name}`, async () => {
    const simulation = new Simulation({ eventualConsistency: false });
    const { world } = simulation;
    const network = await userNetwork(simulation, ZONES);
    spoil?.(world, network);
    const before = networkText(world);

    const planned = await simulation.plan(clusterIn(network, file?.(network)));

    const said = planned.findings.map(({ level, code, at, message }) => `${level} ${code} ${at?.line}: ${message}`);
    assert.deepEqual(
      said.map((text) => named(text, network)),
      findings,
    );
    assert.ok(planned.findings.every(({ code, fix }) => fix !== undefined || code === "network/route-unknown"));
    assert.equal(planned.result, findings.some((text) => text.startsWith("error")) ? "blocked" : "planned");
    assert.equal(networkText(world), before);
  });
}

test("an address that a standing cluster has is not asked for again", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const network = await userNetwork(simulation, ZONES);
  const cluster = clusterIn(network);
  const applied = await simulation.apply(cluster);
  for (const { open, closed } of network.zones) {
    leave(0, simulation.world, open);
    leave(0, simulation.world, closed);
  }

  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.equal((await simulation.plan(cluster)).result, "no-changes");
});

test("nodes that stand in a subnet that the file names no more are told of, and stay", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const { world } = simulation;
  const network = await userNetwork(simulation, ZONES);
  await simulation.apply(clusterIn(network));
  const [first] = network.zones;
  world.subnets.set("subnet-0b", { ...structuredClone(world.subnets.get(first!.closed)!), id: "subnet-0b" });

  const planned = await simulation.plan(clusterIn(network, firstZone({ private: "subnet-0b" })(network)));

  assert.equal(planned.result, "no-changes");
  assert.deepEqual(
    planned.findings.map(({ level, code, at, message }) => `${level} ${code} ${at?.line}: ${named(message, network)}`),
    [
      "warning network/nodes-elsewhere 17: us-east-1a keeps 2 nodes in CLOSED-A until replacement; only new ones are launched in subnet-0b",
    ],
  );
});

test("a network that can't be read blocks, and is not taken for missing", async () => {
  const actions = ["DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeVpcAttribute"];
  for (const action of actions) {
    const simulation = new Simulation({ eventualConsistency: false });
    const cluster = clusterIn(await userNetwork(simulation, ZONES));

    const applied = await simulation.apply(cluster, { faults: [{ at: `ec2:${action}`, kind: "deny", times: 99 }] });

    assert.equal(applied.result, "blocked");
    assert.ok(applied.findings.length > 0);
    for (const { code, message } of applied.findings) {
      assert.equal(code, "survey/unreadable");
      assert.match(message, new RegExp(`ec2:${action}: UnauthorizedOperation`));
    }
  }
});

test("a no-change plan in the user's network asks AWS at most 25 times in 4 rounds for the cluster", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const zones = ["us-east-1a", "us-east-1b", "us-east-1c"];
  const cluster = clusterWith({ spec: { placement: placedIn(await userNetwork(simulation, zones)) } });
  await simulation.apply(cluster);

  const surveyed = await surveyCost(simulation, cluster);

  assert.ok(surveyed.calls <= 25 && surveyed.rounds <= 4, JSON.stringify(surveyed));
});

test("a cluster that stands moves neither into the user's network, nor out of it, nor to another VPC", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const { world } = simulation;
  const [network, other] = [await userNetwork(simulation, ZONES), await userNetwork(simulation, ZONES)];
  const dynamic = clusterWith({ spec: SMALL });
  const errors = async (cluster: Cluster): Promise<string[]> => {
    const before = simulation.mutatingCalls();
    const result = await simulation.apply(cluster);
    assert.equal(result.result, "blocked");
    assert.equal(simulation.mutatingCalls(), before);
    return result.findings.map(({ code, message, at }) => named(`${at?.line} ${code} ${message}`, network));
  };
  const LIVES = "that can't be changed while the cluster lives";

  await simulation.apply(dynamic);
  const own = [...world.vpcs.values()].find((vpc) => vpc.tags["slipway:cluster"] === "prod")!.id;
  const intoTheirs = await errors(clusterIn(network));
  await simulation.destroy(dynamic);
  await simulation.apply(clusterIn(network));
  const outOfTheirs = await errors(dynamic);
  const elsewhere = await errors(clusterIn(other));

  assert.deepEqual(intoTheirs, [
    `14 plan/refused the cluster has a VPC of its own, ${own}, and should be placed in VPC; ${LIVES}`,
  ]);
  assert.deepEqual(outOfTheirs, [
    `13 plan/refused the cluster is placed in VPC, and should have a VPC of its own; ${LIVES}`,
  ]);
  assert.deepEqual(elsewhere, [`14 plan/refused the cluster is placed in VPC and should be in ${other.vpc}; ${LIVES}`]);
});
