import { isRef, type Link, type Wanted } from "../resources/resource.ts";
import { titleOf } from "./titles.ts";

/** What a resource will be like, in a few words beside its title; empty where the title says all. */
export function summaryOf(wanted: Wanted): string {
  switch (wanted.kind) {
    case "vpc":
    case "subnet":
      return wanted.spec.cidr;
    case "route":
      return `${wanted.spec.destination} to the ${linkText(wanted.spec.target)}`;
    case "vpc-endpoint":
      return wanted.spec.service;
    case "security-group-rules":
      return `${wanted.spec.ingress.length} rule${wanted.spec.ingress.length === 1 ? "" : "s"} in`;
    case "role":
    case "instance-profile":
      return wanted.spec.name;
    case "load-balancer":
      return `${wanted.spec.scheme}, ${wanted.spec.subnets.length} zone${wanted.spec.subnets.length === 1 ? "" : "s"}`;
    case "target-group":
      return `port ${wanted.spec.port}, health by HTTPS ${wanted.spec.healthPath}`;
    case "listener":
      return `TCP ${wanted.spec.port}`;
    case "bastion":
      return wanted.spec.instanceType;
    default:
      return "";
  }
}

function linkText(link: Link): string {
  return isRef(link) ? titleOf(link.ref) : link;
}
