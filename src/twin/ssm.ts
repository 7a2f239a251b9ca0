import type { GetParametersRequest, GetParametersResult } from "@aws-sdk/client-ssm";
import type { World } from "./world.ts";

/** Canonical's public parameters (aws.amazon.com/ubuntu, reference/aws.md §11). */
const CANONICAL =
  /^\/aws\/service\/canonical\/ubuntu\/server\/([\d.]+)\/stable\/(\w+)\/(amd64|arm64)\/hvm\/ebs-gp[23]\/ami-id$/;

export const ssmOperations = {
  GetParameters(world: World, input: GetParametersRequest): GetParametersResult {
    const found = (input.Names ?? []).map((name) => ({ name, value: parameterValue(world, name) }));
    return {
      Parameters: found.flatMap(({ name, value }) =>
        value === undefined ? [] : [{ Name: name, Value: value, Type: "String", Version: 1 }],
      ),
      InvalidParameters: found.filter(({ value }) => value === undefined).map(({ name }) => name),
    };
  },
};

function parameterValue(world: World, name: string): string | undefined {
  const match = CANONICAL.exec(name);
  if (match === null) return world.parameters.get(name)?.value;
  const [, release, build, architecture] = match;
  // The newest build is what `current` stands for.
  const wanted = `-${release}-${architecture}-server-${build === "current" ? "" : build}`;
  const images = [...world.images].filter(([, image]) => image.name.includes(wanted));
  return images.sort(([, a], [, b]) => (a.createdAt < b.createdAt ? 1 : -1))[0]?.[0];
}
