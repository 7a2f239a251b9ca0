import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteInstanceProfileRequest,
  DeleteRolePermissionsBoundaryRequest,
  DeleteRolePolicyRequest,
  DeleteRoleRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetRoleRequest,
  GetRoleResponse,
  InstanceProfile as InstanceProfileView,
  PutRolePermissionsBoundaryRequest,
  PutRolePolicyRequest,
  RemoveRoleFromInstanceProfileRequest,
  Role as RoleView,
  TagInstanceProfileRequest,
  TagRoleRequest,
  UntagInstanceProfileRequest,
  UntagRoleRequest,
  UpdateAssumeRolePolicyRequest,
} from "@aws-sdk/client-iam";
import { remembering } from "../core/remembering.ts";
import { simulatePrincipalPolicy } from "./access/simulate.ts";
import { awsError, queryError } from "./errors.ts";
import type { InstanceProfile, Role, Thing } from "./records.ts";
import type { World } from "./world.ts";

/** Characters of all inline policies of a role together, without white space (IAM quotas). */
const MOST_INLINE_POLICY = 10_240;
/** Characters of a trust policy. */
const MOST_TRUST_POLICY = 2048;

export const iamOperations = {
  CreateRole(world: World, input: CreateRoleRequest): CreateRoleResponse {
    const name = input.RoleName ?? "";
    checkName(name, 64);
    if (world.roles.has(name)) throw queryError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
    const trust = input.AssumeRolePolicyDocument ?? "";
    checkDocument(trust, MOST_TRUST_POLICY);
    const role: Role = {
      ...world.birth(name, tagsOf(input.Tags)),
      trust,
      policies: new Map(),
      boundary: input.PermissionsBoundary,
    };
    world.roles.set(name, role);
    return { Role: roleView(world, role) };
  },

  GetRole(world: World, input: GetRoleRequest): GetRoleResponse {
    return { Role: roleView(world, needRole(world, input.RoleName)) };
  },

  UpdateAssumeRolePolicy(world: World, input: UpdateAssumeRolePolicyRequest): object {
    checkDocument(input.PolicyDocument ?? "", MOST_TRUST_POLICY);
    needRole(world, input.RoleName).trust = input.PolicyDocument ?? "";
    return {};
  },

  PutRolePermissionsBoundary(world: World, input: PutRolePermissionsBoundaryRequest): object {
    needRole(world, input.RoleName).boundary = input.PermissionsBoundary;
    return {};
  },

  DeleteRolePermissionsBoundary(world: World, input: DeleteRolePermissionsBoundaryRequest): object {
    needRole(world, input.RoleName).boundary = undefined;
    return {};
  },

  PutRolePolicy(world: World, input: PutRolePolicyRequest): object {
    const role = needRole(world, input.RoleName);
    checkDocument(input.PolicyDocument ?? "", MOST_INLINE_POLICY);
    role.policies.set(input.PolicyName ?? "", input.PolicyDocument ?? "");
    return {};
  },

  GetRolePolicy(world: World, input: GetRolePolicyRequest): GetRolePolicyResponse {
    const role = needRole(world, input.RoleName);
    const document = role.policies.get(input.PolicyName ?? "");
    if (document === undefined)
      throw queryError("NoSuchEntity", `The role policy with name ${input.PolicyName} cannot be found.`, 404);
    return { RoleName: role.id, PolicyName: input.PolicyName, PolicyDocument: urlEncoded(document) };
  },

  DeleteRolePolicy(world: World, input: DeleteRolePolicyRequest): object {
    const role = needRole(world, input.RoleName);
    if (!role.policies.delete(input.PolicyName ?? "")) {
      throw queryError("NoSuchEntity", `The role policy with name ${input.PolicyName} cannot be found.`, 404);
    }
    return {};
  },

  DeleteRole(world: World, input: DeleteRoleRequest): object {
    const role = needRole(world, input.RoleName);
    if ([...world.profiles.values()].some((profile) => profile.roles.includes(role.id))) {
      throw queryError("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.", 409);
    }
    if (role.policies.size > 0)
      throw queryError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
    world.roles.delete(role.id);
    return {};
  },

  UntagRole(world: World, input: UntagRoleRequest): object {
    const { tags } = needRole(world, input.RoleName);
    for (const key of input.TagKeys ?? []) delete tags[key];
    return {};
  },

  TagRole(world: World, input: TagRoleRequest): object {
    Object.assign(needRole(world, input.RoleName).tags, tagsOf(input.Tags));
    return {};
  },

  CreateInstanceProfile(world: World, input: CreateInstanceProfileRequest): CreateInstanceProfileResponse {
    const name = input.InstanceProfileName ?? "";
    checkName(name, 128);
    if (world.profiles.has(name))
      throw queryError("EntityAlreadyExists", `Instance Profile ${name} already exists.`, 409);
    const profile: InstanceProfile = { ...world.birth(name, tagsOf(input.Tags)), roles: [], knownToEc2AtMs: 0 };
    world.profiles.set(name, profile);
    return { InstanceProfile: profileView(world, profile) };
  },

  GetInstanceProfile(world: World, input: GetInstanceProfileRequest): GetInstanceProfileResponse {
    return { InstanceProfile: profileView(world, needProfile(world, input.InstanceProfileName)) };
  },

  AddRoleToInstanceProfile(world: World, input: AddRoleToInstanceProfileRequest): object {
    const profile = needProfile(world, input.InstanceProfileName);
    const role = needRole(world, input.RoleName);
    if (profile.roles.length > 0)
      throw queryError("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409);
    profile.roles.push(role.id);
    // Some 10 s until EC2 knows (reference/aws.md §1).
    profile.knownToEc2AtMs = world.now() + world.seconds(5, 15);
    return {};
  },

  RemoveRoleFromInstanceProfile(world: World, input: RemoveRoleFromInstanceProfileRequest): object {
    const profile = needProfile(world, input.InstanceProfileName);
    if (!profile.roles.includes(input.RoleName ?? "")) {
      throw queryError("NoSuchEntity", `Role ${input.RoleName} in Instance Profile ${profile.id} does not exist.`, 404);
    }
    profile.roles = profile.roles.filter((role) => role !== input.RoleName);
    return {};
  },

  DeleteInstanceProfile(world: World, input: DeleteInstanceProfileRequest): object {
    const profile = needProfile(world, input.InstanceProfileName);
    if (profile.roles.length > 0)
      throw queryError("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.", 409);
    world.profiles.delete(profile.id);
    return {};
  },

  UntagInstanceProfile(world: World, input: UntagInstanceProfileRequest): object {
    const { tags } = needProfile(world, input.InstanceProfileName);
    for (const key of input.TagKeys ?? []) delete tags[key];
    return {};
  },

  TagInstanceProfile(world: World, input: TagInstanceProfileRequest): object {
    Object.assign(needProfile(world, input.InstanceProfileName).tags, tagsOf(input.Tags));
    return {};
  },

  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};

function needRole(world: World, name: string | undefined): Role {
  return needEntity(world, world.roles, name, `The role with name ${name} cannot be found.`);
}

function needProfile(world: World, name: string | undefined): InstanceProfile {
  return needEntity(world, world.profiles, name, `Instance Profile ${name} cannot be found.`);
}

function needEntity<T extends Thing>(
  world: World,
  things: ReadonlyMap<string, T>,
  name: string | undefined,
  message: string,
): T {
  const thing = things.get(name ?? "");
  if (thing === undefined || !world.isVisible(thing)) throw queryError("NoSuchEntity", message, 404);
  return thing;
}

function checkName(name: string, limit: number): void {
  if (name.length > limit || !/^[\w+=,.@-]+$/.test(name)) {
    throw awsError(
      "ValidationError",
      `1 validation error detected: Value '${name}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
    );
  }
}

function checkDocument(document: string, limit: number): void {
  try {
    JSON.parse(document);
  } catch {
    throw queryError("MalformedPolicyDocument", "This policy contains invalid Json");
  }
  if (document.replace(/\s/g, "").length > limit)
    throw queryError("LimitExceeded", `Maximum policy size of ${limit} bytes exceeded`, 409);
}

function tagsOf(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

function tagsList(thing: Thing): { Key: string; Value: string }[] {
  return Object.entries(thing.tags).map(([Key, Value]) => ({ Key, Value }));
}

function roleView(world: World, role: Role): RoleView {
  return {
    Path: "/",
    RoleName: role.id,
    RoleId: `AROA${role.id}`,
    Arn: `arn:aws:iam::${world.accountId}:role/${role.id}`,
    CreateDate: new Date(role.createdAtMs),
    AssumeRolePolicyDocument: urlEncoded(role.trust),
    ...(role.boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: "PermissionsBoundaryPolicy",
            PermissionsBoundaryArn: role.boundary,
          },
        }),
    Tags: tagsList(role),
  };
}

/** As IAM gives documents back (GetRole, GetRolePolicy: RFC 3986). */
function urlEncoded(document: string): string {
  return lastEncoded(document, () => encodeURIComponent(document));
}

const lastEncoded = remembering<string>(100);

function profileView(world: World, profile: InstanceProfile): InstanceProfileView {
  return {
    Path: "/",
    InstanceProfileName: profile.id,
    InstanceProfileId: `AIPA${profile.id}`,
    Arn: `arn:aws:iam::${world.accountId}:instance-profile/${profile.id}`,
    CreateDate: new Date(profile.createdAtMs),
    Roles: profile.roles.flatMap((name) => {
      const role = world.roles.get(name);
      return role === undefined ? [] : [roleView(world, role)];
    }),
    Tags: tagsList(profile),
  };
}
