#!/usr/bin/python3
"""The boot part of Slipway's node agent: makes this EC2 instance a Kubernetes node.

    boot.py up     packages, then kubeadm init or join; its unit tries again until it is done
    boot.py loop   control planes: runs the loop part, which comes from the cluster's bucket by its hash
    boot.py spot   spot workers: passes EC2's interruption notice on

It travels in user data (16 KB at most): standard library only, no type hints, no secret. The loop part imports it. A
node keeps the file that it was born with while loop parts come and go: what loop.py uses may grow, but not change.
"""

import datetime
import email.utils
import glob
import hashlib
import hmac
import http.client
import json
import os
import random
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from time import monotonic, sleep, time as now

# Tests lead the agent to a folder and to servers of their own by these three.
ROOT = os.environ.get("SLIPWAY_ROOT", "")
IMDS = os.environ.get("SLIPWAY_IMDS", "http://169.254.169.254")
AWS = os.environ.get("SLIPWAY_AWS")
PACKAGES = "https://pkgs.k8s.io/core:/stable:"

RUN = ROOT + "/run/slipway"  # a tmpfs: empty after a reboot
STATE = ROOT + "/var/lib/slipway"
KUBERNETES = ROOT + "/etc/kubernetes"
LOOP = ROOT + "/usr/local/lib/slipway/loop.py"
ADMIN = RUN + "/super-admin.conf"
CRI_SOCKET = "unix:///run/containerd/containerd.sock"

CFG = {}  # node.json
TRIES = 9  # of an AWS call
clock_skew_s = 0.0  # AWS's clock minus ours, learnt from refused signatures
cache = {}
lines = []  # the end of the log, for /errors/<id>

SECRET = re.compile(
    r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b"  # bootstrap token
    r"|(?![0-9a-f]{40,}(?![\w+/]))[\w+/]{40,}=*",  # a line of a key, an AWS secret; but no digest
    re.ASCII,
)


class AwsError(Exception):
    """AWS refused. `code` is its own word for why, or the HTTP status where it gave none."""

    def __init__(self, code, text):
        super().__init__("%s: %s" % (code, text))
        self.code = code


def redact(text):
    return SECRET.sub("<secret>", str(text))


def log(text):
    """Prints to the journal and the serial console, and keeps the last lines; secrets are cut out of both."""
    lines.append(redact(text))
    del lines[:-40]
    print(lines[-1], flush=True)


def write(path, text, mode=0o644):
    """Replaces a file in one step, on the disk before it is seen: a crash leaves the old one or the new one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def run(*command, check=True, env=None):
    """Runs a command, with its output in the log. Out: that output. Error: RuntimeError where `check` is on."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=900, env=env
    )
    for line in done.stdout.splitlines()[-40:]:
        log("  " + redact(line)[:300])
    if check and done.returncode:
        raise RuntimeError("%s exited %d" % (" ".join(command[:3]), done.returncode))
    return done.stdout


def kubectl(*args, check=True):
    return run("kubectl", *args, "--kubeconfig", ADMIN, "--request-timeout=20s", check=check)


# ---- the instance's own service, and AWS ----


def imds(path):
    """A value of the instance metadata service (IMDSv2). Error: OSError; HTTPError when there is no such value."""
    token, until = cache.get("imds", ("", 0))
    if until < monotonic():
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "600"}
        ask = urllib.request.Request(IMDS + "/latest/api/token", method="PUT", headers=ttl)
        token = urllib.request.urlopen(ask, timeout=5).read().decode()
        cache["imds"] = token, monotonic() + 500
    ask = urllib.request.Request(IMDS + "/latest/" + path, headers={"X-aws-ec2-metadata-token": token})
    return urllib.request.urlopen(ask, timeout=5).read().decode()


def fact(name):
    """A value of the instance metadata service that never changes, asked for once."""
    if name not in cache:
        cache[name] = imds("meta-data/" + name)
    return cache[name]


def me():
    """The instance id, which is also the name of the Node and of the etcd member."""
    return fact("instance-id")


def credentials():
    """The role's keys, read again every ten minutes. Error: ConnectionError, also while a new role is not there yet."""
    kept, until = cache.get("credentials", ({}, 0))
    if until < monotonic():
        try:
            role = imds("meta-data/iam/security-credentials/").split()[0]
            kept = json.loads(imds("meta-data/iam/security-credentials/" + role))
            kept["AccessKeyId"], kept["SecretAccessKey"], kept["Token"]
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
            raise ConnectionError("no credentials from instance metadata: %s" % error) from error
        cache["credentials"] = kept, monotonic() + 600
    return kept


def sign(service, method, url, headers, body_hash):
    """Signature Version 4. Out: the headers to send. The query must be sorted and encoded as AWS wants it."""
    keys, parts = credentials(), urllib.parse.urlsplit(url)
    stamp = datetime.datetime.fromtimestamp(now() + clock_skew_s, datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {**headers, "host": parts.netloc, "x-amz-date": stamp, "x-amz-security-token": keys["Token"]}
    if service == "s3":
        headers["x-amz-content-sha256"] = body_hash
    names = ";".join(sorted(headers))
    signed = "".join("%s:%s\n" % (name, headers[name]) for name in sorted(headers))
    request = "\n".join((method, parts.path or "/", parts.query, signed, names, body_hash))
    scope = "%s/%s/%s/aws4_request" % (stamp[:8], CFG["region"], service)
    text = "AWS4-HMAC-SHA256\n%s\n%s\n%s" % (stamp, scope, hashlib.sha256(request.encode()).hexdigest())
    key = ("AWS4" + keys["SecretAccessKey"]).encode()
    for part in scope.split("/") + [text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        keys["AccessKeyId"],
        scope,
        names,
        key.hex(),
    )
    return headers


def refusal(error):
    """What an HTTPError of AWS says. Out: its code, its text, AWS's time (None when it does not tell)."""
    try:
        text = error.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        text = ""
    found = re.search(r'"__type":\s*"(?:[^"#]*#)?(\w+)|<Code>([\w.]+)', text)
    date = email.utils.parsedate_tz(error.headers["Date"] or "")
    return (found[1] or found[2]) if found else str(error.code), text, date and email.utils.mktime_tz(date)


def send(service, method, url, headers, data=b""):
    """One call to AWS. In: lower-case headers; data that is not bytes is a stream, sent once and unsigned (over TLS).

    Out: body and headers. Throttling, 5xx, a broken network, fresh or expired keys and a wrong clock are tried again.
    Error: AwsError; its code is Unreachable when no try got through.
    """
    global clock_skew_s
    stream = not isinstance(data, bytes)
    body_hash = "UNSIGNED-PAYLOAD" if stream else hashlib.sha256(data).hexdigest()
    problem = ""
    for attempt in range(1 if stream else TRIES):
        if attempt:
            sleep(min(20, 2**attempt) * random.uniform(0.5, 1))
        try:
            signed = sign(service, method, url, headers, body_hash)
            ask = urllib.request.Request(url, data or None, signed, method=method)
            with urllib.request.urlopen(ask, timeout=30) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            problem, text, date = refusal(error)
            if date and attempt < 2 and re.search("Skewed|RequestExpired|Signature|AuthFailure", problem):
                clock_skew_s = date - now()
            elif re.search("Expired|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId", problem):
                cache.pop("credentials", None)  # rotated, or the role is seconds old
            elif error.code < 500 and not re.search("Throttl|TooMany|RequestLimitExceeded", problem):
                raise AwsError(problem, redact(text)[:300]) from error
        except (OSError, http.client.HTTPException) as error:
            problem = str(error)
    raise AwsError("Unreachable", "%s %s: %s" % (service, url, problem))


def ec2(action, **query):
    """An EC2 call. Out: the XML. Names with dots go in by **{"Filter.1.Name": …}."""
    body = urllib.parse.urlencode({"Action": action, "Version": "2016-11-15", **query}).encode()
    kind = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return send("ec2", "POST", (AWS or "https://ec2.%s.amazonaws.com" % CFG["region"]) + "/", kind, body)[0].decode()


def ssm(action, **body):
    kind = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM." + action}
    url = (AWS or "https://ssm.%s.amazonaws.com" % CFG["region"]) + "/"
    return json.loads(send("ssm", "POST", url, kind, json.dumps(body).encode())[0] or b"{}")


def parameter(name):
    """The JSON value of /slipway/<cluster>/<name>, or None."""
    try:
        path = "/slipway/%s/%s" % (CFG["cluster"], name)
        return json.loads(ssm("GetParameter", Name=path, WithDecryption=True)["Parameter"]["Value"])
    except AwsError as error:
        if error.code == "ParameterNotFound":
            return None
        raise


def put_parameter(name, value, overwrite, secret=False):
    """Out: False when the parameter exists and `overwrite` is off. SSM makes that atomic: one of many callers wins."""
    key = {"KeyId": CFG["kmsKey"]} if secret and CFG.get("kmsKey") else {}
    try:
        ssm(
            "PutParameter",
            Name="/slipway/%s/%s" % (CFG["cluster"], name),
            Value=json.dumps(value),
            Type="SecureString" if secret else "String",
            Overwrite=overwrite,
            **key,
        )
        return True
    except AwsError as error:
        if error.code == "ParameterAlreadyExists":
            return False
        raise


def s3(method, key, data=b"", query="", **headers):
    """A call for an object of this cluster. In: key of A-Z a-z 0-9 / . _ - only; "" is the bucket itself.

    Out: body and headers; None when a GET finds nothing. Error: AwsError, code 304 for one that did not change.
    """
    bucket = "slipway-%s-%s" % (CFG["account"], CFG["region"])
    url = "%s/%s/" % (AWS, bucket) if AWS else "https://%s.s3.%s.amazonaws.com/" % (bucket, CFG["region"])
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    extra["x-amz-expected-bucket-owner"] = CFG["account"]
    if data:
        extra["content-type"] = "application/octet-stream"  # without one urllib says "form", and moto stores nothing
    try:
        return send("s3", method, url + (CFG["cluster"] + "/" + key if key else "") + query, extra, data)
    except AwsError as error:
        if method == "GET" and error.code == "NoSuchKey":
            return None
        raise


def record(name):
    """A JSON record of the bucket, read again only when it changed. Out: None when it is absent or empty.

    Errors: AwsError; ValueError when it is not JSON.
    """
    kept, etag = cache.get("record " + name, (None, None))
    try:
        got = s3("GET", name, **({"if_none_match": etag} if etag else {}))
    except AwsError as error:
        if error.code != "304":
            raise
        return kept
    try:
        kept = json.loads(got[0] or b"null") if got else None
    except ValueError as error:
        raise ValueError("the record %s is not JSON: %s" % (name, error)) from error
    cache["record " + name] = kept, got[1]["ETag"] if got else None
    return kept


def phase_text(name, detail=""):
    """<phase> <HH:MM:SSZ> <detail>, in the characters and the length that EC2 allows in a tag."""
    text = "%s %s %s" % (name, time.strftime("%H:%M:%SZ", time.gmtime(now())), redact(detail))
    return " ".join(re.sub(r"[^a-zA-Z0-9_.:/=+@-]+", " ", text).split())[:255].strip()


def put_error(node, text):
    """/errors/<node>: the end of a text, as much of it as a standard parameter holds (4,096 bytes of JSON)."""
    text = redact(text)[-3500:]
    while len(json.dumps(text)) > 3900:
        text = text[100:]
    put_parameter("errors/" + node, {"at": int(now()), "log": text}, True)


def phase(name, detail=""):
    """Tells how far this node is, by its own tag; after an error the end of the log goes to SSM, too."""
    text = phase_text(name, detail)
    log("phase " + text)
    try:
        ec2("CreateTags", **{"ResourceId.1": me(), "Tag.1.Key": "slipway:phase", "Tag.1.Value": text})
        if name == "error":
            put_error(me(), "\n".join(lines))
    except Exception as error:  # saying it is best effort: it must never fail a node
        log("phase not written: %s" % error)


# ---- up ----


def packages():
    """containerd, kubelet, kubeadm and kubectl of the wanted version, and what they need of the host."""
    version = CFG["version"]
    have = run("sh", "-c", "kubeadm version -o short 2>/dev/null; containerd --version 2>/dev/null; true")
    if "v" + version not in have.split() or "containerd" not in have:  # a baked image has both
        url, key = "%s/v%s/deb/" % (PACKAGES, version.rpartition(".")[0]), ROOT + "/etc/apt/keyrings/kubernetes.asc"
        write(key, urllib.request.urlopen(url + "Release.key", timeout=30).read().decode())
        write(ROOT + "/etc/apt/sources.list.d/kubernetes.list", "deb [signed-by=%s] %s /\n" % (key, url))
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
        apt = ["apt-get", "-qy", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=5"]
        run(*apt, "update", env=quiet)
        wanted = ["%s=%s-*" % (name, version) for name in ("kubelet", "kubeadm", "kubectl")]
        install = ["install", "--no-install-recommends", "--allow-change-held-packages"]
        run(*apt, *install, "containerd", *wanted, env=quiet)
        run("apt-mark", "hold", "containerd", "kubelet", "kubeadm", "kubectl")
    images = run("kubeadm", "config", "images", "list", "--kubernetes-version", "v" + version)
    runc = "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc"
    write(
        ROOT + "/etc/containerd/config.toml",
        "\n".join(
            (
                "version = 3",
                "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
                "  sandbox = '%s'" % re.search(r"\S+/pause:\S+", images)[0],
                runc + "]",
                "  runtime_type = 'io.containerd.runc.v2'",
                runc + ".options]",
                "  SystemdCgroup = true\n",
            )
        ),
    )
    run(
        "sh",
        "-c",
        "modprobe -a overlay br_netfilter; sysctl -q --system; swapoff -a;"
        " systemctl enable -q containerd kubelet; systemctl restart containerd",
    )


def kubeadm_config(path, kind, sections):
    """Writes kubeadm's documents for this node; JSON is YAML. Out: the path."""
    address = fact("local-ipv4")
    arguments = {
        "cloud-provider": "external",
        "provider-id": "aws:///%s/%s" % (fact("placement/availability-zone"), me()),
        "node-ip": address,
        "node-labels": ",".join("%s=%s" % label for label in sorted(CFG["labels"].items())),
    }
    here = {"localAPIEndpoint": {"advertiseAddress": address, "bindPort": 6443}}
    document = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": kind,
        "nodeRegistration": {
            "name": me(),
            "criSocket": CRI_SOCKET,
            "taints": CFG["taints"],
            "kubeletExtraArgs": [{"name": name, "value": value} for name, value in arguments.items() if value],
        },
        "timeouts": {"kubernetesAPICall": "5m", "discovery": "5m", "tlsBootstrap": "5m", "etcdAPICall": "3m"},
        **sections,
    }
    if kind == "InitConfiguration":
        document.update(here)
    elif CFG["role"] == "control-plane":
        document["controlPlane"] = here
    documents = [document] + (CFG["kubeadm"] if kind == "InitConfiguration" else [])
    write(path, "\n---\n".join(json.dumps(one) for one in documents), 0o600)
    return path


def admin():
    """Signs a kubeconfig with the CA that a control plane holds. Out: the path of the init configuration.

    kubeadm would make a token for a day that may join; the one here lives for a minute and may not.
    """
    token = "%s.%s" % (os.urandom(3).hex(), os.urandom(8).hex())
    powerless = {"ttl": "1m0s", "usages": ["authentication"], "groups": ["system:bootstrappers:slipway:none"]}
    tokens = {"bootstrapTokens": [{"token": token, **powerless}]}
    config = kubeadm_config(RUN + "/init.yaml", "InitConfiguration", tokens)
    if os.path.exists(ADMIN):
        os.unlink(ADMIN)
    run("kubeadm", "init", "phase", "kubeconfig", "super-admin", "--config", config, "--kubeconfig-dir", RUN)
    return config


def own_csrs_only():
    """The loop part approves what a bootstrap token asks for. kubeadm's binding would let it become any node."""
    kubectl("delete", "clusterrolebinding", "kubeadm:node-autoapprove-bootstrap", "--ignore-not-found")


def upload(config):
    """The newest user data is the truth: the cluster's configuration follows it before this node joins.

    Error: RuntimeError when the cluster is newer, or older by more than a minor version.
    """
    text = kubectl("-n", "kube-system", "get", "cm", "kubeadm-config", "-o", "jsonpath={.data.ClusterConfiguration}")
    found = re.search(r"kubernetesVersion: v(\d+)\.(\d+)\.(\d+)", text)
    if not found:
        raise RuntimeError("the cluster's kubeadm-config names no version")
    there = [int(n) for n in found.groups()]
    here = [int(n) for n in CFG["version"].split(".")]
    if here < there or here[1] > there[1] + 1:
        raise RuntimeError("the cluster is at %s: this node's %s is older, or skips a minor version" % (there, here))
    access = ("--config", config, "--kubeconfig", ADMIN)
    run("kubeadm", "init", "phase", "upload-config", "all", *access)
    if here != there:  # roles that the new version expects, patch releases too; join never writes them
        run("kubeadm", "init", "phase", "bootstrap-token", *access, "--skip-token-print")
        own_csrs_only()


def init_done():
    put_parameter("init", {"instance": me(), "state": "done", "at": int(now())}, True)


def control_plane():
    """Init on the node that gets the lock /init, join on the others. The lock is `running`, then `done` for ever."""
    initialised = STATE + "/initialised"
    lock = parameter("init")
    if os.path.exists(initialised) and lock and lock["instance"] == me():
        init_done()  # died before it could say so; a reset now would end the cluster
        return
    if glob.glob(KUBERNETES + "/manifests/*.yaml"):
        run("kubeadm", "reset", "-f", "--cri-socket", CRI_SOCKET, check=False)  # leaves etcd where it had joined
    bundle = parameter("pki")
    if not bundle:
        raise RuntimeError("there is no /slipway/%s/pki yet" % CFG["cluster"])
    for name, text in bundle.items():
        write("%s/pki/%s" % (KUBERNETES, name), text, 0o644 if name.endswith((".crt", ".pub")) else 0o600)
    config = admin()
    run("kubeadm", "config", "images", "pull", "--config", config)
    while True:
        lock = parameter("init")
        if lock is None:
            if not put_parameter("init", {"instance": me(), "state": "running", "at": int(now())}, False):
                continue
        elif lock["state"] == "done":
            break
        elif lock["instance"] != me():
            phase("waiting", "for kubeadm init on " + lock["instance"])
            sleep(15)
            continue
        phase("init")
        run("kubeadm", "init", "--config", config, "--skip-token-print")
        own_csrs_only()
        write(initialised, "")
        init_done()
        return
    phase("join")
    try:
        fetch_loop()
        run(sys.executable, LOOP, "gc", check=False)  # a dead etcd member would block the join
    except Exception as error:  # kubeadm's own look at etcd decides
        log("etcd members not looked at: %s" % error)
    upload(config)
    # No token: whoever holds the CA signs its own credentials.
    discovery = {"discovery": {"file": {"kubeConfigPath": ADMIN}}}
    run("kubeadm", "join", "--config", kubeadm_config(RUN + "/join.yaml", "JoinConfiguration", discovery))


def worker():
    """Joins with the cluster's token. A node that has its certificate stays as it is: nobody gets a second one."""
    kubelet = KUBERNETES + "/kubelet.conf"
    ask = ("kubectl", "--kubeconfig", kubelet, "get", "node", me(), "-o", "name")
    if os.path.exists(kubelet) and "node/" + me() in run(*ask, check=False):
        return
    while True:
        join = parameter("join")
        if join and join["expires"] > now() + 120:
            break
        phase("waiting", "for a join token")
        sleep(15)
    phase("join")
    if os.path.exists(kubelet) or os.path.exists(KUBERNETES + "/bootstrap-kubelet.conf"):
        run("kubeadm", "reset", "-f", check=False)
    token = {"token": join["token"], "apiServerEndpoint": CFG["endpoint"], "caCertHashes": [CFG["caHash"]]}
    config = kubeadm_config(RUN + "/join.yaml", "JoinConfiguration", {"discovery": {"bootstrapToken": token}})
    try:
        run("kubeadm", "join", "--config", config)
    finally:
        os.unlink(config)


def up():
    """Makes the node, once. Out: the exit code; what went wrong is in the phase, the log and /errors/<id>."""
    done, tries = STATE + "/done", STATE + "/tries"
    if os.path.exists(done):
        return 0
    attempt = 1
    try:
        if os.path.exists(tries):
            with open(tries, encoding="utf-8") as file:
                attempt = int(file.read() or 0) + 1
        write(tries, str(attempt))
        phase("packages", "try %d" % attempt)
        packages()
        if CFG["role"] == "control-plane":
            control_plane()
        else:
            worker()
        write(done, "")
        phase("joined")
        return 0
    except Exception as error:
        log("%s: %s" % (type(error).__name__, error))
        phase("error", "try %d: %s" % (attempt, error))
        return 1


# ---- loop, spot ----


def loop_on_disk():
    """The hash of the loop part that is here, or None."""
    if not os.path.exists(LOOP):
        return None
    with open(LOOP, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def fetch_loop():
    """Puts the loop part that agent.json names beside this file. Error: RuntimeError when it is not what it says."""
    wanted = (record("agent.json") or {}).get("loop")
    if not wanted:
        raise RuntimeError("agent.json names no loop part yet")
    if wanted != loop_on_disk():
        got = s3("GET", "agent/%s.py" % wanted)
        if not got or hashlib.sha256(got[0]).hexdigest() != wanted:
            raise RuntimeError("the loop part %s is not there, or not what its hash says: refused" % wanted)
        write(LOOP, got[0].decode())


def tend(child, running):
    """One look at the loop part: fetched, started, and started anew when it ended or another is wanted.

    In and out: its process and the hash that it was started from. Without the bucket, what is here runs on.
    """
    try:
        fetch_loop()
    except Exception as error:
        log("loop part not looked at: %s" % error)
    here = loop_on_disk()
    if child and here not in (running, None) and child.poll() is None:
        log("loop part %s gives way to %s" % (running, here))
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if here and (not child or child.poll() is not None):
        child, running = subprocess.Popen([sys.executable, LOOP]), here
    return child, running


def loop():
    global TRIES
    TRIES = 2  # a bucket that hangs must not keep a loop part that ended from its next start
    child = running = None
    while True:
        if os.path.exists(STATE + "/done"):
            child, running = tend(child, running)
        sleep(15)


def spot():
    """Puts EC2's two minutes' notice on this node's own Node, all that a kubelet's certificate may annotate.

    The control plane's loop does the rest."""
    while True:
        try:
            notice = json.loads(imds("meta-data/spot/instance-action"))
            text = "slipway.dev/leave=spot %s %s" % (notice["action"], notice["time"])
            run("kubectl", "--kubeconfig", KUBERNETES + "/kubelet.conf", "annotate", "--overwrite", "node", me(), text)
            return
        except Exception as error:
            if getattr(error, "code", 0) != 404:  # 404: no notice
                log("spot: %s" % error)
        sleep(5)


def configure():
    """Reads node.json; to be called before anything else."""
    with open(ROOT + "/etc/slipway/node.json", encoding="utf-8") as file:
        CFG.update(json.load(file))
    os.makedirs(RUN, mode=0o700, exist_ok=True)


if __name__ == "__main__":
    configure()
    sys.exit({"up": up, "loop": loop, "spot": spot}[sys.argv[1]]())
