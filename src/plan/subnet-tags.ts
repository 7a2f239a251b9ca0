import { identityOf } from "../blueprint/blueprint.ts";
import type { Cluster } from "../config/cluster.ts";
import type { Report } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { listed } from "../core/words.ts";
import { CLOUD_PROVIDER_TAG, cloudProviderKey } from "../resources/tags.ts";
import type { StaticNetwork } from "../survey/static-network.ts";
import type { Use } from "./subnet-uses.ts";

/** By these tags the in-cluster cloud controller chooses subnets for Services (cloud-provider-aws, findELBSubnets). */
const ROLE_TAGS: Readonly<Record<Use["side"], { key: string; without: string }>> = {
  private: {
    key: "kubernetes.io/role/internal-elb",
    without:
      "for an internal load balancer the cloud controller can't tell them from public subnets, and may take one of those",
  },
  public: {
    key: "kubernetes.io/role/elb",
    without: "for an internet-facing load balancer the cloud controller may take any other public subnet of the zone",
  },
};

/** The user's subnets are the user's to tag: what is missing there is said, with what it costs. */
export function checkSubnetTags(cluster: Cluster, uses: readonly Use[], network: StaticNetwork, report: Report): void {
  const tagsOf = (use: Use) => network.subnets.get(use.id)?.tags ?? {};
  const warn = (code: FindingCode, bad: readonly Use[], without: string, tag: string): void => {
    const [first] = bad;
    if (first === undefined) return;
    const ids = bad.map((use) => use.id);
    report(
      "warning",
      code,
      first.at,
      `${listed(ids)}: ${without}`,
      `aws ec2 create-tags --region ${cluster.region} --resources ${ids.join(" ")} --tags ${tag}`,
    );
  };
  const known = uses.filter((use) => network.subnets.has(use.id));
  for (const [side, { key, without }] of Object.entries(ROLE_TAGS)) {
    const bad = known.filter((use) => use.side === side && tagsOf(use)[key] === undefined);
    warn("network/no-role-tag", bad, `no tag ${key}; ${without}`, `Key=${key},Value=1`);
  }
  const own = cloudProviderKey(identityOf(cluster));
  const others = known.filter((use) => {
    const keys = Object.keys(tagsOf(use)).filter((key) => key.startsWith(CLOUD_PROVIDER_TAG));
    return keys.length > 0 && !keys.includes(own);
  });
  const without = `tagged ${CLOUD_PROVIDER_TAG}… for other clusters alone; the cloud controller of this one passes over them`;
  warn("network/tagged-for-others", others, without, `Key=${own},Value=shared`);
}
