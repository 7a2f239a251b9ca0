import type { World } from "../world.ts";
import type { AccessRequest } from "./evaluate.ts";
import { type Input, requestTags, resourceTags, tagsIn, text } from "./things.ts";

/** What IAM asks about, by operation (Service Authorization Reference, list_awsidentityandaccessmanagementiam.html). */
export function iamRequests(world: World, operation: string, input: Input): AccessRequest[] {
  const action = `iam:${operation}`;
  if (operation === "SimulatePrincipalPolicy") {
    return [{ action, resource: text(input, "PolicySourceArn") ?? "*", context: {} }];
  }
  const profile = text(input, "InstanceProfileName");
  if (profile !== undefined) return profileRequests(world, operation, profile, input);
  const name = text(input, "RoleName") ?? "";
  const role = world.roles.get(name);
  const resource = roleArn(world, name);
  const tags = tagsIn(input);
  // The boundary that the call gives, where it gives one; else the one that the role has.
  const boundary = text(input, "PermissionsBoundary") ?? (operation === "CreateRole" ? undefined : role?.boundary);
  const context = {
    ...resourceTags(role?.tags ?? {}, "iam"),
    ...requestTags(tags),
    ...(boundary === undefined ? {} : { "iam:PermissionsBoundary": boundary }),
  };
  const request = { action, resource, context };
  return operation === "CreateRole" ? [request, ...tagging("iam:TagRole", resource, input)] : [request];
}

function profileRequests(world: World, operation: string, name: string, input: Input): AccessRequest[] {
  const resource = `arn:aws:iam::${world.accountId}:instance-profile/${name}`;
  const tags = world.profiles.get(name)?.tags ?? {};
  const request = {
    action: `iam:${operation}`,
    resource,
    context: { ...resourceTags(tags, "iam"), ...requestTags(tagsIn(input)) },
  };
  switch (operation) {
    case "CreateInstanceProfile":
      return [request, ...tagging("iam:TagInstanceProfile", resource, input)];
    case "AddRoleToInstanceProfile": {
      const role = text(input, "RoleName");
      return [request, ...(role === undefined ? [] : [passTo(world, role)])];
    }
    default:
      return [request];
  }
}

/** Tags in the call that creates are asked about for themselves; there is nothing yet that could have tags (id_tags.html). */
function tagging(action: string, resource: string, input: Input): AccessRequest[] {
  const tags = tagsIn(input);
  return Object.keys(tags).length === 0 ? [] : [{ action, resource, context: requestTags(tags) }];
}

/** An instance gets a role from whoever launches it, who must be allowed to give it (id_roles_use_passrole.html). */
export function passRole(world: World, profile: string | undefined): AccessRequest[] {
  return (world.profiles.get(profile ?? "")?.roles ?? []).map((role) => passTo(world, role));
}

function passTo(world: World, role: string): AccessRequest {
  const tags = world.roles.get(role)?.tags ?? {};
  return {
    action: "iam:PassRole",
    resource: roleArn(world, role),
    context: { ...resourceTags(tags, "iam"), "iam:PassedToService": "ec2.amazonaws.com" },
  };
}

function roleArn(world: World, name: string): string {
  return `arn:aws:iam::${world.accountId}:role/${name}`;
}
