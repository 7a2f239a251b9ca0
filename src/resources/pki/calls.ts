import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { newPki } from "../../bootstrap/pki.ts";
import { type ClusterIdentity, parameterPath, pkiParameter } from "../../core/names.ts";
import { unless } from "../calls.ts";
import type { Calls, Find } from "../resource.ts";
import { fromTagList, idFromTags, TAG, toTagList } from "../tags.ts";

/**
 * Finds the PKI by its tags alone: they come with the parameter in one call, so they hold the CA's hash as surely as it
 * holds the CA, and reading them needs no permission for the secret.
 */
export const findPki: Find = async (aws, cluster) => {
  const name = pkiParameter(cluster);
  const answer = await unless(
    ["InvalidResourceId"],
    aws.ssm.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: name })),
  );
  if (answer === undefined) return [];
  const tags = fromTagList(answer.TagList);
  const caHash = tags[TAG.caHash];
  return [
    {
      kind: "pki",
      id: idFromTags("pki", tags, name),
      awsId: name,
      spec: { name, kmsKey: "" },
      tags,
      status: "settled",
      attributes: caHash === undefined ? {} : { caHash },
      uses: [],
    },
  ];
};

export const pkiCalls: Calls<"pki"> = {
  /** Never over another: whoever comes second is told ParameterAlreadyExists, and takes what the first one made. */
  async create(aws, wanted) {
    const { name, kmsKey } = wanted.spec;
    const { bundle, caHash } = await aws.clock.hold((aws.makePki ?? newPki)(aws.clock.now()));
    await aws.ssm.send(
      new PutParameterCommand({
        Name: name,
        Description: "Certificates and keys of a Kubernetes cluster, made by Slipway",
        Value: bundle.reveal(),
        Type: "SecureString",
        Tier: "Standard",
        Overwrite: false,
        ...(kmsKey === "" ? {} : { KeyId: kmsKey }),
        Tags: toTagList({ ...wanted.tags, [TAG.caHash]: caHash }),
      }),
    );
    return { awsId: name, attributes: { caHash } };
  },
  async remove(aws, live) {
    await unless(["ParameterNotFound"], aws.ssm.send(new DeleteParameterCommand({ Name: live.awsId })));
  },
};

/** The names of all parameters below a path; their values are not asked for. */
export async function parameterNames(aws: Aws, path: string): Promise<string[]> {
  const below = { Key: "Path", Option: "Recursive", Values: [path] };
  const found = await allPages<{ Name?: string | undefined }>(async (token) => {
    const page = await aws.ssm.send(
      new DescribeParametersCommand({ ParameterFilters: [below], MaxResults: 50, ...pageToken(token) }),
    );
    return { items: page.Parameters, next: page.NextToken };
  });
  return found.map(({ Name = "" }) => Name);
}

/** DeleteParameters takes so many names. */
const MOST_NAMES = 10;

/**
 * Deletes what a cluster's nodes have written: who began it, how to join it, what went wrong. Left behind, it would tell
 * the nodes of the next cluster of that name that theirs is there already.
 */
export async function removeParameters(aws: Aws, cluster: ClusterIdentity): Promise<void> {
  const names = await parameterNames(aws, parameterPath(cluster));
  for (let from = 0; from < names.length; from += MOST_NAMES) {
    await aws.ssm.send(new DeleteParametersCommand({ Names: names.slice(from, from + MOST_NAMES) }));
  }
}
