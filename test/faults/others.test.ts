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
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Others, ownThing, textOf } from "../support/others.ts";
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
    refused: [/^the load balancer a1b2c3d4e5f6 in subnet-\w+ was made by a controller in the cluster, for shop\/web:/],
    within: (others) => JSON.stringify(workers(others).ingress),
  },
  {
    name: "a classic load balancer of a Service, its group, and the rule that admits that group",
    put: (others) => {
      const group = others.securityGroup("sg-0elb", "k8s-elb-a9f8e7", others.inCluster());
      others.networkInterface("eni-0elb", "ELB a9f8e7", { groups: [group.id], owner: "a9f8e7" });
      workers(others).ingress.push({ protocol: "-1", fromPort: -1, toPort: -1, peer: group.id, description: "" });
    },
    refused: [/^the load balancer a9f8e7 in subnet-\w+ was made by a controller in the cluster:/],
    within: (others) => JSON.stringify(workers(others).ingress),
  },
  {
    name: "a group that the load balancer controller left behind",
    put: (others) => {
      const [key = ""] = Object.keys(others.inCluster());
      others.securityGroup("sg-0k8s", "k8s-traffic-prod", { "elbv2.k8s.aws/cluster": key.split("/")[2] ?? "" });
    },
    refused: [/^the security group sg-0k8s \(k8s-traffic-prod\) in vpc-\w+ was made by a controller in the cluster:/],
  },
  {
    name: "a load balancer of the cluster prod-2, in our VPC",
    put: async (others) => {
      await others.networkLoadBalancer("b1b2b3", {
        ...others.inCluster("prod-2"),
        "kubernetes.io/service-name": "shop/web",
      });
    },
    refused: [/^the load balancer b1b2b3 is in subnet-\w+, and is not Slipway's;/],
  },
  {
    name: "a network interface that nobody has",
    put: (others) => void others.networkInterface("eni-0lost", ""),
    refused: [/^the network interface eni-0lost is in subnet-\w+, and is not Slipway's;/],
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
    refused: [/^the instance i-\w+ is in subnet-\w+, and is not Slipway's;/],
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

/** What a result says, without the resumption that a second run tells of. */
const messages = ({ findings }: ClusterResult): string[] =>
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
