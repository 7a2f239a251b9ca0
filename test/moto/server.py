"""moto's server, with some of its mistakes mended."""

import os
import sys

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.nat_gateways import NatGateways
from moto.ec2.responses.route_tables import RouteTables
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import tag_filter_matches
from moto.elbv2.responses import ELBV2Response
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import main
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

# moto reads a bucket's policy without its conditions: "deny what does not come by TLS" then denies everything.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL

# moto knows no filter of NAT gateways by tags, and then lists those of all clusters.
describe_nat_gateways = NatGatewayBackend.describe_nat_gateways


def describe_nat_gateways_by_tag(self, filters, nat_gateway_ids):
    by_tag = {name: values for name, values in (filters or {}).items() if name.startswith("tag")}
    found = describe_nat_gateways(self, filters, nat_gateway_ids)
    return [one for one in found if all(tag_filter_matches(one, *each) for each in by_tag.items())]


NatGatewayBackend.describe_nat_gateways = describe_nat_gateways_by_tag

# moto makes routes to a gateway endpoint when it makes that, and none in a table that is added later; yet it deletes them.
modify_vpc_endpoint = VPCBackend.modify_vpc_endpoint


def modify_vpc_endpoint_and_routes(self, vpc_id, **changes):
    endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
    before = set(endpoint.route_table_ids)
    modify_vpc_endpoint(self, vpc_id=vpc_id, **changes)
    prefix_list = endpoint.destination_prefix_list_id
    for table in set(endpoint.route_table_ids) - before:
        self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list)
    for table in before - set(endpoint.route_table_ids):
        self.delete_route(table, prefix_list)


VPCBackend.modify_vpc_endpoint = modify_vpc_endpoint_and_routes


# The interface of moto's NAT gateways does not say whose it is, and stays when the gateway is gone.
create_nat_gateway = NatGatewayBackend.create_nat_gateway
delete_nat_gateway = NatGatewayBackend.delete_nat_gateway


def create_nat_gateway_with_interface(self, *args, **more):
    gateway = create_nat_gateway(self, *args, **more)
    gateway._eni.description = f"Interface for NAT Gateway {gateway.id}"
    gateway._eni.interface_type = "nat_gateway"
    return gateway


def delete_nat_gateway_with_interface(self, nat_gateway_id):
    gateway = delete_nat_gateway(self, nat_gateway_id)
    self.enis.pop(gateway._eni.id, None)
    return gateway


NatGatewayBackend.create_nat_gateway = create_nat_gateway_with_interface
NatGatewayBackend.delete_nat_gateway = delete_nat_gateway_with_interface


def answers_again(response, name, key):
    """The same request again gets the same answer and makes nothing, for as long as what it made is there."""
    create = getattr(response, name)
    answers = {}

    def create_once(self):
        token, is_there = key(self)
        if token is not None and token in answers and is_there:
            return answers[token]
        answer = create(self)
        answers[token] = answer
        return answer

    setattr(response, name, create_once)


def by_client_token(self):
    return self._get_param("ClientToken"), True


def by_load_balancer_name(self):
    name = self._get_param("Name")
    return name, any(one.name == name for one in self.elbv2_backend.load_balancers.values())


def by_target_group_name(self):
    name = self._get_param("Name")
    return name, any(one.name == name for one in self.elbv2_backend.target_groups.values())


def by_listener_port(self):
    arn, port = self._get_param("LoadBalancerArn"), self._get_param("Port")
    balancer = self.elbv2_backend.load_balancers.get(arn)
    return (arn, port), balancer is not None and any(
        str(one.port) == str(port) for one in balancer.listeners.values()
    )


# moto takes no notice of tokens (docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html), and makes a second load
# balancer or listener of the same name or port, where ELBv2 answers with the first (CreateLoadBalancer, CreateListener).
for response, name in (
    (InstanceResponse, "run_instances"),
    (RouteTables, "create_route_table"),
    (NatGateways, "create_nat_gateway"),
    (VPCs, "create_vpc_endpoint"),
):
    answers_again(response, name, by_client_token)
answers_again(ELBV2Response, "create_load_balancer", by_load_balancer_name)
answers_again(ELBV2Response, "create_target_group", by_target_group_name)
answers_again(ELBV2Response, "create_listener", by_listener_port)

# moto has AWS's defaults of one service, VPC, and no list of what an account was granted: it was granted those.
ServiceQuotasResponse.list_service_quotas = ServiceQuotasResponse.list_aws_default_service_quotas

# Where many clusters are left half made on purpose, the account has room for them.
if os.environ.get("SLIPWAY_MOTO_ROOM"):
    for quota in VPC_DEFAULT_QUOTAS:
        quota["Value"] = 1000.0

sys.exit(main())
