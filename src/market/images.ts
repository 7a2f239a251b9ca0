import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import type { Aws } from "../aws/clients.ts";
import { ARCHITECTURES, type Architecture, type ImageRequest, imageName } from "./image-names.ts";

/** Canonical's AWS account. */
const CANONICAL = "099720109477";

/** Ubuntu's names for its releases; image names carry them. */
const CODENAMES: Readonly<Record<string, string>> = { "22.04": "jammy", "24.04": "noble", "26.04": "resolute" };

/**
 * Finds the images of each request, for both architectures, by their names. Canonical publishes ids as public SSM
 * parameters; where those can't be had (a region without them, a policy against them), the newest image of its account
 * with the release's name is the same thing.
 */
export async function findImages(aws: Aws, requests: readonly ImageRequest[]): Promise<Map<string, string>> {
  const wanted = requests.flatMap((request) =>
    ARCHITECTURES.map((architecture) => ({ request, architecture, name: imageName(request, architecture) })),
  );
  const images = new Map<string, string>();
  const byParameter = new Map(wanted.map((one) => [parameterName(one.request, one.architecture), one.name]));
  const names = [...byParameter.keys()];
  for (let i = 0; i < names.length; i += 10) {
    // At most 10 names a call.
    const answer = await aws.ssm.send(new GetParametersCommand({ Names: names.slice(i, i + 10) }));
    for (const parameter of answer.Parameters ?? []) {
      images.set(byParameter.get(parameter.Name ?? "") ?? "", parameter.Value ?? "");
    }
  }
  await Promise.all(
    wanted
      .filter((one) => !images.has(one.name))
      .map(async (one) => {
        const id = await newestImage(aws, one.request, one.architecture);
        if (id !== undefined) images.set(one.name, id);
      }),
  );
  return images;
}

/** Volumes are gp3 in the images of 23.10 and later. */
function volumeType(release: string): "gp2" | "gp3" {
  return Number.parseFloat(release) < 23.1 ? "gp2" : "gp3";
}

function parameterName({ release, serial }: ImageRequest, architecture: Architecture): string {
  const build = serial ?? "current";
  return `/aws/service/canonical/ubuntu/server/${release}/stable/${build}/${architecture}/hvm/ebs-${volumeType(release)}/ami-id`;
}

async function newestImage(aws: Aws, request: ImageRequest, architecture: Architecture): Promise<string | undefined> {
  const family = volumeType(request.release) === "gp3" ? "hvm-ssd-gp3" : "hvm-ssd";
  const codename = CODENAMES[request.release] ?? "*";
  const build = request.serial ?? "*";
  const answer = await aws.ec2.send(
    new DescribeImagesCommand({
      Owners: [CANONICAL],
      Filters: [
        {
          Name: "name",
          Values: [`ubuntu/images/${family}/ubuntu-${codename}-${request.release}-${architecture}-server-${build}`],
        },
        { Name: "state", Values: ["available"] },
      ],
    }),
  );
  const newestFirst = (answer.Images ?? []).sort((a, b) => ((a.CreationDate ?? "") < (b.CreationDate ?? "") ? 1 : -1));
  return newestFirst[0]?.ImageId;
}
