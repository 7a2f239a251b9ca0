"""etcd: snapshots, and members that come, leave and die."""

import base64
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.request

from cloud import HOST, Balancer
from cluster import apply, deadline, get, is_ready, kubectl, must, pod, proof
from processes import run, until


@proof(
    "a snapshot is streamed to S3 whole, and what is restored from it has the marker key, and no Secret in the clear"
)
def snapshot(w):
    marker = os.urandom(8).hex()
    kubectl("create", "configmap", "marker", "--from-literal=value=" + marker)
    kubectl("create", "secret", "generic", "marker", "--from-literal=value=" + marker)
    w.cloud.put("snapshot-request.json", {"id": marker})

    def answer():
        status = w.cloud.record("snapshot-status.json")
        return status.get("request") == marker and status

    status, took = until("the request is answered", answer)
    data = w.cloud.read(status["key"])
    must(len(data) == status["size"], "%d bytes in the bucket, %d said" % (len(data), status["size"]))
    must(hashlib.sha256(data[:-32]).digest() == data[-32:], "its own checksum is wrong")
    text = "%d bytes in %.0f s, checksum right" % (len(data), took)
    if not shutil.which("etcdutl"):
        return text + "; no etcdutl at hand, so not restored"
    folder = os.path.join(w.cloud.dir, "restored")
    file = folder + ".db"
    with open(file, "wb") as copy:
        copy.write(data)
    facts = json.loads(run("etcdutl", "snapshot", "status", file, "-w", "json"))
    run("etcdutl", "snapshot", "restore", file, "--data-dir", folder)
    with restored_etcd(folder) as read:
        until(
            "the restored etcd has the marker", lambda: marker.encode() in read("/registry/configmaps/default/marker")
        )
        secret = read("/registry/secrets/default/marker")
    must(secret.startswith(b"k8s:enc:secretbox:v1:") and marker.encode() not in secret, "a Secret lies in the clear")
    text += "; etcdutl: %d keys, revision %d; restored, read back, Secrets encrypted"
    return text % (facts["totalKey"], facts["revision"])


@contextlib.contextmanager
def restored_etcd(folder):
    """an etcd of its own on restored data; gives a function that reads a key"""
    url, peers = "http://%s:12379" % HOST, "http://%s:12380" % HOST
    urls = ("--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls", peers)
    with open(folder + ".log", "wb") as log:
        server = subprocess.Popen(["etcd", "--data-dir", folder, *urls], stdout=log, stderr=log)

    def read(key):
        body = json.dumps({"key": base64.b64encode(key.encode()).decode()}).encode()
        with urllib.request.urlopen(url + "/v3/kv/range", body, timeout=5) as answer:
            return base64.b64decode(json.loads(answer.read())["kvs"][0]["value"])

    try:
        yield read
    finally:
        server.kill()


class Writes:
    """Writes through the load balancer, one after the other, while something happens."""

    def __enter__(self):
        self.done, self.failed, self.slowest_s, self.on = 0, [], 0.0, True
        self.thread = threading.Thread(target=self.write, daemon=True)
        self.thread.start()
        return self

    def write(self):
        while self.on:
            began = time.monotonic()
            try:
                kubectl("annotate", "configmap", "marker", "--overwrite", "turn=%d" % self.done)
                self.done += 1
            except RuntimeError as error:
                self.failed.append(str(error)[-200:])
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)

    def __exit__(self, *_):
        self.on = False
        self.thread.join()


@proof("etcd's leader leaves: leadership moves first, the member is gone, and no write fails")
def leader_leaves(w):
    node = w.etcd_leader()
    rest = [n for n in w.control_planes() if n is not node]
    Balancer.targets.remove(node.ip)  # the Action takes the target out first
    with Writes() as writes:
        time.sleep(2)
        w.cloud.tag(node.id, "slipway:leave", deadline(300))
        _, took = until("it left", lambda: node.phase().startswith("left"))
        time.sleep(3)
    must(sorted(w.members(rest[0])) == sorted(n.id for n in rest), "members: %s" % w.members(rest[0]))
    must(not writes.failed, "%d of %d writes failed: %s" % (len(writes.failed), writes.done, writes.failed[:2]))
    must(any("it was the leader" in n.log("slipway-loop") for n in w.control_planes()), "no leadership was moved")
    must(not get("node", node.id), "its Node is still there")
    w.end(node)
    return "%s left in %.0f s; 0 of %d writes failed, slowest %.1f s" % (node.name, took, writes.done, writes.slowest_s)


@proof("a replacement joins, and a control plane that dies is taken out of etcd")
def dies(w):
    node = w.add("cp4", "10.77.0.14", "control-plane")
    _, joined = until("it joined", lambda: node.phase().startswith(("joined", "ready")))
    rest = [n for n in w.control_planes() if n is not node]
    must(node.id in w.members(rest[0]), "it is no member")
    Balancer.targets.remove(node.ip)
    w.end(node)
    _, took = until("etcd forgets it", lambda: sorted(w.members(rest[0])) == sorted(n.id for n in rest), 180)
    until("its Node is gone", lambda: not get("node", node.id))
    return "joined in %.0f s; dead, it was removed in %.0f s" % (joined, took)


@proof("of the last two control planes one may leave; the last is refused, neither cordoned nor drained")
def last(w):
    both = w.control_planes()
    apply(*(pod("stays-" + node.name, node) for node in both))
    until("a pod runs on each", lambda: all(is_ready(get("pod", "stays-" + n.name, "default")) for n in both))
    for n in both:
        w.cloud.tag(n.id, "slipway:leave", deadline(300))
    gone, took = until("one left", lambda: next((n for n in both if n.phase().startswith("left")), None))
    other = next(n for n in both if n is not gone)
    Balancer.targets[:] = [other.ip]
    w.end(gone)
    text, _ = until("the other is refused", lambda: "only etcd member" in other.phase() and other.phase())
    must(list(w.members(other)) == [other.id], "members: %s" % w.members(other))
    must(get("pod", "stays-" + other.name, "default"), "the last control plane was drained")
    must(not get("node", other.id)["spec"].get("unschedulable"), "the last control plane was cordoned")
    return "%s left in %.0f s; %s: “%s”" % (gone.name, took, other.name, text)
