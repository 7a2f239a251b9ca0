import { GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import type { Aws } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";
import { type ClusterIdentity, parameterPath } from "../../core/names.ts";

const MOST_LINES = 15;
const LONGEST_LINE = 300;

/**
 * The last lines that a node wrote: what its agent left in Parameter Store when it failed, else what is on its serial
 * console, which the agent writes to as well. Empty when AWS has neither; that is no reason to fail.
 */
export async function lastWords(aws: Aws, cluster: ClusterIdentity, instanceId: string): Promise<string[]> {
  const log = await errorLog(aws, cluster, instanceId).catch(() => undefined);
  const text = log ?? (await consoleOutput(aws, instanceId).catch(() => undefined)) ?? "";
  return redacted(text)
    .split(/\r?\n/)
    .map((line) => line.trimEnd().slice(0, LONGEST_LINE))
    .filter((line) => line !== "")
    .slice(-MOST_LINES);
}

async function errorLog(aws: Aws, cluster: ClusterIdentity, instanceId: string): Promise<string | undefined> {
  // The call for several answers with a list of what is not there, where that for one fails.
  const answer = await aws.ssm.send(
    new GetParametersCommand({ Names: [`${parameterPath(cluster)}/errors/${instanceId}`] }),
  );
  const written: unknown = JSON.parse(answer.Parameters?.[0]?.Value ?? "{}");
  const log = typeof written === "object" && written !== null && "log" in written ? written.log : undefined;
  return typeof log === "string" ? log : undefined;
}

async function consoleOutput(aws: Aws, instanceId: string): Promise<string> {
  const ask = (Latest: boolean) => aws.ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest }));
  // Only instances on Nitro show what is on the console now; others what was there some time after the boot.
  const answer = await ask(true).catch((error: unknown) => {
    if (isAwsError(error, "UnsupportedOperation")) return ask(false);
    throw error;
  });
  return Buffer.from(answer.Output ?? "", "base64").toString("utf8");
}

/** Bootstrap tokens, private keys and AWS secrets do not belong in a log; a node may still have written one. */
function redacted(text: string): string {
  return text
    .replace(/-----BEGIN [\w ]*PRIVATE KEY-----[\s\S]*?(-----END [\w ]*PRIVATE KEY-----|$)/g, "[private key]")
    .replace(/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, "[token]")
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[access key]")
    .replace(/((?:secret|token|password)[\w-]*["']?\s*[:=]\s*["']?)[^\s"',]{8,}/gi, "$1[secret]");
}
