import type { Message } from "./message.ts";

/** Findings on packs. */
export const PACK_MESSAGES = {
  "packs/unknown-pack": [
    "error",
    "Slipway has no pack of that name in the layer.",
    "Take one of docs/packs.md, or make it a pack of your own.",
  ],
  "packs/unsupported-version": [
    "error",
    "The pack's version is not one that this Slipway knows how to install.",
    "Take one of those that the message lists.",
  ],
  "packs/unknown-parameter": ["error", "The pack has no such parameter.", "Take one that the message lists."],
  "packs/bad-parameter": ["error", "A parameter's value is not of its type or outside its limits.", "Correct it."],
  "packs/missing-parameter": ["error", "The pack needs a parameter that was not given.", "Give it under values."],
  "packs/unknown-pool": [
    "error",
    "A parameter names a worker pool that the cluster does not have.",
    "Correct the name.",
  ],
  "packs/pod-range-too-small": [
    "error",
    "The pods' range can't be cut into the blocks that the network plug-in is told to use.",
    "Change the block size; podCidr never changes in a running cluster.",
  ],
  "packs/controller-skew": [
    "error",
    "The AWS cloud controller manager is newer than Kubernetes, or more than a minor older.",
    "Leave its version out, or take one of the same minor.",
  ],
  "packs/unknown-macro": [
    "error",
    "A manifest holds a macro that does not exist.",
    "Use one of those that the message lists.",
  ],
  "packs/not-kubernetes": [
    "error",
    "A file of a pack is not YAML, or not a Kubernetes object.",
    "Mend it at the line.",
  ],
  "packs/object-twice": ["error", "One object comes from two packs, or twice from one.", "Leave it in one place."],
  "packs/undefined-kind": [
    "warning",
    "An object's kind is defined by neither Kubernetes nor a pack of the profile.",
    "Bring its definition in a pack before it, or make sure that the cluster has it.",
  ],
  "packs/job": [
    "error",
    "A pack holds a Job, which can't be changed once it is there.",
    "Run it by other means, or as a CronJob.",
  ],
  "packs/hook": [
    "error",
    "A chart holds a Helm hook; packs are applied as they are, so nothing would run it.",
    "Turn the hook off in the chart's values.",
  ],
  "packs/floating-image": [
    "error",
    "An image has no version: the same bundle would run different things.",
    "Give it a version or a digest.",
  ],
  "packs/no-file": [
    "error",
    "A pack names a file or folder that is not there.",
    "Correct the path, which counts from the profile's file.",
  ],
  "packs/no-helm": [
    "error",
    "A pack is a chart, and there is no helm on this machine.",
    "Install helm; GitHub's own runners have it.",
  ],
  "packs/chart": [
    "error",
    "helm could not render the chart; its last words are in the message.",
    "Run helm template with the same values, and mend what it says.",
  ],
  "packs/changing-chart": [
    "error",
    "The chart gives other objects each time: it draws passwords or certificates.",
    "Give them as values, or have cert-manager make them.",
  ],
  "packs/chart-version": [
    "error",
    "The chart in the folder is of another version than the profile wants.",
    "Make them agree.",
  ],
  "packs/tag-not-on-volumes": [
    "warning",
    "The EBS driver can't put a tag with = in its name on volumes.",
    "Rename the tag where volumes matter.",
  ],
} as const satisfies Record<string, Message>;
