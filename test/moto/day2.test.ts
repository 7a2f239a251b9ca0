/**
 * What people do to a cluster that stands, by editing its file and running the command line again, against moto's wire
 * protocol. What becomes of capacity, budgets and etcd meanwhile is the twin's to judge (test/apply); here it is that
 * the calls are well-formed, and that what stands afterwards, read past the product, is what the file says.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  type Filter,
  type Instance,
  type Tag,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { clusterTree, filesOf } from "../support/builders.ts";
import { BUCKET, type Moto } from "../support/moto.ts";
import { phaseOf, startMotoWithNodes } from "../support/moto-nodes.ts";
import { repository, start } from "../support/spawn.ts";

const BUNDLE = "dist-test-moto";
const [A, B, C] = ["us-east-1a", "us-east-1b", "us-east-1c"] as const;

let moto: Moto;

before(async () => {
  moto = await startMotoWithNodes();
});
after(async () => {
  await moto.stop();
});

interface Step {
  id: string;
  state: string;
  startedAt: string;
  endedAt: string;
}

interface Report {
  code: number | null;
  result: string;
  changes: { id: string; action: string; nodes?: { instanceId: string }[] }[];
  findings: { code: string; message: string }[];
  steps: Step[];
}

type Tree = Record<string, unknown>;

const workers = (changes: Tree = {}): Tree => ({
  name: "default",
  size: 2,
  instanceType: "m6i.large",
  zones: [A, B],
  ...changes,
});

/** A cluster with one control-plane node and two workers, whose file can be edited and run. */
function clusterNamed(name: string, changes: { spec?: Tree; tags?: Tree } = {}) {
  let tags = changes.tags ?? {};
  let spec: Tree = {
    controlPlane: { size: 1, instanceType: "m6i.large", zones: [A] },
    workerPools: [workers()],
    ...changes.spec,
  };
  const files = () => filesOf({ ...clusterTree({ spec }), metadata: { name, tags } });
  const root = repository(files());

  async function run(...args: string[]): Promise<Report> {
    const surroundings = { cwd: root, env: moto.env };
    const { code, stdout, stderr } = await start(`${BUNDLE}/cli.js`, [...args, "--json"], surroundings);
    assert.notEqual(stdout, "", stderr);
    const { result, clusters } = JSON.parse(stdout);
    const { changes: all, findings, steps } = clusters[0];
    return { code, result, changes: all, findings, steps };
  }

  return {
    run,
    /** Changes the file; what is not named stays. */
    edit(next: { spec?: Tree; tags?: Tree }): void {
      spec = { ...spec, ...next.spec };
      tags = next.tags ?? tags;
      for (const file of files()) writeFileSync(path.join(root, file.path), file.text);
    },
    async apply(...confirm: string[]): Promise<Report> {
      const report = await run("apply", ...confirm.flatMap((one) => ["--confirm", one]));
      assert.equal(report.result, "applied", JSON.stringify(report, undefined, 1).slice(0, 4000));
      return report;
    },
    /** Everything is as the file says, in the product's own eyes. */
    async isInSync(): Promise<void> {
      const { result, changes: left } = await run("plan");
      assert.deepEqual([result, left], ["no-changes", []]);
    },
    nodes: (pool: string) => instancesOf(name, pool, "running"),
    gone: () => instancesOf(name, undefined, "terminated"),
    filter: { Name: "tag:slipway:cluster", Values: [name] } satisfies Filter,
  };
}

/** A cluster's nodes, those of one pool or all, in the order of their zones. */
async function instancesOf(cluster: string, pool: string | undefined, state: string): Promise<Instance[]> {
  const Filters = [
    { Name: "tag:slipway:cluster", Values: [cluster] },
    { Name: "tag:slipway:pool", Values: pool === undefined ? ["*"] : [pool] },
    { Name: "instance-state-name", Values: [state] },
  ];
  const { Reservations = [] } = await moto.ec2.send(new DescribeInstancesCommand({ Filters }));
  const zone = (one: Instance): string => one.Placement?.AvailabilityZone ?? "";
  return Reservations.flatMap((one) => one.Instances ?? []).sort((a, b) => (zone(a) < zone(b) ? -1 : 1));
}

const ids = (nodes: readonly Instance[]): string[] => nodes.map(({ InstanceId = "" }) => InstanceId).sort();
const zones = (nodes: readonly Instance[]): string[] => nodes.map((one) => one.Placement?.AvailabilityZone ?? "");
const types = (nodes: readonly Instance[]): string[] => nodes.map((one) => one.InstanceType ?? "");
const actions = ({ changes }: Report): string[] => changes.map(({ id, action }) => `${action} ${id}`).sort();

/** The steps of these names that were done, in the order in which they began; none of them beside another. */
function oneByOne({ steps }: Report, ...names: string[]): string[] {
  const own = steps
    .filter(({ id }) => names.some((name) => id.startsWith(name)))
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  for (const [index, step] of own.entries()) {
    assert.equal(step.state, "done");
    const before = own[index - 1];
    assert.ok(before === undefined || before.endedAt <= step.startedAt, `${step.id} beside ${before?.id}`);
  }
  return own.map(({ id }) => id.split(" ")[0] ?? "");
}

/** Instances that the load balancer sends requests to. */
async function targets(cluster: string): Promise<string[]> {
  const { TargetGroups = [] } = await moto.elb.send(new DescribeTargetGroupsCommand({}));
  const own = TargetGroups.find(({ TargetGroupName }) => TargetGroupName?.startsWith(`slipway-${cluster}-`));
  const health = await moto.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: own?.TargetGroupArn }));
  return (health.TargetHealthDescriptions ?? []).map(({ Target }) => Target?.Id ?? "").sort();
}

/** The record of that key, as nodes read it. */
async function record(cluster: string, key: string): Promise<unknown> {
  const { Body } = await moto.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `${cluster}/${key}` }));
  return JSON.parse((await Body?.transformToString()) ?? "");
}

/** Each thing of the cluster that EC2 tags, with its own value of a tag. */
async function tagged(cluster: string, key: string): Promise<Map<string, string | undefined>> {
  const Filters = [{ Name: "tag:slipway:cluster", Values: [cluster] }];
  const { Vpcs = [] } = await moto.ec2.send(new DescribeVpcsCommand({ Filters }));
  const { Subnets = [] } = await moto.ec2.send(new DescribeSubnetsCommand({ Filters }));
  const instances = await instancesOf(cluster, undefined, "running");
  const volumes = instances.flatMap((one) => (one.BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs?.VolumeId ?? ""));
  const interfaces = instances.flatMap((one) =>
    (one.NetworkInterfaces ?? []).map((own) => own.NetworkInterfaceId ?? ""),
  );
  const { Volumes = [] } = await moto.ec2.send(new DescribeVolumesCommand({ VolumeIds: volumes }));
  const { NetworkInterfaces = [] } = await moto.ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: interfaces }),
  );
  const valueIn = (tags: Tag[] | undefined): string | undefined => tags?.find(({ Key }) => Key === key)?.Value;
  return new Map([
    ...Vpcs.map((one): [string, string | undefined] => [one.VpcId ?? "", valueIn(one.Tags)]),
    ...Subnets.map((one): [string, string | undefined] => [one.SubnetId ?? "", valueIn(one.Tags)]),
    ...instances.map((one): [string, string | undefined] => [one.InstanceId ?? "", valueIn(one.Tags)]),
    ...Volumes.map((one): [string, string | undefined] => [one.VolumeId ?? "", valueIn(one.Tags)]),
    ...NetworkInterfaces.map((one): [string, string | undefined] => [
      one.NetworkInterfaceId ?? "",
      valueIn(one.TagSet),
    ]),
  ]);
}

// Most of their time is waiting, so they do it together.
describe("a cluster that stands", { concurrency: true }, () => {
  test("workers: more, a pool in a new zone, fewer, another machine, a pool away; each node leaves before it goes", async () => {
    const cluster = clusterNamed("workers");
    await cluster.apply();
    const first = await cluster.nodes("default");

    const gpu = workers({ name: "gpu", zones: [C], size: 1 });
    cluster.edit({ spec: { workerPools: [workers({ size: 5 }), gpu] } });
    const up = await cluster.apply();
    const five = await cluster.nodes("default");
    const inGpu = ids(await cluster.nodes("gpu"));
    assert.deepEqual(
      actions(up).filter((one) => /pool|nat/.test(one)),
      [`create nat-gateway/${C}`, "create pool/gpu", "scale pool/default"],
    );
    assert.deepEqual(zones(five), [A, A, A, B, B]);
    assert.ok(
      ids(first).every((id) => ids(five).includes(id)),
      "those that were there stay",
    );
    assert.deepEqual(zones(await cluster.nodes("gpu")), [C]);

    cluster.edit({ spec: { workerPools: [workers({ size: 2 }), gpu] } });
    const down = await cluster.apply();
    assert.deepEqual(actions(down), ["scale pool/default"]);
    assert.deepEqual(zones(await cluster.nodes("default")), [A, B]);
    assert.deepEqual(oneByOne(down, "remove node"), ["remove", "remove", "remove"]);

    cluster.edit({ spec: { workerPools: [workers({ instanceType: "m6i.xlarge" }), gpu] } });
    const rolled = await cluster.apply();
    assert.deepEqual(actions(rolled), ["roll pool/default"]);
    assert.equal(rolled.changes[0]!.nodes!.length, 2, "each node that goes is in the plan");
    assert.deepEqual(types(await cluster.nodes("default")), ["m6i.xlarge", "m6i.xlarge"]);
    assert.deepEqual(zones(await cluster.nodes("default")), [A, B]);
    const order = ["launch", "ready", "remove"];
    assert.deepEqual(oneByOne(rolled, ...order), [...order, ...order], "a new one is ready before an old one leaves");
    assert.deepEqual(ids(await cluster.nodes("gpu")), inGpu);

    cluster.edit({ spec: { workerPools: [workers({ instanceType: "m6i.xlarge" })] } });
    const standing = await moto.leftovers("workers");
    const unconfirmed = await cluster.run("apply");
    const other = await cluster.run("apply", "--confirm", "workers/default");
    assert.deepEqual([unconfirmed.code, unconfirmed.result, other.result], [1, "blocked", "blocked"]);
    assert.ok(unconfirmed.findings.some(({ code }) => code === "apply/unconfirmed"));
    assert.deepEqual(await moto.leftovers("workers"), standing);
    const away = await cluster.apply("workers/gpu");
    assert.ok(actions(away).includes("delete pool/gpu"), actions(away).join());
    assert.deepEqual(away.findings, [], "what was confirmed and done needs no warning");
    assert.deepEqual(await cluster.nodes("gpu"), []);
    const { Subnets } = await moto.ec2.send(new DescribeSubnetsCommand({ Filters: [cluster.filter] }));
    assert.deepEqual([...new Set(Subnets?.map((one) => one.AvailabilityZone))].sort(), [A, B]);
    const { Volumes } = await moto.ec2.send(new DescribeVolumesCommand({ Filters: [cluster.filter] }));
    assert.equal(Volumes?.length, 4, "the root volumes of three nodes and of the bastion");

    await cluster.isInSync();
    const gone = await cluster.gone();
    assert.deepEqual([gone.length, new Set(gone.map(phaseOf))], [6, new Set(["left"])]);
    assert.equal((await cluster.run("destroy", "workers", "--confirm", "workers")).result, "destroyed");
    assert.deepEqual(await moto.leftovers("workers"), []);
  });

  test("control plane: one is replaced by way of two, grows to three, rolls behind a snapshot; never fewer", async () => {
    const cluster = clusterNamed("quorum", { spec: { workerPools: [], bastion: false, sshKeyName: undefined } });
    const controlPlane = (changes: Tree): Tree => ({ size: 1, instanceType: "m6i.large", zones: [A], ...changes });
    const steps = ["snapshot", "launch", "ready", "remove"];
    await cluster.apply();

    cluster.edit({ spec: { controlPlane: controlPlane({ instanceType: "m6i.xlarge" }) } });
    const one = await cluster.apply();
    const [only] = await cluster.nodes("control-plane");
    assert.deepEqual(oneByOne(one, ...steps), steps);
    assert.equal(only?.InstanceType, "m6i.xlarge");
    assert.deepEqual(await targets("quorum"), [only?.InstanceId]);

    const three = { size: 3, zones: [A, B, C] };
    cluster.edit({ spec: { controlPlane: controlPlane({ ...three, instanceType: "m6i.xlarge" }) } });
    const grown = await cluster.apply();
    const members = await cluster.nodes("control-plane");
    assert.deepEqual(oneByOne(grown, "launch", "ready"), ["launch", "ready", "launch", "ready"]);
    assert.deepEqual(zones(members), [A, B, C]);
    assert.ok(ids(members).includes(only!.InstanceId!), "the one that was there stays");
    assert.deepEqual(await targets("quorum"), ids(members));

    cluster.edit({ spec: { controlPlane: controlPlane(three) } });
    const rolled = await cluster.apply();
    const again = await cluster.nodes("control-plane");
    const each = steps.slice(1);
    assert.deepEqual(oneByOne(rolled, ...steps), ["snapshot", ...each, ...each, ...each]);
    assert.deepEqual(types(again), ["m6i.large", "m6i.large", "m6i.large"]);
    assert.deepEqual(zones(again), [A, B, C]);
    assert.deepEqual(await targets("quorum"), ids(again));
    await cluster.isInSync();

    cluster.edit({ spec: { controlPlane: controlPlane({}) } });
    const fewer = await cluster.run("apply");
    assert.deepEqual([fewer.code, fewer.result], [1, "blocked"]);
    assert.deepEqual(ids(await cluster.nodes("control-plane")), ids(again));
  });

  test("in place: tags, allowed addresses, labels, taints and the bastion change, and no node does", async () => {
    const cluster = clusterNamed("inplace", { tags: { team: "platform", stage: "test" } });
    await cluster.apply();
    const nodes = [...(await cluster.nodes("control-plane")), ...(await cluster.nodes("default"))];

    const labels = { disk: "fast" };
    const taints = [{ key: "batch", effect: "NoSchedule" }];
    cluster.edit({
      tags: { team: "storage", cost: "17" },
      spec: {
        workerPools: [workers({ labels, taints })],
        apiServer: { access: "public", allowedCidrs: ["198.51.100.0/24"] },
      },
    });
    const changed = await cluster.apply();
    assert.ok(
      changed.changes.every(({ action }) => action === "update"),
      actions(changed).join(),
    );
    for (const [key, value] of Object.entries({ team: "storage", cost: "17", stage: undefined })) {
      const values = await tagged("inplace", key);
      // a VPC, four subnets, and three nodes with a volume and an interface each
      assert.equal(values.size, 14);
      assert.deepEqual(
        [...values].filter(([, found]) => found !== value),
        [],
        `tag ${key}`,
      );
    }
    const { SecurityGroups = [] } = await moto.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [cluster.filter] }),
    );
    const admitted = SecurityGroups.flatMap((group) => group.IpPermissions ?? [])
      .filter(({ FromPort }) => FromPort === 6443)
      .flatMap(({ IpRanges }) => (IpRanges ?? []).map(({ CidrIp }) => CidrIp));
    assert.ok(admitted.includes("198.51.100.0/24") && !admitted.includes("203.0.113.0/24"), admitted.join());
    const { pools } = (await record("inplace", "pools.json")) as { pools: Record<string, Tree> };
    assert.equal((pools.default as { labels: Tree }).labels.disk, "fast");
    assert.match(JSON.stringify(pools.default?.taints), /"key":"batch"/);

    const bastions = async () =>
      (
        await moto.ec2.send(new DescribeInstancesCommand({ Filters: [cluster.filter, RUNNING, BASTION] }))
      ).Reservations?.flatMap((one) => one.Instances ?? []) ?? [];
    assert.deepEqual(types(await bastions()), ["t3.micro"]);
    cluster.edit({ spec: { bastion: false } });
    await cluster.apply();
    assert.deepEqual(await bastions(), []);
    cluster.edit({ spec: { bastion: { instanceType: "t3.small", allowedCidrs: ["198.51.100.7/32"] } } });
    await cluster.apply();
    assert.deepEqual(types(await bastions()), ["t3.small"]);

    const after = [...(await cluster.nodes("control-plane")), ...(await cluster.nodes("default"))];
    assert.deepEqual(ids(after), ids(nodes));
    await cluster.isInSync();
  });

  test("reconcile puts back a rule and replaces a node, and leaves what only the file has changed to apply", async () => {
    const cluster = clusterNamed("drifted");
    await cluster.apply();
    assert.equal((await cluster.run("reconcile")).result, "no-changes");
    const [lost, kept] = await cluster.nodes("default");
    const groups = async () =>
      (await moto.ec2.send(new DescribeSecurityGroupsCommand({ Filters: [cluster.filter] }))).SecurityGroups ?? [];
    const opened = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    const GroupId = (await groups()).find(({ GroupName }) => GroupName?.endsWith("-worker"))?.GroupId;

    await moto.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost!.InstanceId!] }));
    await moto.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [opened] }));
    const repaired = await cluster.run("reconcile");
    const nodes = await cluster.nodes("default");
    const open = (await groups()).flatMap((one) => one.IpPermissions ?? []).flatMap((one) => one.IpRanges ?? []);
    assert.deepEqual(
      [repaired.code, repaired.result, actions(repaired)],
      [0, "applied", ["scale pool/default", "update security-group-rules/worker"]],
      JSON.stringify(repaired.findings),
    );
    assert.deepEqual(zones(nodes), [A, B]);
    assert.ok(ids(nodes).includes(kept!.InstanceId!) && !ids(nodes).includes(lost!.InstanceId!));
    assert.ok(!open.some(({ CidrIp }) => CidrIp === "0.0.0.0/0"), "the rule is gone");
    assert.equal((await cluster.run("reconcile")).result, "no-changes");

    cluster.edit({ spec: { workerPools: [workers({ size: 4 })] } });
    const ahead = await cluster.run("reconcile");
    assert.deepEqual([ahead.code, ahead.result, ahead.steps], [0, "drifted", []]);
    assert.ok(ahead.findings.some(({ code }) => code === "reconcile/not-applied"));
    assert.deepEqual(ids(await cluster.nodes("default")), ids(nodes));
    await cluster.apply();
    assert.equal((await cluster.nodes("default")).length, 4);
  });
});

const RUNNING: Filter = { Name: "instance-state-name", Values: ["running"] };
const BASTION: Filter = { Name: "tag:slipway:role", Values: ["bastion"] };
