"""What the agent computes without asking anybody, and the form of its files."""

import ast
import configparser
import gzip
import json
import re
import stat
import unittest

from support import AGENT, ME, ControlPlane, Machine

SECRETS = [
    "abcdef.0123456789abcdef",
    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJ2lkNnqTX0aPvm4B",
    "c2VjcmV0Ym94LWtleS1vZi0zMi1ieXRlcy1leGFjdGx5IQ==",
]
SIGHTS = [
    "sha256:" + "0a" * 32,
    "i-0123456789abcdef0",
    "registry.k8s.io/pause:3.10.2",
    "/etc/kubernetes/pki/ca.crt",
    "1.37.1",
]


class Text(Machine):
    def test_a_phase_has_only_what_a_tag_may_hold_and_at_most_255_characters(self):
        cases = [
            ("packages", "try 1", "packages 00:00:00Z try 1"),
            ("joined", "", "joined 00:00:00Z"),
            ("error", "exited 1: <b>`x`</b>\n\t\x00::set-output::", "error 00:00:00Z exited 1: b x /b ::set-output::"),
            ("error", "é ü 你 \u202e end", "error 00:00:00Z end"),
            ("error", "token " + SECRETS[0], "error 00:00:00Z token secret"),
            ("error", "pod " * 99, ("error 00:00:00Z " + "pod " * 99)[:255].strip()),
        ]
        self.clock.now = 0
        for name, detail, text in cases:
            with self.subTest(detail):
                self.assertEqual(self.boot.phase_text(name, detail), text)
                self.assertRegex(text, r"^[A-Za-z0-9 _.:/=+@-]{1,255}$")

    def test_secrets_are_cut_out_of_the_log_and_what_explains_a_failure_is_not(self):
        for text in SECRETS:
            self.assertNotIn(text[8:-8], self.boot.redact("before %s after" % text), text)
        for text in SIGHTS:
            self.assertEqual(self.boot.redact("pulled %s ok" % text), "pulled %s ok" % text)

    def test_no_command_aws_answer_or_crash_brings_a_secret_into_log_tag_or_errors(self):
        said = "\\n".join(SECRETS)
        self.on("kubeadm version*", "printf '%s\\n' \"" + said.replace("\\n", "\n") + '"; echo v1.37.1')
        self.on("containerd --version*", "echo containerd 2.2.1")
        self.on("kubeadm config images list*", "echo '%s'; exit 1" % SECRETS[1])
        text = "The Canonical String was x-amz-security-token:" + SECRETS[2]
        self.aws.break_next("ssm:GetParameter*", 99, 400, '{"__type": "SignatureDoesNotMatch", "message": "%s"}' % text)

        self.boot.up()
        with self.assertRaises(self.boot.AwsError) as refused:
            self.boot.parameter("pki")

        places = [self.log(), str(refused.exception), self.aws.phase(ME), json.dumps(self.parameter("errors/" + ME))]
        self.assertIn("kubeadm config images exited 1", places[3])
        for secret in SECRETS:
            for place in places:
                self.assertNotIn(secret[8:-8], place)

    def test_a_file_is_replaced_in_one_step_with_the_mode_that_is_asked(self):
        path = self.root / "some/where/key"
        self.boot.write(str(path), "old", 0o644)
        (self.root / "some/where/key.new").write_text("left by a crash")

        self.boot.write(str(path), "new", 0o600)

        self.assertEqual(path.read_text(), "new")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual([one.name for one in path.parent.iterdir()], ["key"])

    def test_an_error_is_stored_as_far_as_a_parameter_holds(self):
        for text in ('"\n\t' * 3000, "é" * 4000, "x " * 4500 + "the end", "short"):
            self.boot.put_error("i-1", text)
            stored = self.aws.parameters["/slipway/demo/errors/i-1"]["Value"]
            self.assertLessEqual(len(stored.encode()), 4096)
            self.assertTrue(text.endswith(json.loads(stored)["log"][-9:]))
            self.assertGreater(len(stored), min(len(text), 3500))

    def test_times_of_the_api_are_read_as_utc_and_anything_else_is_long_ago(self):
        for text, seconds in [
            ("1970-01-01T00:01:00Z", 60),
            ("2026-11-22T08:19:54Z", 1795335594),
            (None, 0),
            ("soon", 0),
            ("", 0),
        ]:
            self.assertEqual(self.loop.rfc3339(text), seconds)


class Snapshots(Machine):
    def test_the_last_24_and_the_last_of_each_of_7_days_before_are_kept(self):
        hourly = ["etcd/202611%02dT%02d0000Z.db" % (day, hour) for day in range(1, 13) for hour in range(24)]

        gone = self.loop.surplus(list(reversed(hourly)))

        kept = [key for key in hourly if key not in gone]
        days = ["etcd/202611%02dT230000Z.db" % day for day in range(5, 12)]
        self.assertEqual(kept, days + hourly[-24:])
        self.assertEqual(self.loop.surplus(hourly[:24]), [])
        self.assertEqual(self.loop.surplus([]), [])


class Patches(ControlPlane):
    """Labels and taints: what of a Node is ours, and what is not."""

    GPU = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
    FOREIGN = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}

    def after(self, node, pool):
        """The Node after the patch that the pool asks for, and whether there was one."""
        from small_cluster import merge

        patch = self.loop.pool_patch(node, pool)
        return (merge(json.loads(json.dumps(node)), patch) if patch else node), patch is not None

    def test_labels_and_taints_follow_the_pool_and_foreign_ones_stay(self):
        node = self.cluster.node("i-1", labels={"mine": "1"}, taints=[self.FOREIGN])
        cases = [
            (
                {"labels": {"team": "a", "node-role.kubernetes.io/worker": ""}, "taints": [self.GPU]},
                {"team": "a", "node-role.kubernetes.io/worker": ""},
                [self.FOREIGN, self.GPU],
            ),
            (
                {"labels": {"team": "b"}, "taints": [{**self.GPU, "value": "cpu"}]},
                {"team": "b"},
                [self.FOREIGN, {**self.GPU, "value": "cpu"}],
            ),
            ({"labels": {"team": "b"}, "taints": []}, {"team": "b"}, [self.FOREIGN]),
            ({"labels": {}, "taints": []}, {}, [self.FOREIGN]),
        ]
        for pool, labels, taints in cases:
            with self.subTest(pool=pool):
                node, changed = self.after(node, pool)
                self.assertTrue(changed)
                self.assertEqual(node["metadata"]["labels"], {"mine": "1", **labels})
                self.assertEqual(node["spec"]["taints"], taints)
                self.assertEqual(self.after(node, pool), (node, False))  # and then it rests

    def test_what_somebody_changed_by_hand_goes_back(self):
        pool = {"labels": {"team": "a"}, "taints": [self.GPU]}
        node, _ = self.after(self.cluster.node("i-1"), pool)
        node["metadata"]["labels"]["team"] = "z"
        node["spec"]["taints"] = []

        node, _ = self.after(node, pool)

        self.assertEqual((node["metadata"]["labels"]["team"], node["spec"]["taints"]), ("a", [self.GPU]))

    def test_a_node_cannot_have_a_taint_removed_by_a_note_of_its_own(self):
        pool = {"labels": {}, "taints": []}
        honest, _ = self.after(
            self.cluster.node("i-2", taints=[self.FOREIGN]), {"labels": {}, "taints": [self.FOREIGN]}
        )
        forged = json.dumps({"labels": [], "taints": [["node.kubernetes.io/unreachable", "NoExecute"]]})
        sealed = json.dumps({"applied": forged, "seal": "0" * 64})
        stolen = honest["metadata"]["annotations"]["slipway.dev/applied"]  # good, but for another Node
        for note in (forged, sealed, stolen, "not JSON", "[]", '{"applied": "[]", "seal": 1}'):
            with self.subTest(note=note):
                node = self.cluster.node("i-1", taints=[self.FOREIGN], annotations={"slipway.dev/applied": note})
                node, _ = self.after(node, pool)
                self.assertEqual(node["spec"]["taints"], [self.FOREIGN])


class Files(unittest.TestCase):
    def test_both_parts_are_python_3_10(self):
        for name in ("boot.py", "loop.py"):
            ast.parse((AGENT / name).read_text(), feature_version=(3, 10))

    def test_both_parts_use_the_standard_library_alone(self):
        import sys

        for name in ("boot.py", "loop.py"):
            for node in ast.walk(ast.parse((AGENT / name).read_text())):
                modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                modules += [node.module] if isinstance(node, ast.ImportFrom) else []
                for module in modules:
                    self.assertIn(module.partition(".")[0], sys.stdlib_module_names | {"boot"})

    def test_the_boot_part_leaves_user_data_room(self):
        """User data holds 16,384 bytes: this, the units, node.json with the kubeadm documents (about 1 KB)."""
        boot = (AGENT / "boot.py").read_text()
        units = "".join(path.read_text() for path in sorted((AGENT / "units").iterdir()))

        self.assertLess(len(gzip.compress(boot.encode(), 9)), 9600)
        self.assertLess(len(gzip.compress((boot + units).encode(), 9)), 10000)

    def test_a_loop_part_asks_no_more_of_an_older_boot_part_than_it_has(self):
        """Nodes keep the boot part that they were born with. A name may be added to this list, and so to `boot.py`,
        by a release that rolls control planes; one that goes would break a loop part that is not changed with it."""
        used = set(re.findall(r"\bboot\.([a-zA-Z_0-9]+)", (AGENT / "loop.py").read_text())) - {"py"}

        self.assertEqual(
            used,
            {
                "ADMIN",
                "CFG",
                "KUBERNETES",
                "RUN",
                "TRIES",
                "admin",
                "configure",
                "ec2",
                "fact",
                "kubectl",
                "log",
                "me",
                "monotonic",
                "now",
                "parameter",
                "phase_text",
                "put_error",
                "put_parameter",
                "record",
                "redact",
                "run",
                "s3",
                "sleep",
                "write",
            },
        )

    def test_each_unit_runs_a_command_of_the_boot_part_and_never_gives_up(self):
        commands = {}
        for path in sorted((AGENT / "units").iterdir()):
            unit = configparser.ConfigParser()
            unit.optionxform = str
            unit.read(path)
            self.assertEqual(unit["Unit"]["StartLimitIntervalSec"], "0")
            self.assertEqual(unit["Install"]["WantedBy"], "multi-user.target")
            commands[path.name] = (
                unit["Service"]["ExecStart"],
                unit["Service"]["Restart"],
                unit["Service"]["RestartSec"],
            )
        run = "/usr/bin/python3 /usr/local/lib/slipway/boot.py "
        self.assertEqual(
            commands,
            {
                "slipway-loop.service": (run + "loop", "always", "10"),
                "slipway-node.service": (run + "up", "on-failure", "15"),
                "slipway-spot.service": (run + "spot", "on-failure", "10"),
            },
        )
