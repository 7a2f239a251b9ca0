import type { Message } from "./message.ts";

/** Findings on plans and what may be applied of them. */
export const PLAN_MESSAGES = {
  "plan/refused": [
    "error",
    "The change can't be made to a living cluster: another placement, VPC, block or access, or a smaller control plane.",
    "Take it back; to have it, make a new cluster and move to it.",
  ],
  "plan/other-owner": [
    "error",
    "The cluster belongs to another repository.",
    "Change it from there, or use another name. From a laptop, set SLIPWAY_OWNER.",
  ],
  "plan/newer-schema": ["error", "A newer Slipway last changed the cluster.", "Use that release or a later one."],
  "plan/name-taken": [
    "error",
    "AWS has something of the name that this cluster needs, and it is not Slipway's.",
    "Rename the cluster, or remove that.",
  ],
  "plan/pki-gone": [
    "error",
    "The parameter with the cluster's certificates is gone while nodes live by them.",
    "Put it back from a control-plane node's /etc/kubernetes/pki, or give the cluster up.",
  ],
  "plan/pki-untagged": [
    "error",
    "That parameter has lost the tag by which new nodes know the API server.",
    "Tag it as the message says.",
  ],
  "plan/nodes-not-ready": [
    "warning",
    "Nodes are not ready, and replacing them would do more harm: too many at once, or etcd's majority is gone.",
    "Find the common cause first: network, registry, quota, control plane.",
  ],
  "plan/pool-removal": [
    "warning",
    "A worker pool left the file; nothing is done until that is confirmed.",
    "Confirm CLUSTER/POOL, by the label on the pull request or by --confirm.",
  ],
  "plan/no-workers": [
    "warning",
    "Without worker pools nothing but the control plane's own pods run.",
    "Keep a pool, or set runsWorkloads.",
  ],
  "plan/waiting-for-price": [
    "notice",
    "Spot nodes wait: the price in a zone is above the cap.",
    "Nothing; or raise maxPricePercent, or set zoneFallback.",
  ],
  "plan/pack-data": [
    "warning",
    "What may hold data leaves with a pack.",
    "Save what is needed, then confirm CLUSTER/packs/PACK.",
  ],
  "plan/pack-leaves": [
    "notice",
    "What stays in the cluster when its pack leaves: definitions, namespaces, volumes.",
    "Delete it by hand when nothing needs it any more.",
  ],
  "plan/packs-unknown": [
    "warning",
    "What the packs were before can't be told, so neither what goes with this change.",
    "Look at the record in the bucket; restore an earlier version of the object.",
  ],
  "plan/not-ours": [
    "error",
    "Something carries the cluster's tag that Slipway did not make.",
    "Take the tag off what is not the cluster's: it would be deleted with it.",
  ],
  "plan/in-use": [
    "error",
    "A zone's subnet would go with its last pool, and something of others' is in it.",
    "Remove what is in the subnet, or leave a pool in the zone.",
  ],
  "plan/kubernetes-downgrade": [
    "error",
    "Kubernetes would go back, which it never does.",
    "Keep the version, or take a newer one.",
  ],
  "plan/kubernetes-skips-minor": ["error", "Kubernetes would skip a minor version.", "Go up one minor at a time."],
  "plan/kubelet-newer": [
    "error",
    "Nodes run a newer Kubernetes than the API server.",
    "Bring the control plane to that version first.",
  ],
  "plan/kubelet-too-old": [
    "error",
    "Nodes would be more than three minors behind the API server.",
    "Roll those pools first.",
  ],
  "plan/untried-with-kubernetes": [
    "warning",
    "The pack's makers have not tried it with that Kubernetes minor.",
    "Try it on another cluster, or wait.",
  ],
  "rehearsal/does-not-converge": [
    "error",
    "Carried out on the model of AWS, the plan fails or leaves something to do.",
    "Mend what it names; or go on with --no-rehearse where the model is wrong, and tell us.",
  ],
  "rehearsal/unknown": [
    "warning",
    "The plan could not be rehearsed: it is too large, or was not read in full.",
    "Nothing; it is applied without.",
  ],
  "commits/not-the-tip": [
    "error",
    "The branch has gone on with files that this run is about.",
    "Let the newer commit's run do it.",
  ],
  "commits/behind": ["error", "A newer commit was applied already.", "Apply that one, or revert it with a new commit."],
  "commits/unknown-order": [
    "notice",
    "The history at hand does not tell which commit comes first.",
    "Check out with fetch-depth: 0.",
  ],
  "approval/not-approved": [
    "error",
    "A change is not among those that a merged pull request showed.",
    "Open a pull request that shows it, or run apply by hand after a look at the plan.",
  ],
  "approval/unreadable": [
    "error",
    "What was approved can't be read from GitHub.",
    "Run it again; the job needs checks: write, contents: read and pull-requests: read.",
  ],
  "cluster/moved": [
    "error",
    "The document asks for another account or region: that is another cluster.",
    "Make a new cluster there, and remove this document when its work has moved.",
  ],
  "cluster/removed": [
    "warning",
    "The document is gone, so all of the cluster would be deleted.",
    "Bring it back, or confirm the deletion.",
  ],
  "cluster/control-plane-lost": [
    "error",
    "No control-plane node is left, and etcd went with them.",
    "Restore from a snapshot (docs/enterprise.md), or destroy and begin anew.",
  ],
} as const satisfies Record<string, Message>;
