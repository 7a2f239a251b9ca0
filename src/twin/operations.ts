import type { ServiceName } from "../aws/services.ts";
import type { WireCall } from "../aws/transport.ts";
import { addressOperations } from "./ec2/addresses.ts";
import { catalogueOperations } from "./ec2/catalogue.ts";
import { endpointOperations } from "./ec2/endpoints.ts";
import { instanceOperations } from "./ec2/instances.ts";
import { interfaceOperations } from "./ec2/interfaces.ts";
import { internetGatewayOperations } from "./ec2/internet-gateways.ts";
import { natGatewayOperations } from "./ec2/nat-gateways.ts";
import { networkAclOperations } from "./ec2/network-acls.ts";
import { peeringOperations } from "./ec2/peerings.ts";
import { routeTableOperations } from "./ec2/route-tables.ts";
import { securityGroupOperations } from "./ec2/security-groups.ts";
import { subnetOperations } from "./ec2/subnets.ts";
import { tagOperations } from "./ec2/tags.ts";
import { volumeOperations } from "./ec2/volumes.ts";
import { vpcOperations } from "./ec2/vpcs.ts";
import { vpnGatewayOperations } from "./ec2/vpn-gateways.ts";
import { listenerOperations } from "./elb/listeners.ts";
import { loadBalancerOperations } from "./elb/load-balancers.ts";
import { loadBalancingTagOperations } from "./elb/tags.ts";
import { targetGroupOperations } from "./elb/target-groups.ts";
import { targetOperations } from "./elb/targets.ts";
import { iamOperations } from "./iam.ts";
import { pricingOperations } from "./pricing.ts";
import { s3Operations } from "./s3.ts";
import { serviceQuotasOperations } from "./service-quotas.ts";
import { ssmOperations } from "./ssm.ts";
import { stsOperations } from "./sts.ts";
import type { World } from "./world.ts";

/** An operation of AWS: answers, or throws what `awsError` makes. It runs at one moment. */
export type Operation = (world: World, input: never, call: WireCall) => object;

/** What the twin can do, by service and by the API's name of the operation. */
export const OPERATIONS: Readonly<Record<ServiceName, Readonly<Record<string, Operation>>>> = {
  ec2: {
    ...vpcOperations,
    ...subnetOperations,
    ...internetGatewayOperations,
    ...addressOperations,
    ...natGatewayOperations,
    ...routeTableOperations,
    ...endpointOperations,
    ...networkAclOperations,
    ...peeringOperations,
    ...vpnGatewayOperations,
    ...securityGroupOperations,
    ...interfaceOperations,
    ...instanceOperations,
    ...volumeOperations,
    ...tagOperations,
    ...catalogueOperations,
  },
  elasticloadbalancing: {
    ...loadBalancerOperations,
    ...listenerOperations,
    ...targetGroupOperations,
    ...targetOperations,
    ...loadBalancingTagOperations,
  },
  iam: iamOperations,
  ssm: ssmOperations,
  sts: stsOperations,
  pricing: pricingOperations,
  servicequotas: serviceQuotasOperations,
  s3: s3Operations,
};
