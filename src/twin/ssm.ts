import type {
  AddTagsToResourceRequest,
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersRequest,
  GetParametersResult,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  PutParameterRequest,
  PutParameterResult,
  RemoveTagsFromResourceRequest,
  Tag,
} from "@aws-sdk/client-ssm";
import { checkTags, page, tagList } from "./ec2/common.ts";
import { awsError } from "./errors.ts";
import type { Parameter } from "./records.ts";
import type { World } from "./world.ts";

/** Canonical's public parameters (aws.amazon.com/ubuntu, reference/aws.md §11). */
const CANONICAL =
  /^\/aws\/service\/canonical\/ubuntu\/server\/([\d.]+)\/stable\/(\w+)\/(amd64|arm64)\/hvm\/ebs-gp[23]\/ami-id$/;

/** Of a standard parameter (docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html). */
const MOST_VALUE_BYTES = 4096;
/** A name's letters, and its levels (API_PutParameter). */
const NAME = /^[\w.\-/]{1,1011}$/;
const MOST_LEVELS = 15;

/**
 * Parameter Store. What has been put can be got at once; lists and tags are taken to follow like other things of AWS do.
 * Errors are those of each call's page in docs.aws.amazon.com/systems-manager/latest/APIReference.
 */
export const ssmOperations = {
  PutParameter(world: World, input: PutParameterRequest): PutParameterResult {
    const name = input.Name ?? "";
    const existing = world.parameters.get(name);
    if (!NAME.test(name) || name.split("/").length - 1 > MOST_LEVELS) {
      throw awsError("ValidationException", `Parameter name: ${name} is not allowed`);
    }
    if (/^\/?(aws|ssm)/i.test(name)) {
      throw awsError(
        "ValidationException",
        'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
      );
    }
    if (Buffer.byteLength(input.Value ?? "") > MOST_VALUE_BYTES && input.Tier !== "Advanced") {
      throw awsError(
        "ValidationException",
        "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.",
      );
    }
    if (input.Overwrite === true && input.Tags !== undefined) {
      throw awsError(
        "ValidationException",
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      );
    }
    if (existing !== undefined && input.Overwrite !== true) {
      throw awsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    }
    const tags = tagsOf(input.Tags);
    checkTags(tags);
    const parameter: Parameter = {
      ...(existing ?? world.birth(name, tags)),
      value: input.Value ?? "",
      type: input.Type === "SecureString" ? "SecureString" : "String",
      keyId: input.Type === "SecureString" ? (input.KeyId ?? "alias/aws/ssm") : undefined,
      version: (existing?.version ?? 0) + 1,
      writtenBy: world.caller(),
    };
    world.parameters.set(name, parameter);
    return { Version: parameter.version, Tier: "Standard" };
  },

  GetParameter(world: World, input: GetParameterRequest): GetParameterResult {
    const name = input.Name ?? "";
    const { value, type, version } = needParameter(world, name);
    // Not asked to decrypt, SSM gives what KMS made of it.
    const isHidden = type === "SecureString" && input.WithDecryption !== true;
    return { Parameter: { Name: name, Type: type, Value: isHidden ? "AQICAHencrypted" : value, Version: version } };
  },

  GetParameters(world: World, input: GetParametersRequest): GetParametersResult {
    const found = (input.Names ?? []).map((name) => ({ name, value: publicValue(world, name) }));
    return {
      Parameters: found.flatMap(({ name, value }) =>
        value === undefined ? [] : [{ Name: name, Value: value, Type: "String", Version: 1 }],
      ),
      InvalidParameters: found.filter(({ value }) => value === undefined).map(({ name }) => name),
    };
  },

  DescribeParameters(world: World, input: DescribeParametersRequest): DescribeParametersResult {
    if ((input.MaxResults ?? 50) > 50) throw awsError("ValidationException", "MaxResults is 1 to 50");
    const found = [...world.parameters.values()].filter(
      (parameter) =>
        world.isVisible(parameter) &&
        (input.ParameterFilters ?? []).every(({ Key, Option, Values = [] }) => {
          if (Key !== "Path" || Option !== "Recursive") throw awsError("InvalidFilterKey", `The twin knows no ${Key}`);
          // A path is whole levels: /slipway/prod does not hold /slipway/prod-2/pki.
          return Values.some((folder) => parameter.id.startsWith(`${folder.replace(/\/$/, "")}/`));
        }),
    );
    const { items, ...rest } = page(found, input, 50);
    return { Parameters: items.map(({ id, type, version }) => ({ Name: id, Type: type, Version: version })), ...rest };
  },

  DeleteParameter(world: World, input: DeleteParameterRequest): object {
    world.parameters.delete(needParameter(world, input.Name ?? "").id);
    return {};
  },

  DeleteParameters(world: World, input: DeleteParametersRequest): DeleteParametersResult {
    const names = input.Names ?? [];
    if (names.length < 1 || names.length > 10) throw awsError("ValidationException", "Names holds 1 to 10 names");
    const there = names.filter((name) => world.parameters.delete(name));
    return { DeletedParameters: there, InvalidParameters: names.filter((name) => !there.includes(name)) };
  },

  ListTagsForResource(world: World, input: ListTagsForResourceRequest): ListTagsForResourceResult {
    return { TagList: tagList(needResource(world, input)) };
  },

  RemoveTagsFromResource(world: World, input: RemoveTagsFromResourceRequest): object {
    const { tags } = needResource(world, input);
    for (const key of input.TagKeys ?? []) delete tags[key];
    return {};
  },

  AddTagsToResource(world: World, input: AddTagsToResourceRequest): object {
    const parameter = needResource(world, input);
    const tags = { ...parameter.tags, ...tagsOf(input.Tags) };
    checkTags(tags);
    parameter.tags = tags;
    return {};
  },
};

function needParameter(world: World, name: string): Parameter {
  const parameter = world.parameters.get(name);
  if (parameter === undefined) throw awsError("ParameterNotFound", `Parameter ${name} not found.`);
  return parameter;
}

function needResource(
  world: World,
  input: { ResourceType?: string | undefined; ResourceId?: string | undefined },
): Parameter {
  const parameter = world.parameters.get(input.ResourceId ?? "");
  if (input.ResourceType !== "Parameter" || parameter === undefined || !world.isVisible(parameter)) {
    throw awsError("InvalidResourceId", `The resource ID "${input.ResourceId}" is not valid`);
  }
  return parameter;
}

function tagsOf(list: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

function publicValue(world: World, name: string): string | undefined {
  const match = CANONICAL.exec(name);
  if (match === null) return world.parameters.get(name)?.value;
  const [, release, build, architecture] = match;
  // The newest build is what `current` stands for.
  const wanted = `-${release}-${architecture}-server-${build === "current" ? "" : build}`;
  const images = [...world.images].filter(([, image]) => image.name.includes(wanted));
  return images.sort(([, a], [, b]) => (a.createdAt < b.createdAt ? 1 : -1))[0]?.[0];
}
