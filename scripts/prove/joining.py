"""How machines become nodes, and who may not."""

import base64
import datetime
import gzip
import json
import os
import pathlib
import shutil
import ssl
import time
import urllib.request

from cluster import ENDPOINT, TURN_S, get, initialise, is_ready, kubectl, must, on, proof
from processes import run, until


@proof("three control planes that start together make one cluster: one inits, two join")
def start(w):
    began = time.monotonic()
    for n in (1, 2, 3):
        w.add("cp%d" % n, "10.77.0.1%d" % n, "control-plane")
    until(
        "every control plane joined",
        lambda: all(n.phase().startswith(("joined", "ready")) for n in w.control_planes()),
        240,
    )
    took = time.monotonic() - began
    w.sign_in()
    inits = [n.name for n in w.control_planes() if "phase init" in n.log("slipway-node")]
    must(len(inits) == 1, "inits: %s" % inits)
    members = w.members(w.machines["cp1"])
    must(
        sorted(members) == sorted(n.id for n in w.control_planes())
        and not any(m.get("isLearner") for m in members.values()),
        "etcd members: %s" % members,
    )
    must(w.cloud.parameter("init")["state"] == "done", "the lock")
    text = "%.0f s, init on %s, etcd members named after their instances: %s"
    return text % (took, inits[0], ", ".join(sorted(members)))


@proof("kubeadm and cloud-init read what Slipway rendered without a complaint, and it is what runs")
def documents(w):
    read = []
    for node in w.control_planes():
        for path in node.sh("ls /run/slipway/init.yaml /run/slipway/join.yaml", check=False).split():
            read.append(node.sh("kubeadm config validate --config %s 2>&1" % path).strip())
    must(len(read) == 5 and set(read) == {"ok"}, read)  # each may init, two joined
    servers = kubectl("-n", "kube-system", "get", "pods", "-l", "component=kube-apiserver", "-o", "json")
    images = {one["spec"]["containers"][0]["image"] for one in json.loads(servers)["items"]}
    must(len(images) == 1 and images.pop().endswith(":" + w.version), images)
    sizes = ", ".join("%s %d" % (pool, len(data)) for pool, data in w.user_data.items())
    schema = "no cloud-init at hand to ask"
    if shutil.which("cloud-init"):
        for pool, data in w.user_data.items():
            path = os.path.join(w.cloud.dir, pool + ".yaml")
            with open(path, "wb") as file:
                file.write(gzip.decompress(data))
            run("cloud-init", "schema", "--config-file", path)
        schema = "cloud-init schema calls each valid"
    text = "kubeadm config validate: %d documents ok; user data of %s bytes, %s"
    return text % (len(read), sizes, schema)


@proof("kubeadm keeps the authorities that it is given and signs every certificate with them")
def pki(w):
    checked = 0
    for node in w.control_planes():
        folder = os.path.join(node.dir, "etc/kubernetes/pki")
        for name, text in w.pki.items():
            must(pathlib.Path(folder, name).read_text() == text, "%s of %s was changed" % (name, node.name))
        for leaf, ca in (
            ("apiserver", "ca"),
            ("apiserver-kubelet-client", "ca"),
            ("apiserver-etcd-client", "etcd/ca"),
            ("front-proxy-client", "front-proxy-ca"),
            ("etcd/server", "etcd/ca"),
            ("etcd/peer", "etcd/ca"),
            ("etcd/healthcheck-client", "etcd/ca"),
        ):
            run(
                "openssl", "verify", "-x509_strict", "-CAfile", "%s/%s.crt" % (folder, ca), "%s/%s.crt" % (folder, leaf)
            )
            checked += 1
    who = json.loads(kubectl("auth", "whoami", "-o", "json"))["status"]["userInfo"]
    must("system:masters" in who["groups"], who)
    return (
        "%d files as given on each node, %d leaf certificates verified strictly; the administrator's own signs in as %s"
        % (len(w.pki), checked, who["username"])
    )


@proof("workers join with the token, and only then have a certificate")
def workers(w):
    began = time.monotonic()
    born = [w.add("w%d" % n, "10.77.0.2%d" % n, "default") for n in (1, 2, 4)]
    until("all workers joined", lambda: all(n.phase().startswith(("joined", "ready")) for n in born), 180)
    took = time.monotonic() - began
    asked = [csr for csr in get("csr") if csr["spec"]["username"].startswith("system:bootstrap:")]
    approved = [one["message"] for csr in asked for one in csr["status"]["conditions"] if one["type"] == "Approved"]
    must(len(approved) == len(born) and all("kubectl" in message for message in approved), "approved: %s" % approved)
    must(
        "node-autoapprove-bootstrap" not in kubectl("get", "clusterrolebindings", "-o", "name"),
        "kubeadm's any-name approval is still bound",
    )
    return "%.0f s; approved by the agent, not by the controller manager" % took


def ask(w, subject, label):
    """a certificate request made with the join token, as somebody would who stole it"""
    token = w.cloud.parameter("join")["token"]
    key = os.path.join(w.cloud.dir, "stolen.key")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key)
    request = run("openssl", "req", "-new", *curve, "-subj", subject)
    spec = {
        "request": base64.b64encode(request.encode()).decode(),
        "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
        "usages": ["digital signature", "client auth"],
    }
    csr = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": label},
        "spec": spec,
    }
    context = ssl.create_default_context(cadata=w.pki["ca.crt"])
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}
    url = "https://%s/apis/certificates.k8s.io/v1/certificatesigningrequests" % ENDPOINT
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(csr).encode(), headers), timeout=10, context=context)


@proof("a stolen token buys a certificate only for a live instance of this cluster that has no Node")
def csr(w):
    fresh, gone, leaving = (w.cloud.launch("default") for _ in range(3))
    foreign = w.cloud.launch("default", cluster="another")
    w.cloud.terminate(gone)
    w.cloud.tag(leaving, "slipway:leave", "test")
    cases = {
        "fresh": fresh,
        "control-plane": w.machines["cp1"].id,
        "joined-worker": w.machines["w1"].id,
        "unknown": "i-0123456789abcdef0",
        "foreign": foreign,
        "terminated": gone,
        "leaving": leaving,
    }
    for label, instance in cases.items():
        ask(w, "/O=system:nodes/CN=system:node:" + instance, label)
    ask(w, "/O=system:nodes/CN=system:node:worker-1", "other-name")
    ask(w, "/O=system:masters/CN=system:node:" + fresh, "other-group")

    def state(label):
        status = get("csr", label)["status"]
        verdict = [one["type"] for one in status.get("conditions", [])] or ["Pending"]
        return verdict[0] + (" and issued" if status.get("certificate") else "")

    _, took = until("the fresh instance's is issued", lambda: state("fresh") == "Approved and issued")
    until("the other names are refused", lambda: state("other-name") == state("other-group") == "Denied")
    time.sleep(TURN_S)
    found = {label: state(label) for label in (*cases, "other-name", "other-group")}
    must({v for k, v in found.items() if k not in ("fresh", "other-name", "other-group")} == {"Pending"}, found)
    kubectl("delete", "csr", *found)
    w.cloud.terminate(fresh, foreign, leaving)
    return "%.0f s; %s" % (took, ", ".join("%s %s" % kv for kv in found.items()))


@proof("a node is ready when the cloud controller and its network pods are, not before")
def ready(w):
    node = w.machines["w1"]
    everyone = list(w.machines.values())
    time.sleep(TURN_S)
    must(node.phase().startswith("joined"), "phase with the start-up taint on: " + node.phase())
    proxy = next(p["metadata"]["name"] for p in on(node) if p["metadata"]["name"].startswith("kube-proxy"))
    kubectl("-n", "kube-system", "annotate", "pod", proxy, "slipway.dev/bench=broken")
    until("kube-proxy is down on w1", lambda: not is_ready(get("pod", proxy, "kube-system")))
    initialise(*everyone)
    time.sleep(TURN_S)
    must(node.phase().startswith("joined"), "phase with kube-proxy down: " + node.phase())
    kubectl("-n", "kube-system", "annotate", "pod", proxy, "slipway.dev/bench-")
    _, took = until("every node is ready", lambda: all(n.phase().startswith("ready") for n in everyone))
    kubectl("cordon", w.machines["w4"].id)
    w.machines["w4"].kill("kubelet.service")  # for the proof of `unready`, minutes later
    return "joined with the start-up taint, joined with kube-proxy down, ready %.0f s after both were right" % took


@proof("a node is unready two minutes after its kubelet's silence was noticed, and ready again when it comes back")
def unready(w):
    node = w.machines["w4"]
    text, _ = until("the phase says so", lambda: node.phase().startswith("unready") and node.phase(), 240)
    state = next(c for c in get("node", node.id)["status"]["conditions"] if c["type"] == "Ready")
    said = state["lastTransitionTime"][:11] + text.split()[1]
    after = (
        datetime.datetime.fromisoformat(said) - datetime.datetime.fromisoformat(state["lastTransitionTime"])
    ).total_seconds()
    must(state["status"] == "Unknown" and 120 <= after <= 120 + 2 * TURN_S, "%s, %d s after %s" % (text, after, state))
    node.start("kubelet.service")
    _, took = until("it is ready", lambda: node.phase().startswith("ready"))
    w.end(node)
    kubectl("delete", "node", node.id)
    return "“%s”, %d s after; ready again %.0f s after its kubelet" % (text, after, took)


@proof("labels and taints follow the pool's record, and leave what others set")
def pools(w):
    node = w.machines["w2"]
    kubectl("label", "node", node.id, "mine=1")
    kubectl("taint", "node", node.id, "mine=1:PreferNoSchedule")

    def live():
        n = get("node", node.id)
        return n["metadata"]["labels"], {
            (t["key"], t.get("value", ""), t["effect"]) for t in n["spec"].get("taints", [])
        }

    def record(labels, taints):
        w.cloud.put("pools.json", {"pools": {"default": {"labels": labels, "taints": taints}}})

    record(
        {"team": "a", "node-role.kubernetes.io/worker": "", "node-restriction.kubernetes.io/tenant": "blue"},
        [{"key": "dedicated", "value": "gpu", "effect": "PreferNoSchedule"}],
    )
    _, first = until(
        "the labels and the taint are there",
        lambda: (
            live()[0].get("node-restriction.kubernetes.io/tenant") == "blue"
            and live()[0].get("team") == "a"
            and ("dedicated", "gpu", "PreferNoSchedule") in live()[1]
        ),
    )
    must("node-role.kubernetes.io/worker" in live()[0], "the role label, which a kubelet may not set")
    must(
        "node-role.kubernetes.io/worker" not in get("node", w.machines["cp1"].id)["metadata"]["labels"],
        "another pool's node was labelled",
    )
    kubectl("label", "node", node.id, "team=z", "--overwrite")
    _, back = until("team is a again", lambda: live()[0]["team"] == "a")
    record({"team": "b"}, [])
    until(
        "what the record lost is gone",
        lambda: (
            live()[0]["team"] == "b"
            and "node-role.kubernetes.io/worker" not in live()[0]
            and not any(t[0] == "dedicated" for t in live()[1])
        ),
    )
    labels, taints = live()
    must(
        labels.get("mine") == "1"
        and ("mine", "1", "PreferNoSchedule") in taints
        and labels["kubernetes.io/hostname"] == node.id,
        "a foreign label or taint was taken: %s %s" % (labels, taints),
    )
    kubectl("taint", "node", node.id, "mine-")
    return (
        "set in %.0f s, an edit by hand put back in %.0f s, removed with the record; a foreign label and taint stay"
        % (first, back)
    )
