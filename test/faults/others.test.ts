/**
 * An account is never Slipway's alone: what others have in a cluster's VPC and beside it, and what becomes of that when the
 * cluster is changed, repaired and deleted. Whatever happens, nothing of others' is deleted or changed; what is in the way of
 * a deletion is named, with its id and what to do, before anything is deleted.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterResult } from "../../src/commands/results.ts";
import { commandResult } from "../../src/commands/results.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import type { Role } from "../../src/twin/records.ts";
import { textOf } from "../support/breaking.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Others, ownThing } from "../support/others.ts";
import { Simulation, troubles } from "../support/simulation.ts";
import { placedIn, userNetwork } from "../support/user-network.ts";

const A = ["us-east-1a"];
const small = (workers = 1, name = "prod", zones = A): Cluster =>
  clusterWith({
    metadata: { name },
    spec: {
      controlPlane: { size: 1, zones: A },
      workerPools: [{ name: "default", size: workers, instanceType: "m6i.large", zones }],
    },
  });

interface Row {
  name: string;
  put: (others: Others) => Promise<void> | void;
  /** What a destroy says, each finding's code and message; none: it is done. */
  refused?: RegExp[];
  /** What others have put into the cluster's own things: it stays as it is. */
  within?: (others: Others) => string;
}

const workers = ({ world }: Others) => ownThing(world.securityGroups, "security-group/worker");
const privateTable = ({ world }: Others) => ownThing(world.routeTables, "route-table/private/us-east-1a");

const ROWS: readonly Row[] = [
  {
    name: "the load balancer of a Service, by the cloud controller, with its rules in the nodes' group",
    put: async (others) => {
      await others.networkLoadBalancer("a1b2c3d4e5f6", {
        ...others.inCluster(),
        "kubernetes.io/service-name": "shop/web",
      });
      const rule = { protocol: "tcp", fromPort: 30463, toPort: 30463, peer: "0.0.0.0/0" };
      workers(others).ingress.push({ ...rule, description: "kubernetes.io/rule/nlb/client=a1b2c3d4e5f6" });
    },
    refused: [
      /^the load balancer a1b2c3d4e5f6 is in subnet-\w+: a controller in the cluster made it for service shop\/web,/,
    ],
    within: (others) => JSON.stringify(workers(others).ingress),
  },
  {
    name: "a classic load balancer of a Service, its group, and the rule that admits that group",
    put: (others) => {
      const group = others.securityGroup("sg-0elb", "k8s-elb-a9f8e7", others.inCluster());
      others.networkInterface("eni-0elb", "ELB a9f8e7", { groups: [group.id], owner: "a9f8e7" });
      workers(others).ingress.push({ protocol: "-1", fromPort: -1, toPort: -1, peer: group.id, description: "" });
    },
    refused: [/^the load balancer a9f8e7 is in subnet-\w+: a controller in the cluster made it, and/],
    within: (others) => JSON.stringify(workers(others).ingress),
  },
  {
    name: "a group that the load balancer controller left behind",
    put: (others) => {
      const [key = ""] = Object.keys(others.inCluster());
      others.securityGroup("sg-0k8s", "k8s-traffic-prod", { "elbv2.k8s.aws/cluster": key.split("/")[2] ?? "" });
    },
    refused: [
      /^the security group sg-0k8s \(k8s-traffic-prod\) is in vpc-\w+: a controller in the cluster made it, and/,
    ],
  },
  {
    name: "a load balancer of the cluster prod-2, in our VPC",
    put: async (others) => {
      await others.networkLoadBalancer("b1b2b3", {
        ...others.inCluster("prod-2"),
        "kubernetes.io/service-name": "shop/web",
      });
    },
    refused: [/^the load balancer b1b2b3 is in subnet-\w+, and is not Slipway's$/],
  },
  {
    name: "a network interface that nobody has",
    put: (others) => void others.networkInterface("eni-0lost", ""),
    refused: [/^the network interface eni-0lost is in subnet-\w+, and is not Slipway's$/],
  },
  {
    name: "a mount target of EFS",
    put: (others) => void others.networkInterface("eni-0efs", "EFS mount target for fs-0123", { owner: "amazon-efs" }),
    refused: [/^the network interface eni-0efs \(EFS mount target for fs-0123\) is in subnet-\w+/],
  },
  {
    name: "somebody's instance",
    put: async (others) => {
      const { Instances } = await others.call<{ Instances: { InstanceId: string }[] }>("ec2", "RunInstances", {
        MinCount: 1,
        MaxCount: 1,
        ImageId: [...others.world.images].find(([, image]) => !image.arm)?.[0],
        InstanceType: "m6i.large",
        NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: others.subnet().id, Groups: [] }],
      });
      const instance = others.world.instances.get(Instances[0]?.InstanceId ?? "");
      for (const id of [instance?.id, instance?.interfaceId, instance?.volumeId]) others.ids.add(id ?? "");
    },
    refused: [/^the instance i-\w+ is in subnet-\w+, and is not Slipway's$/],
  },
  {
    name: "a subnet, a route table and a group of somebody's",
    put: async (others) => {
      const VpcId = others.subnet().vpcId;
      const { Subnet } = await others.call<{ Subnet: { SubnetId: string } }>("ec2", "CreateSubnet", {
        VpcId,
        CidrBlock: "10.0.255.0/28",
        AvailabilityZone: "us-east-1a",
      });
      const { RouteTable } = await others.call<{ RouteTable: { RouteTableId: string } }>("ec2", "CreateRouteTable", {
        VpcId,
      });
      for (const id of [Subnet.SubnetId, RouteTable.RouteTableId]) others.ids.add(id);
      others.securityGroup("sg-0db", "database");
    },
    refused: [
      /^the security group sg-0db \(database\) is in vpc-\w+/,
      /^the subnet subnet-\w+ \(10\.0\.255\.0\/28\) is in vpc-\w+/,
      /^the route table rtb-\w+ is in vpc-\w+/,
    ],
  },
  {
    name: "a route to a peering connection, in our table",
    put: (others) => void privateTable(others).routes.set("172.16.0.0/12", "pcx-0123"),
    refused: [/^the route table rtb-\w+ has a route to 172\.16\.0\.0\/12 by pcx-0123 that is not Slipway's/],
    within: (others) => JSON.stringify([...privateTable(others).routes]),
  },
  {
    name: "a route to an egress-only internet gateway, in our table",
    put: (others) => void privateTable(others).routes.set("::/0", "eigw-0123"),
    refused: [/^the route table rtb-\w+ has a route to ::\/0 by eigw-0123 that is not Slipway's/],
    within: (others) => JSON.stringify([...privateTable(others).routes]),
  },
  {
    name: "network ACLs of somebody's, one of which a subnet of ours was given",
    put: (others) => {
      others.networkAcl("acl-0strict", [others.subnet()]);
      others.networkAcl("acl-0spare");
    },
    refused: [
      /^the network ACL acl-0strict \(used by subnet-\w+\) belongs to vpc-\w+, and is not Slipway's$/,
      /^the network ACL acl-0spare belongs to vpc-\w+, and is not Slipway's$/,
    ],
  },
  {
    name: "a gateway endpoint of somebody's, with its routes in our table",
    put: async (others) => {
      const { VpcEndpoint } = await others.call<{ VpcEndpoint: { VpcEndpointId: string } }>(
        "ec2",
        "CreateVpcEndpoint",
        {
          VpcId: others.subnet().vpcId,
          ServiceName: "com.amazonaws.us-east-1.dynamodb",
          RouteTableIds: [privateTable(others).id],
        },
      );
      others.ids.add(VpcEndpoint.VpcEndpointId);
    },
    refused: [/^the VPC endpoint vpce-\w+ \(com\.amazonaws\.us-east-1\.dynamodb\) is in vpc-\w+, and is not/],
  },
  {
    name: "an endpoint with interfaces, in two subnets of ours: named once",
    put: (others) => {
      others.endpoint("vpce-0ecr", "com.amazonaws.us-east-1.ecr.api");
      for (const side of ["public", "private"] as const) {
        const { id: subnetId } = others.subnet(side);
        others.networkInterface(`eni-0${side}`, "VPC Endpoint Interface vpce-0ecr", { subnetId, owner: "amazon-aws" });
      }
    },
    refused: [/^the VPC endpoint vpce-0ecr \(com\.amazonaws\.us-east-1\.ecr\.api\) is in vpc-\w+, and is not/],
  },
  {
    name: "peering connections that either side has asked for, and a route by one of them: each is named once",
    put: (others) => {
      others.peering("pcx-0active", "active", "cluster");
      others.peering("pcx-0theirs", "active", "other");
      others.peering("pcx-0coming", "provisioning", "other");
      others.peering("pcx-0asked", "pending-acceptance", "cluster");
      others.peering("pcx-0asking", "pending-acceptance", "other");
      privateTable(others).routes.set("172.16.0.0/12", "pcx-0active");
    },
    refused: ["active", "asked", "theirs", "coming", "asking"].map(
      (name) => new RegExp(`^the peering connection pcx-0${name} \\(.* of account 210987654321\\) ends in vpc-\\w+`),
    ),
    within: (others) => JSON.stringify([...privateTable(others).routes]),
  },
  {
    name: "VPN gateways that are attached to our VPC, or about to be",
    put: (others) => {
      others.vpnGateway("vgw-0office", "attached");
      others.vpnGateway("vgw-0new", "attaching");
    },
    refused: [
      /^the VPN gateway vgw-0office is attached to vpc-\w+, and is not Slipway's$/,
      /^the VPN gateway vgw-0new is attached to vpc-\w+, and is not Slipway's$/,
    ],
  },
  {
    name: "peering connections that are over, a VPN gateway that was detached, and what is around another VPC",
    put: (others) => {
      for (const status of ["rejected", "expired", "failed", "deleted"] as const) {
        others.peering(`pcx-0${status}`, status, "cluster");
        others.peering(`pcx-1${status}`, status, "other");
      }
      others.vpnGateway("vgw-0old", "detached");
      others.networkAcl("acl-0else", [], "vpc-0elsewhere");
      others.peering("pcx-0else", "active", "cluster", "vpc-0elsewhere");
      others.vpnGateway("vgw-0else", "attached", "vpc-0elsewhere");
    },
  },
  {
    name: "volumes of claims, attached and not",
    put: (others) => {
      const tags = (name: string) => ({
        ...others.inCluster(),
        "slipway:cluster": "prod",
        CSIVolumeName: `pvc-${name}`,
        "kubernetes.io/created-for/pvc/namespace": "shop",
        "kubernetes.io/created-for/pvc/name": name,
      });
      const [node] = others.world.instances.values();
      others.volume("vol-0data", tags("data"), node?.id);
      others.volume("vol-0logs", tags("logs"));
    },
  },
  {
    name: "what somebody tagged with our name in capitals",
    put: (others) => {
      others.securityGroup(
        "sg-0caps",
        "caps",
        { "slipway:cluster": "Prod", "slipway:owner": "1234" },
        "vpc-0elsewhere",
      );
      others.volume("vol-0caps", { "slipway:cluster": "PROD" });
    },
  },
  {
    name: "a kOps cluster of our name",
    put: async (others) => {
      const tags = { KubernetesCluster: "prod", "kubernetes.io/cluster/prod": "owned", Name: "masters.prod" };
      others.securityGroup("sg-0kops", "masters.prod", tags, "vpc-0kops");
      others.volume("vol-0kops", { ...tags, "kubernetes.io/created-for/pvc/name": "data" });
      await others.call("iam", "CreateRole", { RoleName: "masters.prod", AssumeRolePolicyDocument: "{}" });
      others.ids.add("masters.prod");
    },
  },
];

/** The errors of a result. */
const messages = ({ findings }: Pick<ClusterResult, "findings">): string[] =>
  findings.filter(({ level }) => level === "error").map(({ message }) => message);

for (const { name, put, refused = [], within = () => "" } of ROWS) {
  test(`others: ${name}`, async () => {
    const simulation = new Simulation();
    await simulation.apply(small());
    const others = new Others(simulation);
    await put(others);
    await simulation.run(() => simulation.clock.sleep(240_000));
    simulation.world.catchUp();
    const [before, inside] = [textOf(simulation.world, others.ids), within(others)];
    const same = (after: string): void => {
      assert.deepEqual(textOf(simulation.world, others.ids), before, `others' things after ${after}`);
      assert.equal(within(others), inside, `what others put into ours after ${after}`);
    };

    const plan = await simulation.plan(small());
    assert.deepEqual([plan.result, plan.plan?.changes], ["no-changes", []]);
    assert.equal((await simulation.reconcile(small())).result, "no-changes");
    same("reconcile");
    const scaled = await simulation.apply(small(2));
    assert.equal(scaled.result, "applied", troubles(scaled).join("\n"));
    same("a day-2 edit");

    const calls = simulation.mutatingCalls();
    const destroyed = await simulation.destroy(small());
    const said = messages(destroyed);
    if (refused.length > 0) {
      assert.deepEqual([destroyed.result, said.length], ["blocked", refused.length], said.join("\n"));
      for (const [index, pattern] of refused.entries()) assert.match(said[index]!, pattern);
      assert.equal(simulation.mutatingCalls(), calls, "nothing is changed");
      assert.equal(
        destroyed.findings.every(({ fix = "" }) => fix !== ""),
        true,
        "each says what to do",
      );
    } else assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
    same("destroy");
  });
}

test("another repository's cluster of our name: plan, apply, reconcile, removal and destroy leave it alone, and say whose it is", async () => {
  const simulation = new Simulation({ owner: "9999" });
  await simulation.apply(small());
  simulation.owner = "1234";
  const calls = simulation.mutatingCalls();
  const [records] = [...simulation.world.buckets.values()].map(({ objects }) => JSON.stringify([...objects]));

  for (const run of [
    () => simulation.plan(small(2)),
    () => simulation.apply(small(2)),
    () => simulation.reconcile(small(2)),
    () => simulation.removal("apply", small(), { confirm: ["prod"] }),
    () => simulation.destroy(small()),
  ]) {
    const { result, findings } = await run();
    assert.equal(result, "blocked");
    assert.match(messages({ findings })[0] ?? "", /^the cluster prod .* belongs to "9999", and this is "1234"/);
  }
  assert.equal(simulation.mutatingCalls(), calls);
  const [now] = [...simulation.world.buckets.values()].map(({ objects }) => JSON.stringify([...objects]));
  assert.equal(now, records, "nor are its lease and its records touched");
});

test("clusters whose names begin alike live through each other's whole lives", async () => {
  const simulation = new Simulation();
  const [prod, longer] = [small(), small(1, "prod-2")];
  await simulation.apply(longer);
  await simulation.apply(prod);
  assert.equal((await simulation.plan(longer)).result, "no-changes");
  const destroyed = await simulation.destroy(prod);
  assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));

  assert.equal((await simulation.plan(longer)).result, "no-changes", "its records, its roles and its parameters too");
  const nodes = [...simulation.world.instances.values()].filter(({ tags }) => tags["slipway:cluster"] === "prod-2");
  assert.equal(nodes.length, 3);
  assert.ok(nodes.every(({ state }) => state === "running"));
  const last = await simulation.destroy(longer);
  assert.equal(last.result, "destroyed", troubles(last).join("\n"));
});

test("what has our tag by hand is neither taken for ours nor deleted: the run stops and names it", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const others = new Others(simulation);
  others.securityGroup("sg-0tagged", "by the tag editor", { "slipway:cluster": "prod" }, "vpc-0elsewhere");
  const node = [...simulation.world.instances.values()][0]!;
  simulation.world.instances.set("i-0tagged", {
    ...node,
    ...{ id: "i-0tagged", tags: { "slipway:cluster": "prod" }, interfaceId: "eni-0tagged", volumeId: "vol-0tagged" },
  });
  const calls = simulation.mutatingCalls();
  for (const { result, findings } of [
    await simulation.plan(small()),
    await simulation.reconcile(small()),
    await simulation.destroy(small()),
  ]) {
    assert.equal(result, "blocked");
    const said = messages({ findings });
    assert.deepEqual(said, ["tagged slipway:cluster=prod, and not made by Slipway: sg-0tagged, i-0tagged"]);
  }
  assert.equal(simulation.mutatingCalls(), calls);
});

test("the interfaces of a load balancer whose Service was just deleted, and of an instance that is just gone, are waited for", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const others = new Others(simulation);
  const arn = await others.networkLoadBalancer("a1b2c3", others.inCluster());
  await others.call("elasticloadbalancing", "DeleteLoadBalancer", { LoadBalancerArn: arn });
  assert.ok([...simulation.world.interfaces.values()].some(({ description }) => description.includes("a1b2c3")));

  // As of an instance that an earlier run has terminated.
  const tags = { "slipway:cluster": "prod", "slipway:owner": "1234", "slipway:id": "pool/default/us-east-1a" };
  others.networkInterface("eni-0going", "", { owner: "i-0gone", tags });
  simulation.world.after(90_000, () => simulation.world.interfaces.delete("eni-0going"));

  const destroyed = await simulation.destroy(small());
  assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
});

test("a VPN gateway that somebody is detaching, and a peering connection that is being deleted, are waited for", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const others = new Others(simulation);
  const gateway = others.vpnGateway("vgw-0going", "detaching");
  others.peering("pcx-0going", "deleting", "other");
  simulation.world.after(120_000, () => {
    gateway.attachment = "detached";
  });

  const destroyed = await simulation.destroy(small());

  assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
  const refusals = simulation.world.calls.filter(
    ({ action, error }) => action === "ec2:DeleteVpc" && error !== undefined,
  );
  assert.ok(refusals.length > 0, "the gateway was there for longer than the rest");
});

test("what comes while a destroy is at work stops only what it is in, by its name; without it the next run finishes", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const others = new Others(simulation);
  const subnet = others.subnet().id;
  let put = false;
  let worker: Role | undefined;
  simulation.world.observers.push(({ calls }) => {
    if (put || calls.at(-1)?.action !== "ec2:TerminateInstances") return;
    put = true;
    others.networkInterface("eni-0late", "AWS Lambda VPC ENI-job", { owner: "amazon-aws" });
    const late = others.securityGroup("sg-0late", "late", {});
    const peer = ownThing(simulation.world.securityGroups, "security-group/worker").id;
    late.ingress.push({ protocol: "tcp", fromPort: 1, toPort: 1, peer, description: "" });
    worker = [...simulation.world.roles.values()].find(({ id }) => id.endsWith("-worker"));
    worker?.policies.set("sessions", "{}");
  });
  const first = await simulation.destroy(small());
  const told = troubles(first).join("\n");
  assert.equal(first.result, "failed");
  assert.match(
    told,
    new RegExp(`${subnet} can't be deleted while it is in use by eni-0late \\(AWS Lambda VPC ENI-job`),
  );
  assert.match(told, /sg-\w+ can't be deleted while it is in use by a rule of sg-0late \(late\)\. Remove it and run/);
  assert.match(
    told,
    /the role slipway-prod-us-east-1-worker can't be deleted while it has policies that are not Slipway's/,
  );
  assert.deepEqual([...(worker?.policies.keys() ?? [])], ["sessions"], "theirs is left");
  assert.ok(
    [...simulation.world.natGateways.values()].every(({ state }) => state === "deleted"),
    "the rest goes",
  );
  assert.ok(simulation.world.interfaces.has("eni-0late") && simulation.world.securityGroups.has("sg-0late"));

  simulation.world.interfaces.delete("eni-0late");
  simulation.world.securityGroups.delete("sg-0late");
  worker?.policies.delete("sessions");
  const second = await simulation.destroy(small());
  assert.equal(second.result, "destroyed", troubles(second).join("\n"));
});

test("what stands in the way is found behind a thousand that do not", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const others = new Others(simulation);
  for (let number = 0; number < 1000; number++) others.peering(`pcx-${number}`, "rejected", "cluster");
  others.peering("pcx-0last", "active", "cluster");

  const [said = "", ...more] = messages(await simulation.destroy(small()));

  assert.match(said, /^the peering connection pcx-0last /);
  assert.deepEqual(more, []);
});

test("a destroy that may not look at something of others' does not begin, and says what it may not", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const calls = simulation.mutatingCalls();
  for (const action of ["DescribeNetworkAcls", "DescribeVpcPeeringConnections", "DescribeVpnGateways"]) {
    const faults = [{ kind: "deny" as const, at: `ec2:${action}` }];

    const { result, findings } = await simulation.destroy(small(), { faults });

    assert.equal(result, "blocked");
    assert.match(messages({ findings }).join(), new RegExp(`ec2:${action}: UnauthorizedOperation`));
  }
  assert.equal(simulation.mutatingCalls(), calls);
});

test("what comes to hold the VPC alone while a destroy is at work is named in AWS's refusal; without it the next run finishes", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const others = new Others(simulation);
  simulation.world.observers.push(({ calls }) => {
    if (others.ids.size > 0 || calls.at(-1)?.action !== "ec2:TerminateInstances") return;
    others.networkAcl("acl-0late", [others.subnet()]);
    others.peering("pcx-0late", "pending-acceptance", "other");
  });

  const first = await simulation.destroy(small());

  assert.equal(first.result, "failed");
  const [vpc] = [...simulation.world.vpcs.keys()];
  const users =
    "the network ACL acl-0late; the peering connection pcx-0late (pending-acceptance, with vpc-0office of account 210987654321)";
  assert.ok(
    troubles(first).join("\n").includes(`${vpc} can't be deleted while it is in use by ${users}. Remove them and run`),
    troubles(first).join("\n"),
  );
  assert.equal(simulation.world.subnets.size, 0, "the rest goes");
  assert.deepEqual([...others.ids], [...simulation.world.networkAcls.keys(), ...simulation.world.peerings.keys()]);

  simulation.world.networkAcls.clear();
  simulation.world.peerings.clear();
  const second = await simulation.destroy(small());
  assert.equal(second.result, "destroyed", troubles(second).join("\n"));
});

test("a zone that no pool is in any more keeps its network while a Service's load balancer is there, and the plan says so", async () => {
  const simulation = new Simulation();
  const both = small(2, "prod", ["us-east-1a", "us-east-1b"]);
  await simulation.apply(both);
  const others = new Others(simulation);
  const open = ownThing(simulation.world.subnets, "subnet/public/us-east-1b").id;
  const arn = await others.networkLoadBalancer("a1b2c3", others.inCluster(), [others.subnet("public").id, open]);
  const calls = simulation.mutatingCalls();

  for (const { result, findings } of [await simulation.plan(small()), await simulation.apply(small())]) {
    assert.equal(result, "blocked");
    const [found] = findings.filter(({ level }) => level === "error");
    assert.equal(found?.code, "plan/in-use");
    assert.match(
      found?.message ?? "",
      new RegExp(`the load balancer a1b2c3 is in ${open}: a controller in the cluster made it`),
    );
    assert.ok(found?.fix?.includes(`set-subnets --region us-east-1 --load-balancer-arn ${arn}`));
  }
  assert.equal(simulation.mutatingCalls(), calls);

  await others.call("elasticloadbalancing", "SetSubnets", {
    LoadBalancerArn: arn,
    Subnets: [others.subnet("public").id],
  });
  await simulation.run(() => simulation.clock.sleep(60_000));
  const narrowed = await simulation.apply(small());
  assert.equal(narrowed.result, "applied", troubles(narrowed).join("\n"));
});

test("in the user's own VPC a destroy asks for Services' load balancers and for rules that name our groups, and passes over the neighbours", async () => {
  const simulation = new Simulation();
  const network = await userNetwork(simulation, A);
  const cluster = clusterWith({
    spec: {
      controlPlane: { size: 1, zones: A },
      workerPools: [{ name: "default", size: 1, instanceType: "m6i.large", zones: A }],
      placement: placedIn(network),
    },
  });
  const applied = await simulation.apply(cluster);
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  const others = new Others(simulation);
  const { open } = network.zones[0]!;
  await others.networkLoadBalancer("neighbour", {}, [open]);
  others.securityGroup("sg-0neighbour", "neighbour", {}, network.vpc);
  const service = await others.networkLoadBalancer(
    "a1b2c3",
    { ...others.inCluster(), "kubernetes.io/service-name": "shop/web" },
    [open],
  );
  const database = others.securityGroup("sg-0db", "database", {}, network.vpc);
  const peer = ownThing(simulation.world.securityGroups, "security-group/worker").id;
  database.ingress.push({ protocol: "tcp", fromPort: 5432, toPort: 5432, peer, description: "" });

  const refused = await simulation.destroy(cluster);
  const said = messages(refused);
  assert.equal(refused.result, "blocked");
  assert.equal(said.length, 2, said.join("\n"));
  assert.match(
    said[0]!,
    /^the load balancer a1b2c3 is in vpc-\w+: a controller in the cluster made it for service shop\/web,/,
  );
  assert.equal(
    said[1],
    `the security group sg-0db (database) has a rule that names ${peer}, which can't be deleted before that`,
  );

  await others.call("elasticloadbalancing", "DeleteLoadBalancer", { LoadBalancerArn: service });
  database.ingress = [];
  const destroyed = await simulation.destroy(cluster);
  assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
  assert.ok(simulation.world.securityGroups.has("sg-0neighbour"));
  assert.equal(simulation.world.loadBalancers.size, 1);
});

test("what people read of it: a destroy that is refused, and one that keeps volumes", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const others = new Others(simulation);
  const made = { "kubernetes.io/service-name": "shop/web" };
  await others.networkLoadBalancer("a1b2c3d4e5f6", { ...others.inCluster(), ...made });
  await others.networkLoadBalancer("hostile", { ...others.inCluster(), "kubernetes.io/service-name": "x/$(rm -rf ~)" });
  await others.networkLoadBalancer("reports", {});
  const group = others.securityGroup("sg-0elb", "k8s-elb-a9f8e7", others.inCluster());
  others.networkInterface("eni-0elb", "ELB a9f8e7", { groups: [group.id], owner: "a9f8e7" });
  others.networkInterface("eni-0efs", "EFS mount target for fs-0123", { owner: "amazon-efs" });
  others.networkInterface("eni-0host", "", { owner: "i-0somebody" });
  others.securityGroup("sg-0db", "database");
  privateTable(others).routes.set("10.64.0.0/10", "tgw-0123");
  others.networkAcl("acl-0strict", [others.subnet()]);
  others.endpoint("vpce-0ddb", "com.amazonaws.us-east-1.dynamodb");
  others.peering("pcx-0office", "active", "cluster");
  others.peering("pcx-0asking", "pending-acceptance", "other");
  others.vpnGateway("vgw-0office", "attached");
  others.volume("vol-0data", {
    "slipway:cluster": "prod",
    "kubernetes.io/created-for/pvc/namespace": "shop",
    "kubernetes.io/created-for/pvc/name": "data",
  });
  const shown = (result: ClusterResult): string => {
    const text = renderTerminal(blocksOf(commandResult("destroy", [], [result])), noColours);
    return text
      .replaceAll(/\b(vpc|subnet|rtb)-0[0-9a-f]{16}/g, "$1-0")
      .replaceAll(/(net\/[\w-]+)\/[0-9a-f]{16}/g, "$1/0");
  };
  // Tags of a load balancer that has just been made are not told everywhere yet.
  await simulation.run(() => simulation.clock.sleep(60_000));
  assertGolden("report/destroy-in-use.txt", shown(await simulation.destroy(small())));

  const { world } = simulation;
  for (const [id, { description }] of world.interfaces)
    if (others.ids.has(id) || /hostile|reports/.test(description)) world.interfaces.delete(id);
  const held = [world.loadBalancers, world.securityGroups, world.networkAcls, world.endpoints, world.peerings];
  for (const id of others.ids) for (const things of [...held, world.vpnGateways]) things.delete(id);
  privateTable(others).routes.delete("10.64.0.0/10");
  const { steps: _steps, plan: _plan, ...destroyed } = await simulation.destroy(small());
  assert.equal(destroyed.result, "destroyed");
  assertGolden("report/destroy-keeps-volumes.txt", shown(destroyed));
});
