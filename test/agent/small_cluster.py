"""Loopback stand-ins for an API server and etcd's HTTP gateways: what the loop part asks of them, over real TLS."""

import base64
import copy
import functools
import hashlib
import json
import random
import re
import ssl
import subprocess
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Two numbers of this process's own: test runs side by side must not meet on etcd's fixed port.
NETWORK = "127.%d.%d." % (random.randint(16, 250), random.randint(1, 250))
ADDRESSES = [NETWORK + str(number) for number in range(1, 7)]
NOWHERE = NETWORK + "200"


@functools.cache
def pki():
    """A folder with both CAs, a server certificate of each for all addresses, and a super-admin's kubeconfig."""
    folder = Path(tempfile.mkdtemp(prefix="slipway-agent-pki-"))
    (folder / "etcd").mkdir()

    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=folder)

    def key(name):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", name)

    names = "subjectAltName=" + ",".join("IP:" + one for one in ["127.0.0.1", *ADDRESSES])
    (folder / "server.ext").write_text(names)
    (folder / "client.ext").write_text("extendedKeyUsage=clientAuth")
    for ca, leaf in (("ca", "server"), ("etcd/ca", "etcd/server"), ("ca", "client")):
        if not (folder / (ca + ".crt")).exists():
            key(ca + ".key")
            openssl(
                "req",
                "-x509",
                "-key",
                ca + ".key",
                "-subj",
                "/CN=ca of " + leaf.replace("/", " "),
                "-days",
                "2",
                "-out",
                ca + ".crt",
            )
        key(leaf + ".key")
        openssl(
            "req",
            "-new",
            "-key",
            leaf + ".key",
            "-subj",
            "/O=system:masters/CN=" + leaf.replace("/", " "),
            "-out",
            "leaf.csr",
        )
        issuer = ("-CA", ca + ".crt", "-CAkey", ca + ".key", "-CAcreateserial")
        extensions = ("-extfile", "client.ext" if leaf == "client" else "server.ext")
        openssl("x509", "-req", "-in", "leaf.csr", *issuer, "-days", "1", *extensions, "-out", leaf + ".crt")
    key("sa.key")
    data = {name: base64.b64encode((folder / ("client." + name)).read_bytes()).decode() for name in ("crt", "key")}
    kubeconfig = "    client-certificate-data: %(crt)s\n    client-key-data: %(key)s\n" % data
    (folder / "super-admin.conf").write_text(kubeconfig)
    return folder


def serve(host, handler, name=""):
    """An HTTPS server that wants a client certificate of the CA `name`."""
    server = ThreadingHTTPServer((host, 2379 if name else 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki() / name / "server.crt", pki() / name / "server.key")
    context.load_verify_locations(pki() / name / "ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"null")

    def respond(self, status, body):
        data = json.dumps(body).encode()
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class SmallCluster:
    """Objects by their path in the API; resourceVersions that refuse a stale write; evictions that budgets refuse."""

    def __init__(self):
        self.objects, self.budgets, self.calls, self.refusals = {}, {}, [], []
        self.version = 100
        self.before_write = None  # called with method and path before a write is looked at
        cluster = self

        class Handler(Api):
            world = cluster

        self.server = serve("127.0.0.1", Handler)
        self.endpoint = "127.0.0.1:%d" % self.server.server_port

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def put(self, path, thing):
        self.version += 1
        thing["metadata"]["resourceVersion"] = str(self.version)
        self.objects[path] = thing
        return thing

    def node(
        self,
        name,
        ready="True",
        since="2026-01-01T00:00:00Z",
        control_plane=False,
        taints=(),
        labels=None,
        annotations=None,
    ):
        labels = {**({"node-role.kubernetes.io/control-plane": ""} if control_plane else {}), **(labels or {})}
        meta = {"name": name, "labels": labels, "annotations": annotations or {}}
        status = {
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": since}],
            "nodeInfo": {"kubeletVersion": "v1.37.1"},
        }
        return self.put("/api/v1/nodes/" + name, {"metadata": meta, "spec": {"taints": list(taints)}, "status": status})

    def pod(
        self,
        name,
        node,
        namespace="web",
        ready=True,
        budget=None,
        owner=None,
        phase="Running",
        critical=False,
        mirror=False,
        going=False,
    ):
        meta = {"name": name, "namespace": namespace, "uid": "uid-" + name, "annotations": {}}
        if owner:
            meta["ownerReferences"] = [{"kind": owner, "name": "x", "controller": True}]
        if mirror:
            meta["annotations"]["kubernetes.io/config.mirror"] = "abc"
        if going:
            meta["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        spec = {"nodeName": node, **({"priorityClassName": "system-node-critical"} if critical else {})}
        status = {"phase": phase, "conditions": [{"type": "Ready", "status": "True" if ready else "False"}]}
        if budget:
            self.budgets[name] = budget
        return self.put(
            "/api/v1/namespaces/%s/pods/%s" % (namespace, name), {"metadata": meta, "spec": spec, "status": status}
        )

    def get_node(self, name):
        return self.objects.get("/api/v1/nodes/" + name)

    def pods(self):
        return sorted(path.rpartition("/")[2] for path in self.objects if "/pods/" in path)

    def refuse(self, method, pattern, code, times=1, body=None):
        self.refusals.append({"method": method, "pattern": pattern, "code": code, "times": times, "body": body or {}})

    def asked(self, text):
        return [call for call in self.calls if re.search(text, call)]


class Api(Quiet):
    world: SmallCluster

    def status(self, code, message="", **more):
        self.respond(code, {"kind": "Status", "code": code, "message": message, **more})

    def do(self):
        world, body = self.world, self.body()
        path, _, query = self.path.partition("?")
        world.calls.append("%s %s" % (self.command, self.path))
        for refusal in world.refusals:
            if refusal["times"] > 0 and refusal["method"] == self.command and re.search(refusal["pattern"], path):
                refusal["times"] -= 1
                return self.status(refusal["code"], "refused", **refusal["body"])
        if self.command == "GET":
            return self.get(path, dict(urllib.parse.parse_qsl(query)))
        if world.before_write:
            world.before_write(self.command, path)
        if path.endswith("/eviction"):
            return self.evict(path[: -len("/eviction")], body)
        if self.command == "POST":
            path += "/" + body["metadata"]["name"]
            if path in world.objects:
                return self.status(409, "already exists")
            return self.respond(201, world.put(path, body))
        old = world.objects.get(path)
        if old is None:
            return self.status(404, "not found")
        wanted = (body or {}).get("metadata", {}).get("resourceVersion")
        if wanted not in (None, old["metadata"]["resourceVersion"]):
            return self.status(409, "the object has been modified")
        if self.command == "DELETE":
            del world.objects[path]
            return self.respond(200, old)
        if self.command == "PATCH":
            assert self.headers["content-type"] == "application/merge-patch+json", self.headers["content-type"]
            body = merge(copy.deepcopy(old), body)
        return self.respond(200, world.put(path, body))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do

    def get(self, path, query):
        world = self.world
        if path in world.objects:
            return self.respond(200, world.objects[path])
        if not re.search(r"/(nodes|pods|certificatesigningrequests)$", path):
            return self.status(404, "%s not found" % path)
        inside = path.replace("/api/v1/pods", "/api/v1/namespaces/[^/]+/pods") + "/[^/]+$"
        items = [thing for key, thing in sorted(world.objects.items()) if re.match(inside, key)]
        if field := query.get("fieldSelector"):
            items = [thing for thing in items if thing["spec"].get("nodeName") == field.partition("=")[2]]
        for selector in filter(None, query.get("labelSelector", "").split(",")):
            key, _, value = selector.partition("=")
            has = [thing["metadata"].get("labels", {}) for thing in items]
            items = [thing for thing, labels in zip(items, has) if key in labels and value in ("", labels[key])]
        return self.respond(200, {"items": items})

    def evict(self, path, body):
        world, name = self.world, path.rpartition("/")[2]
        if path not in world.objects:
            return self.status(404, "not found")
        if body["deleteOptions"]["preconditions"]["uid"] != world.objects[path]["metadata"]["uid"]:
            return self.status(409, "uid differs")
        if name in world.budgets:
            causes = [{"reason": "DisruptionBudget", "message": world.budgets[name]}]
            return self.status(
                429, "Cannot evict pod as it would violate the pod's disruption budget.", details={"causes": causes}
            )
        del world.objects[path]
        return self.status(201)


def merge(old, patch):
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    old = old if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            old.pop(key, None)
        else:
            old[key] = merge(old.get(key), value)
    return old


class SmallEtcd:
    """Members on addresses of their own, port 2379, and the pods by which the loop part finds them."""

    def __init__(self, cluster):
        self.cluster, self.members, self.servers, self.calls = cluster, [], {}, []
        self.leader = None
        self.snapshot = snapshot_lines(b"etcd" * 1000)

    def member(self, name, ip, learner=False, down=False):
        """A member; `name` is "" for a learner that never started, which has no pod either."""
        entry = {"ID": str(1000 + len(self.calls) + len(self.members)), "peerURLs": ["https://%s:2380" % ip]}
        self.members.append({**entry, **({"name": name} if name else {}), **({"isLearner": True} if learner else {})})
        self.leader = self.leader or entry["ID"]
        if name:
            command = ["etcd", "--advertise-client-urls=https://%s:2379" % ip]
            labels = {"component": "etcd", "tier": "control-plane"}
            pod = {
                "metadata": {
                    "name": "etcd-" + name,
                    "namespace": "kube-system",
                    "labels": labels,
                    "annotations": {"kubernetes.io/config.mirror": "x"},
                },
                "spec": {"nodeName": name, "containers": [{"command": command}]},
            }
            self.cluster.put("/api/v1/namespaces/kube-system/pods/etcd-" + name, pod)
        if not down:
            etcd = self

            class Handler(Gateway):
                world, address = etcd, ip

            self.servers[ip] = serve(ip, Handler, "etcd")
        return entry["ID"]

    def names(self):
        return [member.get("name", "") for member in self.members]

    def stop(self, ip):
        server = self.servers.pop(ip)
        server.shutdown()
        server.server_close()

    def close(self):
        for ip in list(self.servers):
            self.stop(ip)


class Gateway(Quiet):
    world: SmallEtcd
    address: str

    def do_POST(self):
        world, body = self.world, self.body()
        what = self.path[len("/v3/") :]
        world.calls.append("%s %s" % (what, json.dumps(body)))
        if what == "cluster/member/list":
            return self.respond(200, {"members": world.members})
        if what == "maintenance/status":
            return self.respond(200, {"leader": world.leader})
        if what == "maintenance/transfer-leadership":
            world.leader = body["targetID"]
            return self.respond(200, {})
        if what == "cluster/member/remove":
            assert world.leader != body["ID"], "the leader is removed"
            world.members = [member for member in world.members if member["ID"] != body["ID"]]
            return self.respond(200, {"members": world.members})
        assert what == "maintenance/snapshot", what
        self.send_response_only(200)
        self.end_headers()
        self.wfile.write(b"".join(world.snapshot))
        return None


def snapshot_lines(content, blob=1500):
    """etcd's answer: JSON lines of base64 parts of the content and its sha256."""
    whole = content + hashlib.sha256(content).digest()
    parts = [whole[start : start + blob] for start in range(0, len(content), blob)]
    parts[-1:] = [parts[-1][: len(content) - blob * (len(parts) - 1)], whole[len(content) :]]
    lines, sent = [], 0
    for part in parts:
        sent += len(part)
        remaining = {"remaining_bytes": str(len(content) - sent)} if sent < len(content) else {}
        result = {"result": {**remaining, "blob": base64.b64encode(part).decode()}}
        lines.append(json.dumps(result).encode() + b"\n")
    return lines
