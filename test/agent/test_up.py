"""boot.py up: an instance becomes a node, whatever dies on the way."""

import json
import re
import stat
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from support import ME, Machine

PKI = {
    "ca.crt": "CA",
    "ca.key": "KEY",
    "etcd/ca.crt": "CA",
    "etcd/ca.key": "KEY",
    "sa.key": "KEY",
    "sa.pub": "PUB",
    "front-proxy-ca.crt": "CA",
    "front-proxy-ca.key": "KEY",
    "encryption.json": "{}",
}
OTHER = "i-0000000000000000b"
RUNNING, DONE = {"instance": OTHER, "state": "running", "at": 1}, {"instance": OTHER, "state": "done", "at": 1}
MANIFEST = "$ROOT/etc/kubernetes/manifests/etcd.yaml"


class Node(Machine):
    """A machine with packages on it, and a kubeadm that leaves behind what the real one does."""

    def setUp(self):
        super().setUp()
        self.set_parameter("pki", PKI)
        self.on("kubeadm version*", "echo v1.37.1")
        self.on("containerd --version*", "echo containerd 2.2.1")
        self.on("kubeadm config images list*", "echo registry.k8s.io/etcd:3.6.8-0; echo registry.k8s.io/pause:3.10.2")
        self.on("kubeadm init phase kubeconfig*", 'echo admin >"$ROOT/run/slipway/super-admin.conf"')
        self.on("kubeadm init --config*", 'mkdir -p "$ROOT/etc/kubernetes/manifests"; touch "%s"' % MANIFEST)
        self.on("kubeadm join*", 'mkdir -p "$ROOT/etc/kubernetes/manifests"; touch "%s"' % MANIFEST)
        self.on(
            "kubeadm reset*",
            'rm -rf "$ROOT/etc/kubernetes/manifests" "$ROOT/etc/kubernetes/pki" "$ROOT/etc/kubernetes/kubelet.conf"',
        )
        self.on("kubectl*get cm kubeadm-config*", "echo 'kubernetesVersion: v1.37.1'")

    def kubeadm(self, path="init.yaml"):
        return [json.loads(text) for text in (self.root / "run/slipway" / path).read_text().split("\n---\n")]

    def phases(self):
        return [re.sub(r" \d\d:\d\d:\d\dZ", "", line[6:]) for line in self.printed if line.startswith("phase ")]


class ControlPlanes(Node):
    def test_the_first_control_plane_takes_the_lock_inits_and_says_done(self):
        self.assertEqual(self.boot.up(), 0)

        self.assertEqual(self.phases(), ["packages try 1", "init", "joined"])
        self.assertEqual(self.aws.phase(ME), "joined")
        self.assertEqual((self.parameter("init")["instance"], self.parameter("init")["state"]), (ME, "done"))
        self.assertEqual(len(self.commands("kubeadm init --config")), 1)
        self.assertEqual(self.commands("kubeadm join"), [])
        self.assertTrue(
            any(
                "delete clusterrolebinding kubeadm:node-autoapprove-bootstrap" in line
                for line in self.commands("kubectl")
            )
        )
        init, cluster = self.kubeadm()
        self.assertEqual(init["nodeRegistration"]["name"], ME)
        self.assertEqual(init["localAPIEndpoint"]["advertiseAddress"], self.aws.metadata["meta-data/local-ipv4"])
        self.assertEqual(init["bootstrapTokens"][0]["groups"], ["system:bootstrappers:slipway:none"])
        self.assertIn(
            {"name": "provider-id", "value": "aws:///us-east-1a/" + ME}, init["nodeRegistration"]["kubeletExtraArgs"]
        )
        self.assertEqual(cluster["kind"], "ClusterConfiguration")

    def test_keys_and_what_encrypts_secrets_are_for_root_alone(self):
        self.boot.up()

        modes = {name: stat.S_IMODE((self.root / "etc/kubernetes/pki" / name).stat().st_mode) for name in PKI}
        self.assertEqual(
            {name for name, mode in modes.items() if mode == 0o644},
            {name for name in PKI if name.endswith((".crt", ".pub"))},
        )
        self.assertEqual(set(modes.values()), {0o644, 0o600})
        self.assertEqual(stat.S_IMODE((self.root / "run/slipway").stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE((self.root / "run/slipway/init.yaml").stat().st_mode), 0o600)

    def test_a_node_that_is_done_does_nothing_after_a_reboot(self):
        self.boot.up()
        calls = len(self.commands())
        self.load()

        self.assertEqual(self.boot.up(), 0)

        self.assertEqual(len(self.commands()), calls)

    def test_the_second_and_third_wait_for_init_and_then_join_without_a_token(self):
        self.set_parameter("init", RUNNING)
        self.clock.events = [lambda: None, lambda: self.set_parameter("init", DONE)]

        self.assertEqual(self.boot.up(), 0)

        waiting = "waiting for kubeadm init on " + OTHER
        self.assertEqual(self.phases(), ["packages try 1", waiting, waiting, "join", "joined"])
        self.assertEqual(self.clock.slept, [15, 15])
        self.assertEqual(self.commands("kubeadm init --config"), [])
        self.assertEqual(len(self.commands("kubeadm init phase upload-config all")), 1)
        self.assertEqual(self.parameter("init"), DONE)
        join = self.kubeadm("join.yaml")[0]
        self.assertEqual(
            join["discovery"], {"file": {"kubeConfigPath": str(self.root / "run/slipway/super-admin.conf")}}
        )
        self.assertEqual(join["controlPlane"]["localAPIEndpoint"]["bindPort"], 6443)

    def test_a_lock_that_the_action_cleared_goes_to_one_that_waited(self):
        self.set_parameter("init", RUNNING)
        self.clock.events = [lambda: self.aws.parameters.pop("/slipway/demo/init")]

        self.boot.up()

        self.assertEqual(self.parameter("init")["instance"], ME)
        self.assertEqual(len(self.commands("kubeadm init --config")), 1)

    def test_of_two_that_find_no_lock_one_wins(self):
        put = self.boot.put_parameter

        def late(name, *rest, **more):
            if self.parameter("init") is None:
                self.set_parameter("init", RUNNING)  # the other was quicker
            return put(name, *rest, **more)

        self.boot.put_parameter = late
        self.clock.events = [lambda: self.set_parameter("init", DONE)]

        self.boot.up()

        self.assertEqual(self.commands("kubeadm init --config"), [])
        self.assertEqual(len(self.commands("kubeadm join")), 1)

    def test_init_that_dies_at_any_step_twice_ends_with_one_cluster_that_is_never_reset_after_done(self):
        steps = self.count_steps()
        self.assertGreater(steps, 12)
        for step in range(1, steps + 1):
            with self.subTest(step=step):
                self.tearDown()
                self.doCleanups()
                self.setUp()
                for _ in range(2):
                    self.die_at(step)
                self.load()
                self.guard()
                self.assertEqual(self.boot.up(), 0, self.log())

                self.assertEqual((self.parameter("init")["instance"], self.parameter("init")["state"]), (ME, "done"))
                self.assertTrue(self.exists("etc/kubernetes/manifests/etcd.yaml"))
                self.assertTrue(self.exists("etc/kubernetes/pki/ca.key"))
                self.assertEqual(self.aws.phase(ME), "joined")

    def count_steps(self):
        return self.die_at(None)

    def die_at(self, step):
        """Starts the agent and kills it before its step-th command, write or call of SSM. Out: the steps it took."""
        self.load()
        self.guard()
        taken = 0

        def counted(function):
            def call(*args, **kwargs):
                nonlocal taken
                taken += 1
                if taken == step:
                    raise Killed
                return function(*args, **kwargs)

            return call

        for name in ("run", "write", "put_parameter"):
            setattr(self.boot, name, counted(getattr(self.boot, name)))
        try:
            self.boot.up()
        except Killed:
            pass
        return taken

    def guard(self):
        """Fails when a reset comes after the cluster was said to be done."""
        run = self.boot.run

        def guarded(*command, **more):
            if command[:2] == ("kubeadm", "reset"):
                self.assertNotEqual((self.parameter("init") or {}).get("state"), "done", "the cluster is gone")
            return run(*command, **more)

        self.boot.run = guarded

    def test_a_half_joined_control_plane_leaves_and_joins_again(self):
        self.set_parameter("init", DONE)
        self.refuse("kubeadm join*", times=1)
        self.on("kubeadm join*", 'mkdir -p "$ROOT/etc/kubernetes/manifests"; touch "%s"; exit 1' % MANIFEST, times=1)

        self.assertEqual(self.boot.up(), 1)
        self.load()
        self.assertEqual(self.boot.up(), 1)
        self.load()
        self.assertEqual(self.boot.up(), 0)

        self.assertEqual(len(self.commands("kubeadm reset -f")), 1)
        self.assertEqual(len(self.commands("kubeadm join")), 3)

    def test_the_clusters_version_is_never_lowered_and_no_minor_version_skipped(self):
        self.set_parameter("init", DONE)
        for there, joins in [
            ("1.37.1", True),
            ("1.37.0", True),
            ("1.36.4", True),
            ("1.37.2", False),
            ("1.38.0", False),
            ("1.35.9", False),
        ]:
            with self.subTest(there=there):
                (self.stand_ins / "calls").unlink(missing_ok=True)
                for path in ("var/lib/slipway/done", "etc/kubernetes/manifests/etcd.yaml"):
                    (self.root / path).unlink(missing_ok=True)
                self.on("kubectl*get cm kubeadm-config*", "echo 'kubernetesVersion: v%s'" % there)
                self.assertEqual(self.boot.up(), 0 if joins else 1)
                self.assertEqual(len(self.commands("kubeadm join")), 1 if joins else 0)
                roles = self.commands("kubeadm init phase bootstrap-token")
                self.assertEqual(len(roles), 1 if joins and there != "1.37.1" else 0)

    def test_a_failure_is_told_by_phase_and_parameter_and_tried_again(self):
        self.refuse("kubeadm init --config*", "etcd did not start")

        self.assertEqual(self.boot.up(), 1)

        self.assertEqual(self.aws.phase(ME), "error try 1: kubeadm init --config exited 1")
        self.assertIn("etcd did not start", self.parameter("errors/" + ME)["log"])
        self.load()
        self.boot.up()
        self.assertEqual(self.aws.phase(ME), "error try 2: kubeadm init --config exited 1")
        self.assertEqual(self.parameter("init")["state"], "running")

    def test_without_a_pki_it_says_so(self):
        self.aws.parameters.clear()

        self.assertEqual(self.boot.up(), 1)

        self.assertEqual(self.aws.phase(ME), "error try 1: there is no /slipway/demo/pki yet")

    def test_a_node_that_cannot_write_its_phase_becomes_a_node_all_the_same(self):
        self.aws.break_next("ec2:CreateTags", times=999, status=403, body="<Code>UnauthorizedOperation</Code>")

        self.assertEqual(self.boot.up(), 0)


class Killed(BaseException):
    """The process is gone: no handler runs."""


class Workers(Node):
    role = "worker"

    def setUp(self):
        super().setUp()
        self.join = {"token": "abcdef.0123456789abcdef", "expires": self.clock.now + 2700}
        self.set_parameter("join", self.join)

    def test_a_worker_joins_with_the_clusters_token_and_forgets_it(self):
        self.on("kubeadm join*", 'cp "$ROOT/run/slipway/join.yaml" "$ROOT/seen"')

        self.assertEqual(self.boot.up(), 0)

        seen = json.loads((self.root / "seen").read_text())
        expected = {
            "token": self.join["token"],
            "apiServerEndpoint": "127.0.0.1:1",
            "caCertHashes": [self.config["caHash"]],
        }
        self.assertEqual(seen["discovery"], {"bootstrapToken": expected})
        self.assertFalse(self.exists("run/slipway/join.yaml"))
        self.assertNotIn("0123456789abcdef", self.log())
        self.assertEqual(self.aws.asked("ssm:GetParameter */pki"), [])
        self.assertEqual(self.aws.asked("s3:*"), [])

    def test_it_waits_for_a_token_that_lives_two_more_minutes(self):
        self.set_parameter("join", {**self.join, "expires": self.clock.now + 100})
        self.clock.events = [lambda: self.aws.parameters.clear(), lambda: self.set_parameter("join", self.join)]

        self.assertEqual(self.boot.up(), 0)

        self.assertEqual(
            self.phases(), ["packages try 1", "waiting for a join token", "waiting for a join token", "join", "joined"]
        )

    def test_one_that_failed_before_its_certificate_is_reset_and_joins_again(self):
        self.on("kubeadm join*", 'touch "$ROOT/etc/kubernetes/bootstrap-kubelet.conf"; exit 1', times=1)
        (self.root / "etc/kubernetes").mkdir(parents=True)

        self.assertEqual(self.boot.up(), 1)
        self.load()
        self.assertEqual(self.boot.up(), 0)

        self.assertEqual(len(self.commands("kubeadm reset")), 1)

    def test_one_that_has_a_certificate_and_a_node_is_not_reset_since_nobody_gets_a_second(self):
        self.on("kubeadm join*", 'mkdir -p "$ROOT/etc/kubernetes"; touch "$ROOT/etc/kubernetes/kubelet.conf"; exit 1')
        self.assertEqual(self.boot.up(), 1)
        self.on("kubectl*get node*", "echo node/" + ME)
        self.load()

        self.assertEqual(self.boot.up(), 0)

        self.assertEqual((len(self.commands("kubeadm join")), self.commands("kubeadm reset")), (1, []))


class Packages(Node):
    def test_a_baked_image_installs_nothing(self):
        self.boot.packages()

        self.assertEqual(self.commands("apt-"), [])
        self.assertIn(
            "sandbox = 'registry.k8s.io/pause:3.10.2'", (self.root / "etc/containerd/config.toml").read_text()
        )
        self.assertIn("systemctl restart containerd", self.commands("systemctl"))

    def test_a_plain_image_gets_the_wanted_version_from_its_minors_repository(self):
        class Key(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"-----BEGIN PGP PUBLIC KEY BLOCK-----")

            def log_message(self, *_):
                pass

        asked = []
        server = HTTPServer(("127.0.0.1", 0), Key)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.boot.PACKAGES = "http://127.0.0.1:%d" % server.server_port
        self.on("kubeadm version*", "echo v1.36.4")

        self.boot.packages()

        self.assertEqual(asked, ["/v1.37/deb/Release.key"])
        self.assertIn("/v1.37/deb/ /\n", (self.root / "etc/apt/sources.list.d/kubernetes.list").read_text())
        install = next(line for line in self.commands("apt-get") if " install " in line)
        for name in ("containerd", "kubelet=1.37.1-*", "kubeadm=1.37.1-*", "kubectl=1.37.1-*"):
            self.assertIn(name, install.split())
        self.assertEqual(self.commands("apt-mark"), ["apt-mark hold containerd kubelet kubeadm kubectl"])


if __name__ == "__main__":
    unittest.main()
