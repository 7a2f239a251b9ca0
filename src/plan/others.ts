import type { Cluster } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { count, listed } from "../core/words.ts";
import type { Other } from "../survey/others/other.ts";
import type { Inventory } from "../survey/survey.ts";

/** The finding of disks that outlive their cluster. */
export const VOLUMES_KEPT: FindingCode = "destroy/volumes-kept";

/** Says what of others is in the way of deleting a cluster, before anything is deleted; and which of its disks stay. */
export function checkOthers(cluster: ClusterIdentity, { others = [], volumes = [] }: Inventory): Finding[] {
  const kept = volumes.flatMap(({ awsId, sizeGiB, claim }) => (claim === undefined ? [] : [{ awsId, sizeGiB, claim }]));
  return [
    ...others.map((other) => ({
      level: "error" as const,
      code: "destroy/in-use" as const,
      message: described(other),
      fix: remedy(cluster, other),
    })),
    ...(kept.length === 0 ? [] : [keptVolumes(cluster, kept)]),
  ];
}

/** Says what of others is in a subnet that goes because no pool is in its zone any more. */
export function checkLeftZones(cluster: Cluster, others: readonly Other[]): Finding[] {
  return others.map((other) => ({
    level: "error",
    code: "plan/in-use",
    message: `no pool is in this subnet's zone any more, so it would go, but ${described(other)}`,
    at: cluster.place("/spec/workerPools"),
    fix:
      other.kind === "load balancer" && other.awsId.startsWith("arn:")
        ? `take the load balancer out of the subnet:  aws elbv2 set-subnets --region ${cluster.region} --load-balancer-arn ${other.awsId} --subnets <the others>  and plan again; or leave a pool in the zone`
        : "when it is gone plan again; or leave a pool in the zone",
  }));
}

/** How it is placed, where that is not in the cluster's thing. */
const PLACED: Readonly<Partial<Record<Other["kind"], string>>> = {
  "network ACL": "belongs to",
  "peering connection": "ends in",
  "VPN gateway": "is attached to",
};

/** What it is and whose. Slipway deletes nothing of others: it names it, and what to do about it. */
function described({ kind, awsId, about, at, madeFor }: Other): string {
  const name = about === "" || about === awsId ? awsId : `${awsId} (${about})`;
  if (kind === "security group rule")
    return `the security group ${name} has a rule that names ${at}, which can't be deleted before that`;
  if (kind === "route")
    return `the route table ${at} has a route to ${about} by ${awsId} that is not Slipway's: it would go`;
  const what = `the ${kind} ${kind === "load balancer" ? about : name}`;
  if (madeFor === undefined) return `${what} ${PLACED[kind] ?? "is in"} ${at}, and is not Slipway's`;
  const whom = madeFor === "" ? "" : ` for ${madeFor}`;
  return `${what} is in ${at}: a controller in the cluster made it${whom}, and looks after it as long as the cluster lives`;
}

/** Names as Kubernetes allows them: whatever else stands in a tag has no place in a command. */
const NAMED = /^(service|ingress) ([a-z0-9.-]+)\/([a-z0-9.-]+)$/;

function remedy({ region }: ClusterIdentity, { kind, awsId, about, at, madeFor }: Other): string {
  switch (kind) {
    case "load balancer": {
      if (madeFor === undefined) break;
      const [, type, namespace, name] = NAMED.exec(madeFor) ?? [];
      const kubectl = `its object:  kubectl --namespace ${namespace} delete ${type} ${name}`;
      const which = type === undefined ? "the Service or Ingress that it is for" : kubectl;
      const [service, id] = awsId.startsWith("arn:")
        ? ["elbv2", "--load-balancer-arn"]
        : ["elb", "--load-balancer-name"];
      const byHand = `aws ${service} delete-load-balancer --region ${region} ${id} ${awsId}`;
      return `delete ${which}  and run this again; where no node lives any more:  ${byHand}`;
    }
    case "security group":
      if (madeFor === undefined) break;
      return `it goes with its Service or Ingress; where no node lives any more:  aws ec2 delete-security-group --region ${region} --group-id ${awsId}`;
    case "security group rule":
      return `take the rule out of ${awsId} and run this again`;
    case "route":
      return `agree on it with whoever put it there, take the route out of ${at} and run this again`;
    case "instance":
      return "ask whose it is: it would lose its way out with the NAT gateways. When it is gone run this again";
    case "network ACL":
      if (about === "") break;
      return "ask whose it is: it can be deleted when its subnets have another (aws ec2 replace-network-acl-association). When it is gone run this again";
    case "peering connection":
      return "agree on it with whoever has its other end; when it is deleted, or the request for it rejected, run this again";
    case "VPN gateway":
      return "ask whose it is: what is behind it would lose its way in. When it is detached run this again";
    default:
      break;
  }
  return "ask whose it is; when it is gone run this again";
}

function keptVolumes(
  { region }: ClusterIdentity,
  kept: readonly { awsId: string; sizeGiB: number; claim: string }[],
): Finding {
  const all = kept.map(({ awsId, sizeGiB, claim }) => `${awsId} (${sizeGiB} GiB, ${claim})`);
  return {
    level: "notice",
    code: VOLUMES_KEPT,
    message: `${count(kept.length, "volume")} of claims ${kept.length === 1 ? "is" : "are"} kept, and paid for: ${listed(all, 50)}`,
    fix: `to delete one for good:  aws ec2 delete-volume --region ${region} --volume-id ${kept[0]?.awsId}`,
  };
}
