import type { Aws } from "../aws/clients.ts";
import { bastionCalls } from "./bastion/calls.ts";
import { elasticIpCalls } from "./elastic-ip/calls.ts";
import { instanceProfileCalls } from "./instance-profile/calls.ts";
import { internetGatewayCalls } from "./internet-gateway/calls.ts";
import { listenerCalls } from "./listener/calls.ts";
import { loadBalancerCalls } from "./load-balancer/calls.ts";
import { natGatewayCalls } from "./nat-gateway/calls.ts";
import { pkiCalls } from "./pki/calls.ts";
import type { Calls, Created, Kind, Live, Resolved } from "./resource.ts";
import { roleCalls } from "./role/calls.ts";
import { routeCalls, routeTableCalls } from "./route-table/calls.ts";
import { securityGroupCalls, securityGroupRulesCalls } from "./security-group/calls.ts";
import { subnetCalls } from "./subnet/calls.ts";
import { targetGroupCalls } from "./target-group/calls.ts";
import { vpcCalls } from "./vpc/calls.ts";
import { vpcEndpointCalls } from "./vpc-endpoint/calls.ts";

const CALLS: { readonly [K in Kind]: Calls<K> } = {
  vpc: vpcCalls,
  subnet: subnetCalls,
  "internet-gateway": internetGatewayCalls,
  "elastic-ip": elasticIpCalls,
  "nat-gateway": natGatewayCalls,
  "route-table": routeTableCalls,
  route: routeCalls,
  "vpc-endpoint": vpcEndpointCalls,
  "security-group": securityGroupCalls,
  "security-group-rules": securityGroupRulesCalls,
  pki: pkiCalls,
  role: roleCalls,
  "instance-profile": instanceProfileCalls,
  "load-balancer": loadBalancerCalls,
  "target-group": targetGroupCalls,
  listener: listenerCalls,
  bastion: bastionCalls,
};

/** The calls of a kind. */
export function callsOf<K extends Kind>(kind: K): Calls<K> {
  return CALLS[kind];
}

/** Makes a resource of any kind. */
export function createResource<K extends Kind>(aws: Aws, wanted: Resolved<K> & { kind: K }): Promise<Created> {
  return callsOf(wanted.kind).create(aws, wanted);
}

/** Removes a resource of any kind. */
export function removeResource<K extends Kind>(aws: Aws, live: Live<K> & { kind: K }): Promise<void> {
  return callsOf(live.kind).remove(aws, live);
}
