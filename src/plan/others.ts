import type { Cluster } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { count, listed } from "../core/words.ts";
import type { Other } from "../survey/others.ts";
import type { Inventory } from "../survey/survey.ts";

/** Says what of others is in the way of deleting a cluster, before anything is deleted; and which of its disks stay. */
export function checkOthers(cluster: ClusterIdentity, { others = [], volumes = [] }: Inventory): Finding[] {
  const kept = volumes.flatMap(({ awsId, sizeGiB, claim }) => (claim === undefined ? [] : [{ awsId, sizeGiB, claim }]));
  return [
    ...others.map((other) => ({
      level: "error" as const,
      code: "destroy/in-use",
      message: `${described(other)}; nothing was deleted`,
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

/** What it is and whose. Slipway deletes nothing of others: it names it, and what to do about it. */
function described(other: Other): string {
  const { kind, awsId, about, at, madeFor } = other;
  const name = about === "" || about === awsId ? awsId : `${awsId} (${about})`;
  switch (kind) {
    case "load balancer":
      return madeFor === undefined
        ? `the load balancer ${about} is in ${at}, and is not Slipway's`
        : `the load balancer ${about} in ${at} was made by a controller in the cluster${madeFor === "" ? "" : `, for ${madeFor}`}: without the cluster nobody would look after it`;
    case "security group":
      return madeFor === undefined
        ? `the security group ${name} is in ${at}, and is not Slipway's`
        : `the security group ${name} in ${at} was made by a controller in the cluster: without the cluster nobody would look after it`;
    case "security group rule":
      return `the security group ${name} has a rule that names ${at}, which can't be deleted before that`;
    case "route":
      return `the route table ${at} has a route to ${about} by ${awsId} that is not Slipway's: it would go, and with the VPC a peering connection would too`;
    default:
      return `the ${kind} ${name} is in ${at}, and is not Slipway's`;
  }
}

/** `<namespace>/<name>`, as Kubernetes allows them: whatever else stands in a tag has no place in a command. */
const NAMED = /^([a-z0-9.-]+)\/([a-z0-9.-]+)$/;

function remedy({ region }: ClusterIdentity, { kind, awsId, at, madeFor }: Other): string {
  switch (kind) {
    case "load balancer": {
      const isClassic = !awsId.startsWith("arn:");
      const [service, what] = isClassic
        ? ["elb", `--load-balancer-name ${awsId}`]
        : ["elbv2", `--load-balancer-arn ${awsId}`];
      const byHand = `aws ${service} delete-load-balancer --region ${region} ${what}`;
      if (madeFor === undefined) return `ask whose it is; to delete it:  ${byHand}`;
      const [, namespace, name] = NAMED.exec(madeFor) ?? [];
      const which =
        name === undefined
          ? "the Service or Ingress that it is for"
          : `it:  kubectl --namespace ${namespace} delete service ${name}`;
      return `while the cluster lives delete ${which}  and run this again; where no node is left:  ${byHand}`;
    }
    case "security group":
      return `${madeFor === undefined ? "ask whose it is" : "it goes with its Service or Ingress"}; to delete it:  aws ec2 delete-security-group --region ${region} --group-id ${awsId}`;
    case "security group rule":
      return `take the rule out of ${awsId}:  aws ec2 revoke-security-group-ingress --region ${region} --group-id ${awsId} …  and run this again`;
    case "route":
      return `agree on it with whoever put it there, take the route out of ${at} and run this again`;
    case "instance":
      return "ask whose it is; it loses its way out with the cluster's NAT gateways. When it is gone run this again";
    default:
      return "ask whose it is; when it is gone run this again";
  }
}

function keptVolumes(
  { region }: ClusterIdentity,
  kept: readonly { awsId: string; sizeGiB: number; claim: string }[],
): Finding {
  const all = kept.map(({ awsId, sizeGiB, claim }) => `${awsId} (${sizeGiB} GiB, ${claim})`);
  return {
    level: "notice",
    code: "destroy/volumes-kept",
    message: `${count(kept.length, "volume")} of claims ${kept.length === 1 ? "is" : "are"} kept, and paid for: ${listed(all, 50)}`,
    fix: `to delete one for good:  aws ec2 delete-volume --region ${region} --volume-id ${kept[0]?.awsId}`,
  };
}
