"""moto's server, with some of its mistakes mended."""

import os
import sys

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.utils import tag_filter_matches
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

# moto has AWS's defaults of one service, VPC, and no list of what an account was granted: it was granted those.
ServiceQuotasResponse.list_service_quotas = ServiceQuotasResponse.list_aws_default_service_quotas

# Where many clusters are left half made on purpose, the account has room for them.
if os.environ.get("SLIPWAY_MOTO_ROOM"):
    for quota in VPC_DEFAULT_QUOTAS:
        quota["Value"] = 1000.0

sys.exit(main())
