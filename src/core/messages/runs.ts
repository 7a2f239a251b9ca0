import type { Message } from "./message.ts";

/** Findings on runs and what they leave. */
export const RUN_MESSAGES = {
  "apply/unconfirmed": [
    "error",
    "Something would be deleted for good, and nobody has confirmed it.",
    "Confirm it by the name in the message.",
  ],
  "apply/no-capacity": [
    "warning",
    "AWS has no instances of that type in that zone now; the share waits.",
    "Nothing: a later run launches them. Or another type, zone or zoneFallback.",
  ],
  "run/stopped": [
    "warning",
    "The run was told to stop, or came to its time limit; nothing more was started.",
    "Run the same again.",
  ],
  "run/resumed": [
    "notice",
    "An earlier run did not come to its end; this one says what it found and goes on.",
    "Nothing.",
  ],
  "run/killed": ["error", "The run ended without its report.", "Run the same again; nothing is lost."],
  "lease/held": [
    "error",
    "Another run is changing the cluster.",
    "Wait for it; if it is dead, its lease runs out after a minute. slipway unlock tells which it is.",
  ],
  "lease/lost": [
    "error",
    "This run could not renew its lease in time and has stopped, so that no two runs work at once.",
    "Run it again; look at the network between runner and S3 when it happens often.",
  ],
  "lease/free": ["notice", "Nobody holds the lease.", "Nothing."],
  "lease/released": ["notice", "The lease was released.", "Run what you wanted to run."],
  "unlock/unconfirmed": [
    "error",
    "Somebody holds the lease; releasing it wants a word.",
    "Make sure that run is dead, then add --confirm CLUSTER.",
  ],
  "unlock/alive": [
    "error",
    "The lease was renewed while it was looked at: its run lives.",
    "Stop that run where it runs.",
  ],
  "reconcile/never-applied": [
    "warning",
    "No apply has come to its end, so there is nothing to go back to.",
    "Run apply.",
  ],
  "reconcile/not-applied": [
    "warning",
    "The files ask for something else than was last applied; nothing was repaired.",
    "Run apply.",
  ],
  "reconcile/left": [
    "warning",
    "Something differs that could only be put right by disrupting or deleting.",
    "Look at the plan and run apply.",
  ],
  "destroy/nothing-found": ["notice", "AWS has nothing of the cluster.", "Nothing."],
  "destroy/ambiguous": [
    "error",
    "There are clusters of that name in several regions, and no document says which is meant.",
    "Leave only one region in the account's file, and run it again.",
  ],
  "destroy/unconfirmed": [
    "error",
    "Deleting the cluster was not confirmed; nothing was changed.",
    "Add --confirm CLUSTER.",
  ],
  "destroy/in-use": [
    "error",
    "Something of others' is in the cluster's VPC, attached to it, or names its groups; nothing was deleted.",
    "Ask whose it is, remove it, and run destroy again.",
  ],
  "destroy/volumes-kept": [
    "notice",
    "Volumes of claims outlive their cluster, and are paid for.",
    "Delete those whose data nobody needs; the fix has the command.",
  ],
  "destroy/left": [
    "error",
    "Something is still there, or could not be read; the message names it and whose it is.",
    "Remove what is in its way, and run destroy again.",
  ],
  "status/nothing-found": ["notice", "No file describes the cluster, and AWS has nothing of it.", "Nothing."],
  "status/no-document": [
    "warning",
    "AWS has a cluster that no file describes.",
    "Write its file again, or destroy it.",
  ],
  "survey/unreadable": [
    "error, warning",
    "What AWS has could not be read in full; a plan stops there, status only says so.",
    "Allow the read, or try again.",
  ],
  "records/unreadable": ["error", "The records in the bucket could not be read.", "Allow the read, or try again."],
  "records/broken": [
    "error",
    "A record in the bucket is not JSON.",
    "Restore an earlier version of the object, or delete it.",
  ],
  "records/bucket-taken": [
    "error",
    "The bucket of that name belongs to another account.",
    "Ask AWS Support; apply nothing in this region until it is yours.",
  ],
  "aws/call-failed": [
    "error",
    "A call failed in a way that trying again does not mend; the message is AWS's.",
    "Mend what it says, and run it again.",
  ],
  "report/unreadable": [
    "error",
    "A matrix job's file can't be taken into the report.",
    "Upload it as docs/workflows does; make all jobs run one version of Slipway.",
  ],
  "report/no-plan": ["error", "A matrix job left no plan.", "Look at that job's log, and run the failed jobs again."],
  "github/offline": [
    "notice",
    "A fork's or Dependabot's pull request: the files were checked by themselves, AWS was not asked.",
    "Nothing.",
  ],
  "kubeconfig/break-glass": [
    "warning",
    "The file lets whoever has it do everything until it ends.",
    "Delete it when you are done.",
  ],
  "kubeconfig/private": ["notice", "The API server is private; the way in is in the message.", "Open the tunnel."],
  "kubeconfig/no-pki": [
    "error",
    "The cluster has no certificates there.",
    "Apply it first; look at account and region.",
  ],
  "kubeconfig/no-endpoint": ["error", "The cluster has no load balancer.", "Apply it."],
  "kubeconfig/denied": [
    "error",
    "These credentials may not read the cluster's keys.",
    "Allow ssm:GetParameter on the parameter, and kms:Decrypt with a key of your own.",
  ],
  "kubeconfig/ambiguous": [
    "error",
    "There is a cluster of that name in more than one region.",
    "Leave only one region in the account's file, and run it again.",
  ],
  "kubeconfig/not-written": ["error", "The file can't be written.", "Give another with --out."],
} as const satisfies Record<string, Message>;
