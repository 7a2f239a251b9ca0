"""A machine for the agent to run on: a folder as its disk, stand-ins for its commands, a clock that sleeps alone move."""

import functools
import json
import os
import shutil
import sys
import tempfile
import time
import types
import unittest
from pathlib import Path
from unittest import mock

from small_aws import ACCOUNT, REGION, SmallAws
from small_cluster import ADDRESSES, NOWHERE, SmallCluster, SmallEtcd, pki

AGENT = Path(__file__).parents[2] / "src" / "bootstrap" / "agent"
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # the agent's fsync takes its time on a disk
ME = "i-0000000000000000a"

# Records its arguments and its input, then does what the first rule says whose pattern fits; without a rule, nothing.
STAND_IN = """#!/bin/sh
line="${0##*/} $*"
printf '%s\\n' "$line" >>"$STAND_INS/calls"
case " $* " in *" - "*) cat >"$STAND_INS/stdin/$(ls "$STAND_INS/stdin" | wc -l | xargs printf '%04d')" ;; esac
for rule in "$STAND_INS"/rules/*; do
  [ -e "$rule/pattern" ] || continue
  read -r pattern <"$rule/pattern"
  case "$line" in
    $pattern)
      read -r times <"$rule/times"
      [ "$times" -eq 0 ] && continue
      echo $((times - 1)) >"$rule/times"
      . "$rule/do"
      exit ;;
  esac
done
exit 0
"""
COMMANDS = ("kubeadm", "kubectl", "systemctl", "apt-get", "apt-mark", "containerd", "modprobe", "sysctl", "swapoff")


class Clock:
    """Time for the agent. `events` are functions that the next sleeps call, one each: what happens meanwhile."""

    def __init__(self):
        self.now, self.slept, self.events = float(int(time.time())), [], []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        if self.events:
            self.events.pop(0)()
        elif len(self.slept) > 200:
            raise AssertionError("the agent waits for ever")


class Machine(unittest.TestCase):
    """A test with a fresh machine: `self.boot` and `self.loop` are loaded anew, with no memory of an earlier test."""

    role = "control-plane"

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="slipway-agent-", dir=MEMORY))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.aws = SmallAws()
        self.addCleanup(self.aws.close)
        self.aws.metadata.update({"meta-data/instance-id": ME, "meta-data/local-ipv4": NOWHERE})
        self.aws.node(ME, ip=NOWHERE, role=self.role)
        self.stand_ins = self.root / "stand-ins"
        for folder in ("bin", "rules", "stdin"):
            (self.stand_ins / folder).mkdir(parents=True)
        for name in COMMANDS:
            path = self.stand_ins / "bin" / name
            path.write_text(STAND_IN)
            path.chmod(0o755)
        self.clock = Clock()
        self.aws.time = lambda: self.clock.now
        environment = {
            "SLIPWAY_ROOT": str(self.root),
            "SLIPWAY_IMDS": self.aws.url,
            "SLIPWAY_AWS": self.aws.url,
            "STAND_INS": str(self.stand_ins),
            "ROOT": str(self.root),
            "PATH": "%s:%s" % (self.stand_ins / "bin", os.environ["PATH"]),
        }
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        self.addCleanup(patch.stop)
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]
        self.config = {
            "cluster": "demo",
            "account": ACCOUNT,
            "region": REGION,
            "role": self.role,
            "version": "1.37.1",
            "endpoint": "127.0.0.1:1",
            "caHash": "sha256:" + "0" * 64,
            "labels": {"slipway.dev/pool": "default"},
            "taints": [],
            "kubeadm": [{"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}],
            "spot": False,
        }
        self.load()

    def load(self):
        """Starts the agent anew, as a reboot or a restart of its unit does: the disk stays, memory goes."""
        path = self.root / "etc/slipway/node.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.config))
        self.printed = []
        self.boot = load("boot")
        self.loop = load("loop")
        self.boot.now = self.boot.monotonic = lambda: self.clock.now
        self.boot.sleep = self.clock.sleep
        self.boot.print = lambda text, **_: self.printed.append(text)
        self.boot.configure()

    def on(self, pattern, do="", times=-1):
        """What a stand-in does for a command line that fits; shell text, in which $ROOT is the machine's disk."""
        rules = self.stand_ins / "rules"
        rule = rules / ("%04d" % (9999 - len(list(rules.iterdir()))))  # the newest rule comes first
        rule.mkdir()
        (rule / "pattern").write_text(pattern + "\n")
        (rule / "times").write_text("%d\n" % times)
        (rule / "do").write_text(do + "\n")

    def refuse(self, pattern, message="refused", times=-1):
        self.on(pattern, "echo '%s' >&2; exit 1" % message, times)

    def commands(self, start=""):
        path = self.stand_ins / "calls"
        return [line for line in (path.read_text().splitlines() if path.exists() else []) if line.startswith(start)]

    def inputs(self):
        """What was piped into commands, in order."""
        return [json.loads(path.read_text()) for path in sorted((self.stand_ins / "stdin").iterdir())]

    def exists(self, path):
        return (self.root / path).exists()

    def parameter(self, name):
        kept = self.aws.parameters.get("/slipway/demo/" + name)
        return kept and json.loads(kept["Value"])

    def set_parameter(self, name, value):
        self.aws.parameters["/slipway/demo/" + name] = {"Value": json.dumps(value), "Type": "String"}

    def record(self, name, value):
        self.aws.objects["demo/" + name] = value if isinstance(value, bytes) else json.dumps(value).encode()

    def get_record(self, name):
        kept = self.aws.objects.get("demo/" + name)
        return kept and json.loads(kept)

    def log(self):
        return "\n".join(self.printed)


class ControlPlane(Machine):
    """A machine that is a control plane already, with an API server and etcd beside it."""

    def setUp(self):
        super().setUp()
        self.cluster = SmallCluster()
        self.addCleanup(self.cluster.close)
        self.etcd = SmallEtcd(self.cluster)
        self.addCleanup(self.etcd.close)
        shutil.copytree(pki(), self.root / "etc/kubernetes/pki")
        (self.root / "run/slipway").mkdir(parents=True, exist_ok=True)
        shutil.copy(pki() / "super-admin.conf", self.root / "run/slipway/super-admin.conf")
        self.on("kubeadm init phase kubeconfig*", 'cp "$ROOT/etc/kubernetes/pki/super-admin.conf" "$ROOT/run/slipway/"')
        self.config["endpoint"] = self.cluster.endpoint
        self.load()
        self.cluster.node(ME, control_plane=True)

    def members(self, *names):
        """etcd members on addresses of their own, each with its instance and Node; this machine's is the first."""
        for name, ip in zip(names, ADDRESSES):
            self.etcd.member(name, ip)
            if name != ME:
                self.aws.node(name, ip=ip, role="control-plane")
                self.cluster.node(name, control_plane=True)

    def lead(self):
        self.assertTrue(self.loop.lead())

    def turns(self, count=1, *names):
        """Turns of the leader's duties by name, each after the usual wait."""
        names = names or ("leave", "gc_members", "ready", "pools")
        jobs = [duty for duty in self.loop.duties() if duty.job.__name__ in names]
        for number in range(count):
            self.loop.turn(number, jobs)
            self.clock.sleep(15)


@functools.cache
def compiled(name):
    path = AGENT / (name + ".py")
    return compile(path.read_text(), path, "exec")


def load(name):
    module = sys.modules[name] = types.ModuleType(name)  # loop.py imports boot, and dataclasses look their module up
    module.__file__ = str(AGENT / (name + ".py"))
    exec(compiled(name), module.__dict__)
    return module
