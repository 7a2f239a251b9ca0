/** Calls that the product makes in some lives of clusters, with the twin's answers: what contract tests look at. */

import type { ServiceName } from "../../src/aws/services.ts";
import type { Transport, WireCall } from "../../src/aws/transport.ts";
import { OPERATIONS } from "../../src/twin/operations.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "./builders.ts";
import { A, B, clusterOf, controlPlane, edited, set, setPool, smallFiles } from "./day2-files.ts";
import { RawTwin } from "./raw.ts";
import { Simulation } from "./simulation.ts";
import { placedIn, userNetwork } from "./user-network.ts";

/** One call, and what the twin said at that moment. */
export interface Recorded {
  call: WireCall;
  /** A copy; of an object's body its text. */
  outcome: { output: object } | { error: Error };
  /** What was given itself, which might be part of the world. */
  given?: object;
}

/** A way to the twin that writes down what passes. */
function recordInto(list: Recorded[]): (inner: Transport) => Transport {
  return (inner) => async (call) => {
    const input = copy(call.input);
    try {
      const output = await inner(call);
      list.push({ call: { ...call, input }, outcome: { output: copy(output) }, given: output });
      return output;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      list.push({ call: { ...call, input }, outcome: { error } });
      throw error;
    }
  };
}

/** A deep copy; streams of objects, which are functions, are shared. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)])) as T;
}

/** Lives that between them make nearly all calls that Slipway makes. */
export async function recordLives(): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const options = { through: recordInto(recorded) };

  const standard = clusterWith({
    spec: {
      workerPools: [{ name: "default", size: 1, instanceType: "m6i.large", zones: [A], spot: { maxPricePercent: 60 } }],
    },
  });
  const first = new Simulation();
  await first.doctor([standard], undefined, options);
  await first.plan(standard, options);
  await first.apply(standard, options);
  await first.kubeconfig(standard, async () => "", options);
  await first.status([standard], undefined, true, options);
  await first.reconcile(standard, options);
  await first.destroy(standard, options);

  const edits = new Simulation();
  edits.world.keyPairs.add("other-ops");
  const files = edited(smallFiles(), controlPlane({ size: 3 }));
  await edits.apply(clusterOf(files), options);
  const next = edited(
    files,
    controlPlane({ zones: [A, B, "us-east-1d"] }),
    set({
      tags: { owner: "shop" },
      apiServer: { certSANs: ["api.example.com"] },
      bastion: { instanceType: "t3.micro", allowedCidrs: ["203.0.113.0/24"] },
    }),
    setPool("default", { size: 1 }),
  );
  await edits.apply(clusterOf(next), options);
  await edits.destroy(clusterOf(next), options);

  const own = new Simulation();
  const network = await userNetwork(own, [A, B]);
  const placed = clusterWith({
    spec: {
      placement: placedIn(network),
      controlPlane: { size: 1, zones: [A] },
      workerPools: [{ name: "default", size: 1, instanceType: "m6i.large", zones: [B] }],
    },
  });
  await own.apply(placed, options);
  await own.destroy(placed, options);
  await callRest(options.through);
  return recorded;
}

/** What those lives have no reason to call, and some calls that fail. */
async function callRest(through: (inner: Transport) => Transport): Promise<void> {
  const twin = new RawTwin();
  const { vpc, open, openTable, gateway, group } = await twin.network();
  const instance = await twin.instance(open, group);
  const transport = through(twin.world.connect());
  const call = (service: ServiceName, operation: string, input: object): Promise<object> =>
    twin.clock.run(() => transport({ service, operation, input, clientToken: undefined }));
  const tags = [{ Key: "a", Value: "b" }];
  const everywhere = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];

  putOthers(twin.world, vpc, open);
  for (const operation of ["DescribeNetworkAcls", "DescribeVpcPeeringConnections", "DescribeVpnGateways"])
    await call("ec2", operation, {});
  await call("ec2", "AssociateVpcCidrBlock", { VpcId: vpc, CidrBlock: "10.1.0.0/16" });
  await call("ec2", "ReplaceRoute", {
    RouteTableId: openTable.id,
    DestinationCidrBlock: "0.0.0.0/0",
    GatewayId: gateway,
  });
  await call("ec2", "RevokeSecurityGroupEgress", { GroupId: group, IpPermissions: everywhere });
  await call("ec2", "AuthorizeSecurityGroupEgress", { GroupId: group, IpPermissions: everywhere });
  await call("ec2", "ModifyInstanceAttribute", { InstanceId: instance, DisableApiTermination: { Value: false } });
  await call("ec2", "GetConsoleOutput", { InstanceId: instance, Latest: true });
  await call("ec2", "DeleteTags", { Resources: [vpc], Tags: [{ Key: "a" }] });
  for (const [operation, input] of [
    ["SetSecurityGroups", { LoadBalancerArn: "arn:none", SecurityGroups: [group] }],
    ["ModifyTargetGroup", { TargetGroupArn: "arn:none", HealthCheckPath: "/readyz" }],
    ["ModifyListener", { ListenerArn: "arn:none", DefaultActions: [{ Type: "forward", TargetGroupArn: "arn:none" }] }],
    ["RemoveTags", { ResourceArns: ["arn:none"], TagKeys: ["a"] }],
  ] as const) {
    await call("elasticloadbalancing", operation, input).catch(() => {});
  }
  const role = { RoleName: "role" };
  await call("iam", "CreateRole", { ...role, AssumeRolePolicyDocument: "{}", Tags: tags });
  await call("iam", "UpdateAssumeRolePolicy", { ...role, PolicyDocument: "{}" });
  await call("iam", "PutRolePermissionsBoundary", { ...role, PermissionsBoundary: "arn:aws:iam::1:policy/b" });
  await call("iam", "GetRole", role);
  await call("iam", "DeleteRolePermissionsBoundary", role);
  await call("iam", "UntagRole", { ...role, TagKeys: ["a"] });
  await call("iam", "CreateInstanceProfile", { InstanceProfileName: "profile", Tags: tags });
  await call("iam", "UntagInstanceProfile", { InstanceProfileName: "profile", TagKeys: ["a"] });
  await call("ssm", "PutParameter", { Name: "/a", Value: "v", Type: "String", Tags: tags });
  await call("ssm", "RemoveTagsFromResource", { ResourceType: "Parameter", ResourceId: "/a", TagKeys: ["a"] });
  await call("ssm", "PutParameter", { Name: "/a", Value: "v", Type: "String" }).catch(() => {});
}

/** What Slipway never makes, and asks for: one of each kind, with all that it can tell. */
function putOthers(world: World, vpcId: string, subnetId: string): void {
  const born = (id: string) => ({ ...world.birth(id, { a: "b" }), visibleAtMs: 0 });
  const end = { vpcId, ownerId: world.accountId, cidr: "10.0.0.0/16" };
  world.networkAcls.set("acl-0", { ...born("acl-0"), vpcId, associations: [{ id: "aclassoc-0", subnetId }] });
  world.peerings.set("pcx-0", { ...born("pcx-0"), requester: end, accepter: end, status: "active" });
  world.vpnGateways.set("vgw-0", { ...born("vgw-0"), vpcId, attachment: "attached" });
}

/** Every operation that the twin knows: `ec2:CreateVpc`. */
export function allOperations(): string[] {
  return Object.entries(OPERATIONS).flatMap(([service, known]) =>
    Object.keys(known).map((name) => `${service}:${name}`),
  );
}
