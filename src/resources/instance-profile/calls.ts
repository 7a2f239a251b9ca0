import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import type { Aws } from "../../aws/clients.ts";
import { iamName } from "../../core/names.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Live } from "../resource.ts";
import { ROLE_SUFFIXES } from "../role/calls.ts";
import { fromTagList, idFromTags, toTagList } from "../tags.ts";

export const findInstanceProfiles: Find = async (aws, cluster) => {
  const profiles = await Promise.all(ROLE_SUFFIXES.map((suffix) => findProfile(aws, iamName(cluster, suffix))));
  return profiles.filter((profile) => profile !== undefined);
};

async function findProfile(aws: Aws, name: string): Promise<Live<"instance-profile"> | undefined> {
  const answer = await unless(
    ["NoSuchEntity*"],
    aws.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })),
  );
  const profile = answer?.InstanceProfile;
  if (profile === undefined) return undefined;
  const tags = fromTagList(profile.Tags);
  const role = profile.Roles?.[0]?.Arn ?? "";
  return {
    kind: "instance-profile",
    id: idFromTags("instance-profile", tags, name),
    awsId: profile.Arn ?? "",
    spec: { name, role },
    tags,
    status: "settled",
    attributes: {},
    uses: role === "" ? [] : [role],
  };
}

export const instanceProfileCalls: Calls<"instance-profile"> = {
  async create(aws, wanted) {
    const { name, role } = wanted.spec;
    const made = await aws.iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName: name, Tags: toTagList(wanted.tags) }),
    );
    await addRole(aws, name, role);
    return { awsId: made.InstanceProfile?.Arn ?? "" };
  },
  async update(aws, live, wanted) {
    await removeRole(aws, live);
    await addRole(aws, live.spec.name, wanted.spec.role);
  },
  async remove(aws, live) {
    await removeRole(aws, live);
    await unless(
      ["NoSuchEntity*"],
      aws.iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: live.spec.name })),
    );
  },
};

async function addRole(aws: Aws, profile: string, role: string): Promise<void> {
  // A profile takes one role; a second answers LimitExceeded, also when it is the same one after a lost answer.
  await unless(
    ["LimitExceeded*"],
    aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: profile, RoleName: nameOf(role) })),
  );
}

async function removeRole(aws: Aws, live: Live<"instance-profile">): Promise<void> {
  if (live.spec.role === "") return;
  await unless(
    ["NoSuchEntity*"],
    aws.iam.send(
      new RemoveRoleFromInstanceProfileCommand({
        InstanceProfileName: live.spec.name,
        RoleName: nameOf(live.spec.role),
      }),
    ),
  );
}

/** IAM's calls take names; an ARN ends in one. */
function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
