/** moto's server on loopback, with what it lacks answered beside it: Pricing. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createGate, type Socket } from "node:net";
import path from "node:path";
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ImportKeyPairCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient, ListInstanceProfilesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { LeaseRecord } from "../../src/apply/lease.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { pricingOperations } from "../../src/twin/pricing.ts";
import { World } from "../../src/twin/world.ts";

/** The folder of the Python environment that `scripts/moto-environment.ts` makes; git ignores it. */
export const MOTO_HOME = path.resolve(".moto");
const PYTHON = path.join(MOTO_HOME, "bin", "python");

/** Where runs keep their records. */
export const BUCKET = "slipway-123456789012-us-east-1";

export interface Moto {
  /** Environment variables that lead the SDK of a process to it. */
  env: Record<string, string>;
  ec2: EC2Client;
  elb: ElasticLoadBalancingV2Client;
  s3: S3Client;
  /**
   * All that there is of a cluster, by its tag, its name or its key, each as `<kind> <id>`; but terminated instances and
   * deleted NAT gateways.
   */
  leftovers(cluster: string): Promise<string[]>;
  /**
   * All that was ever made of a cluster, also what is gone again, each as `<kind> <id>`: by moto's own record of what it
   * holds and has held, and not by what it answers.
   */
  everMade(cluster: string): Promise<string[]>;
  /** All that it tells of a network, to the last tag. */
  network(vpc: string): Promise<string>;
  /** Makes the account new: nothing in it but the key pair. */
  reset(): Promise<void>;
  /** A cluster's lease, as it is in the bucket. */
  lease(cluster: string): Promise<LeaseRecord>;
  stop(): Promise<void>;
}

/** Starts a server of its own, with the settings of reference/moto.md §7: moto then checks what it can check. */
export async function startMoto(more: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const pricing = await startPricing();
  const child = spawn(PYTHON, ["test/moto/server.py", "-H", "127.0.0.1", "-p", "0"], {
    env: {
      ...process.env,
      MOTO_AMIS_PATH: path.resolve("test/moto/amis.json"),
      MOTO_ENABLE_KEYPAIR_VALIDATION: "true",
      MOTO_ENABLE_AMI_VALIDATION: "true",
      MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: "true",
      ...more,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const endpoint = `http://127.0.0.1:${await portOf(child)}`;
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_PRICING: `http://127.0.0.1:${(pricing.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    // Nobody waits here for a lease to run out, and a busy machine must not lose one.
    SLIPWAY_LEASE_TTL: "20s",
  };
  const config = { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const ec2 = new EC2Client(config);
  const [elb, iam] = [new ElasticLoadBalancingV2Client(config), new IAMClient(config)];
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const importKey = (): Promise<unknown> =>
    ec2.send(new ImportKeyPairCommand({ KeyName: "ops", PublicKeyMaterial: Buffer.from(PUBLIC_KEY) }));
  await importKey();
  return {
    env,
    ec2,
    elb,
    s3,
    leftovers: (cluster) => leftoversOf({ ec2, elb, iam, s3 }, cluster),
    everMade: (cluster) => everMadeOf(endpoint, cluster),
    lease: async (cluster) => {
      const object = { Bucket: BUCKET, Key: `${cluster}/lease.json` };
      const { Body } = await s3.send(new GetObjectCommand(object));
      return JSON.parse((await Body?.transformToString()) ?? "");
    },
    network: (vpc) => networkOf(ec2, vpc),
    reset: async () => {
      await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
      await importKey();
    },
    stop: async () => {
      for (const client of [ec2, elb, iam, s3]) client.destroy();
      pricing.closeAllConnections();
      pricing.close();
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function leftoversOf(
  { ec2, elb, iam, s3 }: { ec2: EC2Client; elb: ElasticLoadBalancingV2Client; iam: IAMClient; s3: S3Client },
  cluster: string,
): Promise<string[]> {
  const Filters = [{ Name: "tag:slipway:cluster", Values: [cluster] }];
  const ours = (name: string | undefined): boolean => name?.startsWith(`slipway-${cluster}-`) ?? false;
  const found: string[] = [];
  const note = (kind: string, ids: readonly (string | undefined)[] | undefined): void => {
    for (const id of ids ?? []) found.push(`${kind} ${id}`);
  };
  note(
    "vpc",
    (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.map((one) => one.VpcId),
  );
  note(
    "subnet",
    (await ec2.send(new DescribeSubnetsCommand({ Filters }))).Subnets?.map((one) => one.SubnetId),
  );
  const gateways = await ec2.send(new DescribeInternetGatewaysCommand({ Filters }));
  note(
    "internet-gateway",
    gateways.InternetGateways?.map((one) => one.InternetGatewayId),
  );
  note(
    "address",
    (await ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses?.map((one) => one.AllocationId),
  );
  const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  note(
    "route-table",
    tables.RouteTables?.map((one) => one.RouteTableId),
  );
  const groups = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  note(
    "security-group",
    groups.SecurityGroups?.map((one) => one.GroupId),
  );
  const endpoints = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
  // moto keeps their records
  const existing = endpoints.VpcEndpoints?.filter((one) => String(one.State) !== "deleted");
  note(
    "endpoint",
    existing?.map((one) => one.VpcEndpointId),
  );
  note(
    "volume",
    (await ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes?.map((one) => one.VolumeId),
  );
  const nats = await ec2.send(new DescribeNatGatewaysCommand({ Filter: Filters }));
  note(
    "nat-gateway",
    nats.NatGateways?.filter((one) => one.State !== "deleted").map((one) => one.NatGatewayId),
  );
  const reservations = (await ec2.send(new DescribeInstancesCommand({ Filters }))).Reservations ?? [];
  const instances = reservations.flatMap((reservation) => reservation.Instances ?? []);
  note(
    "instance",
    instances.filter((one) => one.State?.Name !== "terminated").map((one) => one.InstanceId),
  );
  const balancers = await elb.send(new DescribeLoadBalancersCommand({}));
  note("load-balancer", balancers.LoadBalancers?.map((one) => one.LoadBalancerName).filter(ours));
  const targets = await elb.send(new DescribeTargetGroupsCommand({}));
  note("target-group", targets.TargetGroups?.map((one) => one.TargetGroupName).filter(ours));
  note("role", (await iam.send(new ListRolesCommand({}))).Roles?.map((one) => one.RoleName).filter(ours));
  const profiles = await iam.send(new ListInstanceProfilesCommand({}));
  note("instance-profile", profiles.InstanceProfiles?.map((one) => one.InstanceProfileName).filter(ours));
  for (const { Name: Bucket } of (await s3.send(new ListBucketsCommand({}))).Buckets ?? []) {
    const objects = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${cluster}/` }));
    note(
      "record",
      objects.Contents?.map((one) => one.Key),
    );
  }
  return found;
}

/** The kinds that cost money, or that AWS limits: there must never have been two where one was asked for. */
const COUNTED = {
  ec2: [
    "ElasticAddress",
    "Instance",
    "InternetGateway",
    "NatGateway",
    "RouteTable",
    "SecurityGroup",
    "Subnet",
    "VPC",
    "VPCEndPoint",
  ],
  elbv2: ["FakeListener", "FakeLoadBalancer", "FakeTargetGroup"],
  iam: ["InstanceProfile", "Role"],
  ssm: ["Parameter"],
} as const;

interface Dumped {
  id?: string;
  arn?: string;
  name?: string;
  tag_list?: { key: string; value: string }[];
}

async function everMadeOf(endpoint: string, cluster: string): Promise<string[]> {
  // It is taken while others work, and fails where something changes under it.
  let answer = await fetch(`${endpoint}/moto-api/data.json`);
  for (let again = 0; !answer.ok && again < 10; again++) answer = await fetch(`${endpoint}/moto-api/data.json`);
  const dump = (await answer.json()) as Record<string, Record<string, Dumped[]>>;
  const isIts = ({ tag_list = [], arn = "", name = "" }: Dumped): boolean =>
    tag_list.some(({ key, value }) => key === "slipway:cluster" && value === cluster) ||
    [arn, name].some((text) => text.includes(`slipway-${cluster}-`) || text.startsWith(`/slipway/${cluster}/`));
  return Object.entries(COUNTED).flatMap(([service, kinds]) =>
    kinds.flatMap((kind) =>
      (dump[service]?.[kind] ?? []).filter(isIts).map(({ id, arn, name }) => `${kind} ${id ?? arn ?? name}`),
    ),
  );
}

async function networkOf(ec2: EC2Client, vpc: string): Promise<string> {
  const Filters = [{ Name: "vpc-id", Values: [vpc] }];
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters }));
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const attached = [{ Name: "attachment.vpc-id", Values: [vpc] }];
  const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({ Filters: attached }));
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: Filters }));
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const AllocationIds = (NatGateways ?? []).flatMap((gateway) =>
    (gateway.NatGatewayAddresses ?? []).map(({ AllocationId }) => AllocationId ?? ""),
  );
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds }));
  return JSON.stringify({ Vpcs, Subnets, InternetGateways, NatGateways, RouteTables, Addresses }, undefined, 1);
}

const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBq9q0P4aNwd1Vg6G0yN2rT1qmcXM5nEr0S3l0b5rNQK test";

/** The server says where it listens when it does. */
async function portOf(child: ChildProcess): Promise<string> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  for (;;) {
    const port = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port !== undefined) return port;
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A way to AWS that can fall silent: what is on it stays on it, and no more is let through. */
export interface Gate {
  env: Record<string, string>;
  silence(): void;
  close(): void;
}

export async function startGate(moto: Moto): Promise<Gate> {
  const { port, hostname } = new URL(moto.env.AWS_ENDPOINT_URL!);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const gate = createGate((from) => {
    const to = connect(Number(port), hostname);
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    from.on("data", (chunk) => !isSilent && to.write(chunk));
    to.on("data", (chunk) => !isSilent && from.write(chunk));
    from.on("close", () => to.destroy());
    to.on("close", () => from.destroy());
  });
  gate.listen(0, "127.0.0.1");
  await once(gate, "listening");
  return {
    env: { ...moto.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${(gate.address() as AddressInfo).port}` },
    silence: () => {
      isSilent = true;
    },
    close: () => {
      gate.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers GetProducts with the twin's prices; moto has no Pricing. */
async function startPricing(): Promise<Server> {
  const twin = new World({ clock: new VirtualClock() });
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(JSON.stringify(pricingOperations.GetProducts(twin, JSON.parse(body))));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
