import type { PackDefinition } from "./definition.ts";

/** The operating system is an image, and nothing is applied to the cluster for it. */
export const ubuntu: PackDefinition = {
  layer: "os",
  name: "ubuntu",
  about: "Canonical's Ubuntu Server image; each pool keeps the build that it was launched with.",
  versions: ["22.04", "24.04", "26.04"],
  parameters: {
    serial: {
      type: "string",
      default: "",
      pattern: /^\d{8}(\.\d+)?$/,
      example: "20261015",
      description: "Pins one build of the image. Without it a pool takes the newest build when it is first launched.",
    },
  },
  traffic: [],
  render: () => [],
};
