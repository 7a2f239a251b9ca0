import { allow } from "./objects.ts";

/** Makes and deletes volumes for claims. */
export const PROVISIONER_RULES = [
  allow("", "persistentvolumes", "get list watch create patch delete"),
  allow("", "persistentvolumeclaims", "get list watch update"),
  allow("", "nodes", "get list watch"),
  allow("", "events", "list watch create update patch"),
  allow("storage.k8s.io", "storageclasses csinodes volumeattachments", "get list watch"),
  allow("storage.k8s.io", "volumeattributesclasses", "get"),
  allow("snapshot.storage.k8s.io", "volumesnapshots volumesnapshotcontents", "get list watch update"),
];

/** Attaches volumes to nodes. */
export const ATTACHER_RULES = [
  allow("", "persistentvolumes", "get list watch patch"),
  allow("storage.k8s.io", "csinodes", "get list watch"),
  allow("storage.k8s.io", "volumeattachments", "get list watch patch"),
  allow("storage.k8s.io", "volumeattachments/status", "patch"),
];

/** Makes volumes larger. */
export const RESIZER_RULES = [
  allow("", "persistentvolumes", "get list watch patch"),
  allow("", "persistentvolumeclaims pods", "get list watch"),
  allow("", "persistentvolumeclaims/status", "patch"),
  allow("", "events", "list watch create update patch"),
  allow("storage.k8s.io", "volumeattributesclasses", "get list watch"),
];

/** Mounts volumes, on every node. */
export const NODE_RULES = [
  allow("", "nodes", "get list watch patch"),
  allow("storage.k8s.io", "volumeattachments", "get list watch"),
  allow("storage.k8s.io", "csinodes", "get"),
];

/** Of two controllers one works. */
export const LEASE_RULES = [allow("coordination.k8s.io", "leases", "get list watch create update patch delete")];
