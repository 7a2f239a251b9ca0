"""moto's server, with some of its mistakes mended."""

import sys

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.utils import tag_filter_matches
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import main
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

# moto has AWS's defaults of one service, VPC, and no list of what an account was granted: it was granted those.
ServiceQuotasResponse.list_service_quotas = ServiceQuotasResponse.list_aws_default_service_quotas

sys.exit(main())
