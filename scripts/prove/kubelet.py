"""Stands for kubelet and containerd on a machine of the bench: runs static pods' commands as plain processes, does the
TLS bootstrap, registers the Node and keeps it alive, posts mirror pods, and says of every pod bound to the node that it
runs. No container ever starts.

    kubelet.py <version, as v1.2.3> <folder for logs>
"""

import base64
import glob
import hashlib
import http.server
import json
import os
import shlex
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import yaml

VERSION, LOGS = sys.argv[1:]
HOME = "/var/lib/kubelet"
KUBECONFIG, BOOTSTRAP = "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/bootstrap-kubelet.conf"
CERTIFICATE = HOME + "/pki/kubelet-client-current.pem"
CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
HEARTBEATS = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
STATIC_PODS = "/api/v1/namespaces/kube-system/pods"
MERGE, STRATEGIC = "application/merge-patch+json", "application/strategic-merge-patch+json"


class Refused(Exception):
    def __init__(self, code, text):
        super().__init__("%d %s" % (code, text[:300]))
        self.code = code


class Api:
    """The API server that a kubeconfig names, with the credentials that it names."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            config = yaml.safe_load(file)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.server, self.token = cluster["server"], user.get("token")
        self.tls = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        if "client-certificate" in user:
            self.tls.load_cert_chain(user["client-certificate"], user["client-key"])
        elif "client-certificate-data" in user:
            with open(HOME + "/pki/given.pem", "wb") as file:
                for part in ("client-certificate-data", "client-key-data"):
                    file.write(base64.b64decode(user[part]))
            self.tls.load_cert_chain(HOME + "/pki/given.pem")

    def __call__(self, method, path, body=None, kind="application/json"):
        headers = {"Content-Type": kind, **({"Authorization": "Bearer " + self.token} if self.token else {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.server + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.tls) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode(errors="replace")) from None


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def notes(thing):
    return thing["metadata"].get("annotations") or {}


# ---- static pods ----


def run_static_pods(running):
    """Starts what has a manifest, again when it ended or the manifest changed, and ends the rest.

    `running` maps manifests to (digest, pod, process), and is kept up to date.
    """
    wanted = {}
    for path in glob.glob("/etc/kubernetes/manifests/*.yaml"):
        with open(path, "rb") as file:
            text = file.read()
        wanted[path] = (hashlib.sha256(text).hexdigest(), yaml.safe_load(text))
    for path in [path for path in running if running[path][0] != wanted.get(path, [None])[0]]:
        process = running.pop(path)[2]
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for path, (digest, pod) in wanted.items():
        if path not in running or running[path][2].poll() is not None:
            container = pod["spec"]["containers"][0]
            with open("%s/%s.log" % (LOGS, pod["metadata"]["name"]), "ab") as log:
                command = [*container["command"], *container.get("args", [])]
                running[path] = (digest, pod, subprocess.Popen(command, stdout=log, stderr=log))


def mirror_static_pods(api, node, pods, running):
    """Static pods as the API shows them: by their labels and commands the agent finds etcd's members."""
    mirrored = {pod["metadata"]["name"]: pod for pod in pods if "kubernetes.io/config.mirror" in notes(pod)}
    owner = {"apiVersion": "v1", "kind": "Node", "name": node["metadata"]["name"], "uid": node["metadata"]["uid"]}
    for digest, pod, _ in running.values():
        meta = pod["metadata"]
        name = "%s-%s" % (meta["name"], owner["name"])
        old = mirrored.pop(name, None)
        if old and notes(old)["kubernetes.io/config.mirror"] == digest:
            continue
        if old:
            end_now(api, STATIC_PODS + "/" + name)
        said = {"kubernetes.io/config.%s" % key: digest for key in ("mirror", "hash")}
        said["kubernetes.io/config.source"] = "file"
        meta = {
            "name": name,
            "namespace": "kube-system",
            "labels": meta.get("labels", {}),
            "annotations": {**notes(pod), **said},
            "ownerReferences": [{**owner, "controller": True}],
        }
        spec = {**pod["spec"], "nodeName": owner["name"]}
        api("POST", STATIC_PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
    for name in mirrored:
        end_now(api, STATIC_PODS + "/" + name)


def end_now(api, path, **preconditions):
    api("DELETE", path, {"gracePeriodSeconds": 0, "preconditions": preconditions})


# ---- the node ----


def arguments():
    """The kubelet's, as kubeadm writes them: KUBELET_KUBEADM_ARGS="--name=value …"."""
    if not os.path.exists(HOME + "/kubeadm-flags.env"):
        return {}
    with open(HOME + "/kubeadm-flags.env", encoding="utf-8") as file:
        words = shlex.split(file.read().partition("=")[2].strip().strip('"'))
    return dict(word.removeprefix("--").split("=", 1) for word in words if "=" in word)


def bootstrap(name):
    """Asks for a client certificate with the join's credentials; writes the kubeconfig when it is issued."""
    api, asked = Api(BOOTSTRAP), HOME + "/pki/asked"
    key, request = HOME + "/pki/key", HOME + "/pki/csr"
    if not os.path.exists(asked):
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        subject = ("-subj", "/O=system:nodes/CN=system:node:" + name)
        subprocess.run(["openssl", "req", "-new", *curve, *subject, "-keyout", key, "-out", request], check=True)
        with open(request, "rb") as file:
            spec = {"request": base64.b64encode(file.read()).decode(), "usages": ["digital signature", "client auth"]}
        spec["signerName"] = "kubernetes.io/kube-apiserver-client-kubelet"
        kind = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
        made = api("POST", CSRS, {**kind, "metadata": {"generateName": "node-csr-"}, "spec": spec})
        with open(asked, "w", encoding="utf-8") as file:
            file.write(made["metadata"]["name"])
    with open(asked, encoding="utf-8") as file:
        issued = api("GET", CSRS + "/" + file.read())["status"].get("certificate")
    if not issued:
        return
    with open(CERTIFICATE, "wb") as pair, open(key, "rb") as private:
        pair.write(base64.b64decode(issued) + private.read())
    with open(BOOTSTRAP, encoding="utf-8") as file:
        config = yaml.safe_load(file)
    config["users"][0]["user"] = {"client-certificate": CERTIFICATE, "client-key": CERTIFICATE}
    with open(KUBECONFIG + ".new", "w", encoding="utf-8") as file:
        json.dump(config, file)
    os.rename(KUBECONFIG + ".new", KUBECONFIG)


def register(api, name, given):
    """Makes the Node, once for each start of the kubelet, and says that it is Ready. Out: the Node."""
    asked_for = dict(pair.split("=", 1) for pair in given.get("node-labels", "").split(",") if pair)
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", **asked_for}
    taints = [taint(text) for text in given.get("register-with-taints", "").split(",") if text]
    if given.get("cloud-provider") == "external":
        taints.append(taint("node.cloudprovider.kubernetes.io/uninitialized=true:NoSchedule"))
    spec = {"taints": taints, "providerID": given["provider-id"]}
    try:
        meta = {"name": name, "labels": labels}
        node = api("POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": meta, "spec": spec})
    except Refused as error:
        if error.code != 409:
            raise
        node = api("GET", "/api/v1/nodes/" + name)
    room = {"cpu": "8", "memory": "32Gi", "pods": "110"}
    info = {key: "bench" for key in ("machineID", "systemUUID", "bootID", "kernelVersion", "osImage")}
    info.update(containerRuntimeVersion="bench://1", operatingSystem="linux", architecture="amd64")
    info.update(kubeletVersion=VERSION, kubeProxyVersion=VERSION)
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastTransitionTime": now()}
    status = {
        "conditions": [{**ready, "lastHeartbeatTime": now()}],
        "capacity": room,
        "allocatable": room,
        "addresses": [{"type": "InternalIP", "address": given["node-ip"]}, {"type": "Hostname", "address": name}],
        "nodeInfo": info,
    }
    api("PATCH", "/api/v1/nodes/%s/status" % name, {"status": status}, STRATEGIC)
    return node


def taint(text):
    """key=value:effect, or key:effect"""
    pair, _, effect = text.rpartition(":")
    key, _, value = pair.partition("=")
    return {"key": key, "value": value, "effect": effect}


def heartbeat(api, name):
    spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": now().replace("Z", ".000000Z")}
    try:
        api("PATCH", HEARTBEATS + "/" + name, {"spec": spec}, MERGE)
    except Refused as error:
        if error.code != 404:
            raise
        meta = {"name": name, "namespace": "kube-node-lease"}
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec}
        api("POST", HEARTBEATS, lease)


def tend_pods(api, pods, ip):
    """Every pod runs and is Ready, but those annotated slipway.dev/bench=broken; one being deleted ends at once."""
    for pod in pods:
        meta = pod["metadata"]
        path = "/api/v1/namespaces/%s/pods/%s" % (meta["namespace"], meta["name"])
        if meta.get("deletionTimestamp"):
            end_now(api, path, uid=meta["uid"])
            continue
        ready = "False" if notes(pod).get("slipway.dev/bench") == "broken" else "True"
        said = [one["status"] for one in pod["status"].get("conditions", []) if one["type"] == "Ready"]
        if said != [ready]:
            kinds = {"PodScheduled": "True", "Initialized": "True", "ContainersReady": ready, "Ready": ready}
            at = {"lastTransitionTime": now()}
            conditions = [{"type": kind, "status": status, **at} for kind, status in kinds.items()]
            status = {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}], "conditions": conditions}
            api("PATCH", path + "/status", {"status": {**status, "startTime": now()}}, STRATEGIC)


class Healthy(http.server.BaseHTTPRequestHandler):
    """What kubeadm waits for."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Kubelet:
    def __init__(self):
        self.running, self.node, self.api, self.api_made_from, self.beat_at = {}, None, None, None, 0.0

    def step(self):
        run_static_pods(self.running)
        given = arguments()
        name = given.get("hostname-override")
        if not name:
            return
        os.makedirs(HOME + "/pki", exist_ok=True)
        if not os.path.exists(KUBECONFIG):
            self.node = None  # after a reset, the next join is a new start
            if os.path.exists(BOOTSTRAP):
                bootstrap(name)
            return
        changed = os.path.getmtime(KUBECONFIG)
        if changed != self.api_made_from:
            self.api, self.api_made_from = Api(KUBECONFIG), changed
        if not self.node:
            self.node = register(self.api, name, given)
        if time.monotonic() - self.beat_at > 5:
            heartbeat(self.api, name)
            self.beat_at = time.monotonic()
        pods = self.api("GET", "/api/v1/pods?fieldSelector=spec.nodeName%3D" + name)["items"]
        mirror_static_pods(self.api, self.node, pods, self.running)
        tend_pods(self.api, pods, given["node-ip"])


def main():
    health = http.server.ThreadingHTTPServer(("127.0.0.1", 10248), Healthy)
    threading.Thread(target=health.serve_forever, daemon=True).start()
    kubelet = Kubelet()
    while True:
        time.sleep(0.5)
        try:
            kubelet.step()
        except Exception as error:  # API servers come and go here: the next step tries again
            print("%s: %s" % (type(error).__name__, error), flush=True)


main()
