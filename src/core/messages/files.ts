import type { Message } from "./message.ts";

/** Findings on what is wrong with files and documents. */
export const FILE_MESSAGES = {
  "files/outside": [
    "error",
    "The folder, or a link in it, leads out of the repository.",
    "Keep cluster files inside the repository, or give another --path.",
  ],
  "files/no-folder": [
    "error",
    "There is no folder of that name.",
    "Put cluster files under clusters/, or say where they are with --path (the input path).",
  ],
  "files/none": ["error", "The folder holds no .yaml or .yml file.", "Add a cluster file, or correct --path."],
  "files/too-many": [
    "error",
    "There are more files than are read; a mistaken --path, most often.",
    "Point --path at the folder of the cluster files alone.",
  ],
  "files/unreadable": [
    "error",
    "A file is none, a link leads nowhere, or the text can't be read.",
    "Replace it by a plain file in UTF-8.",
  ],
  "files/too-large": [
    "error",
    "A file is larger than 1 MiB.",
    "Split it: a document is known by its kind and name, not by its file.",
  ],
  "files/not-utf8": ["error", "The file is not UTF-8 text.", "Save it as UTF-8."],
  "files/link-out": [
    "error",
    "A link among a pack's files leads out of the repository.",
    "Copy what it points to into the repository.",
  ],
  "config/not-yaml": [
    "error",
    "The file is not valid YAML.",
    "Mend it at the line and column; tabs and missing quotes are the usual cause.",
  ],
  "config/yaml-too-large": [
    "error",
    "The YAML nests too deeply, or its aliases unfold to too many values.",
    "Write it out with fewer aliases.",
  ],
  "config/empty-file": ["error", "The file holds no document.", "Write one into it, or delete it."],
  "config/not-a-document": [
    "error",
    "A document is a list or a single value; Slipway's are mappings with apiVersion and kind.",
    "Write apiVersion, kind, metadata and spec.",
  ],
  "config/unknown-kind": [
    "error",
    "The document's kind is none of Cluster, ClusterProfile and CloudAccount.",
    "Correct the kind, or move other YAML out of the folder.",
  ],
  "config/unknown-key": [
    "error",
    "A key that the document does not have at this place. Nothing is ignored silently.",
    "Take the nearest known key, which the message names, or remove it.",
  ],
  "config/missing-key": ["error", "A required key is missing.", "Add it; the message has an example."],
  "config/no-pools": [
    "error",
    "The cluster has no controlPlane.",
    "Paste the snippet that the message shows, and choose sizes and types.",
  ],
  "config/unquoted-number": ["error", "YAML reads a version without quotes as a number: 1.10 is 1.1.", "Quote it."],
  "config/wrong-type": [
    "error",
    "The value is of another type than the key takes.",
    "Write a value of the type that the message names.",
  ],
  "config/not-allowed": [
    "error",
    "The value is none of those that the key takes.",
    "Take one of those that the message lists.",
  ],
  "config/not-a-cidr": [
    "error",
    "The value is no IPv4 block, or has bits set behind its prefix.",
    "Write it like 10.0.0.0/16; a single address is /32.",
  ],
  "config/bad-value": [
    "error",
    "The value is outside its limits, or not of its form.",
    "Correct it as the message says.",
  ],
  "config/bad-key": ["error", "A tag's, label's or parameter's name is not of the form that is allowed.", "Rename it."],
  "config/name-twice": [
    "error",
    "Two documents of one kind have the same name (profiles: name and version).",
    "Rename one. Cluster names are unique in a repository, since confirmations know clusters by name.",
  ],
  "config/unknown-account": ["error", "spec.account names no CloudAccount.", "Add the document, or correct the name."],
  "config/unknown-profile": [
    "error",
    "spec.profile names no ClusterProfile of that name and version.",
    "Add the document, or correct name@version.",
  ],
  "config/unknown-pack": [
    "error",
    "An override is for a pack or layer that the profile does not have.",
    "Correct the name.",
  ],
  "config/unknown-macro": ["error", "A value holds a macro that does not exist.", "Use one of those in docs/packs.md."],
  "config/other-cloud": ["error", "The file asks for another cloud.", "Remove the key: Slipway builds on AWS alone."],
  "config/other-partition": [
    "error",
    "The region is one of AWS China or GovCloud.",
    "Use a region of the standard partition.",
  ],
  "config/region-not-of-account": [
    "error",
    "The cluster's region is not in the account's list of regions.",
    "Add it there, so that clusters can be found in it.",
  ],
  "config/zone-of-other-region": [
    "error",
    "A zone does not belong to the cluster's region.",
    "Correct the zone or the region.",
  ],
  "config/zone-twice": ["error", "Static placement names a zone twice.", "Leave one entry for each zone."],
  "config/zone-without-subnet": [
    "error",
    "Static placement has no subnet for a zone that a pool, the load balancer or the bastion needs.",
    "Add the subnet, or take the zone from the pools.",
  ],
  "config/subnet-twice": ["error", "One subnet is given as both private and public.", "Give two different subnets."],
  "config/no-egress": [
    "error",
    "A public API server in a network of yours: it must admit the nodes by the addresses that they come from.",
    "Give egressCidrs, the addresses of your NAT gateways.",
  ],
  "config/too-many-zones": [
    "error",
    "The pools name more zones than a VPC of Slipway has room for.",
    "Use fewer zones.",
  ],
  "config/vpc-too-large": ["error", "vpcCidr is larger than AWS allows.", "Take a block from /16 to /22."],
  "config/vpc-too-small": [
    "error",
    "vpcCidr, or a zone's private subnet in it, has no room for what the pools ask for.",
    "Take a larger block; it never changes, so leave room to grow.",
  ],
  "config/ranges-overlap": [
    "error",
    "VPC, pods and services share addresses.",
    "Give each a block of its own; podCidr and serviceCidr belong to the kubernetes pack.",
  ],
  "config/reserved-tag": ["error", "The tag belongs to AWS, Kubernetes or Slipway.", "Use another key."],
  "config/reserved-label": ["error", "The label belongs to Slipway.", "Use another key."],
  "config/pool-name-taken": ["error", "A worker pool is called control-plane or bastion.", "Rename it."],
  "config/pool-twice": ["error", "Two worker pools have one name.", "Rename one."],
  "config/rollout-stuck": [
    "error",
    "maxSurge and maxUnavailable are both 0, so no node could ever be replaced.",
    "Set one of them to 1 or more.",
  ],
  "config/one-zone": [
    "warning",
    "All control-plane nodes are in one zone: the cluster is lost with it.",
    "Name three zones.",
  ],
  "config/two-zones": [
    "warning",
    "With two zones, losing the one with more control-plane nodes stops etcd.",
    "Name three zones.",
  ],
  "config/spot-control-plane": [
    "error",
    "The control plane can't run on spot instances.",
    "Remove spot there; worker pools can have it.",
  ],
  "config/no-autoscaling": ["error", "Pools have one size; scaling by load is not there.", "Give size."],
  "config/no-rdp": ["error", "The bastion is a Linux host, reached by SSH.", "Remove the key."],
  "config/no-ssh-key": ["error", "A bastion without a key pair lets nobody in.", "Give sshKeyName, or bastion: false."],
  "config/no-merge-keys": [
    "error",
    "YAML merge keys (<<) are not part of YAML 1.2.",
    "Write the keys out; aliases of whole values work.",
  ],
  "config/api-server-open-to-nobody": [
    "error",
    "A public API server without allowedCidrs: there is no open default.",
    "List who may connect.",
  ],
  "config/open-to-the-world": [
    "warning",
    "0.0.0.0/0 may reach the API server, or the bastion's SSH port.",
    "List the networks that need it.",
  ],
  "config/missing-layer": ["error", "The profile lacks os, kubernetes, cni or csi.", "Add the layer."],
  "config/layer-twice": ["error", "The profile has one of those layers more than once.", "Keep one."],
  "config/pack-twice": ["error", "The profile has a pack twice.", "Keep one, or name the second differently."],
  "config/kubernetes-version": [
    "error",
    "The Kubernetes version is not of the form 1.37.1.",
    "Write all three numbers, in quotes.",
  ],
  "config/not-own-pack": [
    "error",
    "A key of packs of your own stands at a pack that comes with Slipway.",
    "Add manifests or chart, or remove the key.",
  ],
  "config/own-pack-layer": [
    "error",
    "A pack of your own stands in the os, kubernetes or cni layer.",
    "Make it an add-on, or the csi layer.",
  ],
  "config/two-sources": ["error", "A pack has both manifests and a chart.", "Make two packs of it."],
  "config/chart-place": ["error", "A chart has neither a repository with a name nor a path.", "Give one of them."],
  "config/bad-parameter-declaration": [
    "error",
    "A parameter of a pack of your own contradicts itself, such as a default outside its limits.",
    "Correct the declaration.",
  ],
} as const satisfies Record<string, Message>;
