import { gzipSync } from "node:zlib";
import { canonicalJson } from "../core/hash.ts";
import { remembering } from "../core/remembering.ts";
import { AGENT_FILES } from "./agent-files.generated.ts";
import type { NodeConfig } from "./node-config.ts";

/**
 * Part of every node's config hash. A node keeps the boot part of the agent that it was born with: raised when nodes that
 * live must not keep it, which replaces them all. A release that only mends the boot part leaves it as it is.
 */
export const BOOT_REVISION = 1;

/** Before base64 (docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html). */
const MOST_BYTES = 16_384;

/** User data as RunInstances takes it: cloud-init's configuration, gzipped, which cloud-init undoes by itself, in base64. */
export function userDataOf(node: NodeConfig): string {
  return made(canonicalJson(node), () => compressed(node));
}

/** The nodes of a pool are born alike, and are launched zone by zone, or one by one. */
const made = remembering<string>(100);

function compressed(node: NodeConfig): string {
  const bytes = gzipSync(cloudConfig(node), { level: 9 });
  if (bytes.length > MOST_BYTES) {
    throw new Error(`the user data of ${node.role} nodes takes ${bytes.length} bytes, and EC2 takes ${MOST_BYTES}`);
  }
  return bytes.toString("base64");
}

/** What cloud-init reads. JSON is YAML: there is nothing to quote wrongly. */
export function cloudConfig(node: NodeConfig): string {
  const units = ["slipway-node.service" as const, ...followers(node)];
  const file = (path: string, permissions: string, content: string) => ({
    path,
    permissions,
    owner: "root:root",
    content,
  });
  const config = {
    package_update: false,
    package_upgrade: false,
    write_files: [
      file("/usr/local/lib/slipway/boot.py", "0755", AGENT_FILES["boot.py"]),
      file("/etc/slipway/node.json", "0644", `${canonicalJson(node)}\n`),
      file("/etc/modules-load.d/slipway.conf", "0644", MODULES),
      file("/etc/sysctl.d/90-slipway.conf", "0644", SYSCTL),
      ...units.map((unit) => file(`/etc/systemd/system/${unit}`, "0644", AGENT_FILES[unit])),
    ],
    runcmd: [
      ["systemctl", "daemon-reload"],
      // Not waited for: cloud-init is done when the units have begun, and they try again until the node stands.
      ["systemctl", "enable", "--now", "--no-block", ...units],
    ],
  };
  return `#cloud-config\n${canonicalJson(config)}\n`;
}

function followers(node: NodeConfig) {
  if (node.role === "control-plane") return ["slipway-loop.service" as const];
  return node.spot ? ["slipway-spot.service" as const] : [];
}

/** What containerd and the pods' network need (kubernetes.io/docs/setup/production-environment/container-runtimes). */
const MODULES = "overlay\nbr_netfilter\n";
const SYSCTL = [
  "net.ipv4.ip_forward=1",
  "net.bridge.bridge-nf-call-iptables=1",
  "fs.inotify.max_user_instances=8192",
  "fs.inotify.max_user_watches=524288",
  "",
].join("\n");
