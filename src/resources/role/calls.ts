import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Aws } from "../../aws/clients.ts";
import { canonicalJson } from "../../core/hash.ts";
import { iamName } from "../../core/names.ts";
import { remembering } from "../../core/remembering.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Live, Resolved } from "../resource.ts";
import { fromTagList, idFromTags, toTagList } from "../tags.ts";
import { ROLE_POLICY } from "./shape.ts";

/** The roles that a cluster may have; IAM can't be asked by tag, so they are found by their names. */
export const ROLE_SUFFIXES = ["control-plane", "worker"] as const;

export const findRoles: Find = async (aws, cluster) => {
  const roles = await Promise.all(ROLE_SUFFIXES.map((suffix) => findRole(aws, iamName(cluster, suffix))));
  return roles.filter((role) => role !== undefined);
};

async function findRole(aws: Aws, name: string): Promise<Live<"role"> | undefined> {
  const [answer, inline] = await Promise.all([
    unless(["NoSuchEntity*"], aws.iam.send(new GetRoleCommand({ RoleName: name }))),
    unless(["NoSuchEntity*"], aws.iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: ROLE_POLICY }))),
  ]);
  const role = answer?.Role;
  if (role === undefined) return undefined;
  const tags = fromTagList(role.Tags);
  return {
    kind: "role",
    id: idFromTags("role", tags, name),
    awsId: role.Arn ?? "",
    spec: {
      name,
      trust: decoded(role.AssumeRolePolicyDocument),
      policy: decoded(inline?.PolicyDocument),
      boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
    },
    tags,
    status: "settled",
    attributes: {},
    uses: [],
  };
}

/** IAM answers documents URL-encoded (RFC 3986), in the layout that they were sent in. */
function decoded(document: string | undefined): string {
  if (document === undefined) return "";
  return lastDecoded(document, () =>
    canonicalJson(JSON.parse(document.startsWith("%") ? decodeURIComponent(document) : document)),
  );
}

/** A run looks at its roles several times, and they hardly ever change. */
const lastDecoded = remembering<string>(100);

export const roleCalls: Calls<"role"> = {
  async create(aws, wanted) {
    const { name, trust, boundary } = wanted.spec;
    const made = await aws.iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: trust,
        ...(boundary === "" ? {} : { PermissionsBoundary: boundary }),
        Tags: toTagList(wanted.tags),
      }),
    );
    await putPolicy(aws, wanted);
    return { awsId: made.Role?.Arn ?? "" };
  },
  async update(aws, live, wanted, fields) {
    const RoleName = live.spec.name;
    const { trust, boundary } = wanted.spec;
    // First: the policies that are shipped let nobody touch what a role without the boundary may do.
    if (fields.includes("boundary")) {
      await (boundary === ""
        ? aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
        : aws.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary })));
    }
    if (fields.includes("trust")) {
      await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }));
    }
    if (fields.includes("policy")) await putPolicy(aws, wanted);
  },
  async remove(aws, live) {
    const RoleName = live.spec.name;
    await unless(["NoSuchEntity*"], aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: ROLE_POLICY })));
    await unless(["NoSuchEntity*"], aws.iam.send(new DeleteRoleCommand({ RoleName })));
  },
};

async function putPolicy(aws: Aws, wanted: Resolved<"role">): Promise<void> {
  const { name, policy } = wanted.spec;
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: ROLE_POLICY, PolicyDocument: policy }));
}
