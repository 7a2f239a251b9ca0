import { DeleteParameterCommand, GetParametersCommand } from "@aws-sdk/client-ssm";
import type { Aws } from "../../aws/clients.ts";
import { type ClusterIdentity, parameterPath } from "../../core/names.ts";
import { unless } from "../calls.ts";

/** By which control-plane nodes agree on the one that initialises the cluster. Written by them; no secret. */
export interface InitLock {
  /** The instance that does it, or did. */
  instance: string;
  state: "running" | "done";
}

function nameOf(cluster: ClusterIdentity): string {
  return `${parameterPath(cluster)}/init`;
}

/** Undefined while nobody has begun. */
export async function readInitLock(aws: Aws, cluster: ClusterIdentity): Promise<InitLock | undefined> {
  // The call for several answers with a list of what is not there, where that for one fails.
  const answer = await aws.ssm.send(new GetParametersCommand({ Names: [nameOf(cluster)] }));
  const text = answer.Parameters?.[0]?.Value;
  return text === undefined ? undefined : (JSON.parse(text) as InitLock);
}

/** Lets the nodes choose again. Only for a lock that is `running`, whose instance is gone: nobody can have joined yet. */
export async function clearInitLock(aws: Aws, cluster: ClusterIdentity): Promise<void> {
  await unless(["ParameterNotFound"], aws.ssm.send(new DeleteParameterCommand({ Name: nameOf(cluster) })));
}
