"""How nodes leave: budgets, deadlines, spot notice, second thoughts, and a leader that dies meanwhile."""

import json
import time

from cluster import (
    apply,
    budget,
    deadline,
    get,
    healthy,
    initialise,
    is_ready,
    kubectl,
    must,
    on,
    pod,
    proof,
    ready_pods,
)
from packs import image, tamper
from processes import until

NO_LOAD_BALANCERS = "node.kubernetes.io/exclude-from-external-load-balancers"


@proof("a drain moves pods one by one: an application never has fewer than its budget")
def rolling_drain(w):
    here, there = w.machines["w1"], w.machines["w2"]
    kubectl("cordon", there.id)
    kubectl("create", "deployment", "api", "--image=bench", "--replicas=3")
    apply(budget("api", 2, {"app": "api"}))
    until("three pods run", lambda: len(ready_pods("api")) == 3 and healthy("api") == 3)
    must({one["spec"]["nodeName"] for one in ready_pods("api")} == {here.id}, "a pod is elsewhere")
    kubectl("uncordon", there.id)
    w.cloud.tag(here.id, "slipway:leave", deadline(300) + " roll")
    began, least = time.monotonic(), 3
    while not here.phase().startswith("left"):
        least = min(least, len(ready_pods("api")))
        must(time.monotonic() - began < 180, "not left: " + here.phase())
    took = time.monotonic() - began
    must(least >= 2, "only %d pods were ready at one time" % least)
    must(not get("node", here.id), "the Node is still there")
    kubectl("delete", "deployment,pdb", "api")
    w.end(here)
    return "left in %.0f s, never fewer than %d of 3 ready" % (took, least)


@proof("a drain waits for the budget and names it; other pods go, a DaemonSet's stay")
def held(w):
    node = w.add("w3", "10.77.0.23", "default")
    until("it has its Node", lambda: get("node", node.id))
    initialise(node)
    until("it is ready", lambda: node.phase().startswith("ready"))
    db = {"app": "db"}
    apply(pod("db-0", node, db), pod("db-1", node, db), pod("alone", node), budget("db-pdb", 2, db))
    until("the budget counts both", lambda: healthy("db-pdb") == 2)
    w.cloud.tag(node.id, "slipway:leave", deadline(25) + " roll")
    text, took = until("the phase names the budget", lambda: "db-pdb" in node.phase() and node.phase())
    until("the pod without a budget is gone", lambda: not get("pod", "alone", "default"))
    live = get("node", node.id)
    must(live["spec"].get("unschedulable"), "it is not cordoned")
    must(NO_LOAD_BALANCERS in live["metadata"]["labels"], "load balancers still send to it")
    must(len(ready_pods("db")) == 2, "the budget was broken")
    must(any(one["metadata"]["name"].startswith("kube-proxy") for one in on(node)), "a DaemonSet's pod was evicted")
    return "%.0f s, “%s”" % (took, text)


@proof("a drain that is not done by its deadline says so with every pod and budget, and tries on")
def late(w):
    node = w.machines["w3"]
    text, _ = until("the phase says error", lambda: node.phase().startswith("error") and node.phase())
    error = w.cloud.parameter("errors/" + node.id)
    must(all(word in error["log"] for word in ("db-0", "db-1", "db-pdb")), error)
    kubectl("delete", "pdb", "db-pdb")
    _, took = until("it left", lambda: node.phase().startswith("left"))
    must(not get("node", node.id) and not get("pod", "db-0", "default"), "something is left of it")
    w.end(node)
    return "“%s”; left %.0f s after the budget was deleted" % (text, took)


@proof("a spot node that is given notice is drained by its own annotation")
def spot(w):
    node = w.add("spot", "10.77.0.31", "spot")
    taints, _ = until("it has its Node", lambda: get("node", node.id)["spec"]["taints"])
    must("example.com/spot" in {taint["key"] for taint in taints}, "its pool's taint is not there: %s" % taints)
    initialise(node)
    until("it is ready", lambda: node.phase().startswith("ready"))
    node.facts["spot/instance-action"] = json.dumps({"action": "terminate", "time": deadline(120)})
    _, took = until("it left", lambda: node.phase().startswith("left"))
    must("slipway:leave" not in w.cloud.tags(node.id) and not get("node", node.id), "its Node is still there")
    w.end(node)
    return "left %.0f s after the notice in its metadata, which comes 120 s before the end" % took


@proof("a request that is taken back leaves the node as it was")
def cancel(w):
    node = w.machines["w2"]
    apply(pod("keep-0", node, {"app": "keep"}), budget("keep", 1, {"app": "keep"}))
    until("the budget counts it", lambda: healthy("keep") == 1)

    def cordoned():
        return get("node", node.id)["spec"].get("unschedulable")

    w.cloud.tag(node.id, "slipway:leave", deadline(300))
    until("it drains", lambda: "keep" in node.phase() and cordoned())
    w.cloud.untag(node.id, "slipway:leave")
    _, took = until("it is uncordoned and ready", lambda: node.phase().startswith("ready") and not cordoned())
    meta = get("node", node.id)["metadata"]
    must("slipway.dev/leaving" not in meta["annotations"] and NO_LOAD_BALANCERS not in meta["labels"], meta)
    must(is_ready(get("pod", "keep-0", "default")), "its pod was evicted")
    return "uncordoned and ready in %.0f s, its pod untouched" % took


@proof("when the leading agent is killed in a drain, another takes the Lease and finishes; drift is put back")
def takeover(w):
    node, old = w.machines["w2"], w.leader()
    w.cloud.tag(node.id, "slipway:leave", deadline(600))
    until("the budget holds the drain", lambda: "keep" in node.phase())
    old.kill("slipway-loop.service")
    began = time.monotonic()
    kubectl("delete", "pdb", "keep")
    tamper()
    new, took = until("another holds the Lease", lambda: w.leader() is not old and w.leader())
    until("the drain is finished", lambda: node.phase().startswith("left"))
    left = time.monotonic() - began
    until("the image is put back", lambda: image() == "bench")
    back = time.monotonic() - began
    old.start("slipway-loop.service")
    w.end(node)
    text = "%s after %s in %.0f s, left after %.0f s, image put back after %.0f s"
    return text % (new.name, old.name, took, left, back)
