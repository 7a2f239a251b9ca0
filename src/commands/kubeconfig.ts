import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { dump } from "js-yaml";
import type { Aws } from "../aws/clients.ts";
import { isAccessDenied, isAwsError } from "../aws/errors.ts";
import { API_PORT } from "../bootstrap/node-config.ts";
import { administrator, caCertificate, pkiOf } from "../bootstrap/pki.ts";
import { formatDuration } from "../core/durations.ts";
import { messageOf, UserError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { type ClusterIdentity, pkiParameter } from "../core/names.ts";
import type { Pki } from "../core/pki.ts";
import { type Secret, secretOf } from "../core/secret.ts";
import { findLoadBalancing } from "../resources/load-balancer/find.ts";
import { findInstances } from "../resources/node/instances.ts";
import type { Live } from "../resources/resource.ts";
import type { CommandContext } from "./context.ts";
import { atEachPlace, type Reached } from "./look.ts";
import { type CommandResult, commandResult } from "./results.ts";

/** Nothing can take a client certificate back, so it is short. */
const LIFETIME_MS = 60 * 60_000;

/** Keeps a kubeconfig where only its owner reads it, and gives the words for where that is. */
export type Save = (kubeconfig: Secret<string>) => Promise<string>;

/**
 * Breaks the glass: signs an administrator's certificate with the cluster's own CA, for an hour. For people, when nothing
 * else lets them in; it needs the permission to read the cluster's PKI, which no other command has.
 */
export async function kubeconfig(context: CommandContext, name: string, save: Save): Promise<CommandResult> {
  let isSaved = false;
  const saveOne: Save = (text) => {
    if (isSaved) throw refusal("kubeconfig/ambiguous", `there is another cluster ${name} in another region`, WHICH);
    isSaved = true;
    return save(text);
  };
  const clusters = await atEachPlace(context, name, async (reached) => ({
    result: "issued",
    findings: await issue(context, reached, name, saveOne),
  }));
  // Without a document every place is looked at, and it is enough when one of them has the cluster.
  const issued = clusters.filter(({ result }) => result === "issued");
  return commandResult("kubeconfig", [], issued.length > 0 ? issued : clusters);
}

async function issue(
  { by }: CommandContext,
  { aws, accountId, region }: Reached,
  name: string,
  save: Save,
): Promise<Finding[]> {
  const identity = { name, accountId, region };
  const pki = await readPki(aws, identity);
  const [{ resources }, { bastions }] = await Promise.all([
    findLoadBalancing(aws, identity),
    findInstances(aws, identity),
  ]);
  const balancer = resources.find((live): live is Live<"load-balancer"> => live.kind === "load-balancer");
  if (balancer === undefined) {
    throw refusal("kubeconfig/no-endpoint", `${name} has no load balancer, so there is no API server to reach`, AGAIN);
  }
  const host = balancer.attributes.dnsName ?? "";
  const nowMs = aws.clock.now();
  // Whose it is stands in the cluster's audit log; a common name has at most 64 characters.
  const client = await aws.clock.hold(administrator(pki, `slipway:${by}`.slice(0, 64), nowMs, LIFETIME_MS));
  const where = await save(secretOf(configText(name, host, pki, client), `kubeconfig of ${name}`));
  const until = new Date(nowMs + LIFETIME_MS).toISOString();
  return [
    {
      level: "warning",
      code: "kubeconfig/break-glass",
      message: `${where} lets whoever has it do everything in ${name} until ${until} (${formatDuration(LIFETIME_MS)}), and nothing can take it back`,
      fix: "delete it when you are done. For daily work give people users of their own",
    },
    ...(balancer.spec.scheme === "internal" ? [wayIn(host, bastions)] : []),
  ];
}

const AGAIN = "apply the cluster first";
const WHICH = "what was written is of the first one; leave only the region that is meant in the account's regions";

async function readPki(aws: Aws, cluster: ClusterIdentity): Promise<Pki> {
  const name = pkiParameter(cluster);
  try {
    const answer = await aws.ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return pkiOf(answer.Parameter?.Value ?? "{}");
  } catch (error) {
    if (isAwsError(error, "ParameterNotFound")) {
      throw refusal("kubeconfig/no-pki", `${cluster.name} has no PKI in ${cluster.region}: there is no ${name}`, AGAIN);
    }
    if (!isAccessDenied(error)) throw error;
    const arn = `arn:aws:ssm:${cluster.region}:${cluster.accountId}:parameter${name}`;
    const fix = `use credentials that may ssm:GetParameter on ${arn}, and kms:Decrypt with its key where that is your own`;
    throw refusal("kubeconfig/denied", `these credentials may not read the PKI: ${messageOf(error)}`, fix);
  }
}

function refusal(code: FindingCode, message: string, fix: string): UserError {
  return new UserError({ level: "error", code, message, fix });
}

function configText(
  name: string,
  host: string,
  pki: Pki,
  client: Secret<{ key: string; certificate: string }>,
): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const { key, certificate } = client.reveal();
  const id = `slipway-${name}`;
  return dump(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: id,
          cluster: {
            server: `https://${host}:${API_PORT}`,
            "certificate-authority-data": base64(caCertificate(pki)),
          },
        },
      ],
      users: [{ name: id, user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) } }],
      contexts: [{ name: id, context: { cluster: id, user: id } }],
      "current-context": id,
    },
    { lineWidth: -1 },
  );
}

/** How a private API is reached from outside its VPC. Its certificate is the load balancer's, whatever port it comes through. */
function wayIn(host: string, bastions: readonly Live<"bastion">[]): Finding {
  const address = bastions.find(({ status }) => status === "settled")?.attributes.publicIp ?? "";
  const fix =
    address === ""
      ? "use it from inside the VPC, or from a network that is connected to it"
      : `open  ssh -N -L ${API_PORT}:${host}:${API_PORT} ubuntu@${address}  and then  kubectl --kubeconfig FILE --server https://127.0.0.1:${API_PORT} --tls-server-name ${host} get nodes`;
  return {
    level: "notice",
    code: "kubeconfig/private",
    message: "the API server is private: it is not reached from here directly",
    fix,
  };
}
