import type { CatalogueType, Image } from "./records.ts";

/** Zones of the region that the twin plays by default. */
export function zonesOf(region: string): string[] {
  return ["a", "b", "c", "d", "e", "f"].map((letter) => `${region}${letter}`);
}

/**
 * Instance types with their prices in us-east-1 (Linux, on demand). m5.large is not in us-east-1e, as in AWS
 * (DescribeInstanceTypeOfferings, reference/moto.md §1).
 */
export function typesOf(region: string): CatalogueType[] {
  const zones = zonesOf(region);
  const all = (
    [
      ["t3.micro", 2, 1, "0.0104"],
      ["t3.medium", 2, 4, "0.0416"],
      ["m5.large", 2, 8, "0.096"],
      ["m6i.large", 2, 8, "0.096"],
      ["m6i.xlarge", 4, 16, "0.192"],
      ["m6i.2xlarge", 8, 32, "0.384"],
      ["m7i.large", 2, 8, "0.1008"],
      ["c6i.large", 2, 4, "0.085"],
      ["r6i.large", 2, 16, "0.126"],
      ["g5.xlarge", 4, 16, "1.006"],
      ["g5.2xlarge", 8, 32, "1.212"],
      ["t4g.micro", 2, 1, "0.0084"],
      ["m6g.large", 2, 8, "0.077"],
      ["m7g.large", 2, 8, "0.0816"],
    ] as const
  ).map(([name, vCpus, gib, onDemandUsd]) => ({
    name,
    vCpus,
    memoryMiB: gib * 1024,
    arm: /^\w\dg/.test(name),
    zones: name === "m5.large" ? zones.slice(0, 4) : name.startsWith("g5") ? zones.slice(0, 3) : zones,
    onDemandUsd,
  }));
  return all;
}

/** Two builds of Ubuntu 24.04 for each architecture, named as Canonical names them. */
export const UBUNTU_IMAGES: readonly (readonly [id: string, image: Image])[] = ["20260915", "20261015"].flatMap(
  (serial) =>
    (["amd64", "arm64"] as const).map(
      (architecture) =>
        [
          `ami-0${architecture === "amd64" ? "a" : "b"}${serial.padStart(15, "0")}`,
          {
            name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${architecture}-server-${serial}`,
            arm: architecture === "arm64",
            createdAt: `${serial.slice(0, 4)}-${serial.slice(4, 6)}-${serial.slice(6)}T00:00:00.000Z`,
          },
        ] as const,
    ),
);
