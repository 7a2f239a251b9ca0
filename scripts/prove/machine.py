"""A machine: namespaces with a network, /etc, /opt, /run, /usr/local and /var/lib of their own, and an EC2 instance."""

import contextlib
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time

from cloud import AWS, HOST, Metadata
from processes import run

# What a node's image brings and the machine has not: accepted, and nothing done. containerd is asked for its version.
STUBS = {
    **{name: "exit 0" for name in ("systemctl", "modprobe", "sysctl", "swapoff", "apt-get", "apt-mark", "crictl")},
    "containerd": "echo containerd github.com/containerd/containerd/v2 v2.2.1",
    "kubelet": "echo Kubernetes @VERSION@",
    # The real kubeadm, but that it reads its documents strictly first. Preflight is left out: it asks containerd.
    "kubeadm": """
case "$1 $2" in
  "config images") [ "$3" = pull ] && exit 0 ;;
  "init --config" | "join --config")
    @KUBEADM@ config validate --config "$3" || exit 1
    verb=$1
    shift
    exec @KUBEADM@ "$verb" --skip-phases=preflight "$@" ;;
esac
exec @KUBEADM@ "$@\"""",
}


def write_programs(folder, binaries, version):
    """Fills a folder with the programs of all machines: the real ones, and stubs."""
    os.mkdir(folder)
    for name, where in binaries.items():
        if name not in STUBS:
            os.symlink(where, os.path.join(folder, name))
    for name, body in STUBS.items():
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n%s\n" % body.replace("@KUBEADM@", binaries["kubeadm"]).replace("@VERSION@", version))
        os.chmod(path, 0o755)


class Machine:
    def __init__(self, cloud, name, ip, pool, programs, version, user_data):
        """`programs` is the folder of write_programs; `version` that of Kubernetes. On return its units run."""
        self.cloud, self.name, self.ip, self.pool = cloud, name, ip, pool
        self.is_control_plane = pool == "control-plane"
        self.dir = os.path.join(cloud.dir, name)
        self.facts = {}  # more of what its metadata service says
        path = programs + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.environment = {"PATH": path, "HOME": "/root", "LANG": "C.UTF-8", "SLIPWAY_AWS": AWS}
        self.units = {}
        self.id = cloud.launch(pool, ip)
        Metadata.machines[ip] = self
        self.power_on()
        here = os.path.dirname(os.path.abspath(__file__))
        stand_in = (sys.executable, os.path.join(here, "kubelet.py"), version, os.path.join(self.dir, "log"))
        self.write("/etc/systemd/system/kubelet.service", "ExecStart=" + " ".join(stand_in))
        self.start("kubelet.service")
        self.cloud_init(user_data)

    def power_on(self):
        folders = {"etc": "/etc", "opt": "/opt", "local": "/usr/local"}
        for part in ("lib", "log", *folders, *("work/" + part for part in folders)):
            os.makedirs(os.path.join(self.dir, part))
        mounts = ["mount --make-rprivate /", "mount -t tmpfs run /run", "mount --bind %s/lib /var/lib" % self.dir]
        for part, path in folders.items():
            layers = "lowerdir=%s,upperdir=%s/%s,workdir=%s/work/%s" % (path, self.dir, part, self.dir, part)
            mounts.append("mount -t overlay -o %s node %s" % (layers, path))
        script = " && ".join([*mounts, "echo up", "exec sleep infinity"])
        command = ["unshare", "--net", "--mount", "sh", "-c", script]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "up\n":
            raise RuntimeError("no namespaces for the machine " + self.name)
        pair = ("v" + self.name, "type", "veth", "peer", "name", "eth0", "netns", str(self.process.pid))
        run("ip", "link", "add", *pair)
        run("ip", "link", "set", "v" + self.name, "master", "bench", "up")
        self.sh("ip link set lo up; ip link set eth0 up; ip address add %s/24 dev eth0" % self.ip)
        self.sh("ip route add default via " + HOST)

    def cloud_init(self, user_data):
        """What cloud-init does: unpacks user data, writes its files, and starts the units that its runcmd names."""
        config = json.loads(gzip.decompress(user_data).decode().removeprefix("#cloud-config\n"))
        for file in config["write_files"]:
            self.write(file["path"], file["content"], int(file["permissions"], 8))
        for unit in (word for command in config["runcmd"] for word in command if word.endswith(".service")):
            self.start(unit)

    def inside(self, *command):
        spaces = [
            "--%s=/proc/%d/ns/%s" % (long, self.process.pid, short)
            for long, short in (("net", "net"), ("mount", "mnt"))
        ]
        return ["nsenter", *spaces, "--", *command]

    def sh(self, script, check=True):
        return run(*self.inside("sh", "-c", script), check=check, env=self.environment)

    def write(self, path, text, mode=0o644):
        """A file, by the path that the machine sees."""
        script = 'mkdir -p "$(dirname "$0")" && cat > "$0" && chmod %o "$0"' % mode
        run(*self.inside("sh", "-c", script, path), input=text)

    def start(self, unit):
        """What systemd does with a unit: its ExecStart, and that again after RestartSec where its Restart says so."""
        lines = self.sh("cat /etc/systemd/system/" + unit).splitlines()
        said = dict(line.split("=", 1) for line in lines if "=" in line)
        log = open(self.log_path(unit), "ab")
        command = self.inside(*said["ExecStart"].split())
        state = self.units[unit] = {"stopped": False}

        def spawn():
            own_group = {"stdin": subprocess.DEVNULL, "start_new_session": True, "env": self.environment}
            state["process"] = subprocess.Popen(command, stdout=log, stderr=log, **own_group)

        def watch():
            while True:
                failed = state["process"].wait() != 0
                again = said.get("Restart") == "always" or (said.get("Restart") == "on-failure" and failed)
                if not again:
                    return
                time.sleep(float(said["RestartSec"]))
                if state["stopped"]:
                    return
                spawn()

        spawn()
        threading.Thread(target=watch, daemon=True).start()

    def kill(self, unit):
        """SIGKILL to all of it: no chance to hand anything over."""
        state = self.units.pop(unit)
        state["stopped"] = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(state["process"].pid, signal.SIGKILL)

    def power_off(self):
        """What terminating the instance does to it."""
        for unit in list(self.units):
            self.kill(unit)
        network = os.readlink("/proc/%d/ns/net" % self.process.pid)
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if os.readlink("/proc/%s/ns/net" % pid) == network:
                    os.kill(int(pid), signal.SIGKILL)
        self.process.wait()
        self.cloud.terminate(self.id)

    def log_path(self, unit):
        return os.path.join(self.dir, "log", unit.removesuffix(".service") + ".log")

    def log(self, unit):
        with open(self.log_path(unit), encoding="utf-8", errors="replace") as file:
            return file.read()

    def phase(self):
        return self.cloud.tags(self.id).get("slipway:phase", "")
