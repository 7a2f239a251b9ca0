"""Which nodes count as ready, and what labels and taints they get."""

import time

from support import ControlPlane

ONE, TWO = "i-00000000000000001", "i-00000000000000002"
GPU = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}


class Nodes(ControlPlane):
    def setUp(self):
        super().setUp()
        self.worker(ONE, "joined 00:00:00Z")

    def worker(self, name, phase, pool="default", **node):
        self.aws.node(name, phase=phase, role="worker", pool=pool)
        return self.cluster.node(name, **node)

    def work(self, job, turns=1):
        for _ in range(turns):
            self.lead()
            job()
            self.clock.sleep(15)

    def ago(self, seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock.now - seconds))


class Ready(Nodes):
    def test_a_node_whose_critical_pods_are_ready_is_ready(self):
        self.cluster.pod("calico-node-1", ONE, namespace="calico-system", critical=True)
        self.cluster.pod("app", ONE, ready=False)
        self.cluster.pod("proxy", ONE, critical=True, ready=False, mirror=True)

        self.work(self.loop.ready)

        self.assertEqual(self.aws.phase(ONE), "ready")

    def test_ready_is_withheld_while_a_critical_pod_is_not_ready(self):
        pod = self.cluster.pod("calico-node-1", ONE, namespace="calico-system", critical=True, ready=False)
        self.work(self.loop.ready, 2)
        self.assertEqual(self.aws.phase(ONE), "joined")

        pod["status"]["conditions"][0]["status"] = "True"
        self.work(self.loop.ready)
        self.assertEqual(self.aws.phase(ONE), "ready")

    def test_a_node_that_is_still_starting_is_not_ready(self):
        for taint in sorted(self.loop.STARTING):
            self.cluster.node(ONE, taints=[{"key": taint, "effect": "NoSchedule"}])
            self.work(self.loop.ready)
            self.assertEqual(self.aws.phase(ONE), "joined", taint)
        node = self.cluster.node(ONE)
        node["status"]["conditions"].append({"type": "NetworkUnavailable", "status": "True"})
        self.work(self.loop.ready)
        self.assertEqual(self.aws.phase(ONE), "joined")
        self.cluster.node(ONE, taints=[GPU])
        self.work(self.loop.ready)
        self.assertEqual(self.aws.phase(ONE), "ready")

    def test_a_node_is_unready_two_minutes_after_it_stopped_being_ready_and_then_ready_again(self):
        since = self.ago(0)
        self.cluster.node(ONE, ready="Unknown", since=since)
        self.work(self.loop.ready, 9)  # at 0, 15, … 120 s
        self.assertEqual(self.aws.phase(ONE), "joined")

        self.work(self.loop.ready)
        self.assertEqual(self.aws.phase(ONE), "unready since %sZ" % since[:16])

        self.cluster.node(ONE)
        self.work(self.loop.ready)
        self.assertEqual(self.aws.phase(ONE), "ready")

    def test_a_turn_in_which_nothing_changes_writes_nothing(self):
        self.work(self.loop.ready)
        written = len(self.aws.asked("ec2:CreateTags"))

        self.work(self.loop.ready, 3)

        self.assertEqual(len(self.aws.asked("ec2:CreateTags")), written)

    def test_many_nodes_are_marked_in_one_call_and_stuck_ones_do_not_starve_the_rest(self):
        self.loop.CANDIDATES = 5
        stuck = ["i-000000000000001%02d" % number for number in range(10)]
        for name in stuck:
            self.worker(name, "joined 00:00:00Z")
            self.cluster.pod("cni-" + name, name, critical=True, ready=False)

        for _ in range(100):
            self.work(self.loop.ready)
            if self.aws.phase(ONE) == "ready":
                break

        self.assertEqual(self.aws.phase(ONE), "ready")
        self.assertEqual({self.aws.phase(name) for name in stuck}, {"joined"})
        self.assertEqual(len(self.aws.asked("ec2:CreateTags")), 1)

    def test_an_instance_asked_to_leave_is_not_called_ready(self):
        self.aws.instances[ONE]["tags"]["slipway:leave"] = "roll"

        self.work(self.loop.ready)

        self.assertEqual(self.aws.phase(ONE), "joined")

    def test_a_node_without_conditions_labels_or_times_troubles_nobody(self):
        odd = self.worker(TWO, "joined 00:00:00Z")
        odd["status"] = {"conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": None}]}
        del odd["metadata"]["labels"]
        self.cluster.put("/api/v1/nodes/i-00000000000000003", {"metadata": {"name": "i-00000000000000003"}, "spec": {}})

        self.work(self.loop.ready)

        self.assertEqual(self.aws.phase(ONE), "ready")


class Pools(Nodes):
    RECORD = {"pools": {"gpu": {"labels": {"team": "a", "node-role.kubernetes.io/gpu": ""}, "taints": [GPU]}}}

    def test_nodes_get_labels_and_taints_of_the_pool_that_their_tag_names(self):
        self.worker(TWO, "ready 00:00:00Z", pool="gpu", labels={"slipway.dev/pool": "default"})
        self.cluster.node(ONE, labels={"slipway.dev/pool": "gpu"})  # a kubelet may say so; EC2's tag decides
        self.record("pools.json", self.RECORD)

        self.work(self.loop.pools)

        two, one = self.cluster.get_node(TWO), self.cluster.get_node(ONE)
        self.assertEqual((two["metadata"]["labels"]["team"], two["spec"]["taints"]), ("a", [GPU]))
        self.assertNotIn("team", one["metadata"]["labels"])
        writes = len(self.cluster.asked("^PATCH"))
        self.work(self.loop.pools, 3)
        self.assertEqual(len(self.cluster.asked("^PATCH")), writes)

        self.record("pools.json", {"pools": {"gpu": {"labels": {"team": "b"}, "taints": []}}})
        self.work(self.loop.pools)
        two = self.cluster.get_node(TWO)
        self.assertEqual((two["metadata"]["labels"]["team"], two["spec"].get("taints")), ("b", None))
        self.assertNotIn("node-role.kubernetes.io/gpu", two["metadata"]["labels"])

    def test_a_taint_that_somebody_sets_in_between_is_not_lost(self):
        self.worker(TWO, "ready 00:00:00Z", pool="gpu")
        self.record("pools.json", self.RECORD)
        other = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}
        self.lead()
        self.cluster.node(TWO, taints=[other])

        self.loop.pools()
        self.assertEqual(self.cluster.get_node(TWO)["spec"]["taints"], [other])
        self.work(self.loop.pools)

        self.assertEqual(self.cluster.get_node(TWO)["spec"]["taints"], [other, GPU])

    def test_a_node_that_is_refused_does_not_stop_the_others(self):
        for name in (TWO, "i-00000000000000003"):
            self.worker(name, "ready 00:00:00Z", pool="gpu")
        self.record("pools.json", self.RECORD)
        self.cluster.refuse("PATCH", TWO, 422, times=99)

        self.work(self.loop.pools)

        self.assertEqual(self.cluster.get_node("i-00000000000000003")["spec"]["taints"], [GPU])
        self.assertIn("labels and taints of %s: ApiError: 422" % TWO, self.log())
