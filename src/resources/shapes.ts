import { bastionShape } from "./bastion/shape.ts";
import { elasticIpShape } from "./elastic-ip/shape.ts";
import { instanceProfileShape } from "./instance-profile/shape.ts";
import { internetGatewayShape } from "./internet-gateway/shape.ts";
import { listenerShape } from "./listener/shape.ts";
import { loadBalancerShape } from "./load-balancer/shape.ts";
import { natGatewayShape } from "./nat-gateway/shape.ts";
import { pkiShape } from "./pki/shape.ts";
import type { Kind, Shape } from "./resource.ts";
import { roleShape } from "./role/shape.ts";
import { routeShape, routeTableShape } from "./route-table/shape.ts";
import { securityGroupRulesShape, securityGroupShape } from "./security-group/shape.ts";
import { subnetShape } from "./subnet/shape.ts";
import { targetGroupShape } from "./target-group/shape.ts";
import { vpcShape } from "./vpc/shape.ts";
import { vpcEndpointShape } from "./vpc-endpoint/shape.ts";

/** What each kind is. Pure, and apart from the calls, so that planning loads no SDK. */
export const SHAPES: { readonly [K in Kind]: Shape<K> } = {
  vpc: vpcShape,
  subnet: subnetShape,
  "internet-gateway": internetGatewayShape,
  "elastic-ip": elasticIpShape,
  "nat-gateway": natGatewayShape,
  "route-table": routeTableShape,
  route: routeShape,
  "vpc-endpoint": vpcEndpointShape,
  "security-group": securityGroupShape,
  "security-group-rules": securityGroupRulesShape,
  pki: pkiShape,
  role: roleShape,
  "instance-profile": instanceProfileShape,
  "load-balancer": loadBalancerShape,
  "target-group": targetGroupShape,
  listener: listenerShape,
  bastion: bastionShape,
};
