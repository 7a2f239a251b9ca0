"""What stands for AWS: moto for EC2, SSM and S3, an instance metadata service, and a load balancer that is one."""

import http.server
import json
import os
import select
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading

from processes import run, until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLUSTER, REGION, ACCOUNT, ROLE = "bench", "us-east-1", "123456789012", "slipway-bench"  # as in cluster.yaml
HOST, BALANCER, METADATA = "10.77.0.1", "10.77.0.2", "169.254.169.254"
AWS = "http://%s:5000" % HOST


class Cloud:
    """The account, and the network that its machines are on. `dir` has every log."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="slipway-prove-")
        # A bridge without an address of its own takes its ports' lowest, and another one when a machine ends.
        run("ip", "link", "add", "bench", "address", "02:00:0a:4d:00:01", "type", "bridge")
        for address in (HOST + "/24", BALANCER + "/24", METADATA + "/32"):
            run("ip", "address", "add", address, "dev", "bench")
        for link in ("lo", "bench"):
            run("ip", "link", "set", link, "up")
        for server in (http.server.ThreadingHTTPServer((METADATA, 80), Metadata), Listener((BALANCER, 6443), Balancer)):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.start_moto()

    def start_moto(self):
        log = open(os.path.join(self.dir, "moto.log"), "wb")
        command = [sys.executable, os.path.join(ROOT, "test/moto/server.py"), "-H", HOST, "-p", "5000"]
        images = {"MOTO_AMIS_PATH": os.path.join(ROOT, "test/moto/amis.json")}
        subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **images})
        until("moto answers", lambda: socket.create_connection((HOST, 5000), 1), 30)
        import boto3  # moto's own environment has it

        keys = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench"}
        self.ec2, self.ssm, self.s3 = (
            boto3.client(service, region_name=REGION, endpoint_url=AWS, **keys) for service in ("ec2", "ssm", "s3")
        )
        vpc = self.ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
        place = {"CidrBlock": "10.77.0.0/24", "AvailabilityZone": REGION + "a"}
        self.subnet = self.ec2.create_subnet(VpcId=vpc, **place)["Subnet"]["SubnetId"]
        self.image = self.ec2.describe_images()["Images"][0]["ImageId"]
        self.bucket = "slipway-%s-%s" % (ACCOUNT, REGION)
        self.s3.create_bucket(Bucket=self.bucket)

    def launch(self, pool, ip=None, cluster=CLUSTER):
        """An instance as Slipway tags it. Out: its id."""
        tags = [{"Key": "slipway:cluster", "Value": cluster}, {"Key": "slipway:pool", "Value": pool}]
        one = {"ImageId": self.image, "InstanceType": "m6i.large", "MinCount": 1, "MaxCount": 1}
        where = {"SubnetId": self.subnet, **({"PrivateIpAddress": ip} if ip else {})}
        specification = [{"ResourceType": "instance", "Tags": tags}]
        return self.ec2.run_instances(**one, **where, TagSpecifications=specification)["Instances"][0]["InstanceId"]

    def terminate(self, *instances):
        self.ec2.terminate_instances(InstanceIds=list(instances))

    def tags(self, instance):
        found = self.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
        return {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}

    def tag(self, instance, key, value):
        self.ec2.create_tags(Resources=[instance], Tags=[{"Key": key, "Value": value}])

    def untag(self, instance, key):
        self.ec2.delete_tags(Resources=[instance], Tags=[{"Key": key}])

    def put(self, name, body):
        """An object of the cluster in the bucket: bytes as they are, all else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.s3.put_object(Bucket=self.bucket, Key="%s/%s" % (CLUSTER, name), Body=data)

    def read(self, name):
        return self.s3.get_object(Bucket=self.bucket, Key="%s/%s" % (CLUSTER, name))["Body"].read()

    def record(self, name):
        """A JSON record of the bucket, {} while it is absent or empty."""
        try:
            return json.loads(self.read(name) or b"{}")
        except self.s3.exceptions.NoSuchKey:
            return {}

    def parameter(self, name):
        full = "/slipway/%s/%s" % (CLUSTER, name)
        return json.loads(self.ssm.get_parameter(Name=full, WithDecryption=True)["Parameter"]["Value"])


class Metadata(http.server.BaseHTTPRequestHandler):
    """IMDSv2 of whichever machine asks: it is known by its address."""

    machines = {}

    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self):
        self.answer(200, "token-of-" + self.client_address[0])

    def do_GET(self):
        machine = Metadata.machines.get(self.client_address[0])
        if not machine or self.headers.get("X-aws-ec2-metadata-token") != "token-of-" + self.client_address[0]:
            return self.answer(401)
        keys = {"AccessKeyId": "AKIABENCH", "SecretAccessKey": "bench", "Token": "bench"}
        facts = {
            "instance-id": machine.id,
            "local-ipv4": machine.ip,
            "placement/availability-zone": REGION + "a",
            "iam/security-credentials/": ROLE,
            "iam/security-credentials/" + ROLE: json.dumps({**keys, "Expiration": "2099-01-01T00:00:00Z"}),
            **machine.facts,
        }
        key = self.path.removeprefix("/latest/meta-data/")
        return self.answer(200, facts[key]) if key in facts else self.answer(404)

    def log_message(self, *_):
        pass


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128


class Balancer(socketserver.BaseRequestHandler):
    """Each connection goes to the next target that accepts it."""

    targets, turn = [], 0  # addresses

    def handle(self):
        for _ in list(Balancer.targets):
            Balancer.turn += 1
            try:
                target = socket.create_connection((Balancer.targets[Balancer.turn % len(Balancer.targets)], 6443), 2)
            except OSError:
                continue
            with target:
                return self.pass_on({self.request: target, target: self.request})

    def pass_on(self, pair):
        try:
            while True:
                for side in select.select(list(pair), [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        return
                    pair[side].sendall(data)
        except OSError:  # one side is gone
            return
