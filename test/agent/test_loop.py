"""The loop: who leads, who is let in, what is renewed, and how a new loop part takes over."""

import base64
import hashlib
import json
import os
import stat
import subprocess
import sys
import unittest

from small_cluster import ADDRESSES
from support import AGENT, ME, ControlPlane, Machine

OTHER, NEW = "i-0000000000000000b", "i-0000000000000000e"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/slipway"
CSR = "/apis/certificates.k8s.io/v1/certificatesigningrequests/csr-1"


class Leading(ControlPlane):
    def hold(self, holder):
        return self.cluster.put(LEASE, {"metadata": {"name": "slipway"}, "spec": {"holderIdentity": holder}})

    def holder(self):
        return self.cluster.objects[LEASE]["spec"].get("holderIdentity")

    def test_the_first_agent_makes_the_lease_and_keeps_it(self):
        for _ in range(3):
            self.assertTrue(self.loop.lead())
            self.clock.sleep(15)
        self.assertEqual(self.holder(), ME)

    def test_a_holder_that_renews_is_left_alone_and_one_that_does_not_is_replaced_after_a_minute(self):
        self.hold(OTHER)
        for _ in range(6):
            self.hold(OTHER)  # renewed: a new resourceVersion
            self.assertFalse(self.loop.lead())
            self.clock.sleep(15)
        answers = []
        for _ in range(6):
            answers.append(self.loop.lead())
            self.clock.sleep(15)
        self.assertEqual(answers, [False, False, False, True, True, True])
        self.assertEqual(self.holder(), ME)

    def test_one_that_does_not_lead_lists_no_nodes(self):
        self.hold(OTHER)
        self.loop.lead()

        self.assertEqual(self.cluster.asked("nodes"), [])

    def test_of_two_that_take_over_at_once_one_wins(self):
        self.hold(OTHER)
        self.loop.lead()
        self.clock.now += 61
        self.cluster.before_write = lambda *_: self.hold("i-third")

        self.assertFalse(self.loop.lead())

        self.assertEqual(self.holder(), "i-third")

    def test_of_two_that_make_the_lease_at_once_one_wins(self):
        self.cluster.before_write = lambda *_: self.hold(OTHER)

        self.assertFalse(self.loop.lead())

    def test_a_lease_that_was_given_up_is_taken_at_once(self):
        self.hold(None)

        self.assertTrue(self.loop.lead())

    def test_one_that_leaves_gives_up_only_to_an_heir(self):
        self.cluster.node(ME, control_plane=True, annotations={"slipway.dev/leaving": "yes"})
        self.assertTrue(self.loop.lead())
        self.cluster.node(OTHER, control_plane=True, ready="False")
        self.assertTrue(self.loop.lead())
        self.cluster.node(OTHER, control_plane=True)
        self.assertFalse(self.loop.lead())
        self.assertIsNone(self.holder())
        self.assertFalse(self.loop.lead())


class Turns(ControlPlane):
    def duty(self, name, job, every=1, leaders=False):
        job.__name__ = name
        return self.loop.Duty(job, every, leaders)

    def test_a_duty_that_fails_stops_no_other_and_is_due_again_in_the_next_turn(self):
        done = []

        def fails():
            done.append("tried")
            raise RuntimeError("no")

        jobs = [
            self.duty("first", fails, 4000),
            self.duty("second", lambda: done.append("done"), 4),
            self.duty("third", lambda: done.append("led"), 1, True),
        ]
        for number in range(3):
            self.loop.turn(number, jobs)

        self.assertEqual(done, ["tried", "done", "led", "tried", "led", "tried", "led"])
        self.assertEqual(self.log().count("first: RuntimeError: no"), 3)

    def test_who_does_not_lead_does_the_leaders_work_only_when_it_comes_to_lead(self):
        done = []
        jobs = [self.duty("own", lambda: done.append("own")), self.duty("led", lambda: done.append("led"), 4, True)]
        self.cluster.put(LEASE, {"metadata": {"name": "slipway"}, "spec": {"holderIdentity": OTHER}})
        for number in range(5):
            self.loop.turn(number, jobs)
            self.clock.sleep(15)

        self.assertEqual(done, ["own"] * 5 + ["led"])

    def test_without_an_api_server_nobody_leads(self):
        self.cluster.close()
        done = []

        self.loop.turn(0, [self.duty("led", lambda: done.append("led"), 1, True)])

        self.assertEqual((done, self.loop.memory.leading), ([], False))
        self.cluster.server.socket.close()
        self.cluster.close = lambda: None

    def test_a_whole_turn_of_all_duties_on_a_fresh_cluster_goes_through(self):
        self.members(ME)
        self.on("kubeadm token create*", "echo abcdef.0123456789abcdef")
        self.on(
            "kubeadm certs check-expiration*",
            """echo '{"certificates": [{"residualTime": 31000000}, {"missing": true, "residualTime": 0}]}'""",
        )
        for name in ("packs.json", "pools.json", "snapshot-request.json", "snapshot-status.json"):
            self.record(name, b"null")

        self.loop.turn(0, self.loop.duties())
        self.loop.memory.snapshot.join(30)

        self.assertNotRegex(self.log(), r"^\w+: \w+(Error|Exception)")
        self.assertTrue(self.get_record("snapshot-status.json")["size"])


class Joining(ControlPlane):
    def request(self, subject, group="system:bootstrappers", **spec):
        key = self.root / "key"
        subprocess.run(
            ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key)],
            check=True,
            capture_output=True,
        )
        made = subprocess.run(
            ["openssl", "req", "-new", "-key", str(key), "-subj", subject], check=True, capture_output=True
        ).stdout
        self.give(base64.b64encode(made).decode(), group, **spec)

    def give(self, request, group="system:bootstrappers", signer="kubernetes.io/kube-apiserver-client-kubelet", **more):
        spec = {"request": request, "signerName": signer, "groups": [group, "system:authenticated"]}
        self.cluster.put(CSR, {"metadata": {"name": "csr-1"}, "spec": spec, **more})

    def answer(self):
        """What was decided, in kubectl's words; None when nothing was."""
        path = self.stand_ins / "calls"
        path.unlink(missing_ok=True)
        self.loop.approve()
        said = [
            line.split(" certificate ")[1].split()[0] for line in self.commands("kubectl") if " certificate " in line
        ]
        return said[0] if said else None

    def test_a_certificate_is_for_a_living_instance_of_this_cluster_that_has_no_node(self):
        self.aws.node(NEW)
        name = "/O=system:nodes/CN=system:node:"
        self.request(name + NEW)
        self.assertEqual(self.answer(), "approve")

        self.cluster.node(NEW)
        self.assertIsNone(self.answer())  # it has a Node: whoever asks stole the token
        del self.cluster.objects["/api/v1/nodes/" + NEW]
        for change in (
            {"state": "terminated"},
            {"tags": {"slipway:cluster": "other"}},
            {"tags": {"slipway:cluster": "demo", "slipway:leave": "x"}},
        ):
            with self.subTest(**change):
                self.aws.node(NEW)
                self.aws.instances[NEW].update(change)
                self.assertIsNone(self.answer())
        self.request(name + ME)
        self.assertIsNone(self.answer())

    def test_any_other_name_is_denied(self):
        self.aws.node(NEW)
        for subject in (
            "/O=system:masters/CN=system:node:" + NEW,
            "/O=system:nodes/CN=system:kube-controller-manager",
            "/O=system:nodes/O=system:masters/CN=system:node:" + NEW,
            "/O=system:nodes/CN=system:node:" + NEW + "/CN=x",
            "/O=system:nodes/CN=system:node:i-..",
        ):
            with self.subTest(subject):
                self.request(subject)
                self.assertEqual(self.answer(), "deny")
        for request in ("", "!!", base64.b64encode(b"no PEM").decode(), base64.b64encode(b"\xff\xfe").decode()):
            with self.subTest(request):
                self.give(request)
                self.assertEqual(self.answer(), "deny")

    def test_requests_of_others_and_decided_ones_are_not_touched(self):
        self.aws.node(NEW)
        subject = "/O=system:nodes/CN=system:node:" + NEW
        for more in (
            {"group": "system:masters"},
            {"signer": "kubernetes.io/kubelet-serving"},
            {"status": {"conditions": [{"type": "Denied"}]}},
        ):
            with self.subTest(**more):
                self.request(subject, **more)
                self.assertIsNone(self.answer())

    def test_the_token_is_renewed_in_time_kept_secret_and_never_logged(self):
        self.on("kubeadm token create*", "echo abcdef.0123456789abcdef")
        self.loop.token()
        kept = self.parameter("join")
        self.assertEqual(kept, {"token": "abcdef.0123456789abcdef", "expires": int(self.clock.now) + 2700})
        self.assertEqual(self.aws.parameters["/slipway/demo/join"]["Type"], "SecureString")
        self.clock.now += 1490
        self.loop.token()
        self.assertEqual(len(self.commands("kubeadm token create")), 1)
        self.clock.now += 20
        self.loop.token()
        self.assertEqual(len(self.commands("kubeadm token create")), 2)
        self.assertNotIn("0123456789abcdef", self.log())

    def test_a_secret_parameter_uses_the_clusters_own_key_where_there_is_one(self):
        self.config["kmsKey"] = "arn:aws:kms:us-east-1:123456789012:key/1"
        self.load()
        self.on("kubeadm token create*", "echo abcdef.0123456789abcdef")
        self.loop.token()

        self.assertEqual(self.aws.parameters["/slipway/demo/join"]["KeyId"], self.config["kmsKey"])


class Certificates(ControlPlane):
    def setUp(self):
        super().setUp()
        self.manifests = self.root / "etc/kubernetes/manifests"
        self.manifests.mkdir()
        for name in ("etcd", "kube-apiserver"):
            (self.manifests / (name + ".yaml")).write_text(name)

    def expire(self, days):
        listed = {"certificates": [{"residualTime": days * 86400}, {"missing": True, "residualTime": 0}]}
        self.on("kubeadm certs check-expiration*", "echo '%s'" % json.dumps(listed))

    def test_certificates_are_renewed_45_to_85_days_before_the_end_and_static_pods_restarted_one_by_one(self):
        self.expire(86)
        self.loop.renew()
        self.assertEqual(self.commands("kubeadm certs renew"), [])

        self.expire(44)
        seen = []
        self.clock.events = [
            lambda: seen.append(sorted(path.name for path in self.manifests.iterdir())) for _ in range(4)
        ]
        self.loop.renew()

        both = ["etcd.yaml", "kube-apiserver.yaml"]
        self.assertEqual(len(self.commands("kubeadm certs renew all")), 1)
        self.assertEqual(seen, [both[1:], both, both[:1], both])
        self.assertEqual((self.manifests / "etcd.yaml").read_text(), "etcd")

    def test_a_renewal_that_died_gives_its_manifest_back(self):
        self.expire(44)

        def die():
            raise KeyboardInterrupt

        self.clock.events = [die]
        with self.assertRaises(KeyboardInterrupt):
            self.loop.renew()
        self.assertFalse((self.manifests / "etcd.yaml").exists())
        self.load()
        self.expire(300)

        self.loop.renew()

        self.assertEqual((self.manifests / "etcd.yaml").read_text(), "etcd")

    def test_the_credentials_of_the_api_are_signed_anew_and_used(self):
        self.lead()
        (self.root / "run/slipway/super-admin.conf").unlink()

        self.loop.sign_in()

        self.lead()
        for name in ("super-admin.conf", "admin.pem", "init.yaml"):
            mode = stat.S_IMODE((self.root / "run/slipway" / name).stat().st_mode)
            self.assertEqual(mode & 0o077, 0 if name != "super-admin.conf" else mode & 0o077)

    def test_etcds_client_certificate_is_made_anew_after_half_of_its_day(self):
        self.members(ME)
        pair = self.root / "run/slipway/etcd.pem"
        self.loop.gc_members()
        first = pair.read_text()
        self.assertEqual((stat.S_IMODE(pair.stat().st_mode), self.exists("run/slipway/etcd.key")), (0o600, False))
        self.loop.gc_members()
        self.assertEqual(pair.read_text(), first)
        os.utime(pair, (0, self.clock.now - 12 * 3600 - 1))
        self.loop.gc_members()
        self.assertNotEqual(pair.read_text(), first)


class Addons(ControlPlane):
    PROXY = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy"

    def proxy(self, version):
        spec = {"template": {"spec": {"containers": [{"image": "registry.k8s.io/kube-proxy:" + version}]}}}
        self.cluster.put(self.PROXY, {"metadata": {"name": "kube-proxy"}, "spec": spec})

    def test_kube_proxy_and_coredns_follow_when_every_control_plane_runs_the_version(self):
        self.proxy("v1.37.0")
        self.cluster.node(OTHER, control_plane=True)["status"]["nodeInfo"]["kubeletVersion"] = "v1.37.0"
        for runs in (0, 1):
            self.lead()
            self.loop.addons()
            self.assertEqual(len(self.commands("kubeadm init phase addon all")), runs)
            self.cluster.node(OTHER, control_plane=True)

    def test_addons_that_are_there_or_not_wanted_are_left_alone(self):
        self.lead()
        self.loop.addons()
        self.proxy("v1.37.1")
        self.loop.addons()
        self.assertEqual(self.commands("kubeadm init phase addon"), [])


class Supervision(Machine):
    """boot.py loop: the loop part comes from the bucket by its hash."""

    def setUp(self):
        super().setUp()
        self.children = []
        self.addCleanup(self.end)

    def end(self):
        for child in self.children:
            child.kill()
            child.wait()

    def publish(self, text):
        name = hashlib.sha256(text.encode()).hexdigest()
        self.record("agent/%s.py" % name, text.encode())
        self.record("agent.json", {"loop": name})
        return name

    def part(self, name):
        """A loop part that waits for ever."""
        return "import signal\nsignal.pause()  # %s\n" % name

    def tend(self, child=None, running=None):
        child, running = self.boot.tend(child, running)
        if child and child not in self.children:
            self.children.append(child)
        return child, running

    def installed(self):
        return (self.root / "usr/local/lib/slipway/loop.py").read_text()

    def test_the_loop_part_is_fetched_checked_started_and_left_alone(self):
        name = self.publish(self.part("one"))

        child, running = self.tend()

        self.assertEqual((running, self.installed()), (name, self.part("one")))
        self.assertIs(self.tend(child, running)[0], child)
        self.assertIsNone(child.poll())
        self.assertEqual(len(self.aws.asked("s3:GET demo/agent/*")), 1)

    def test_a_new_record_replaces_the_loop_part_and_its_process(self):
        self.publish(self.part("one"))
        child, running = self.tend()
        name = self.publish(self.part("two"))

        new, running = self.tend(child, running)

        self.assertEqual((running, self.installed()), (name, self.part("two")))
        self.assertIsNotNone(child.poll())
        self.assertIsNone(new.poll())

    def test_a_loop_part_with_a_wrong_hash_is_refused_and_the_old_one_runs_on(self):
        old = self.publish(self.part("one"))
        child, running = self.tend()
        name = self.publish(self.part("two"))
        self.record("agent/%s.py" % name, b"evil()")

        again, running = self.tend(child, running)

        self.assertIs(again, child)
        self.assertEqual((child.poll(), running, self.installed()), (None, old, self.part("one")))
        self.assertIn("refused", self.log())

    def test_what_is_on_the_disk_runs_while_the_bucket_is_out_of_reach(self):
        name = self.publish(self.part("one"))
        self.tend()
        self.load()  # a reboot
        self.aws.break_next("s3:*", 999, drop=True)

        child, running = self.tend()

        self.assertEqual((child.poll(), running), (None, name))

    def test_a_loop_part_that_ends_is_started_again(self):
        self.publish("pass\n")
        child, running = self.tend()
        child.wait(30)

        new, _ = self.tend(child, running)

        self.assertIsNot(new, child)

    def test_records_that_name_nothing_or_are_broken_start_nothing(self):
        for record in (b"", b"null", b"{}", b"{broken", b'{"loop": "../../etc/passwd"}'):
            with self.subTest(record):
                self.record("agent.json", record)
                self.assertEqual(self.tend(), (None, None))

    def test_the_loop_starts_nothing_before_the_node_is_done(self):
        self.publish(self.part("one"))
        started = []
        self.boot.tend = lambda *state: started.append(state) or state
        (self.root / "var/lib/slipway").mkdir(parents=True)

        def stop():
            raise KeyboardInterrupt

        self.clock.events = [lambda: None, lambda: (self.root / "var/lib/slipway/done").touch(), stop]
        with self.assertRaises(KeyboardInterrupt):
            self.boot.loop()

        self.assertEqual(len(started), 1)

    def test_the_real_loop_part_runs_beside_the_boot_part_that_it_was_not_made_with(self):
        folder = self.root / "usr/local/lib/slipway"
        folder.mkdir(parents=True)
        for name in ("boot.py", "loop.py"):
            (folder / name).write_text((AGENT / name).read_text())
        ran = subprocess.run([sys.executable, str(folder / "loop.py"), "gc"], capture_output=True, text=True)

        self.assertNotIn("ImportError", ran.stderr)
        self.assertIn("super-admin.conf", ran.stderr)  # it got as far as the API server's credentials


class Joiner(ControlPlane):
    def test_a_control_plane_about_to_join_has_dead_members_removed(self):
        self.members(OTHER)
        self.etcd.member("", ADDRESSES[3], learner=True, down=True)
        self.boot.sys.argv, before = ["loop.py", "gc"], sys.argv
        try:
            self.loop.main()
        finally:
            sys.argv = before

        self.assertEqual(self.etcd.names(), [OTHER])


class Spot(Machine):
    role = "worker"

    def test_a_notice_goes_to_the_nodes_own_annotation_as_soon_as_there_is_one(self):
        notice = {"action": "terminate", "time": "2026-11-22T08:19:54Z"}
        self.refuse("kubectl*annotate*", times=1)  # the node is just joining
        self.clock.events = [
            lambda: None,
            lambda: self.aws.break_next("imds:meta-data/spot/instance-action", 1, drop=True),
            lambda: self.aws.metadata.update({"meta-data/spot/instance-action": json.dumps(notice)}),
        ]

        self.boot.spot()

        text = "slipway.dev/leave=spot terminate 2026-11-22T08:19:54Z"
        self.assertEqual(self.clock.slept, [5, 5, 5, 5])
        calls = [line for line in self.commands("kubectl") if text in line]
        self.assertEqual(len(calls), 2)
        self.assertIn("kubelet.conf annotate --overwrite node " + ME, calls[0])


if __name__ == "__main__":
    unittest.main()
