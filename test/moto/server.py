"""moto's server, with two of its mistakes mended."""

import sys

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.utils import generic_filter
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import main

# moto reads a bucket's policy without its conditions: "deny what does not come by TLS" then denies everything.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL

# moto lists all NAT gateways whatever tag is asked for: a user's own would pass for the cluster's.
describe_nat_gateways = NatGatewayBackend.describe_nat_gateways


def describe_tagged_nat_gateways(self, filters, nat_gateway_ids):
    tags = {name: values for name, values in (filters or {}).items() if name.startswith("tag")}
    return generic_filter(tags, describe_nat_gateways(self, filters, nat_gateway_ids))


NatGatewayBackend.describe_nat_gateways = describe_tagged_nat_gateways

sys.exit(main())
