/** As Canonical and Debian write it; EC2 says x86_64 for amd64. */
export type Architecture = "amd64" | "arm64";

export const ARCHITECTURES: readonly Architecture[] = ["amd64", "arm64"];

/** An Ubuntu release, or one build of it. */
export interface ImageRequest {
  /** `24.04`. */
  release: string;
  /** The build's serial (`20261015`); absent: the newest there is when first asked for. */
  serial?: string;
}

/** What an image is chosen by: as long as this stays the same, nodes keep the image that they have. */
export function imageName(request: ImageRequest, architecture: Architecture): string {
  return ["ubuntu", request.release, architecture, ...(request.serial === undefined ? [] : [request.serial])].join("-");
}
