"""The cluster of the proof, and what the proofs do to it and read of it."""

import base64
import hashlib
import json
import os
import ssl
import time
import urllib.request

from cloud import BALANCER, CLUSTER, ROOT, Balancer
from machine import Machine, write_programs
from processes import run

ENDPOINT = BALANCER + ":6443"
TURN_S = 22  # the longest turn of the loop, and the calls in it


class World:
    """its machines, and what the Action would have left in SSM and the bucket before the first launch"""

    def __init__(self, cloud, binaries, version):
        """`binaries` as find_binaries gives them; `version` of Kubernetes, as v1.2.3."""
        self.cloud, self.version, self.machines = cloud, version, {}
        self.programs = os.path.join(cloud.dir, "programs")
        write_programs(self.programs, binaries, version)
        os.environ["PATH"] = self.programs + ":" + os.environ["PATH"]
        maker = os.path.join(ROOT, "scripts/prove/made-by-slipway.ts")
        made = json.loads(run(os.path.join(ROOT, "node_modules/.bin/node"), maker, version.lstrip("v"), BALANCER))
        self.pki, self.administrator = json.loads(made["pki"]), made["administrator"]
        self.packs = made["packs"]
        self.user_data = {pool: base64.b64decode(data) for pool, data in made["userData"].items()}
        cloud.ssm.put_parameter(Name="/slipway/%s/pki" % CLUSTER, Type="SecureString", Value=made["pki"])
        for name in ("packs.json", "pools.json", "snapshot-request.json", "snapshot-status.json"):
            cloud.put(name, b"")
        with open(os.path.join(ROOT, "src/bootstrap/agent/loop.py"), "rb") as file:
            loop = file.read()
        digest = hashlib.sha256(loop).hexdigest()
        cloud.put("agent/%s.py" % digest, loop)
        cloud.put("agent.json", {"loop": digest})

    def add(self, name, ip, pool):
        machine = Machine(self.cloud, name, ip, pool, self.programs, self.version, self.user_data[pool])
        self.machines[name] = machine
        if machine.is_control_plane:
            Balancer.targets.append(ip)
        return machine

    def end(self, machine):
        machine.power_off()
        del self.machines[machine.name]

    def control_planes(self):
        return [n for n in self.machines.values() if n.is_control_plane]

    def sign_in(self):
        """the bench's own way in: what `slipway kubeconfig` gives, through the load balancer"""
        os.environ["KUBECONFIG"] = os.path.join(self.cloud.dir, "admin.conf")
        files = {"ca": self.pki["ca.crt"], "crt": self.administrator["certificate"], "key": self.administrator["key"]}
        ca, crt, key = (os.path.join(self.cloud.dir, "admin." + end) for end in files)
        for path, text in zip((ca, crt, key), files.values(), strict=True):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        run(
            "kubectl", "config", "set-cluster", "bench", "--server=https://" + ENDPOINT, "--certificate-authority=" + ca
        )
        run("kubectl", "config", "set-credentials", "bench", "--client-certificate=" + crt, "--client-key=" + key)
        run("kubectl", "config", "set-context", "bench", "--cluster=bench", "--user=bench")
        run("kubectl", "config", "use-context", "bench")

    def etcd(self, node, path, body=None):
        folder = os.path.join(node.dir, "etc/kubernetes/pki")
        context = ssl.create_default_context(cafile=folder + "/etcd/ca.crt")
        context.load_cert_chain(folder + "/etcd/healthcheck-client.crt", folder + "/etcd/healthcheck-client.key")
        request = urllib.request.Request("https://%s:2379/v3/%s" % (node.ip, path), json.dumps(body or {}).encode())
        return json.loads(urllib.request.urlopen(request, timeout=5, context=context).read())

    def members(self, node):
        return {m["name"]: m for m in self.etcd(node, "cluster/member/list")["members"]}

    def etcd_leader(self):
        node = self.control_planes()[0]
        leader = self.etcd(node, "maintenance/status")["leader"]
        return next(self.by_id(name) for name, m in self.members(node).items() if m["ID"] == leader)

    def by_id(self, instance):
        return next(n for n in self.machines.values() if n.id == instance)

    def leader(self):
        """the node whose agent holds the Lease"""
        return self.by_id(get("lease", "slipway", "kube-system")["spec"]["holderIdentity"])


def kubectl(*args, **options):
    return run("kubectl", "--request-timeout=20s", *args, **options)


def get(kind, name=None, namespace=None):
    """an object, None when it is not there; without a name the list of them"""
    which = (*([name] if name else []), *(["-n", namespace] if namespace else []))
    out = kubectl("get", kind, *which, "--ignore-not-found", "-o", "json")
    return (json.loads(out) if out.strip() else None) if name else json.loads(out)["items"]


def ready_pods(app):
    """the Ready pods of an app that are not about to end"""
    found = json.loads(kubectl("get", "pods", "-n", "default", "-l", "app=" + app, "-o", "json"))["items"]
    return [one for one in found if is_ready(one) and not one["metadata"].get("deletionTimestamp")]


def healthy(name):
    """how many pods a budget counts as healthy"""
    return get("pdb", name, "default").get("status", {}).get("currentHealthy")


def initialise(*nodes):
    """what the cloud controller manager does with a node that it has found in EC2"""
    kubectl("taint", "node", *(node.id for node in nodes), "node.cloudprovider.kubernetes.io/uninitialized-")


def on(node):
    """the pods of a node"""
    return json.loads(kubectl("get", "pods", "-A", "--field-selector=spec.nodeName=" + node.id, "-o", "json"))["items"]


def apply(*objects):
    kubectl("apply", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))


def pod(name, node, labels=None):
    """bound to its node: no scheduler asked, nobody makes it anew"""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels or {}},
        "spec": {"nodeName": node.id, "containers": [{"name": "c", "image": "bench"}]},
    }


def budget(name, least, labels):
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"minAvailable": least, "selector": {"matchLabels": labels}},
    }


def is_ready(thing):
    return any(one["type"] == "Ready" and one["status"] == "True" for one in thing["status"].get("conditions", []))


def deadline(seconds):
    """so many seconds from now, as the tag slipway:leave says it"""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def must(truth, what):
    if not truth:
        raise AssertionError(what)


def proof(sentence):
    """What is proven, as a sentence. The function answers with its figures, or raises."""

    def named(function):
        function.sentence = sentence
        return function

    return named
