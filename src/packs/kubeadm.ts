import type { Pack } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import { cloudControllerManager } from "./cloud-controller-manager.ts";
import type { PackDefinition, RenderedPack } from "./definition.ts";
import { effectiveValues } from "./parameters.ts";

const CIDR = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

const PARAMETERS = {
  podCidr: {
    type: "string",
    default: "192.168.0.0/16",
    pattern: CIDR,
    example: "10.200.0.0/16",
    description:
      "The addresses of pods; apart from the VPC's and the services'. It never changes in a running cluster.",
  },
  serviceCidr: {
    type: "string",
    default: "10.96.0.0/12",
    pattern: CIDR,
    example: "10.96.0.0/12",
    description: "The addresses of services. It never changes in a running cluster.",
  },
  cloudControllerManagerVersion: {
    type: "string",
    default: "",
    pattern: /^1\.\d+\.\d+$/,
    example: "1.36.1",
    description:
      "The version of the AWS cloud controller manager. Without it the one that goes with the Kubernetes version.",
  },
} as const;

/**
 * The newest release of the cloud controller manager that goes with a Kubernetes minor. It may be one minor older than
 * the API server, never newer. https://kubernetes.io/releases/version-skew-policy/#kube-controller-manager-kube-scheduler-and-cloud-controller-manager
 */
const CONTROLLERS: Readonly<Record<string, string>> = { "1.35": "1.35.2", "1.36": "1.36.1", "1.37": "1.36.1" };

export const kubeadm: PackDefinition = {
  layer: "kubernetes",
  name: "kubeadm",
  about: "Kubernetes from its own packages, and the AWS cloud controller manager.",
  versions: Object.keys(CONTROLLERS),
  parameters: PARAMETERS,
  traffic: [],
  check(pack): Finding[] {
    const version = controllerVersion(pack);
    const minorsBehind = minorOf(pack.version) - minorOf(version);
    if (minorsBehind === 0 || minorsBehind === 1) return [];
    return [
      {
        level: "error",
        code: "packs/controller-skew",
        message: `the cloud controller manager ${version} does not go with Kubernetes ${pack.version}: it may be of the same minor version or of the one before`,
        at: pack.place("/values/cloudControllerManagerVersion"),
      },
    ];
  },
  render(pack, cluster): RenderedPack[] {
    return [cloudControllerManager(controllerVersion(pack), cluster)];
  },
};

/** 37 of `1.37.1`. */
function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

function controllerVersion(pack: Pack): string {
  const { cloudControllerManagerVersion: own } = effectiveValues(PARAMETERS, pack.values);
  const version = own !== "" ? own : CONTROLLERS[`1.${minorOf(pack.version)}`];
  if (version === undefined) throw new Error(`no cloud controller manager goes with Kubernetes ${pack.version}`);
  return version;
}
