"""Proves the node agent against real Kubernetes programs: `npm run prove`.

kube-apiserver, controller manager, scheduler, etcd, kubeadm and kubectl run as they do on a cluster's nodes, on
machines made of Linux namespaces. Slipway's own user data brings the agent there, and it runs as processes of those
machines. moto stands for EC2, SSM and S3. What no proof reaches: kubelet, containerd and apt (prove/kubelet.py stands
for them), and AWS itself.

Needs Linux, .moto, and the programs that scripts/kubernetes-binaries/build.sh builds.
"""

import argparse
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "prove"))
import joining
import leaving
import packs
import quorum
from binaries import find_binaries, versions
from cloud import Cloud
from cluster import World
from processes import isolate

# One cluster lives through all of them, in this order.
PROOFS = (
    joining.start,
    joining.documents,
    joining.pki,
    joining.workers,
    joining.csr,
    joining.ready,
    joining.pools,
    packs.order,
    packs.prune,
    packs.refused,
    joining.unready,
    leaving.rolling_drain,
    leaving.held,
    leaving.late,
    leaving.spot,
    leaving.cancel,
    leaving.takeover,
    packs.own,
    quorum.snapshot,
    quorum.leader_leaves,
    quorum.dies,
    quorum.last,
)


def main():
    parser = argparse.ArgumentParser(description="proves the node agent against real Kubernetes programs")
    parser.add_argument("--keep", action="store_true", help="keep the folder with every log, as after a failure")
    options = parser.parse_args()
    isolate()
    binaries = find_binaries()
    said = versions(binaries)
    print(", ".join("%s %s" % one for one in said.items()), flush=True)
    began, failed = time.monotonic(), 0
    cloud = Cloud()
    world = World(cloud, binaries, said["kubeadm"])
    for proof in PROOFS:
        try:
            print("✓ %s: %s" % (proof.sentence, proof(world)), flush=True)
        except Exception as error:  # the next ones tell more
            failed += 1
            print("✗ %s: %s: %s" % (proof.sentence, type(error).__name__, error), flush=True)
            if proof is joining.start:
                failed = len(PROOFS)
                break
    if failed or options.keep:
        print("logs: " + cloud.dir)
    else:
        shutil.rmtree(cloud.dir, ignore_errors=True)
    passed = len(PROOFS) - failed
    print("%d proofs, %d passed, %d failed, %.0f s" % (len(PROOFS), passed, failed, time.monotonic() - began))
    sys.exit(1 if failed else 0)


main()
