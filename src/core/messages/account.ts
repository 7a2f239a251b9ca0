import type { Message } from "./message.ts";

/** Findings on the account, the region, networks and permissions. */
export const ACCOUNT_MESSAGES = {
  "account/no-credentials": [
    "error",
    "AWS does not say whose credentials these are: there are none, or they are not valid.",
    "Set them as for the AWS CLI; in a workflow, permissions: id-token: write and a role.",
  ],
  "account/other-account": [
    "error",
    "The credentials belong to another account than the file's. Nothing else was asked.",
    "Use credentials of that account, or correct accountId.",
  ],
  "account/not-allowed": [
    "error",
    "The account is not among allowed-account-ids.",
    "Correct the input, or the account's document.",
  ],
  "account/credentials-expired": [
    "error",
    "The credentials ended while the run went on.",
    "Run it again, it goes on; roles given in the CloudAccount are renewed by themselves.",
  ],
  "account/root": [
    "warning",
    "These are the root user's credentials, which no policy limits.",
    "Use a role with the policies in policies/, and delete root's access keys.",
  ],
  "market/unknown": [
    "warning",
    "Something about the region could not be checked.",
    "Allow the read that the message names; the plan stands, and AWS may refuse a part of it.",
  ],
  "market/no-key-pair": [
    "error",
    "There is no key pair of that name in the region.",
    "Import it with the command in the message.",
  ],
  "market/no-zone": [
    "error",
    "The zone is not there, not available, or not opted in to.",
    "Take one that the message lists, or opt in.",
  ],
  "market/no-instance-type": ["error", "The region does not offer the instance type.", "Take another."],
  "market/type-not-in-zone": [
    "error",
    "The type is not offered in one of the pool's zones.",
    "Take another type, or zones that have it.",
  ],
  "market/no-image": [
    "error",
    "There is no image of that release, build and architecture.",
    "Take another os version, or leave serial out.",
  ],
  "market/image-gone": [
    "error",
    "Nodes would be launched from an image that is gone.",
    "Set the os pack's serial to a build that exists; the pool then rolls to it.",
  ],
  "market/image-architecture": [
    "error",
    "The image is for another architecture than the instance type.",
    "Take a build for both, or another type.",
  ],
  "market/no-price": [
    "error",
    "A share of an on-demand price is asked for that AWS does not list.",
    "Take another type, or on demand.",
  ],
  "capacity/vcpu": [
    "error",
    "The quota of running on-demand vCPU is short for what the plan launches.",
    "Ask for more with the command in the message, or plan for less.",
  ],
  "capacity/spot-vcpu": [
    "error",
    "The quota of spot vCPU is short.",
    "Ask for more with the command in the message, or plan for less.",
  ],
  "capacity/vpc": ["error", "The quota of VPCs is short.", "Ask for more, delete one, or use static placement."],
  "capacity/elastic-ip": [
    "error",
    "The quota of Elastic IP addresses is short: a zone takes one.",
    "Ask for more, release some, or use fewer zones.",
  ],
  "capacity/internet-gateway": [
    "error",
    "The quota of internet gateways is short; it follows that of VPCs.",
    "Ask for more VPCs.",
  ],
  "capacity/nat-gateway": [
    "error",
    "The quota of NAT gateways in a zone is short.",
    "Ask for more, or use another zone.",
  ],
  "capacity/vpc-endpoint": ["error", "The quota of gateway endpoints is short.", "Ask for more, or delete one."],
  "capacity/subnet": ["error", "The quota of subnets in the VPC is short.", "Ask for more, or use fewer zones."],
  "capacity/route-table": [
    "error",
    "The quota of route tables in the VPC is short.",
    "Ask for more, or use fewer zones.",
  ],
  "capacity/security-group": ["error", "The quota of security groups is short.", "Ask for more, or delete some."],
  "capacity/security-group-rules": [
    "error",
    "A security group would have more rules than AWS allows; allowedCidrs are most of them.",
    "Join blocks, or ask for more.",
  ],
  "capacity/load-balancer": ["error", "The quota of network load balancers is short.", "Ask for more, or delete one."],
  "capacity/target-group": ["error", "The quota of target groups is short.", "Ask for more, or delete some."],
  "capacity/unknown": [
    "warning",
    "A quota, or what is used of it, could not be read.",
    "Allow servicequotas reads; the plan stands, and AWS may refuse a part of it.",
  ],
  "cost/unknown": [
    "warning",
    "Some prices are not known, so the sums are the least that is to be paid.",
    "Allow pricing:GetProducts, or look the price up.",
  ],
  "network/overlap": [
    "warning",
    "The new VPC's block overlaps another VPC of the account: the two can never be connected.",
    "Choose another block now; it never changes.",
  ],
  "network/no-vpc": ["error", "There is no such VPC in the account and region.", "Correct vpcId."],
  "network/no-subnet": [
    "error",
    "There is no such subnet in the region.",
    "Correct it; the message has the command that lists them.",
  ],
  "network/other-vpc": ["error", "The subnet is in another VPC.", "Correct the subnet or vpcId."],
  "network/other-zone": [
    "error",
    "The subnet is in another zone than the file says.",
    "Correct the zone or the subnet.",
  ],
  "network/not-yours": [
    "error",
    "The VPC or subnet was made for a cluster, and goes with it.",
    "Name a network that no cluster made.",
  ],
  "network/no-addresses": [
    "error",
    "The subnet has too few free addresses for what is still to come.",
    "Use a larger subnet or more zones.",
  ],
  "network/no-dns": [
    "error",
    "DNS resolution is off in the VPC: nodes could look up no name.",
    "Turn it on with the command in the message.",
  ],
  "network/no-dns-hostnames": [
    "warning",
    "DNS hostnames are off in the VPC: private names of nodes and endpoints do not resolve.",
    "Turn them on with the command in the message.",
  ],
  "network/ranges-overlap": [
    "error",
    "The range of pods or services overlaps the VPC.",
    "Give the kubernetes pack another range.",
  ],
  "network/not-public": [
    "error",
    "A subnet for the bastion or a public load balancer has no route to an internet gateway.",
    "Add the route, or name a subnet that has it.",
  ],
  "network/not-private": [
    "error",
    "A subnet for nodes leads to an internet gateway, which serves nothing without a public address.",
    "Name a subnet whose default route leads elsewhere.",
  ],
  "network/no-way-out": [
    "error",
    "A subnet for nodes has no default route.",
    "Send 0.0.0.0/0 to a NAT gateway or another way out.",
  ],
  "network/route-unknown": [
    "warning",
    "The subnet's route table is not shown to this account.",
    "Have its owner check the default route.",
  ],
  "network/egress-not-listed": [
    "error",
    "A NAT gateway's address is not in egressCidrs, so a public API server would refuse its nodes.",
    "Add the address.",
  ],
  "network/nodes-elsewhere": [
    "warning",
    "A zone keeps nodes in the subnet that the file had before.",
    "Keep the old subnet while they live.",
  ],
  "network/no-role-tag": [
    "warning",
    "Subnets lack the tag by which the in-cluster cloud controller finds them.",
    "Tag them with the command in the message.",
  ],
  "network/tagged-for-others": [
    "warning",
    "Subnets are tagged for other clusters alone; this one's cloud controller passes them over.",
    "Add the tag in the message.",
  ],
  "permissions/missing": [
    "error, warning",
    "The role that applies, or the caller where no role is named (then a warning), may not do all of the plan.",
    "Add the statements in the message.",
  ],
  "permissions/no-role": ["error", "The role of applyRoleArn does not exist.", "Correct it, or make the role."],
  "permissions/linked-role": [
    "warning",
    "The role may not let AWS make its own role for load balancers or spot; only the first in an account needs it.",
    "Add the statement, or make that role once by hand.",
  ],
  "permissions/unknown": [
    "warning",
    "IAM could not be asked, or did not tell.",
    "Allow iam:SimulatePrincipalPolicy for the plan role.",
  ],
  "permissions/not-asked": [
    "notice",
    "The caller only plans, and no applyRoleArn says who applies.",
    "Name the role in the CloudAccount.",
  ],
  "doctor/caller": ["notice", "Whose credentials these are.", "Nothing."],
  "doctor/plans": ["notice", "Whoever plans has all the rights that planning takes.", "Nothing."],
  "doctor/applies": ["notice", "Whoever applies has all the rights that applying takes.", "Nothing."],
  "doctor/plans-not": ["error", "Whoever plans lacks rights.", "Attach the policies that the message names."],
  "doctor/applies-not": [
    "error, warning",
    "Whoever applies lacks rights; a warning where it is the caller, who may only want to plan.",
    "Attach the policies that the message names.",
  ],
  "doctor/no-role": [
    "error",
    "A role that the account's file names does not exist.",
    "Make it (docs/permissions.md), or correct the file.",
  ],
  "doctor/unknown": [
    "warning",
    "IAM could not be asked about a role; the message has what EC2's DryRun told.",
    "Allow iam:SimulatePrincipalPolicy.",
  ],
  "doctor/no-id-token": [
    "warning",
    "The job may not ask GitHub for a token, so it can take no role by OIDC.",
    "Give it permissions: id-token: write.",
  ],
  "doctor/branch": ["notice", "The branch that is applied from takes reviewed pull requests alone.", "Nothing."],
  "doctor/branch-unknown": [
    "notice",
    "Whether that branch is protected can't be seen.",
    "Give the job contents: read; from the command line, set GITHUB_TOKEN.",
  ],
  "doctor/branch-terms-unknown": [
    "notice",
    "The branch is protected; whether it wants reviewed pull requests can't be seen.",
    "Run doctor with a GITHUB_TOKEN of an administrator, or look in the settings.",
  ],
  "doctor/branch-open": [
    "warning",
    "The branch that is applied from is not protected: whoever may push can apply.",
    "Require reviewed pull requests; the finding has the command.",
  ],
  "doctor/branch-direct": [
    "warning",
    "The branch is protected, and takes pushes without a pull request.",
    "Require reviewed pull requests; the finding has the command.",
  ],
  "doctor/branch-unreviewed": [
    "warning",
    "The branch takes pull requests that nobody has approved.",
    "Require an approval; the finding has the command.",
  ],
  "doctor/environments-unknown": [
    "notice",
    "The repository's environments can't be seen.",
    "Give the job actions: read; from the command line, set GITHUB_TOKEN.",
  ],
  "doctor/no-environment": [
    "notice",
    "There is no environment whose reviewers a job could wait for.",
    "Make one with required reviewers, and name it in the workflow that applies.",
  ],
  "doctor/environment": ["notice", "Jobs in that environment wait for a reviewer.", "Nothing."],
  "doctor/environment-limited": [
    "notice",
    "The environment asks nobody, and takes jobs of some branches alone.",
    "Nothing, where those branches are protected; else give it reviewers.",
  ],
  "doctor/environment-open": [
    "warning",
    "The environment asks nobody, and takes jobs of every branch.",
    "Give it required reviewers; the finding has the command.",
  ],
  "doctor/trust": ["notice", "The trust policy that a role for this very run would have.", "Paste it into the role."],
} as const satisfies Record<string, Message>;
