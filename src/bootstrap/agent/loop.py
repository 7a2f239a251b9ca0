#!/usr/bin/python3
"""The loop part of Slipway's node agent: what the control planes do for the cluster, every 10 to 20 seconds.

    loop.py       turns, for ever
    loop.py gc    only takes dead members out of etcd: asked for by a control plane that is about to join

It lies in the cluster's bucket under its own hash; `boot.py loop` fetches, starts and replaces it, so that a new one
rolls no node. It may be killed at any moment: progress is never stored but as its own effect, and every step may be
done twice. Certificates, CSRs and the join token are the work of every control plane; the rest is the leader's.
"""

import base64
import calendar
import contextlib
import glob
import gzip
import hashlib
import hmac
import http.client
import json
import math
import os
import random
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boot

# On a Node: asked to leave (by the node itself, on spot notice) · leaving, as this agent found it · keys that we set.
LEAVE, LEAVING, APPLIED = "slipway.dev/leave", "slipway.dev/leaving", "slipway.dev/applied"
NO_LOAD_BALANCERS = "node.kubernetes.io/exclude-from-external-load-balancers"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"

MERGE = "application/merge-patch+json"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
CONFIG_MAPS = "/api/v1/namespaces/kube-system/configmaps"
API_SERVER_HOST = "api-server.slipway.invalid"  # in bundles: the endpoint's name
CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"

PKI = boot.KUBERNETES + "/pki"
MANIFESTS = boot.KUBERNETES + "/manifests"
PARKED = boot.KUBERNETES + "/slipway-renewing"  # static pods' manifests, while their pods stop

LEASE_S = 60
UNREADY_S = 120
PACK_WAIT_S = 300
REAPPLY_S = 3600
ETCD_CERTIFICATE_S = 12 * 3600  # half of its life
TOKEN_S, TOKEN_RENEW_S = 45 * 60, 20 * 60
CANDIDATES = 50  # nodes whose pods are looked at in a turn, before they count as ready
REQUESTS = 100  # CSRs that are looked at in a turn
IDS = 200  # values of a filter: EC2's own limit

# A node that still has one of these is starting.
STARTING = {
    "node.cloudprovider.kubernetes.io/uninitialized",
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/network-unavailable",
    "node.cilium.io/agent-not-ready",
}
FIRST = {"CustomResourceDefinition", "Namespace"}  # before what lives in them
KEPT = FIRST | {"PersistentVolume", "PersistentVolumeClaim"}  # never pruned: deleting them deletes users' data


@dataclass
class Rollout:
    """A bundle of packs on its way into the cluster."""

    bundle_hash: str
    packs: list[dict]
    results: list[dict]
    again_at: float
    pruned: list[str] | None = None
    kept: list[str] | None = None


@dataclass
class Memory:
    """What is known from turn to turn. Losing it costs some calls, nothing else."""

    nodes: dict[str, dict] = field(default_factory=dict)  # name to Node, as the turn began
    leading: bool = False
    lease_version: str | None = None
    lease_seen_at: float = 0.0
    turns_unasked: dict[str, int] = field(default_factory=dict)  # leaving nodes that EC2 shows no request for
    pool_of: dict[str, str | None] = field(default_factory=dict)
    rollout: Rollout | None = None
    reported: str = ""
    snapshot: threading.Thread | None = None
    api: urllib.request.OpenerDirector | None = None  # with super-admin's certificate


memory = Memory()


@contextlib.contextmanager
def guarded(what: str) -> Iterator[None]:
    """Trouble with one thing is logged and does not hold up the others."""
    try:
        yield
    except Exception as error:
        boot.log("%s: %s: %s" % (what, type(error).__name__, error))


# ---- commands ----


def quiet(*command: str, stdin: str | None = None, timeout_s: int = 60) -> str:
    """Runs a command whose output may hold secrets, and logs none of it. Error: RuntimeError with the end of stderr."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, errors="replace", timeout=timeout_s)
    if done.returncode:
        said = boot.redact(done.stderr.strip())[-600:]
        raise RuntimeError("%s exited %d: %s" % (" ".join(command[:2]), done.returncode, said))
    return done.stdout


def kubectl(*args: str, stdin: str | None = None, timeout_s: int = 60) -> str:
    return quiet("kubectl", *args, "--kubeconfig", boot.ADMIN, stdin=stdin, timeout_s=timeout_s)


# ---- the API server ----


class ApiError(Exception):
    """The API server refused: its HTTP status, and the Status object that says why."""

    def __init__(self, code: int, status: dict):
        super().__init__("%s %s" % (code, status.get("message", "")))
        self.code, self.status = code, status


def api(method: str, path: str, body: Any = None, kind: str = "application/json") -> dict:
    """A call as super-admin to this node's API server, or, when that does not answer, to any by the load balancer.

    Errors: ApiError; OSError when neither answers.
    """
    if memory.api is None:
        with open(boot.ADMIN, encoding="utf-8") as file:
            config = file.read()
        pems = [re.search(key + "-data: (\\S+)", config)[1] for key in ("client-certificate", "client-key")]
        boot.write(boot.RUN + "/admin.pem", "".join(base64.b64decode(pem).decode() for pem in pems), 0o600)
        context = ssl.create_default_context(cafile=PKI + "/ca.crt")
        context.load_cert_chain(boot.RUN + "/admin.pem")
        memory.api = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    data = None if body is None else json.dumps(body).encode()
    problem: Exception = OSError("no API server")
    for host in (boot.fact("local-ipv4") + ":6443", boot.CFG["endpoint"]):
        ask = urllib.request.Request("https://" + host + path, data, {"Content-Type": kind}, method=method)
        try:
            with memory.api.open(ask, timeout=20) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            status = json.loads(text) if text.startswith("{") else {"message": text[:300]}
            raise ApiError(error.code, status) from error
        except (OSError, http.client.HTTPException) as error:
            problem = error
    raise OSError("no API server answers: %s" % problem)


def notes(thing: dict) -> dict:
    return thing["metadata"].get("annotations") or {}


def labels(thing: dict) -> dict:
    return thing["metadata"].get("labels") or {}


def condition(thing: dict, kind: str) -> dict:
    found = (one for one in thing.get("status", {}).get("conditions") or [] if one["type"] == kind)
    return next(found, {})


def is_true(thing: dict, kind: str) -> bool:
    return condition(thing, kind).get("status") == "True"


def pods_on(node: str) -> list[dict]:
    """Its pods but static ones: their mirrors in the API can neither be evicted nor relied on."""
    pods = api("GET", "/api/v1/pods?fieldSelector=spec.nodeName%3D" + node)["items"]
    return [pod for pod in pods if "kubernetes.io/config.mirror" not in notes(pod)]


def rfc3339(text: str | None) -> float:
    """Seconds since 1970, 0 for what is no time in UTC."""
    try:
        return calendar.timegm(time.strptime(text or "", "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return 0.0


# ---- etcd, by its HTTP gateway ----


etcd_certificate_lock = threading.Lock()


def etcd_tls() -> ssl.SSLContext:
    """A client certificate signed with etcd's CA on the spot, made anew when half of its day is over."""
    run, pair = boot.RUN, boot.RUN + "/etcd.pem"
    with etcd_certificate_lock:
        if not os.path.exists(pair) or os.path.getmtime(pair) < boot.now() - ETCD_CERTIFICATE_S:
            key, request, signed = (run + "/etcd." + end for end in ("key", "csr", "crt"))
            curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
            quiet("openssl", "req", *curve, "-keyout", key, "-subj", "/CN=slipway-agent", "-out", request)
            boot.write(run + "/etcd.ext", "extendedKeyUsage=clientAuth")
            ca = ("-CA", PKI + "/etcd/ca.crt", "-CAkey", PKI + "/etcd/ca.key")
            life = ("-set_serial", "0x" + os.urandom(15).hex(), "-days", "1", "-extfile", run + "/etcd.ext")
            quiet("openssl", "x509", "-req", "-in", request, *ca, *life, "-out", signed)
            with open(signed, encoding="utf-8") as certificate, open(key, encoding="utf-8") as private:
                boot.write(pair, certificate.read() + private.read(), 0o600)
            os.unlink(key)
    context = ssl.create_default_context(cafile=PKI + "/etcd/ca.crt")
    context.load_cert_chain(pair)
    return context


def etcd_open(path: str, body: dict, hosts: Iterable[str]) -> http.client.HTTPResponse:
    """The answer, still open, of the first host that gives one. Error: RuntimeError when none does."""
    context, data = etcd_tls(), json.dumps(body).encode()
    for host in hosts:
        try:
            ask = urllib.request.Request("https://%s:2379/v3/%s" % (host, path), data)
            return urllib.request.urlopen(ask, timeout=10, context=context)
        except (OSError, http.client.HTTPException) as error:
            boot.log("etcd %s %s: %s" % (host, path, error))
    raise RuntimeError("no etcd member answered " + path)


def etcd(path: str, body: dict, hosts: Iterable[str]) -> dict:
    with etcd_open(path, body, hosts) as answer:
        return json.loads(answer.read())


def etcd_hosts() -> list[str]:
    """Addresses of the members that kubeadm made, this node's first."""
    selector = "component%3Detcd,tier%3Dcontrol-plane"
    pods = api("GET", "/api/v1/namespaces/kube-system/pods?labelSelector=" + selector)["items"]
    commands = [" ".join(pod["spec"]["containers"][0].get("command", [])) for pod in pods]
    found = {ip for command in commands for ip in re.findall(r"advertise-client-urls=https://([^:]+):2379", command)}
    own = boot.fact("local-ipv4")
    return sorted(found, key=lambda ip: (ip != own, ip))


def address(member: dict) -> str:
    return re.search(r"//(.+):2380", member["peerURLs"][0])[1]


# ---- EC2 ----


def instances(name: str, values: Iterable[str]) -> dict[str, dict]:
    """This cluster's living instances that a filter fits: id to {ip, tags}. EC2 filters, so however many nodes there
    are the answer is as small as what it is about. Error: ValueError when the answer is none of EC2's."""
    found: dict[str, dict] = {}
    filters = [("tag:slipway:cluster", [boot.CFG["cluster"]]), ("instance-state-name", ["pending", "running"])]
    query = {"MaxResults": "1000"}
    for number, (key, wanted) in enumerate([*filters, (name, values)], 1):
        query["Filter.%d.Name" % number] = key
        query.update({"Filter.%d.Value.%d" % (number, k): value for k, value in enumerate(wanted, 1)})
    while True:
        answer = ElementTree.fromstring(re.sub(r' xmlns="[^"]+"', "", boot.ec2("DescribeInstances", **query), count=1))
        if answer.tag != "DescribeInstancesResponse":  # a page of some proxy must not read as "no instance lives"
            raise ValueError("not an answer of DescribeInstances: <%s>" % answer.tag)
        for item in answer.iterfind("reservationSet/item/instancesSet/item"):
            tags = {tag.findtext("key"): tag.findtext("value") or "" for tag in item.iterfind("tagSet/item")}
            found[item.findtext("instanceId")] = {"ip": item.findtext("privateIpAddress"), "tags": tags}
        if not answer.findtext("nextToken"):
            return found
        query["NextToken"] = answer.findtext("nextToken")


def by_id(ids: Iterable[str]) -> dict[str, dict]:
    found: dict[str, dict] = {}
    ids = list(ids)
    for start in range(0, len(ids), IDS):
        found.update(instances("instance-id", ids[start : start + IDS]))
    return found


def mark(found: dict[str, dict], name: str, detail: str = "") -> None:
    """Writes slipway:phase of instances: not where it says so already, and up to 500 that change alike in one call."""

    def timeless(text: str) -> str:
        return re.sub(r" \d\d:\d\d:\d\dZ", "", text)

    text = boot.phase_text(name, detail)
    ids = [one for one, x in found.items() if timeless(x["tags"].get("slipway:phase", "")) != timeless(text)]
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        boot.log("phase of %s: %s" % (" ".join(some)[:200], text))
        resources = {"ResourceId.%d" % number: one for number, one in enumerate(some, 1)}
        boot.ec2("CreateTags", **{"Tag.1.Key": "slipway:phase", "Tag.1.Value": text}, **resources)


# ---- every control plane: its credentials, CSRs, the join token, certificates ----


def sign_in() -> None:
    """A fresh super-admin.conf: /run is empty after a reboot, and the certificate in it lasts a year."""
    boot.admin()
    memory.api = None


def approve() -> None:
    """Decides on what bootstrap tokens ask for: a client certificate for a living instance of this cluster that has no
    Node yet, in its own name. Other names are denied; what EC2 does not show yet stays pending."""
    requests = [csr for csr in api("GET", CSRS)["items"] if is_undecided_join(csr)]
    random.shuffle(requests)  # who floods us with requests keeps nobody else waiting for ever
    wanted = {}
    for csr in requests[:REQUESTS]:
        with guarded("csr " + csr["metadata"]["name"]):
            wanted[csr["metadata"]["name"]] = requested_node(csr["spec"]["request"])
    found = by_id({node for node in wanted.values() if node})
    for name, node in wanted.items():
        with guarded("csr " + name):
            if node is None:
                boot.kubectl("certificate", "deny", name, check=False)
            elif node in found and "slipway:leave" not in found[node]["tags"] and not has_node(node):
                boot.kubectl("certificate", "approve", name, check=False)
            else:
                boot.log("csr %s for %s not approved: no such instance here, or it has a Node already" % (name, node))


def is_undecided_join(csr: dict) -> bool:
    spec = csr["spec"]
    return (
        spec["signerName"] == "kubernetes.io/kube-apiserver-client-kubelet"
        and "system:bootstrappers" in spec.get("groups", [])
        and not csr.get("status", {}).get("conditions")
    )


def requested_node(request: str) -> str | None:
    """The instance id that a CSR (base64 of PEM) is for, None when it is for anything but a node of such a name."""
    try:
        pem = base64.b64decode(request, validate=True).decode()
        subject = quiet("openssl", "req", "-noout", "-subject", "-nameopt", "RFC2253", stdin=pem).strip()
    except (ValueError, RuntimeError):
        return None
    found = re.fullmatch(r"subject=CN=system:node:(i-[0-9a-f]+),O=system:nodes", subject)
    return found and found[1]


def has_node(name: str) -> bool:
    try:
        api("GET", "/api/v1/nodes/" + name)
        return True
    except ApiError as error:
        if error.code == 404:
            return False
        raise


def token() -> None:
    """Keeps /join good: one token for all workers of the cluster, made by whoever comes first."""
    join = boot.parameter("join")
    if join and join["expires"] > boot.now() + TOKEN_RENEW_S:
        return
    expires = int(boot.now()) + TOKEN_S
    ttl = ("--ttl", "%dm" % (TOKEN_S // 60), "--description", "slipway " + boot.me())
    made = quiet("kubeadm", "token", "create", "--kubeconfig", boot.ADMIN, *ttl).strip()
    boot.put_parameter("join", {"token": made, "expires": expires}, True, secret=True)


def renew() -> None:
    """kubeadm's certificates last a year. Each node renews them on a day of its own, 45 to 85 days before the end."""
    unpark()
    days = 45 + int(hashlib.sha256(boot.me().encode()).hexdigest(), 16) % 40
    config = ("--config", boot.RUN + "/init.yaml")
    listed = json.loads(quiet("kubeadm", "certs", "check-expiration", *config, "-o", "json"))["certificates"]
    if min(one["residualTime"] for one in listed if not one.get("missing")) > days * 86400:
        return
    boot.run("kubeadm", "certs", "renew", "all", *config)
    os.makedirs(PARKED, exist_ok=True)
    for manifest in sorted(glob.glob(MANIFESTS + "/*.yaml")):  # static pods read certificates when they start
        parked = PARKED + "/" + os.path.basename(manifest)
        os.replace(manifest, parked)
        boot.sleep(25)
        os.replace(parked, manifest)
        boot.sleep(30)


def unpark() -> None:
    """Puts back what a renewal that died had taken away."""
    for parked in glob.glob(PARKED + "/*.yaml"):
        os.replace(parked, MANIFESTS + "/" + os.path.basename(parked))


# ---- the leader ----


def lead() -> bool:
    """Whether this agent leads: who holds the Lease, replaced with its resourceVersion. A holder is gone when its Lease
    was seen unchanged for a minute on this agent's own clock. An agent whose node leaves gives it up to an heir."""
    me = boot.me()
    try:
        lease, new = api("GET", LEASES + "/slipway"), False
    except ApiError as error:
        if error.code != 404:
            raise
        meta = {"name": "slipway", "namespace": "kube-system"}
        lease, new = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": {}}, True
    holder, version = lease["spec"].get("holderIdentity"), lease["metadata"].get("resourceVersion")
    if version != memory.lease_version:
        memory.lease_version, memory.lease_seen_at = version, boot.monotonic()
    if holder and holder != me and boot.monotonic() - memory.lease_seen_at < LEASE_S:
        return False

    listed = api("GET", "/api/v1/nodes?resourceVersion=0")["items"]  # megabytes in a large cluster: the leader's alone
    memory.nodes = {node["metadata"]["name"]: node for node in listed}
    heirs = [
        name
        for name, node in memory.nodes.items()
        if name != me and CONTROL_PLANE in labels(node) and LEAVING not in notes(node) and is_true(node, "Ready")
    ]
    own = memory.nodes.get(me)
    going = bool(own and LEAVING in notes(own) and heirs)
    if going and holder != me:
        return False

    lease["spec"] = {"leaseDurationSeconds": LEASE_S}
    if not going:
        renewed = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(boot.now()))
        lease["spec"].update(holderIdentity=me, renewTime=renewed)
    try:
        api("POST" if new else "PUT", LEASES if new else LEASES + "/slipway", lease)
    except ApiError as error:
        if error.code == 409:  # another was quicker
            return False
        raise
    if holder != me and not going:
        boot.log("leading, after %s" % holder)
        memory.rollout = None
    return not going


# ---- leave ----


def leave() -> None:
    """Takes nodes out of the cluster: instances tagged slipway:leave, or whose Node carries the annotation (spot).

    Per turn and node: ask etcd, cordon, one pass of evictions, etcd member out, Node away, phase `left`.
    """
    asked = instances("tag-key", ["slipway:leave"])
    told = [name for name, node in memory.nodes.items() if LEAVE in notes(node) and name not in asked]
    asked.update(by_id(told[:IDS]))
    for name, instance in asked.items():
        with guarded("leave " + name):
            leave_one(name, instance)
    take_back(asked)


def leave_one(name: str, instance: dict) -> None:
    node, was = memory.nodes.get(name), instance["tags"].get("slipway:phase", "")
    if not node and was.startswith("left"):
        return
    held: list[str] = []
    why = may_leave_etcd(name)  # asked before the cordon: the last control plane stays as it is
    if not why and node and LEAVING not in notes(node):
        before = "cordoned before" if node["spec"].get("unschedulable") else "yes"
        patch = {
            "metadata": {"annotations": {LEAVING: before}, "labels": {NO_LOAD_BALANCERS: "true"}},
            "spec": {"unschedulable": True},
        }
        node = memory.nodes[name] = api("PATCH", "/api/v1/nodes/" + name, patch, MERGE)
        mark({name: instance}, "draining")
        if name == boot.me():
            return  # lead() hands over first
    if not why and node:
        left, held = evict(name)
        why = "%d pods%s" % (left, ": " + ", ".join(held) if held else "") if left else ""
    why = why or remove_member(name)
    if not why:
        if node:
            delete_node(name)
        mark({name: instance}, "left")
        return
    deadline = instance["tags"].get("slipway:leave", "").partition(" ")[0]  # else a reason: there is none
    if boot.now() <= (rfc3339(deadline) or math.inf):
        mark({name: instance}, "draining", why)
        return
    if not was.startswith("error"):
        boot.put_error(name, "drain not done by %s: %s" % (deadline, "\n".join(held) or why))
    mark({name: instance}, "error", "drain not done in time: " + why)


def delete_node(name: str) -> None:
    try:
        api("DELETE", "/api/v1/nodes/" + name)
    except ApiError as error:
        if error.code != 404:
            raise


def evict(node: str) -> tuple[int, list[str]]:
    """One pass of what kubectl drain does. Out: how many pods still run there, and which budgets hold which of them."""
    left, held = 0, []
    for pod in pods_on(node):
        meta = pod["metadata"]
        owners = meta.get("ownerReferences") or []
        if any(owner.get("controller") and owner["kind"] == "DaemonSet" for owner in owners):
            continue
        if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            continue
        left += 1
        if meta.get("deletionTimestamp"):
            continue
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": meta["name"], "namespace": meta["namespace"]},
            "deleteOptions": {"preconditions": {"uid": meta["uid"]}},
        }
        try:
            api("POST", "/api/v1/namespaces/%s/pods/%s/eviction" % (meta["namespace"], meta["name"]), eviction)
        except ApiError as error:
            if error.code in (404, 409):  # gone, or another pod of the same name
                continue
            causes = [cause.get("message", "") for cause in (error.status.get("details") or {}).get("causes") or []]
            reason = "; ".join(causes) or error.status.get("message", error.code)
            held.append("%s/%s %s" % (meta["namespace"], meta["name"], reason))
    return left, held


def may_leave_etcd(node: str) -> str:
    return etcd_without(node)[0]


def etcd_without(node: str) -> tuple[str, dict | None, list[dict], str]:
    """Whether etcd can do without a node's member: all the others must answer, and none may be joining. A node begins
    to leave only when another member stays: two that are asked together must not both be drained and one then kept.

    Out: why not yet ("" when it can), its member (None when it has none), the other members, the leader's id.
    """
    members = etcd("cluster/member/list", {}, etcd_hosts())["members"]
    mine = next((member for member in members if member.get("name") == node), None)
    others = [member for member in members if member is not mine]
    leader = ""
    if not mine:
        return "", None, others, leader
    if not others:
        return "the only etcd member", mine, others, leader
    if not is_leaving(node) and all(is_leaving(member.get("name", "")) for member in others):
        return "the only etcd member that stays", mine, others, leader
    if any(member.get("isLearner") for member in members):
        return "etcd: a member is just joining", mine, others, leader
    for member in others:
        try:
            leader = etcd("maintenance/status", {}, [address(member)])["leader"]
        except RuntimeError:
            return "etcd member %s does not answer" % member.get("name"), mine, others, leader
    return "", mine, others, leader


def is_leaving(name: str) -> bool:
    return name in memory.nodes and LEAVING in notes(memory.nodes[name])


def remove_member(node: str) -> str:
    """Takes a node's member out of etcd; a leader hands over first. Out: why not yet, "" when it is out."""
    why, mine, others, leader = etcd_without(node)
    if why or not mine:
        return why
    if leader == mine["ID"]:
        etcd("maintenance/transfer-leadership", {"targetID": others[0]["ID"]}, [address(mine)])
    boot.log("etcd member %s leaves%s" % (node, ", it was the leader" if leader == mine["ID"] else ""))
    etcd("cluster/member/remove", {"ID": mine["ID"]}, [address(member) for member in others])
    return ""


def take_back(asked: dict[str, dict]) -> None:
    """Uncordons nodes whose request is gone: seen twice, since EC2's answers lag, and only when the instance lives."""
    for name, node in memory.nodes.items():
        if LEAVING not in notes(node) or name in asked:
            memory.turns_unasked.pop(name, None)
            continue
        memory.turns_unasked[name] = memory.turns_unasked.get(name, 0) + 1
        with guarded("leave of %s, taken back" % name):
            if memory.turns_unasked[name] > 1 and by_id([name]):
                boot.log("leave of %s was taken back" % name)
                cordoned = notes(node)[LEAVING] == "cordoned before" or None
                patch = {
                    "metadata": {"annotations": {LEAVING: None}, "labels": {NO_LOAD_BALANCERS: None}},
                    "spec": {"unschedulable": cordoned},
                }
                api("PATCH", "/api/v1/nodes/" + name, patch, MERGE)


# ---- ready, unready ----


def ready() -> None:
    """Says which nodes are `ready` and, after two minutes of not being Ready, `unready`.

    Node Ready proves no more than a CNI's file, so: no start-up taint, no NetworkUnavailable, and every
    system-node-critical pod on the node Ready (CNI, kube-proxy, CSI driver). EC2 shows only those that say otherwise.
    """
    good, since = set(), {}
    for name, node in memory.nodes.items():
        state = condition(node, "Ready")
        if not state or LEAVING in notes(node):
            continue
        taints = {taint["key"] for taint in node["spec"].get("taints") or []}
        if state["status"] != "True":
            if boot.now() - rfc3339(state.get("lastTransitionTime")) > UNREADY_S:
                since[name] = str(state.get("lastTransitionTime"))[:16] + "Z"
        elif not taints & STARTING and not is_true(node, "NetworkUnavailable"):
            good.add(name)

    saying_otherwise = instances("tag:slipway:phase", ["joined*", "unready*", "draining*", "error*"])
    candidates = [name for name, x in saying_otherwise.items() if name in good and "slipway:leave" not in x["tags"]]
    random.shuffle(candidates)  # many that never get ready must not keep the others from their turn
    working = [name for name in candidates[:CANDIDATES] if critical_pods_ready(name)]
    mark({name: saying_otherwise[name] for name in working}, "ready")

    alike: dict[str, dict] = {}
    for name, instance in by_id(sorted(since)).items():
        alike.setdefault(since[name], {})[name] = instance
    for minute, some in alike.items():
        mark(some, "unready", "since " + minute)


def critical_pods_ready(node: str) -> bool:
    critical = (pod for pod in pods_on(node) if pod["spec"].get("priorityClassName") == "system-node-critical")
    return all(is_true(pod, "Ready") for pod in critical)


# ---- labels and taints ----


def pools() -> None:
    """Keeps labels and taints as pools.json says, those that a kubelet may not set included.

    A node's pool is EC2's tag, which the node cannot change. What the record no longer has goes away again.
    """
    wanted = boot.record("pools.json")
    if not wanted:
        return
    found = by_id(name for name in memory.nodes if name not in memory.pool_of)
    memory.pool_of.update({name: x["tags"].get("slipway:pool") for name, x in found.items()})
    for name, node in memory.nodes.items():
        with guarded("labels and taints of " + name):  # 409: somebody changed it in between; the next turn sees
            pool = wanted["pools"].get(memory.pool_of.get(name))
            patch = pool_patch(node, pool) if pool else None
            if patch:
                api("PATCH", "/api/v1/nodes/" + name, patch, MERGE)
                boot.log("labels and taints of %s follow pool %s" % (name, memory.pool_of[name]))


def pool_patch(node: dict, pool: dict) -> dict | None:
    """The merge patch that makes a Node as its pool says, None when it is so. Foreign labels and taints stay."""

    def key(taint: dict) -> list[str]:
        return [taint["key"], taint["effect"]]

    def plain(taints: list[dict]) -> list[tuple]:
        return sorted((taint["key"], taint["effect"], taint.get("value") or "") for taint in taints)

    before, has = applied_before(node), node["spec"].get("taints") or []
    changed: dict[str, str | None] = {name: None for name in before["labels"] if name not in pool["labels"]}
    changed.update({name: value for name, value in pool["labels"].items() if labels(node).get(name) != value})
    ours = before["taints"] + [key(taint) for taint in pool["taints"]]
    taints = [taint for taint in has if key(taint) not in ours] + pool["taints"]
    note = applied_note(node, sorted(pool["labels"]), sorted(key(taint) for taint in pool["taints"]))
    if not changed and plain(taints) == plain(has) and note == notes(node).get(APPLIED):
        return None
    # The resourceVersion refuses the write when somebody else's taint came in between.
    version = node["metadata"]["resourceVersion"]
    meta = {"resourceVersion": version, "labels": changed, "annotations": {APPLIED: note}}
    return {"metadata": meta, "spec": {"taints": taints or None}}


def applied_note(node: dict, label_names: list[str], taint_keys: list[list[str]]) -> str:
    """The annotation that remembers what we set. It is sealed with a key that only control planes have: a kubelet may
    annotate its own Node, and could otherwise have us remove, say, a taint that isolates it."""
    content = json.dumps({"labels": label_names, "taints": taint_keys}, sort_keys=True)
    with open(PKI + "/sa.key", "rb") as file:
        seal = hmac.new(file.read(), (node["metadata"]["name"] + content).encode(), hashlib.sha256).hexdigest()
    return json.dumps({"applied": content, "seal": seal})


def applied_before(node: dict) -> dict:
    """What a note of ours names; nothing when there is none or it is not ours."""
    note = notes(node).get(APPLIED, "")
    try:
        content = json.loads(json.loads(note)["applied"])
        if hmac.compare_digest(note.encode(), applied_note(node, content["labels"], content["taints"]).encode()):
            return content
    except (ValueError, LookupError, TypeError):
        pass
    return {"labels": [], "taints": []}


# ---- packs ----


def packs() -> None:
    """Brings the bundle that packs.json names into the cluster, pack by pack: apply, wait until it works (5 minutes at
    most), next; then prune. Never blocks for longer than one apply. All is applied again hourly, against drift."""
    wanted = boot.record("packs.json")
    if not wanted:
        return
    rollout = memory.rollout
    if not rollout or rollout.bundle_hash != wanted["bundle"] or rollout.again_at < boot.now():
        rollout = memory.rollout = start_rollout(wanted["bundle"])
    if all(advance(pack, result) for pack, result in zip(rollout.packs, rollout.results)) and rollout.pruned is None:
        rollout.pruned, rollout.kept = prune(rollout.packs)
        boot.log("packs: pruned %s, kept %s" % (rollout.pruned, rollout.kept))
    shown = [{key: value for key, value in result.items() if key != "at"} for result in rollout.results]
    report = {"bundle": rollout.bundle_hash, "pruned": rollout.pruned, "kept": rollout.kept, "packs": shown}
    text = json.dumps(report)
    if text != memory.reported:
        boot.s3("PUT", "packs-status.json", text.encode())
        memory.reported = text


def start_rollout(bundle_hash: str) -> Rollout:
    """Fetches a bundle and widens the inventory before the first object, so that a crash forgets nothing.

    Its name is the hash of the text, not of the bytes: those differ from one zlib to another.
    """
    got = boot.s3("GET", "packs/%s.json.gz" % bundle_hash)
    text = gzip.decompress(got[0]) if got else b""
    if hashlib.sha256(text).hexdigest() != bundle_hash:
        raise RuntimeError("bundle %s is not in the bucket, or does not match its hash: not applied" % bundle_hash)
    # A bundle does not know its cluster's address; it says so by a name of its own (src/packs/definition.ts).
    host = boot.CFG["endpoint"].rpartition(":")[0]
    bundle = json.loads(text.decode().replace(API_SERVER_HOST, host))["packs"]
    results = [{"name": pack["name"], "state": "pending"} for pack in bundle]
    rollout = Rollout(bundle_hash, bundle, results, boot.now() + REAPPLY_S)
    known = inventory()
    new = [one for one in (identity(thing) for pack in bundle for thing in pack["objects"]) if one not in known]
    save_inventory(known + new)
    return rollout


def advance(pack: dict, result: dict) -> bool:
    """One step of a pack, told in its result. Out: whether the next pack may begin."""
    if result["state"] in ("pending", "failed"):
        try:
            began = boot.now()
            first = [thing for thing in pack["objects"] if thing["kind"] in FIRST]
            apply(first)
            crds = ["crd/" + one["metadata"]["name"] for one in first if one["kind"] == "CustomResourceDefinition"]
            if crds:
                kubectl("wait", "--for=condition=Established", "--timeout=30s", *crds)
            apply([thing for thing in pack["objects"] if thing["kind"] not in FIRST])
            result.update(state="waiting", objects=len(pack["objects"]), at=boot.now(), detail="")
            boot.log("pack %s applied: %d objects in %.1f s" % (pack["name"], result["objects"], boot.now() - began))
        except Exception as error:  # a webhook that is coming up, say: tried again each turn
            result.update(state="failed", detail=boot.redact(error)[:600])
            return False
    if result["state"] == "waiting":
        missing = "; ".join(not_there_yet(pack["objects"]))[:600]
        if missing and boot.now() - result["at"] < PACK_WAIT_S:
            result["detail"] = missing
            return False
        result.update(state="degraded" if missing else "applied", detail=missing)
    return True


def apply(objects: list[dict]) -> None:
    if not objects:
        return
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    mode = ("--server-side", "--field-manager=slipway", "--force-conflicts")
    kubectl("apply", *mode, "-f", "-", stdin=text, timeout_s=300)


def not_there_yet(objects: list[dict]) -> list[str]:
    """Workloads that do not run as their newest generation wants, with figures."""
    missing = []
    for thing in objects:
        kind, meta = thing["kind"], thing["metadata"]
        if kind not in ("Deployment", "DaemonSet", "StatefulSet") or thing["apiVersion"] != "apps/v1":
            continue
        label = "%s %s/%s" % (kind, meta["namespace"], meta["name"])
        try:
            live = api("GET", "/apis/apps/v1/namespaces/%s/%ss/%s" % (meta["namespace"], kind.lower(), meta["name"]))
        except ApiError as error:
            if error.code != 404:
                raise
            missing.append(label + " is gone")
            continue
        status = live.get("status", {})
        if kind == "DaemonSet":
            want = status.get("desiredNumberScheduled", 0)
            have = min(status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0))
        else:
            want = live["spec"].get("replicas", 1)
            have = min(status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
        if status.get("observedGeneration", 0) < live["metadata"]["generation"] or have < want:
            missing.append("%s %d of %d" % (label, have, want))
    return missing


def identity(thing: dict) -> list[str]:
    """What the inventory knows an object by: apiVersion, kind, namespace, name."""
    return [thing["apiVersion"], thing["kind"], thing["metadata"].get("namespace", ""), thing["metadata"]["name"]]


def inventory() -> list[list[str]]:
    """All objects that bundles have put into the cluster."""
    try:
        return json.loads(api("GET", CONFIG_MAPS + "/slipway-packs")["data"]["objects"])
    except ApiError as error:
        if error.code != 404:
            raise
        return []


def save_inventory(objects: list[list[str]]) -> None:
    meta = {"name": "slipway-packs", "namespace": "kube-system"}
    data = {"objects": json.dumps(objects, separators=(",", ":"))}
    apply([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}])


def prune(bundle: list[dict]) -> tuple[list[str], list[str]]:
    """Deletes what an earlier bundle had and this one, as a whole, has not: a move between packs deletes nothing.

    Out: what was deleted, and what is kept because users' data would go with it.
    """

    def same(one: list[str]) -> list[str]:  # another version of an API is the same object
        group = one[0].split("/")[0] if "/" in one[0] else ""
        return [group, *one[1:]]

    wanted = [identity(thing) for pack in bundle for thing in pack["objects"]]
    here = [same(one) for one in wanted]
    gone = [one for one in inventory() if same(one) not in here]
    kept, doomed = [one for one in gone if one[1] in KEPT], [one for one in gone if one[1] not in KEPT]
    for version, kind, namespace, name in reversed(doomed):
        meta = {"name": name, **({"namespace": namespace} if namespace else {})}
        stub = json.dumps({"apiVersion": version, "kind": kind, "metadata": meta})
        try:
            kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "-", stdin=stub)
        except RuntimeError as error:
            if "no matches for kind" not in str(error):  # its CRD is gone, and it with it
                raise
    save_inventory(wanted + kept)
    return ["%s %s %s" % tuple(one[1:]) for one in doomed], ["%s %s" % (one[1], one[3]) for one in kept]


# ---- snapshot ----


def snapshot() -> None:
    """etcd into the bucket: every hour, or when snapshot-request.json asks for one that has no answer yet. In a thread:
    a large one takes longer than a turn may."""
    if memory.snapshot and memory.snapshot.is_alive():
        return
    asked, last = boot.record("snapshot-request.json") or {}, boot.record("snapshot-status.json") or {}
    due = boot.now() - last.get("at", 0) >= boot.CFG.get("snapshotEvery", 3600)
    if not due and asked.get("id") == last.get("request"):
        return
    job = threading.Thread(target=try_snapshot, args=(asked.get("id"), etcd_hosts()), daemon=True)
    memory.snapshot = job
    job.start()


def try_snapshot(request: str | None, hosts: list[str]) -> None:
    with guarded("snapshot"):  # the next turn begins anew
        take_snapshot(request, hosts)


def take_snapshot(request: str | None, hosts: list[str]) -> None:
    """One streamed PutObject: no file on disk, and checked before its last byte is sent."""
    began = boot.now()
    with etcd_open("maintenance/snapshot", {}, hosts) as answer:
        size, parts = snapshot_parts(answer)
        key = time.strftime("etcd/%Y%m%dT%H%M%SZ.db", time.gmtime(began))
        boot.s3("PUT", key, parts, content_length=str(size))
    status = {"at": int(began), "request": request, "key": key, "size": size, "version": boot.CFG["version"]}
    boot.s3("PUT", "snapshot-status.json", json.dumps(status).encode())
    boot.log("etcd snapshot %s: %d bytes in %.1f s" % (key, size, boot.now() - began))
    prefix = boot.CFG["cluster"] + "/"
    listed = boot.s3("GET", "", query="?list-type=2&prefix=" + urllib.parse.quote(prefix + "etcd/", safe=""))
    keys = re.findall(r"<Key>%s(etcd/\d{8}T\d{6}Z\.db)</Key>" % re.escape(prefix), listed[0].decode() if listed else "")
    for old in surplus(keys):
        boot.s3("DELETE", old)


def snapshot_parts(lines: Iterable[bytes]) -> tuple[int, Iterator[bytes]]:
    """etcd's stream, JSON lines of base64 parts, as its size and its bytes. The last 32 are the sha256 of all before
    them; they are held back and compared, so that a flipped bit or a cut stream ends before the last byte and S3 keeps
    no object. Error: RuntimeError."""

    def blobs() -> Iterator[tuple[bytes, int]]:
        for line in lines:
            answer = json.loads(line)
            if "result" not in answer:
                raise RuntimeError("etcd snapshot: %s" % str(answer)[:300])
            result = answer["result"]
            yield base64.b64decode(result.get("blob", "")), int(result.get("remaining_bytes", 0))

    def parts(tail: bytes) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for blob, _ in stream:
            tail += blob
            if len(tail) > 1 << 20:
                digest.update(tail[:-32])
                yield tail[:-32]
                tail = tail[-32:]
        digest.update(tail[:-32])
        if digest.digest() != tail[-32:]:
            raise RuntimeError("etcd snapshot does not match its own sha256")
        yield tail

    stream = blobs()
    first, remaining = next(stream, (b"", 0))
    return len(first) + remaining + 32, parts(first)


def surplus(keys: list[str]) -> list[str]:
    """Snapshots that may go: all but the last 24 and the last of each of 7 days before those."""
    keys = sorted(keys)
    older = keys[:-24]
    last_of_day = {key[len("etcd/") :][:8]: key for key in older}
    return [key for key in older if key not in sorted(last_of_day.values())[-7:]]


# ---- etcd members, kube-proxy and CoreDNS ----


def gc_members() -> None:
    """Takes members out of etcd whose instance is gone: a dead one costs quorum, and blocks a join when its address
    comes back. etcd itself refuses what would lose quorum. A learner that never started has no name: its address tells,
    and it would block every later join."""
    listed = api("GET", "/api/v1/nodes?labelSelector=" + urllib.parse.quote(CONTROL_PLANE, safe=""))["items"]
    nodes = {node["metadata"]["name"]: node for node in listed}
    hosts = etcd_hosts()
    members = etcd("cluster/member/list", {}, hosts)["members"]
    living = by_id(member["name"] for member in members if member.get("name"))
    nameless = [address(member) for member in members if not member.get("name")]
    at_home = {x["ip"] for x in instances("private-ip-address", nameless).values()} if nameless else set()
    for member in members:
        name, ip = member.get("name"), address(member)
        alive = ip in at_home if not name else name in living or is_true(nodes.get(name, {}), "Ready")
        if alive or name == boot.me():
            continue
        with guarded("etcd member %s %s" % (name, ip)):
            boot.log("etcd member %s %s: its instance is gone, removing it" % (name, ip))
            etcd("cluster/member/remove", {"ID": member["ID"]}, [host for host in hosts if host != ip])
            if name:
                delete_node(name)


def addons() -> None:
    """kube-proxy and CoreDNS follow once every control plane runs this version."""
    version = "v" + boot.CFG["version"]
    nodes = [node for node in memory.nodes.values() if CONTROL_PLANE in labels(node)]
    if {node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes} != {version}:
        return
    try:
        proxy = api("GET", "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy")
    except ApiError as error:
        if error.code == 404:  # another does its work
            return
        raise
    if not proxy["spec"]["template"]["spec"]["containers"][0]["image"].endswith(":" + version):
        access = ("--config", boot.RUN + "/init.yaml", "--kubeconfig", boot.ADMIN)
        boot.run("kubeadm", "init", "phase", "addon", "all", *access)


# ---- turns ----


@dataclass
class Duty:
    job: Callable[[], None]
    every: int  # turns; one that failed is due again in the next
    leaders: bool = False
    due: int = 0


def duties() -> list[Duty]:
    return [
        Duty(sign_in, 4000),
        Duty(approve, 1),
        Duty(token, 4),
        Duty(renew, 1000),
        Duty(leave, 1, leaders=True),
        Duty(gc_members, 1, leaders=True),
        Duty(ready, 1, leaders=True),
        Duty(pools, 1, leaders=True),
        Duty(packs, 1, leaders=True),
        Duty(snapshot, 1, leaders=True),
        Duty(addons, 4, leaders=True),
    ]


def turn(number: int, jobs: list[Duty]) -> None:
    """One round of what is due."""
    memory.leading = False  # unless proven for this turn
    asked = False
    for duty in jobs:
        if duty.due > number:
            continue
        with guarded(duty.job.__name__):
            if duty.leaders and not asked:
                asked = True
                memory.leading = lead()
            if duty.leaders and not memory.leading:
                continue
            duty.job()
            duty.due = number + duty.every


def main() -> None:
    boot.configure()
    boot.TRIES = 3  # the next turn is the next try
    if sys.argv[1:] == ["gc"]:
        gc_members()
        return
    jobs = duties()
    number = 0
    while True:
        turn(number, jobs)
        number += 1
        boot.sleep(random.uniform(10, 20))


if __name__ == "__main__":
    main()
