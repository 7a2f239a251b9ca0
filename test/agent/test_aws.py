"""Calls to AWS: signed as botocore signs, understood by moto, and carried through what goes wrong on the way."""

import datetime
import json
import os
import re
import subprocess
import unittest
import urllib.request
from pathlib import Path
from unittest import mock

import boto3
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from small_aws import ACCOUNT, REGION, SESSION
from support import ME, Machine

MOTO = Path(__file__).parents[1] / "moto" / "server.py"


class Signatures(Machine):
    """What the agent sends, against what botocore would send in its place."""

    def setUp(self):
        super().setUp()
        self.boot.AWS = None  # real host names: nothing is sent
        self.sent = []
        patch = mock.patch("urllib.request.urlopen", self.catch)
        self.boot.credentials()  # before nothing gets through
        patch.start()
        self.addCleanup(patch.stop)

    def catch(self, ask, timeout=None):
        self.sent.append(ask)
        raise Sent

    def test_every_kind_of_call_is_signed_as_botocore_signs_it(self):
        boot = self.boot
        listing = "?list-type=2&prefix=demo%2Fetcd%2F"
        calls = {
            "ssm": lambda: boot.ssm("GetParameter", Name="/slipway/demo/pki", WithDecryption=True),
            "ec2": lambda: boot.ec2("CreateTags", **{"ResourceId.1": ME, "Tag.1.Value": "error a/b: c + d = é @"}),
            "s3 GET": lambda: boot.s3("GET", "packs.json", if_none_match='"0123"'),
            "s3 PUT": lambda: boot.s3("PUT", "packs-status.json", b'{"bundle": null}'),
            "s3 list": lambda: boot.s3("GET", "", query=listing),
            "s3 stream": lambda: boot.s3("PUT", "etcd/20261122T081954Z.db", iter([b"ab", b"c"]), content_length="3"),
            "s3 DELETE": lambda: boot.s3("DELETE", "etcd/20261122T081954Z.db"),
        }
        for name, call in calls.items():
            with self.subTest(name), self.assertRaises(Sent):
                call()
            with self.subTest(name):
                ask = self.sent[-1]
                self.assertEqual(ask.headers["Authorization"], self.botocore(ask, name.partition(" ")[0]))

    def botocore(self, ask, service):
        headers = {key.lower(): value for key, value in ask.header_items()}
        moment = datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(
            tzinfo=datetime.timezone.utc
        )
        mine = {
            key: value
            for key, value in headers.items()
            if key not in ("authorization", "x-amz-date", "x-amz-security-token", "host")
        }
        stream = mine.get("x-amz-content-sha256") == "UNSIGNED-PAYLOAD"
        request = AWSRequest(ask.get_method(), ask.full_url, headers=mine, data=b"" if stream else ask.data)
        if stream:
            request.context["payload_signing_enabled"] = False
            request.context["client_config"] = mock.Mock(s3={"payload_signing_enabled": False})
        keys = json.loads(self.aws.metadata["meta-data/iam/security-credentials/slipway-node"])
        credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["Token"])
        now = mock.Mock(return_value=moment)
        with mock.patch("botocore.auth.get_current_datetime", now):
            (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, REGION).add_auth(request)
        self.assertEqual(request.headers["X-Amz-Date"], headers["x-amz-date"])
        return request.headers["Authorization"]


class Sent(BaseException):
    pass


def start_moto():
    """moto's server, one for all tests of this file. Out: its process and address."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [os.sys.executable, str(MOTO), "-H", "127.0.0.1", "-p", "0"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in server.stdout:
        if found := re.search(r"Running on (http://127\.0\.0\.1:\d+)", line):
            return server, found[1]
    raise AssertionError("moto ended with %s" % server.wait())


class Calls:
    """What the agent asks of AWS; the same for moto and for the stand-in that the other tests use."""

    def test_a_parameter_that_exists_is_not_overwritten_unless_asked(self):
        boot = self.boot
        self.assertIsNone(boot.parameter("init"))
        self.assertTrue(boot.put_parameter("init", {"instance": "i-1"}, False))
        self.assertFalse(boot.put_parameter("init", {"instance": "i-2"}, False))
        self.assertEqual(boot.parameter("init"), {"instance": "i-1"})
        self.assertTrue(boot.put_parameter("init", {"instance": "i-3"}, True))
        self.assertEqual(boot.parameter("init"), {"instance": "i-3"})

    def test_a_secret_parameter_is_read_back_in_clear(self):
        self.boot.put_parameter("join", {"token": "a.b"}, True, secret=True)

        self.assertEqual(self.boot.parameter("join"), {"token": "a.b"})

    def test_a_record_is_none_read_changed_and_unchanged(self):
        boot = self.boot
        self.assertIsNone(boot.record("packs.json"))
        for content, value in [
            (b'{"bundle": "1"}', {"bundle": "1"}),
            (b'{"bundle": "2"}', {"bundle": "2"}),
            (b"", None),
            (b"null", None),
        ]:
            boot.s3("PUT", "packs.json", content)
            self.assertEqual(boot.record("packs.json"), value)
            self.assertEqual(boot.record("packs.json"), value)

    def test_a_stream_is_stored_whole_listed_and_deleted(self):
        parts = [b"x" * 70000, b"y" * 5]

        self.boot.s3("PUT", "etcd/20261122T081954Z.db", iter(parts), content_length="70005")

        self.assertEqual(self.boot.s3("GET", "etcd/20261122T081954Z.db")[0], b"".join(parts))
        listed = self.boot.s3("GET", "", query="?list-type=2&prefix=demo%2Fetcd%2F")[0].decode()
        self.assertIn("<Key>demo/etcd/20261122T081954Z.db</Key>", listed)
        self.boot.s3("DELETE", "etcd/20261122T081954Z.db")
        self.assertIsNone(self.boot.s3("GET", "etcd/20261122T081954Z.db"))

    def test_a_stream_that_breaks_off_stores_nothing(self):
        def broken():
            yield b"x" * 70000
            raise RuntimeError("flipped")

        with self.assertRaises((RuntimeError, self.boot.AwsError)):
            self.boot.s3("PUT", "etcd/20261122T081954Z.db", broken(), content_length="70005")

        self.assertIsNone(self.boot.s3("GET", "etcd/20261122T081954Z.db"))

    def test_instances_are_those_of_the_cluster_that_live_and_fit(self):
        loop = self.loop
        one = self.make(leave="2026-11-22T08:19:54Z scale <&> down")
        two = self.make(phase="joined 08:00:00Z", pool="gpu")
        self.make(cluster="other", leave="now")

        self.assertEqual(set(loop.instances("tag-key", ["slipway:leave"])), {one})
        self.assertEqual(set(loop.instances("tag:slipway:phase", ["unready*", "joined*"])), {two})
        self.assertEqual(set(loop.by_id([one, two])), {one, two})
        self.assertEqual(loop.by_id([one])[one]["tags"]["slipway:leave"], "2026-11-22T08:19:54Z scale <&> down")
        ip = loop.by_id([two])[two]["ip"]
        self.assertEqual(set(loop.instances("private-ip-address", [ip])), {two})
        self.assertEqual(loop.by_id(["i-00000000000000000"]), {})

    def test_a_phase_is_written_where_it_changes_and_in_one_call(self):
        loop = self.loop
        ids = [self.make(phase="ready 08:00:00Z") for _ in range(2)] + [
            self.make(phase="joined 08:00:00Z") for _ in range(2)
        ]

        loop.mark(loop.by_id(ids), "ready")

        phases = [x["tags"]["slipway:phase"] for x in loop.by_id(ids).values()]
        self.assertEqual(len([phase for phase in phases if phase.startswith("ready")]), 4)
        self.assertEqual(len([phase for phase in phases if phase == "ready 08:00:00Z"]), 2)


class CallsToTheStandIn(Calls, Machine):
    def make(self, cluster="demo", **tags):
        name = "i-%017x" % (100 + len(self.aws.instances))
        self.aws.node(name, ip="10.0.0.%d" % (100 + len(self.aws.instances)), **tags)
        self.aws.instances[name]["tags"]["slipway:cluster"] = cluster
        return name


class CallsToMoto(Calls, Machine):
    @classmethod
    def setUpClass(cls):
        cls.server, cls.url = start_moto()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        cls.server.stdout.close()

    def setUp(self):
        super().setUp()
        urllib.request.urlopen(urllib.request.Request(self.url + "/moto-api/reset", b"", method="POST")).close()
        self.boot.AWS = self.url
        options = {
            "region_name": REGION,
            "endpoint_url": self.url,
            "aws_access_key_id": "x",
            "aws_secret_access_key": "x",
        }
        boto3.client("s3", **options).create_bucket(Bucket="slipway-%s-%s" % (ACCOUNT, REGION))
        self.ec2 = boto3.client("ec2", **options)

    def make(self, cluster="demo", **tags):
        tags = {"slipway:cluster": cluster, **{"slipway:" + key: value for key, value in tags.items()}}
        specification = {
            "ResourceType": "instance",
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        made = self.ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, TagSpecifications=[specification])
        return made["Instances"][0]["InstanceId"]


class Trouble(Machine):
    """AWS answers late, wrong, or not at all."""

    def setUp(self):
        super().setUp()
        self.set_parameter("init", {"state": "done"})

    def reads(self):
        self.assertEqual(self.boot.parameter("init"), {"state": "done"})

    def test_throttling_server_errors_and_broken_connections_are_waited_out(self):
        troubles = [
            {"status": 400, "body": '{"__type": "ThrottlingException"}'},
            {"status": 503, "body": "<Error><Code>SlowDown</Code></Error>"},
            {"status": 500, "body": "<html>"},
            {"drop": True},
            {"cut": True},
            {"status": 400, "body": '{"__type": "com.amazonaws.ssm#TooManyUpdates"}'},
        ]
        for trouble in troubles:
            with self.subTest(**trouble):
                self.clock.slept.clear()
                self.aws.break_next("ssm:*", 2, **trouble)
                self.reads()
                self.assertEqual(len(self.clock.slept), 2)
                self.assertTrue(all(0 < seconds <= 20 for seconds in self.clock.slept))

    def test_what_never_answers_is_given_up_after_nine_tries_by_name(self):
        self.aws.break_next("ssm:*", 99, drop=True)

        with self.assertRaises(self.boot.AwsError) as given_up:
            self.boot.parameter("init")

        self.assertEqual((given_up.exception.code, len(self.clock.slept)), ("Unreachable", 8))
        self.assertLess(sum(self.clock.slept), 120)

    def test_a_refusal_is_not_asked_again(self):
        self.aws.break_next("ssm:*", 99, status=400, body='{"__type": "AccessDeniedException", "message": "no"}')

        with self.assertRaises(self.boot.AwsError) as refused:
            self.boot.parameter("init")

        self.assertEqual((refused.exception.code, len(self.aws.asked("ssm:*"))), ("AccessDeniedException", 1))

    def test_a_clock_that_is_an_hour_off_is_corrected_by_the_answer(self):
        for off in (3600, -3600):
            with self.subTest(off):
                self.load()
                self.aws.time = lambda off=off: self.clock.now + off
                self.reads()
                self.assertAlmostEqual(self.boot.clock_skew_s, off, delta=2)
                calls = len(self.aws.calls)
                self.reads()
                self.assertEqual(len(self.aws.asked("ssm:*")) and len(self.aws.calls), calls + 1)

    def test_a_refusal_whose_time_cannot_be_read_is_still_that_refusal(self):
        for date in ("yesterday", ""):
            self.aws.break_next(
                "ssm:*", 9, status=403, body='{"__type": "InvalidSignatureException"}', headers={"Date": date}
            )
            with self.assertRaises(self.boot.AwsError) as refused:
                self.boot.parameter("init")
            self.assertEqual(refused.exception.code, "InvalidSignatureException")
            self.aws.faults.clear()

    def test_keys_that_were_rotated_are_fetched_again(self):
        self.reads()
        self.aws.break_next("ssm:*", 1, status=400, body='{"__type": "ExpiredTokenException"}')
        before = len(self.aws.asked("imds:*security-credentials/slipway-node"))

        self.reads()

        self.assertEqual(len(self.aws.asked("imds:*security-credentials/slipway-node")), before + 1)

    def test_a_role_that_is_not_there_yet_is_waited_for(self):
        for trouble in (
            {"status": 404},
            {"status": 401},
            {"status": 200, "body": "not JSON"},
            {"status": 200, "body": '{"Code": "Failed"}'},
            {"drop": True},
        ):
            with self.subTest(**trouble):
                self.load()
                self.clock.slept.clear()
                self.aws.break_next("imds:*security-credentials/slipway-node", 2, **trouble)
                self.reads()
                self.assertEqual(len(self.clock.slept), 2)

    def test_a_record_that_is_not_json_is_named_and_read_again(self):
        self.record("pools.json", b"{broken")
        for _ in range(2):
            with self.assertRaisesRegex(ValueError, "the record pools.json is not JSON"):
                self.boot.record("pools.json")
        self.record("pools.json", {"pools": {}})
        self.assertEqual(self.boot.record("pools.json"), {"pools": {}})

    def test_a_record_that_was_taken_away_is_absent(self):
        self.record("pools.json", {"pools": {}})
        self.boot.record("pools.json")
        self.aws.objects.clear()
        self.assertIsNone(self.boot.record("pools.json"))

    def test_an_answer_that_is_none_of_ec2s_does_not_read_as_no_instance_lives(self):
        for body in ("<html><body>proxy</body></html>", "", "{}"):
            with self.subTest(body):
                self.aws.break_next("ec2:DescribeInstances", 1, status=200, body=body)
                with self.assertRaises((ValueError, SyntaxError)):
                    self.loop.by_id([ME])

    def test_answers_of_many_pages_are_read_to_the_end(self):
        for number in range(5):
            self.aws.node("i-%d" % number)
        self.aws.page = 2

        self.assertEqual(len(self.loop.instances("tag-key", ["slipway:cluster"])), 6)

    def test_the_metadata_session_is_renewed_before_it_ends(self):
        self.boot.imds("meta-data/instance-id")
        self.clock.now += 550
        self.boot.imds("meta-data/instance-id")

        self.assertEqual(len(self.aws.asked("imds:token")), 2)

    def test_the_session_token_is_in_no_error(self):
        self.aws.break_next("ssm:*", 1, status=400, body='{"__type": "Denied", "message": "%s"}' % SESSION)

        with self.assertRaises(self.boot.AwsError) as refused:
            self.boot.parameter("init")

        self.assertNotIn(SESSION[:40], str(refused.exception))


if __name__ == "__main__":
    unittest.main()
