import { RECORD } from "../blueprint/records.ts";
import { API_PORT } from "../bootstrap/node-config.ts";
import { type Cluster, CONTROL_PLANE } from "../config/cluster.ts";
import { packOf } from "../config/parts.ts";
import { parameterPath } from "../core/names.ts";
import { isDrainLate } from "../core/phases.ts";
import { appliedIn } from "../plan/applied.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import type { Live } from "../resources/resource.ts";
import { TAG } from "../resources/tags.ts";
import type { Inventory } from "../survey/survey.ts";
import { resumeInstance } from "../twin/ec2/instances.ts";
import { resumeTarget } from "../twin/elb/targets.ts";
import { addNode, kubernetesOf } from "../twin/kubernetes.ts";
import type { NodeData } from "../twin/node-data.ts";
import type { Instance, Target } from "../twin/records.ts";
import type { World } from "../twin/world.ts";
import { nameIn, thing } from "./load-resources.ts";

/** Instances, and Kubernetes on them as far as their phases tell. */
export function loadNodes(world: World, inventory: Inventory, cluster: Cluster): void {
  loadProfiles(world, inventory, cluster);
  for (const live of inventory.resources) if (live.kind === "bastion") loadBastion(world, live);
  for (const node of inventory.nodes) {
    const instance = loadInstance(world, node);
    instance.standsForUserData = nodeData(node, inventory, cluster);
  }
  loadKubernetes(world, inventory, cluster);
  for (const node of inventory.nodes) {
    const instance = world.instances.get(node.instanceId);
    // How far one is that has not joined nobody knows to the second: it begins with its boot.
    const isAtWork = node.state === "running" && (hasJoined(node) || node.phase.name === "left");
    if (instance !== undefined && !isAtWork) resumeInstance(world, instance);
  }
}

/** Profiles that are the account's own are not part of an inventory. */
function loadProfiles(world: World, { nodes }: Inventory, { account }: Cluster): void {
  const given = Object.values(account.instanceProfiles ?? {});
  const used = nodes.flatMap(({ uses }) => uses.filter((arn) => arn.includes(":instance-profile/")));
  for (const name of [...given, ...used].map(nameIn)) {
    if (!world.profiles.has(name)) world.profiles.set(name, { ...thing(name), roles: ["unread"], knownToEc2AtMs: 0 });
  }
}

function loadInstance(world: World, node: LiveNode): Instance {
  const { instanceId, parts, uses } = node;
  const volumeId = parts.find((id) => id.startsWith("vol-")) ?? world.id("vol");
  const interfaceId = parts.find((id) => id.startsWith("eni-")) ?? world.id("eni");
  return addInstance(world, {
    ...thing(instanceId, node.tags, node.launchedAtMs),
    ...NOTHING_KNOWN,
    ...placeOf(world, node.subnet, node.zone),
    type: node.instanceType,
    imageId: node.image,
    groups: uses.filter((id) => id.startsWith("sg-")),
    profile: uses.filter((arn) => arn.includes(":instance-profile/")).map(nameIn)[0],
    state: node.state,
    interfaceId,
    privateIp: node.privateIp,
    isSpot: node.market === "spot",
    clientToken: node.clientToken === "" ? undefined : node.clientToken,
    volumeId,
  });
}

function loadBastion(world: World, { awsId, spec, tags, status, attributes, createdAtMs }: Live<"bastion">): void {
  const states = { settled: "running", settling: "pending", leaving: "shutting-down", failed: "stopped" } as const;
  const bastion = addInstance(world, {
    ...thing(awsId, tags, createdAtMs),
    ...NOTHING_KNOWN,
    ...placeOf(world, spec.subnet, ""),
    type: spec.instanceType,
    imageId: spec.image,
    keyName: spec.keyName,
    groups: [...spec.securityGroups],
    state: states[status],
    interfaceId: world.id("eni"),
    publicIp: attributes.publicIp === "" ? undefined : attributes.publicIp,
    volumeId: world.id("vol"),
  });
  resumeInstance(world, bastion);
}

/** What of an instance nobody asks in the model, or nobody is told. */
const NOTHING_KNOWN = {
  keyName: undefined,
  profile: undefined,
  stateReason: "",
  privateIp: "",
  publicIp: undefined as string | undefined,
  spotMaxPrice: undefined,
  isSpot: false,
  clientToken: undefined,
  terminationProtection: false,
  userData: undefined,
  console: "",
};

/** A subnet that the file names no more still has its nodes. */
function placeOf(world: World, subnetId: string, zone: string): { subnetId: string; vpcId: string; zone: string } {
  const known = world.subnets.get(subnetId);
  const [vpc] = world.vpcs.values();
  return { subnetId, vpcId: known?.vpcId ?? vpc?.id ?? "", zone: known?.zone ?? zone };
}

function addInstance(world: World, instance: Instance): Instance {
  const { id, tags, createdAtMs, subnetId, vpcId, zone, groups, privateIp, publicIp } = instance;
  world.instances.set(id, instance);
  const volume = { ...thing(instance.volumeId, tags, createdAtMs), instanceId: id, sizeGiB: 0, encrypted: true, zone };
  world.volumes.set(volume.id, volume);
  const nic = { ...thing(instance.interfaceId, tags, createdAtMs), vpcId, subnetId, groups, privateIp, publicIp };
  world.interfaces.set(nic.id, { ...nic, type: "interface", description: "", owner: id });
  return instance;
}

/** What a node's agent was told, as every node of its cluster is. */
function nodeData(node: LiveNode, { resources }: Inventory, cluster: Cluster): NodeData {
  const attribute = (kind: Live["kind"], name: string): string =>
    resources.find((live) => live.kind === kind && live.attributes[name] !== undefined)?.attributes[name] ?? "";
  return {
    cluster: cluster.name,
    account: cluster.account.accountId,
    region: cluster.region,
    role: node.pool === CONTROL_PLANE ? "control-plane" : "worker",
    version: node.tags[TAG.version] ?? packOf(cluster.profile, "kubernetes").version,
    endpoint: `${attribute("load-balancer", "dnsName")}:${API_PORT}`,
    caHash: attribute("pki", "caHash"),
  };
}

/** Phases of nodes that Kubernetes knows; a node that could not be drained in time says so as an error, and is still there. */
function hasJoined({ phase }: LiveNode): boolean {
  if (isDrainLate(phase)) return true;
  return phase.name !== undefined && ["joined", "ready", "unready", "draining"].includes(phase.name);
}

/** Nodes, members of etcd, packs, and who initialised the cluster: what the agents have in etcd and Parameter Store. */
function loadKubernetes(world: World, inventory: Inventory, cluster: Cluster): void {
  const joined = inventory.nodes.filter(hasJoined);
  for (const { instanceId, launchedAtMs, tags, phase } of joined) {
    const instance = world.instances.get(instanceId);
    if (instance === undefined) continue;
    addNode(world, instance);
    const node = kubernetesOf(world, cluster.name).nodes.get(instanceId);
    const isCordoned = tags[TAG.leave] !== undefined && (phase.name === "draining" || phase.name === "error");
    if (node !== undefined) Object.assign(node, { joinedAtMs: launchedAtMs, isCordoned });
  }
  loadPacks(world, inventory, cluster, joined);
  const members = inventory.nodes.filter((node) => node.pool === CONTROL_PLANE && joined.includes(node));
  const first = inventory.nodes.find((node) => node.pool === CONTROL_PLANE && node.phase.name === "init");
  // What was applied once was initialised once, and is not again for as long as its PKI is there.
  const wasApplied = appliedIn(inventory) !== undefined && inventory.resources.some(({ kind }) => kind === "pki");
  const isDone = members.length > 0 || wasApplied;
  if (isDone) putParameter(world, cluster, "init", { instance: members[0]?.instanceId ?? "", state: "done" });
  else if (first !== undefined) putParameter(world, cluster, "init", { instance: first.instanceId, state: "running" });
  if (members.length > 0) putParameter(world, cluster, "join", {});
}

/** The packs that are applied: those of the record, which work already where any node was ever ready. */
function loadPacks(world: World, { records }: Inventory, { name }: Cluster, joined: readonly LiveNode[]): void {
  const hash = (records?.get(RECORD.packs) as { bundle?: string } | undefined)?.bundle;
  const wereReady = joined.some(({ phase }) => phase.name !== "joined");
  if (hash === undefined || !wereReady) return;
  const works = { worksAtMs: world.now(), hasCloudController: true, hasNetwork: true };
  kubernetesOf(world, name).packs = { hash, ...works };
}

function putParameter(world: World, cluster: Cluster, name: string, value: object): void {
  const id = `${parameterPath(cluster)}/${name}`;
  const parameter = { value: JSON.stringify(value), type: "String", keyId: undefined, version: 1 } as const;
  world.parameters.set(id, { ...thing(id), ...parameter, writtenBy: "" });
}

/** The instances behind the load balancer, in the health that they have. */
export function loadTargets(world: World, { targets }: Inventory): void {
  const [group] = world.targetGroups.values();
  if (group === undefined) return;
  for (const { instanceId, state } of targets) {
    // Unused: the group has no listener (yet); they are checked as soon as it has.
    const health = state === "unused" ? "initial" : (state as Target["state"]);
    const target: Target = { instanceId, state: health, registeredAtMs: 0, streak: 0 };
    group.targets.set(instanceId, target);
    resumeTarget(world, group, target);
  }
}
