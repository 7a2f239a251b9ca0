"""Nodes that leave: drained within their budgets, out of etcd when they are members, and gone."""

from small_cluster import ADDRESSES
from support import ME, ControlPlane

WORKER, SECOND, THIRD = "i-00000000000000001", "i-0000000000000000b", "i-0000000000000000c"
BUDGET = "The disruption budget db-pdb needs 1 healthy pods and has 1 currently"
NO_BALANCER = "node.kubernetes.io/exclude-from-external-load-balancers"


class Leaving(ControlPlane):
    def setUp(self):
        super().setUp()
        self.members(ME)
        self.lead()

    def worker(self, leave="2999-01-01T00:00:00Z scale down", **node):
        tags = {"leave": leave} if leave else {}
        self.aws.node(WORKER, ip="10.0.0.7", phase="ready 00:00:00Z", role="worker", **tags)
        return self.cluster.node(WORKER, **node)


class Workers(Leaving):
    def test_a_worker_is_cordoned_drained_deleted_and_left(self):
        self.worker()
        self.cluster.pod("app-0", WORKER)
        self.cluster.pod("agent", WORKER, owner="DaemonSet")
        self.cluster.pod("static", WORKER, mirror=True)
        self.cluster.pod("job", WORKER, phase="Succeeded")
        self.cluster.pod("elsewhere", ME)

        self.turns(1)

        self.assertEqual(self.aws.phase(WORKER), "draining 1 pods")
        node = self.cluster.get_node(WORKER)
        self.assertTrue(node["spec"]["unschedulable"])
        self.assertEqual(node["metadata"]["labels"][NO_BALANCER], "true")
        self.assertEqual(len(self.cluster.asked("POST .*eviction")), 1)

        self.turns(1)

        self.assertEqual(self.aws.phase(WORKER), "left")
        self.assertIsNone(self.cluster.get_node(WORKER))
        self.assertEqual(self.cluster.pods(), ["agent", "elsewhere", "etcd-" + ME, "job", "static"])

    def test_a_budget_is_respected_named_and_after_the_deadline_an_error(self):
        self.worker(leave=self.after(60) + " roll")
        self.cluster.pod("db-0", WORKER, budget=BUDGET)

        self.turns(2)

        self.assertEqual(self.aws.phase(WORKER), "draining 1 pods: web/db-0 " + BUDGET)
        self.assertIsNone(self.parameter("errors/" + WORKER))
        self.turns(4)
        self.assertEqual(self.aws.phase(WORKER), "error drain not done in time: 1 pods: web/db-0 " + BUDGET)
        self.assertIn("web/db-0 " + BUDGET, self.parameter("errors/" + WORKER)["log"])
        self.assertIn("db-0", self.cluster.pods())
        written = len(self.aws.asked("ssm:PutParameter *errors*"))
        self.turns(2)
        self.assertEqual(len(self.aws.asked("ssm:PutParameter *errors*")), written)  # said once

        self.cluster.budgets.clear()
        self.turns(2)
        self.assertEqual(self.aws.phase(WORKER), "left")

    def after(self, seconds):
        return self.loop.time.strftime("%Y-%m-%dT%H:%M:%SZ", self.loop.time.gmtime(self.clock.now + seconds))

    def test_a_reason_without_a_deadline_has_none(self):
        self.worker(leave="because 2020-01-01T00:00:00Z was long ago")
        self.cluster.pod("db-0", WORKER, budget=BUDGET)

        self.turns(20)

        self.assertRegex(self.aws.phase(WORKER), "^draining")

    def test_a_pod_that_is_terminating_is_waited_for_and_not_evicted_again(self):
        self.worker()
        self.cluster.pod("slow", WORKER, going=True)

        self.turns(3)

        self.assertEqual((self.aws.phase(WORKER), self.cluster.asked("eviction")), ("draining 1 pods", []))

    def test_a_request_that_was_taken_back_is_noticed_when_seen_twice(self):
        self.worker()
        self.cluster.pod("db-0", WORKER, budget=BUDGET)
        self.turns(1)
        del self.aws.instances[WORKER]["tags"]["slipway:leave"]

        self.turns(1)
        self.assertTrue(self.cluster.get_node(WORKER)["spec"]["unschedulable"])
        self.turns(1)

        node = self.cluster.get_node(WORKER)
        self.assertNotIn("unschedulable", node["spec"])
        self.assertNotIn(NO_BALANCER, node["metadata"]["labels"])
        self.assertNotIn("slipway.dev/leaving", node["metadata"]["annotations"])
        self.turns(1)
        self.assertEqual(self.aws.phase(WORKER), "ready")

    def test_a_cordon_of_the_users_own_survives_a_request_that_was_taken_back(self):
        self.worker()["spec"]["unschedulable"] = True
        self.cluster.pod("db-0", WORKER, budget=BUDGET)
        self.turns(1)
        del self.aws.instances[WORKER]["tags"]["slipway:leave"]

        self.turns(2)

        self.assertTrue(self.cluster.get_node(WORKER)["spec"]["unschedulable"])
        self.assertNotIn("slipway.dev/leaving", self.cluster.get_node(WORKER)["metadata"]["annotations"])

    def test_an_instance_that_died_while_leaving_is_not_uncordoned(self):
        self.worker()
        self.cluster.pod("db-0", WORKER, budget=BUDGET)
        self.turns(1)
        self.aws.instances[WORKER]["state"] = "terminated"

        self.turns(4)

        self.assertTrue(self.cluster.get_node(WORKER)["spec"]["unschedulable"])

    def test_an_instance_that_never_became_a_node_has_left(self):
        self.aws.node(WORKER, phase="error 00:00:00Z try 3", leave="roll")

        self.turns(1)

        self.assertEqual(self.aws.phase(WORKER), "left")
        calls = len(self.etcd.calls)
        self.turns(1)
        self.assertEqual(len(self.etcd.calls), calls + 1)  # gc alone: what has left is not looked at again

    def test_a_node_that_registers_again_after_it_left_is_drained_again(self):
        self.worker()
        self.turns(1)
        self.assertEqual(self.aws.phase(WORKER), "left")
        self.cluster.node(WORKER)

        self.turns(2)

        self.assertIsNone(self.cluster.get_node(WORKER))

    def test_a_spot_node_leaves_by_the_annotation_on_its_own_node(self):
        self.worker(leave=None, annotations={"slipway.dev/leave": "spot terminate 2026-11-22T08:19:54Z"})

        self.turns(1)

        self.assertEqual(self.aws.phase(WORKER), "left")

    def test_one_nodes_trouble_does_not_hold_up_the_others(self):
        self.worker()
        self.aws.node("i-00000000000000000", phase="ready 00:00:00Z", leave="x")
        self.cluster.node("i-00000000000000000")
        self.cluster.refuse("PATCH", "i-00000000000000000$", 500, times=99)

        self.turns(1)

        self.assertEqual((self.aws.phase(WORKER), self.aws.phase("i-00000000000000000")), ("left", "ready"))
        self.assertIn("leave i-00000000000000000: ApiError: 500", self.log())

    def test_a_pod_replaced_by_another_of_its_name_is_not_evicted_in_its_place(self):
        self.worker()
        pod = self.cluster.pod("db-0", WORKER)
        self.cluster.before_write = lambda method, path: (
            path.endswith("/eviction") and pod["metadata"].update(uid="uid-new")
        )

        self.turns(1)

        self.assertEqual((self.aws.phase(WORKER), "db-0" in self.cluster.pods()), ("draining 1 pods", True))


class Members(Leaving):
    def setUp(self):
        super().setUp()
        self.etcd.close()
        self.etcd.members.clear()

    def grow(self, *names):
        self.members(*names)
        self.lead()

    def test_the_last_control_plane_is_not_drained(self):
        self.grow(ME)
        self.aws.instances[ME]["tags"].update({"slipway:leave": "roll", "slipway:phase": "ready 00:00:00Z"})
        self.cluster.pod("app-0", ME)

        self.turns(5)

        self.assertEqual(self.aws.phase(ME), "draining the only etcd member")
        self.assertEqual((self.cluster.asked("eviction"), self.etcd.names()), ([], [ME]))

    def test_of_two_last_control_planes_that_are_asked_together_only_one_is_drained(self):
        self.grow(SECOND, THIRD)
        for name in (SECOND, THIRD):
            self.aws.instances[name]["tags"]["slipway:leave"] = "roll"
            self.cluster.pod("app-" + name, name, budget=BUDGET)

        self.turns(2)
        self.assertEqual(self.aws.phase(THIRD), "draining the only etcd member that stays")
        self.cluster.budgets.clear()
        self.turns(4)

        self.assertEqual((self.aws.phase(SECOND), self.etcd.names()), ("left", [THIRD]))
        self.assertEqual(self.aws.phase(THIRD), "draining the only etcd member")
        self.assertIn("app-" + THIRD, self.cluster.pods())

    def test_a_control_plane_is_drained_before_its_member_goes_and_the_leader_hands_over(self):
        self.grow(ME, SECOND, THIRD)
        self.etcd.leader = self.etcd.members[1]["ID"]
        self.aws.instances[SECOND]["tags"]["slipway:leave"] = "roll"
        self.cluster.pod("db-0", SECOND, budget=BUDGET)

        self.turns(2)
        self.assertEqual(self.etcd.names(), [ME, SECOND, THIRD])
        self.cluster.budgets.clear()
        self.turns(2)

        self.assertEqual((self.etcd.names(), self.aws.phase(SECOND)), ([ME, THIRD], "left"))
        self.assertIn("maintenance/transfer-leadership", " ".join(self.etcd.calls))

    def test_no_member_leaves_while_another_does_not_answer_or_is_joining(self):
        self.grow(ME, SECOND, THIRD)
        self.aws.instances[SECOND]["tags"]["slipway:leave"] = "roll"
        self.etcd.stop(ADDRESSES[2])
        self.turns(2)
        self.assertEqual(
            (self.aws.phase(SECOND), len(self.etcd.members)), ("draining etcd member %s does not answer" % THIRD, 3)
        )

        self.etcd.members[2]["isLearner"] = True
        self.turns(1)
        self.assertEqual(
            (self.aws.phase(SECOND), len(self.etcd.members)), ("draining etcd: a member is just joining", 3)
        )

    def test_the_leading_agent_hands_over_before_it_leaves(self):
        self.grow(ME, SECOND)
        self.aws.instances[ME]["tags"]["slipway:leave"] = "roll"

        self.turns(3)

        lease = self.cluster.objects["/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/slipway"]
        self.assertNotIn("holderIdentity", lease["spec"])
        self.assertFalse(self.loop.memory.leading)
        self.assertEqual((self.etcd.names(), self.aws.phase(ME)), ([ME, SECOND], "draining"))


class DeadMembers(Leaving):
    """gc: what is left of instances that did not say goodbye."""

    def setUp(self):
        super().setUp()
        self.etcd.close()
        self.etcd.members.clear()
        self.members(ME, SECOND, THIRD)
        self.lead()

    def test_a_member_whose_instance_is_gone_and_whose_node_is_not_ready_is_removed_with_its_node(self):
        self.aws.instances[THIRD]["state"] = "terminated"
        self.loop.gc_members()
        self.assertEqual(self.etcd.names(), [ME, SECOND, THIRD])  # Ready: EC2's answer may lag

        self.cluster.node(THIRD, ready="Unknown", control_plane=True)
        self.etcd.stop(ADDRESSES[2])
        self.loop.gc_members()

        self.assertEqual((self.etcd.names(), self.cluster.get_node(THIRD)), ([ME, SECOND], None))

    def test_a_nameless_learner_is_known_by_its_address(self):
        self.aws.node("i-0000000000000000d", ip=ADDRESSES[3], role="control-plane")
        self.etcd.member("", ADDRESSES[3], learner=True, down=True)
        self.etcd.member("", ADDRESSES[4], learner=True, down=True)

        self.loop.gc_members()

        self.assertEqual(self.etcd.members[-1]["peerURLs"], ["https://%s:2380" % ADDRESSES[3]])
        self.assertEqual(len(self.etcd.members), 4)

    def test_an_answer_that_is_none_of_ec2s_removes_nobody(self):
        for name in (SECOND, THIRD):
            self.cluster.node(name, ready="Unknown", control_plane=True)
        self.aws.break_next("ec2:DescribeInstances", 1, status=200, body="<html/>")

        with self.assertRaises(ValueError):
            self.loop.gc_members()

        self.assertEqual(self.etcd.names(), [ME, SECOND, THIRD])
