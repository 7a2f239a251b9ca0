"""A loopback stand-in for instance metadata and for the SSM, EC2 and S3 calls that the agent makes, with faults on
order. `test_aws.py` puts the same calls to it and to moto."""

import calendar
import fnmatch
import hashlib
import json
import re
import threading
import time
import urllib.parse
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

ACCOUNT, REGION = "123456789012", "us-east-1"
SESSION = "IQoJb3JpZ2luX2VjEJr//////////session+token/that/is/nobodys/business=="


class SmallAws:
    """Parameters, instances and objects in memory. `calls` lists what was asked, as "ssm:PutParameter /slipway/…"."""

    def __init__(self):
        self.parameters, self.instances, self.objects = {}, {}, {}
        self.calls, self.faults = [], []
        self.time = time.time
        self.metadata = {
            "meta-data/iam/security-credentials/": "slipway-node",
            "meta-data/iam/security-credentials/slipway-node": json.dumps(
                {
                    "AccessKeyId": "AKIDEXAMPLE",
                    "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                    "Token": SESSION,
                }
            ),
            "meta-data/placement/availability-zone": "us-east-1a",
        }
        self.page = 1000
        self.lock = threading.Lock()
        aws = self

        class Handler(Answers):
            world = aws

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def node(self, name, ip="10.0.0.9", state="running", **tags):
        """An instance of cluster `demo`. Tags go in as `phase="joined"`, `leave="…"`, `pool="…"`."""
        tags = {"slipway:cluster": "demo", **{"slipway:" + key: value for key, value in tags.items()}}
        self.instances[name] = {"ip": ip, "state": state, "tags": tags}

    def phase(self, name):
        """What an instance's tag says, without the time."""
        return re.sub(r" \d\d:\d\d:\d\dZ", "", self.instances[name]["tags"].get("slipway:phase", ""))

    def break_next(self, what, times=1, status=500, body="", drop=False, cut=False, headers=None):
        """The next calls that fit the pattern fail: with a status, a dropped connection, or an answer cut in half."""
        fault = {"what": what, "times": times, "status": status, "body": body, "drop": drop, "cut": cut}
        self.faults.append({**fault, "headers": headers or {}})

    def fault(self, call):
        with self.lock:
            self.calls.append(call)
            for fault in self.faults:
                if fault["times"] > 0 and fnmatch.fnmatchcase(call, fault["what"]):
                    fault["times"] -= 1
                    return fault
        return None

    def asked(self, pattern):
        return [call for call in self.calls if fnmatch.fnmatchcase(call, pattern)]


class Answers(BaseHTTPRequestHandler):
    world: SmallAws

    def log_message(self, *_):
        pass

    def respond(self, status, body=b"", headers=None):
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response_only(status)
        for name, value in {"Date": formatdate(self.world.time(), usegmt=True), **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do(self):
        path, _, query = self.path.partition("?")
        if path.startswith("/latest/"):
            return self.imds(path[len("/latest/") :])
        length = int(self.headers.get("content-length") or 0)
        body = b""
        while len(body) < length:
            part = self.rfile.read(min(1 << 20, length - len(body)))
            if not part:
                return None  # cut off by the client: nothing is kept
            body += part
        target = self.headers.get("x-amz-target")
        form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)) if path == "/" and not target else {}
        asked = json.loads(body) if target else {}
        if target:
            call = "ssm:%s %s" % (target.partition(".")[2], asked.get("Name", ""))
        elif form:
            call = "ec2:" + form["Action"]
        else:
            key = urllib.parse.unquote(path.split("/", 2)[2])
            call = "s3:%s %s" % (self.command, key or dict(urllib.parse.parse_qsl(query)).get("prefix"))
        fault = self.world.fault(call)
        if fault:
            return self.broken(fault)
        if refusal := self.refusal():
            return self.respond(403, refusal)
        if target:
            return self.ssm(target.partition(".")[2], asked)
        if form:
            return self.ec2(form)
        return self.s3(key, query, body)

    do_GET = do_PUT = do_POST = do_DELETE = do

    def broken(self, fault):
        if fault["drop"]:
            self.close_connection = True
            return self.connection.close()
        if fault["cut"]:
            self.send_response_only(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"{")
            self.close_connection = True
            return None
        return self.respond(fault["status"], fault["body"], fault["headers"])

    def refusal(self):
        """Unsigned calls, and clocks that are more than five minutes off."""
        if (
            "Signature=" not in (self.headers.get("authorization") or "")
            or self.headers["x-amz-security-token"] != SESSION
        ):
            return '{"__type": "MissingAuthenticationTokenException"}'
        date = time.strptime(self.headers["x-amz-date"] + " UTC", "%Y%m%dT%H%M%SZ %Z")
        if abs(calendar.timegm(date) - self.world.time()) > 300:
            return '{"__type": "InvalidSignatureException", "message": "Signature expired"}'
        return None

    def imds(self, path):
        if self.command == "PUT":
            fault = self.world.fault("imds:token")
            return self.broken(fault) if fault else self.respond(200, "metadata-session")
        if fault := self.world.fault("imds:" + path):
            return self.broken(fault)
        if self.headers.get("x-aws-ec2-metadata-token") != "metadata-session":
            return self.respond(401)
        value = self.world.metadata.get(path)
        return self.respond(404) if value is None else self.respond(200, value)

    def ssm(self, action, asked):
        name, known = asked["Name"], self.world.parameters
        if action == "GetParameter":
            if name not in known:
                return self.respond(400, '{"__type": "ParameterNotFound"}')
            return self.respond(200, json.dumps({"Parameter": {"Name": name, **known[name]}}))
        with self.world.lock:
            if name in known and not asked["Overwrite"]:
                return self.respond(400, '{"__type": "com.amazonaws.ssm#ParameterAlreadyExists"}')
            known[name] = {key: asked[key] for key in ("Value", "Type", "KeyId") if key in asked}
        return self.respond(200, '{"Version": 1}')

    def ec2(self, form):
        if form["Action"] == "CreateTags":
            for key, value in form.items():
                if key.startswith("ResourceId."):
                    self.world.instances[value]["tags"][form["Tag.1.Key"]] = form["Tag.1.Value"]
            return self.respond(200, "<CreateTagsResponse><return>true</return></CreateTagsResponse>")
        found = [one for one in sorted(self.world.instances.items()) if self.fits(form, *one)]
        start = int(form.get("NextToken") or 0)
        page = found[start : start + self.world.page]
        items = ""
        for name, one in page:
            tags = "".join(
                "<item><key>%s</key><value>%s</value></item>" % (escape(k), escape(v)) for k, v in one["tags"].items()
            )
            items += (
                "<item><reservationId>r-1</reservationId><instancesSet><item><instanceId>%s</instanceId><instanceState>"
                "<code>16</code><name>%s</name></instanceState><privateIpAddress>%s</privateIpAddress>"
                "<tagSet>%s</tagSet></item></instancesSet></item>" % (name, one["state"], one["ip"], tags)
            )
        more = "<nextToken>%d</nextToken>" % (start + len(page)) if start + len(page) < len(found) else ""
        return self.respond(
            200,
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
            "<reservationSet>%s</reservationSet>%s</DescribeInstancesResponse>" % (items, more),
        )

    @staticmethod
    def fits(form, name, one):
        facts = {"instance-id": [name], "private-ip-address": [one["ip"]], "instance-state-name": [one["state"]]}
        facts["tag-key"] = list(one["tags"])
        facts.update({"tag:" + key: [value] for key, value in one["tags"].items()})
        for number in range(1, 9):
            asked = form.get("Filter.%d.Name" % number)
            if asked is None:
                return True
            wanted = [
                form["Filter.%d.Value.%d" % (number, k)]
                for k in range(1, 201)
                if "Filter.%d.Value.%d" % (number, k) in form
            ]
            if not any(fnmatch.fnmatchcase(fact, value) for fact in facts.get(asked, []) for value in wanted):
                return False
        return True

    def s3(self, key, query, body):
        if self.headers.get("x-amz-expected-bucket-owner") != ACCOUNT:
            return self.respond(403, "<Error><Code>AccessDenied</Code></Error>")
        objects = self.world.objects
        if self.command == "PUT":
            objects[key] = body
            return self.respond(200)
        if self.command == "DELETE":
            objects.pop(key, None)
            return self.respond(204)
        if not key:
            prefix = dict(urllib.parse.parse_qsl(query))["prefix"]
            keys = "".join(
                "<Contents><Key>%s</Key></Contents>" % one for one in sorted(objects) if one.startswith(prefix)
            )
            return self.respond(200, "<ListBucketResult>%s</ListBucketResult>" % keys)
        if key not in objects:
            return self.respond(404, "<Error><Code>NoSuchKey</Code></Error>")
        etag = '"%s"' % hashlib.md5(objects[key]).hexdigest()
        if self.headers.get("if-none-match") == etag:
            return self.respond(304)
        return self.respond(200, objects[key], {"ETag": etag})
