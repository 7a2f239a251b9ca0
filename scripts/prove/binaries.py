"""The real programs: where they are, and what they say of themselves."""

import json
import os
import shutil
import sys

from processes import run

OPTIONAL = ("etcdutl",)  # without it, a snapshot is not restored
NAMES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubeadm", "kubectl", "etcd", *OPTIONAL)


def find_binaries():
    """Name to path: Kubernetes' usual TEST_ASSET_… variables, else what scripts/kubernetes-binaries built last, else
    the PATH. Exits when one is missing."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    built = os.environ.get("SLIPWAY_KUBERNETES_BINARIES") or os.path.join(cache, "slipway-kubernetes")
    folders = [entry.path for entry in os.scandir(built)] if os.path.isdir(built) else []
    newest_first = sorted(folders, key=os.path.getmtime, reverse=True)
    path = os.pathsep.join([*newest_first, os.environ["PATH"]])
    found = {name: os.environ.get(variable_of(name)) or shutil.which(name, path=path) for name in NAMES}
    missing = [name for name in NAMES if not found[name] and name not in OPTIONAL]
    if missing:
        how = "build them with scripts/kubernetes-binaries/build.sh, or name them: %s=…" % variable_of(missing[0])
        sys.exit("not found: %s; %s" % (", ".join(missing), how))
    return {name: where for name, where in found.items() if where}


def variable_of(name):
    return "TEST_ASSET_" + name.upper().replace("-", "_")


def versions(binaries):
    said = {}
    for name, where in binaries.items():
        if name == "kubectl":
            said[name] = json.loads(run(where, "version", "--client", "-o", "json"))["clientVersion"]["gitVersion"]
        elif name == "kubeadm":
            said[name] = run(where, "version", "-o", "short").strip()
        else:
            said[name] = run(where, "version" if name == "etcdutl" else "--version").splitlines()[0].split()[-1]
    return said
