#!/bin/sh
# Builds the programs that scripts/prove-agent.py runs the agent against, from their published Go modules, and prints
# their folder. Needs Go and its module proxy; about ten minutes on two cores the first time, seconds after that.
set -eu
cd "$(dirname "$0")"
version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
out=${SLIPWAY_KUBERNETES_BINARIES:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway-kubernetes}/$version
minor=${version#v1.}
# Without these the programs call themselves v0.0.0, and kubeadm refuses to serve the cluster's version.
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  for pair in "gitVersion=$version" gitMajor=1 "gitMinor=${minor%%.*}" gitTreeState=clean; do
    flags="$flags -X $package.$pair"
  done
done
mkdir -p "$out"
build() {
  if [ ! -x "$out/$1" ]; then
    echo "building $1" >&2
    CGO_ENABLED=0 GOFLAGS="-buildvcs=false -mod=readonly" \
      nice -n 19 go build -p "${JOBS:-1}" -trimpath -ldflags "$flags" -o "$out/$1.new" "$2"
    mv "$out/$1.new" "$out/$1"
  fi
}
build etcd go.etcd.io/etcd/server/v3
build etcdutl go.etcd.io/etcd/etcdutl/v3
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
build kubectl k8s.io/kubernetes/cmd/kubectl
build kube-scheduler k8s.io/kubernetes/cmd/kube-scheduler
build kubeadm k8s.io/kubernetes/cmd/kubeadm
build kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager
echo "$out"
