/**
 * What Slipway itself makes of scripts/prove/cluster.yaml, as JSON on stdout: the PKI, an administrator's certificate as
 * `slipway kubeconfig` gives out, each pool's user data, and the packs. All of it is for a cluster that lives a few minutes.
 *
 *   made-by-slipway.ts <Kubernetes' version> <host of the load balancer>
 */
import { readFileSync } from "node:fs";
import { nodeConfig, nodeTemplate } from "../../src/bootstrap/node-config.ts";
import { administrator, newPki } from "../../src/bootstrap/pki.ts";
import { userDataOf } from "../../src/bootstrap/user-data.ts";
import { poolsOf } from "../../src/config/cluster.ts";
import { readConfiguration } from "../../src/config/configuration.ts";
import { renderPacks } from "../../src/packs/bundle.ts";

const [version = "", host = ""] = process.argv.slice(2);
const path = "scripts/prove/cluster.yaml";
const text = readFileSync(new URL("cluster.yaml", import.meta.url), "utf8").replaceAll("@VERSION@", version);
const { clusters, findings } = readConfiguration([{ path, text }]);
const [cluster] = clusters;
if (cluster === undefined) throw new Error(JSON.stringify(findings));

const now = Date.now();
const pki = await newPki(now);
const userData = poolsOf(cluster).map((pool) => [
  pool.name,
  userDataOf(nodeConfig(nodeTemplate(cluster, pool), host, pki.caHash)),
]);
const made = {
  pki: pki.bundle.reveal(),
  administrator: (await administrator(pki, "slipway:prove", now, 3_600_000)).reveal(),
  userData: Object.fromEntries(userData),
  packs: renderPacks(cluster, { rendered: new Map() }).packs.map(({ name, objects }) => ({ name, objects })),
};
process.stdout.write(JSON.stringify(made));
