"""Packs: into the cluster in order, and out again."""

import gzip
import hashlib
import json

from cluster import get, kubectl, must, proof
from processes import until

ANYTHING = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "boats.bench.slipway.dev"},
    "spec": {
        "group": "bench.slipway.dev",
        "scope": "Namespaced",
        "names": {"plural": "boats", "singular": "boat", "kind": "Boat"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": ANYTHING}}],
    },
}
SHOP = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
BOAT = {
    "apiVersion": "bench.slipway.dev/v1",
    "kind": "Boat",
    "metadata": {"name": "ark", "namespace": "shop"},
    "spec": {"berths": 2},
}


def config_map(name, namespace="shop"):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}


def web(broken=False):
    """a Deployment of one pod; a broken one's pod never gets ready"""
    meta = {"labels": {"app": "web"}, "annotations": {"slipway.dev/bench": "broken"} if broken else {}}
    pod = {"metadata": meta, "spec": {"containers": [{"name": "c", "image": "bench"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": pod},
    }


def image():
    return get("deployment", "web", "shop")["spec"]["template"]["spec"]["containers"][0]["image"]


def tamper():
    """somebody else sets web's image"""
    patch = '[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "evil"}]'
    kubectl("-n", "shop", "patch", "deployment", "web", "--field-manager=somebody", "--type=json", "-p", patch)


def bundle(w, **packs):
    """What the Action leaves in the bucket for packs of objects. Out: the bundle's name."""
    content = {"packs": [{"name": name, "objects": objects} for name, objects in packs.items()]}
    text = json.dumps(content).encode()
    data, name = gzip.compress(text), hashlib.sha256(text).hexdigest()
    w.cloud.put("packs/%s.json.gz" % name, data)
    w.cloud.put("packs.json", {"bundle": name})
    return name


def states(w, name):
    """what the agent says of a bundle's packs, by their names; {} while it speaks of another"""
    status = w.cloud.record("packs-status.json")
    return {pack["name"]: pack for pack in status["packs"]} if status.get("bundle") == name else {}


def all_applied(w, name):
    return {pack["state"] for pack in states(w, name).values()} == {"applied"}


def applied_by(kind, name, namespace):
    shown = kubectl("get", kind, name, "-n", namespace, "-o", "json", "--show-managed-fields")
    return {(field["manager"], field["operation"]) for field in json.loads(shown)["metadata"]["managedFields"]}


@proof("packs are applied in order, and each waits until the one before it works")
def order(w):
    base = [BOAT, CRD, SHOP, web(broken=True), config_map("gone"), config_map("moved")]  # in no good order
    name = bundle(w, base=base, second=[config_map("late")])

    def waits():
        seen = states(w, name)
        return seen.get("base", {}).get("state") == "waiting" and seen["base"]["detail"] and seen

    seen, first = until("the first pack waits for its Deployment", waits)
    must(seen["second"]["state"] == "pending" and not get("configmap", "late", "shop"), "the second pack did not wait")
    must(("slipway", "Apply") in applied_by("boat", "ark", "shop"), "the custom resource was not applied server-side")
    kubectl("-n", "shop", "annotate", "pod", "-l", "app=web", "slipway.dev/bench-")
    _, took = until("both are applied", lambda: all_applied(w, name))
    must(get("configmap", "late", "shop"), "the second pack's object is not there")
    text = "waiting after %.0f s with “%s”, both applied %.0f s after its pod was ready"
    return text % (first, seen["base"]["detail"], took)


@proof("the next bundle puts drift back, prunes what left, and keeps CRDs and namespaces")
def prune(w):
    tamper()
    moved = get("configmap", "moved", "shop")["metadata"]["uid"]
    name = bundle(w, base=[web()], second=[config_map("late"), config_map("moved")])

    def done():
        status = w.cloud.record("packs-status.json")
        return all_applied(w, name) and status["pruned"] is not None and status

    status, _ = until("the new bundle is applied and pruned", done)
    must(image() == "bench", "the image is still somebody's")
    must(not get("configmap", "gone", "shop") and not get("boat", "ark", "shop"), "what left is still there")
    must(get("configmap", "moved", "shop")["metadata"]["uid"] == moved, "what moved between packs was made anew")
    must(get("crd", CRD["metadata"]["name"]) and get("namespace", "shop"), "a CRD or namespace was deleted")
    return "image put back; pruned %s; kept %s" % ("; ".join(status["pruned"]), "; ".join(status["kept"]))


@proof("a pack that the API server refuses stops there, says why, and goes on when it is mended")
def refused(w):
    second = [config_map("late"), config_map("moved")]
    name = bundle(w, base=[web()], broken=[config_map("early", "nowhere")], second=second)
    seen, _ = until(
        "the pack failed", lambda: states(w, name).get("broken", {}).get("state") == "failed" and states(w, name)
    )
    must(seen["second"]["state"] == "pending", seen)
    kubectl("create", "namespace", "nowhere")
    _, took = until("it went on", lambda: all_applied(w, name))
    return "“%s”; applied %.0f s after the namespace came" % (seen["broken"]["detail"].strip()[:120], took)


@proof("the packs that Slipway brings are taken whole, each object server-side")
def own(w):
    name = bundle(w, **{pack["name"]: pack["objects"] for pack in w.packs})

    def taken():
        seen = states(w, name)
        failed = [pack["detail"] for pack in seen.values() if pack["state"] == "failed"]
        must(not failed, failed)
        return seen and "pending" not in {pack["state"] for pack in seen.values()} and seen

    seen, took = until("the last pack is applied", taken, 900)
    for pack in w.packs:
        for thing in pack["objects"]:
            meta = thing["metadata"]
            found = get(thing["kind"], meta["name"], *([meta["namespace"]] if "namespace" in meta else []))
            must(found, "%s %s is not there" % (thing["kind"], meta["name"]))
    each = ", ".join("%s %s (%d objects)" % (key, pack["state"], pack["objects"]) for key, pack in seen.items())
    return "%s, %.0f s" % (each, took)
