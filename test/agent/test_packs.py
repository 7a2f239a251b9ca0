"""Packs: applied in order, waited for, pruned by what was there before."""

import gzip
import hashlib
import json

from support import ControlPlane


def thing(kind, name, namespace="", version="v1"):
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
    }


CNI = {
    "name": "cni",
    "objects": [
        thing("DaemonSet", "calico", "calico-system", "apps/v1"),
        thing("Namespace", "calico-system"),
        thing("CustomResourceDefinition", "pools.calico.org", version="apiextensions.k8s.io/v1"),
        thing("ServiceAccount", "calico", "calico-system"),
    ],
}
METRICS = {
    "name": "metrics",
    "objects": [thing("Deployment", "metrics", "kube-system", "apps/v1"), thing("ConfigMap", "metrics", "kube-system")],
}
INVENTORY = "/api/v1/namespaces/kube-system/configmaps/slipway-packs"


class Packs(ControlPlane):
    def setUp(self):
        super().setUp()
        self.daemons = self.workload(
            "daemonsets/calico",
            "calico-system",
            {},
            desiredNumberScheduled=3,
            updatedNumberScheduled=3,
            numberAvailable=3,
        )
        self.metrics = self.workload(
            "deployments/metrics", "kube-system", {"replicas": 2}, updatedReplicas=2, availableReplicas=2
        )

    def workload(self, name, namespace, spec, **status):
        path = "/apis/apps/v1/namespaces/%s/%s" % (namespace, name)
        live = {
            "metadata": {"name": name, "generation": 2},
            "spec": spec,
            "status": {"observedGeneration": 2, **status},
        }
        return self.cluster.put(path, live)

    def bundle(self, *packs):
        data = gzip.compress(json.dumps({"packs": packs}).encode(), mtime=0)
        name = hashlib.sha256(data).hexdigest()
        self.record("packs/%s.json.gz" % name, data)
        self.record("packs.json", {"bundle": name})
        return name

    def work(self, turns=1):
        """Turns, with the inventory that kubectl would have stored."""
        for number in range(turns):
            self.loop.turn(number, [duty for duty in self.loop.duties() if duty.job.__name__ == "packs"])
            for given in self.inputs():
                for one in given.get("items", []):
                    if one["metadata"]["name"] == "slipway-packs":
                        self.cluster.put(INVENTORY, one)
            self.clock.sleep(15)

    def applied(self):
        """Names that were applied, one list a kubectl, but for the inventory."""
        lists = [[one["metadata"]["name"] for one in given["items"]] for given in self.inputs() if "items" in given]
        return [names for names in lists if names != ["slipway-packs"]]

    def deleted(self):
        return [(given["kind"], given["metadata"]["name"]) for given in self.inputs() if "items" not in given]

    def status(self):
        return self.get_record("packs-status.json")

    def states(self):
        return [pack["state"] for pack in self.status()["packs"]]

    def known(self):
        return [one[3] for one in json.loads(self.cluster.objects[INVENTORY]["data"]["objects"])]

    def test_packs_are_applied_in_order_what_others_need_first_and_reported(self):
        name = self.bundle(CNI, METRICS)

        self.work()

        self.assertEqual(
            self.applied(), [["calico-system", "pools.calico.org"], ["calico", "calico"], ["metrics", "metrics"]]
        )
        waits = [line for line in self.commands("kubectl") if " wait " in line]
        self.assertEqual(len(waits), 1)
        self.assertIn("--for=condition=Established --timeout=30s crd/pools.calico.org", waits[0])
        self.assertTrue(
            all(
                "--server-side --field-manager=slipway --force-conflicts" in line
                for line in self.commands("kubectl")
                if " apply " in line
            )
        )
        self.assertEqual(
            self.status(),
            {
                "bundle": name,
                "pruned": [],
                "kept": [],
                "packs": [
                    {"name": "cni", "state": "applied", "objects": 4, "detail": ""},
                    {"name": "metrics", "state": "applied", "objects": 2, "detail": ""},
                ],
            },
        )
        self.assertEqual(
            sorted(self.known()), ["calico", "calico", "calico-system", "metrics", "metrics", "pools.calico.org"]
        )
        calls = len(self.commands()), len(self.aws.asked("s3:PUT *"))
        self.work(3)
        self.assertEqual((len(self.commands()), len(self.aws.asked("s3:PUT *"))), calls)

    def test_a_pack_is_waited_for_and_the_next_one_waits_with_it(self):
        self.daemons["status"]["numberAvailable"] = 1
        self.bundle(CNI, METRICS)

        self.work(2)

        self.assertEqual(self.states(), ["waiting", "pending"])
        self.assertEqual(self.status()["packs"][0]["detail"], "DaemonSet calico-system/calico 1 of 3")
        self.daemons["status"]["numberAvailable"] = 3
        self.work()
        self.assertEqual(self.states(), ["applied", "applied"])

    def test_a_workload_whose_newest_generation_was_not_seen_yet_is_waited_for(self):
        self.metrics["metadata"]["generation"] = 3
        self.bundle(METRICS)

        self.work()

        self.assertEqual(self.states(), ["waiting"])

    def test_after_five_minutes_a_pack_is_degraded_and_the_next_begins(self):
        self.daemons["status"]["numberAvailable"] = 0
        self.bundle(CNI, METRICS)

        self.work(20)
        self.assertEqual(self.states(), ["waiting", "pending"])
        self.work()

        self.assertEqual(self.states(), ["degraded", "applied"])
        self.assertEqual(self.status()["packs"][0]["detail"], "DaemonSet calico-system/calico 0 of 3")

    def test_a_refused_apply_stops_there_says_why_and_is_tried_each_turn(self):
        self.refuse("kubectl*apply*", "webhook is not up", times=2)
        self.cluster.put(INVENTORY, {"metadata": {}, "data": {"objects": "[]"}})
        self.on("kubectl*apply*", times=1)  # the inventory goes through
        self.bundle(CNI, METRICS)

        self.work()
        self.assertEqual(self.states(), ["failed", "pending"])
        self.assertIn("webhook is not up", self.status()["packs"][0]["detail"])
        self.work()
        self.assertEqual(self.states(), ["failed", "pending"])
        self.work()
        self.assertEqual(self.states(), ["applied", "applied"])

    def test_what_left_the_bundle_is_deleted_but_never_what_holds_users_data(self):
        self.bundle(CNI, METRICS)
        self.work()
        self.bundle({"name": "moved", "objects": [METRICS["objects"][1]]})

        self.work()

        self.assertEqual(
            self.deleted(), [("Deployment", "metrics"), ("ServiceAccount", "calico"), ("DaemonSet", "calico")]
        )
        status = self.status()
        self.assertEqual(
            sorted(status["kept"]), ["CustomResourceDefinition pools.calico.org", "Namespace calico-system"]
        )
        self.assertEqual(len(status["pruned"]), 3)
        self.assertEqual(sorted(self.known()), ["calico-system", "metrics", "pools.calico.org"])

    def test_a_newer_version_of_an_api_is_the_same_object(self):
        self.bundle({"name": "a", "objects": [thing("PodDisruptionBudget", "x", "y", "policy/v1beta1")]})
        self.work()
        self.bundle({"name": "a", "objects": [thing("PodDisruptionBudget", "x", "y", "policy/v1")]})
        self.work()

        self.assertEqual(self.deleted(), [])

    def test_an_object_whose_kind_is_gone_counts_as_deleted(self):
        self.bundle({"name": "a", "objects": [thing("Certificate", "x", "y", "cert-manager.io/v1")]})
        self.work()
        self.refuse("kubectl*delete*", 'no matches for kind "Certificate"')
        self.bundle(METRICS)
        self.work()

        self.assertEqual((self.states(), self.status()["pruned"]), (["applied"], ["Certificate y x"]))

    def test_nothing_is_pruned_while_a_pack_has_failed(self):
        self.bundle(CNI, METRICS)
        self.work()
        self.refuse("kubectl*apply*")
        self.on("kubectl*apply*", times=1)
        self.bundle(METRICS)

        self.work()

        self.assertEqual((self.states(), self.deleted(), self.status()["pruned"]), (["failed"], [], None))

    def test_a_crash_between_the_first_object_and_the_report_forgets_nothing(self):
        self.bundle(CNI)
        self.refuse("kubectl*apply*")
        self.on("kubectl*apply*", times=1)
        self.work()
        self.load()
        self.bundle(METRICS)
        self.on("kubectl*apply*")

        self.work()

        self.assertIn(("DaemonSet", "calico"), self.deleted())

    def test_a_bundle_that_does_not_match_its_hash_is_not_applied(self):
        name = self.bundle(CNI)
        self.record("packs/%s.json.gz" % name, gzip.compress(b'{"packs": []}'))
        self.work(2)
        self.assertEqual((self.applied(), self.status()), ([], None))
        self.assertIn("does not match its hash", self.log())

        self.aws.objects.pop("demo/packs/%s.json.gz" % name)
        self.work()
        self.assertEqual((self.applied(), self.status()), ([], None))

    def test_all_is_applied_again_every_hour_against_drift(self):
        self.bundle(METRICS)
        self.work(2)
        self.clock.now += 3600

        self.work()

        self.assertEqual(self.applied(), [["metrics", "metrics"]] * 2)

    def test_no_packs_are_no_work(self):
        for record in (b"", b"null"):
            self.record("packs.json", record)
            self.work()
        self.assertEqual((self.commands("kubectl"), self.status()), ([], None))
