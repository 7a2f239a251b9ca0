// Made from schemas/ by `npm run generate`; edit the schemas instead.

/**
 * The EC2 instance type of every node of the pool. A change rolls the pool.
 */
export type InstanceType = string;
/**
 * The availability zones that the pool's nodes are spread over, as evenly as the size allows.
 *
 * @minItems 1
 *
 * Items: An availability zone of the region.
 */
export type Zones = string[];

/**
 * One Kubernetes cluster on AWS: where it lives, what it is built from, and its pools of nodes. What this document says is what should be; Slipway makes AWS follow.
 */
export interface ClusterDocument {
  /**
   * Where editors find this schema. Slipway does not read it.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  apiVersion: "slipway/v1";
  /**
   * Tells this document from profiles and accounts.
   */
  kind: "Cluster";
  /**
   * What the cluster is called, and what is said about it.
   */
  metadata: {
    /**
     * The cluster's identity, with account and region: lower-case letters, digits and hyphens, at most 40 characters. It never changes; another name is another cluster.
     */
    name: string;
    /**
     * What the cluster is for. It is shown in plans and stays in this file.
     */
    description?: string;
    /**
     * Tags for everything in AWS that can be tagged, volumes and network interfaces too. At most 35; a change is made in place and rolls nothing. Keys of AWS, Kubernetes and Slipway itself are taken.
     */
    tags?: {
      /**
       * The tag's value: at most 256 letters, digits, spaces and + - = . _ : / @.
       */
      [k: string]: string;
    };
  };
  /**
   * What should be.
   */
  spec: {
    /**
     * The ClusterProfile to build from, as `<name>@<version>`.
     */
    profile: string;
    /**
     * Changes to the profile for this cluster only, by pack name or by layer. Values are merged deeply and win over the profile's; lists are replaced.
     */
    overrides?: {
      /**
       * What differs from the profile's pack.
       */
      [k: string]: {
        /**
         * Another version of the pack, quoted.
         */
        version?: string;
        /**
         * Parameters that win over the profile's.
         */
        values?: {
          [k: string]: unknown;
        };
      };
    };
    /**
     * The CloudAccount that the cluster lives in, by name.
     */
    account: string;
    /**
     * The AWS region; one of the account's regions. It never changes.
     */
    region: string;
    /**
     * An EC2 key pair that exists in the region, put on the bastion and every node. Required while the bastion is on; a change rolls the nodes.
     */
    sshKeyName?: string;
    /**
     * Where the network comes from: `dynamic`, where Slipway makes and deletes a VPC of the cluster's own, or `static`, where it uses yours. The kind never changes.
     */
    placement?: {
      /**
       * A VPC with a public and a private subnet and a NAT gateway for each zone that any pool names.
       */
      dynamic?: {
        /**
         * The VPC's IPv4 block, /16 to /22: one eighth for public subnets, one eighth for each zone's private subnet, so up to 7 zones. It never changes.
         */
        vpcCidr?: string;
      };
      /**
       * A VPC of yours. Subnets, routes and gateways stay yours: Slipway only uses them.
       */
      static?: {
        /**
         * The VPC's id.
         */
        vpcId: string;
        /**
         * One entry a zone, for every zone that a pool names.
         *
         * @minItems 1
         *
         * Items: The subnets of one zone.
         */
        subnets: {
          /**
           * The availability zone.
           */
          zone: string;
          /**
           * The subnet of the nodes: no route to an internet gateway, but a way out.
           */
          private: string;
          /**
           * The subnet of the bastion and of a public API server's load balancer; not needed without them.
           */
          public?: string;
        }[];
        /**
         * The public addresses that the nodes reach the internet from (those of your NAT gateways). Needed when the API server is public, since nodes reach it from there.
         *
         * Items: An IPv4 block.
         */
        egressCidrs?: string[];
      };
    };
    /**
     * Who reaches the Kubernetes API, through the network load balancer in front of the control plane.
     */
    apiServer: {
      /**
       * `public`: an internet-facing load balancer that admits `allowedCidrs` and the cluster's own NAT gateways. `private`: an internal one that admits the VPC and `allowedCidrs`. It never changes.
       */
      access: "public" | "private";
      /**
       * Who may connect to port 6443. Required when access is public: there is no open default.
       *
       * Items: An IPv4 block.
       */
      allowedCidrs?: string[];
      /**
       * Further names that the API server's certificate is valid for.
       *
       * Items: A DNS name or an address.
       */
      certSANs?: string[];
    };
    /**
     * The one host with a public address, in the first zone's public subnet: the only way to SSH to a node. `false` turns it off.
     */
    bastion:
      | {
          /**
           * The bastion's instance type.
           */
          instanceType?: string;
          /**
           * Who may connect by SSH. There is no open default.
           *
           * @minItems 1
           *
           * Items: An IPv4 block.
           */
          allowedCidrs: string[];
        }
      | boolean;
    /**
     * The nodes that run the Kubernetes control plane and etcd, in private subnets behind the load balancer. On demand only.
     */
    controlPlane: {
      /**
       * How many: 1, 3 or 5. It can grow, never shrink.
       */
      size: 1 | 3 | 5;
      instanceType: InstanceType;
      zones: Zones;
      /**
       * Whether ordinary pods may run on control-plane nodes.
       */
      runsWorkloads?: boolean;
      rootVolume?: RootVolume;
    };
    /**
     * Pools of worker nodes, each of one shape.
     *
     * @maxItems 100
     */
    workerPools?: WorkerPool[];
  };
}
/**
 * The nodes' root volume: gp3 and encrypted. A change rolls the pool.
 */
export interface RootVolume {
  /**
   * Size in GiB.
   */
  sizeGiB?: number;
}
/**
 * A pool of worker nodes.
 */
export interface WorkerPool {
  /**
   * The pool's name, unique in the cluster: lower-case letters, digits and hyphens, at most 40 characters. Another name is another pool.
   */
  name: string;
  /**
   * How many nodes, 0 to 1000. A change of size alone rolls no node.
   */
  size: number;
  instanceType: InstanceType;
  zones: Zones;
  /**
   * Run on spot instances while their price is low enough. Without it the pool runs on demand.
   */
  spot?: {
    /**
     * The highest price to pay, in percent of the on-demand price of the type in the region. Above it no node is launched; the pool waits.
     */
    maxPricePercent: number;
  };
  /**
   * Whether a zone that cannot launch lends its share to the pool's other zones.
   */
  zoneFallback?: boolean;
  /**
   * Kubernetes labels of the pool's nodes. A change is made in place.
   */
  labels?: {
    /**
     * The label's value.
     */
    [k: string]: string;
  };
  /**
   * Kubernetes taints of the pool's nodes. A change is made in place.
   *
   * Items: A taint: pods that do not tolerate it stay away.
   */
  taints?: {
    /**
     * The taint's key.
     */
    key: string;
    /**
     * The taint's value.
     */
    value?: string;
    /**
     * What the taint does.
     */
    effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  }[];
  rootVolume?: RootVolume;
  /**
   * How nodes are replaced when something changes that they are born with.
   */
  rollout?: {
    /**
     * How many nodes more than the size there may be meanwhile.
     */
    maxSurge?: number | string;
    /**
     * How many nodes fewer than the size may be ready meanwhile.
     */
    maxUnavailable?: number | string;
    /**
     * How long a node's pods are waited for, PodDisruptionBudgets included, before the roll stops with their names.
     */
    drainTimeout?: string;
  };
}

/**
 * The construction template of clusters: what is installed on them, layer by layer, and in which versions.
 */
export interface ClusterProfileDocument {
  /**
   * Where editors find this schema. Slipway does not read it.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  apiVersion: "slipway/v1";
  /**
   * Tells this document from clusters and accounts.
   */
  kind: "ClusterProfile";
  /**
   * What clusters refer to as `<name>@<version>`.
   */
  metadata: {
    /**
     * Lower-case letters, digits and hyphens, at most 63 characters.
     */
    name: string;
    /**
     * A semantic version. A profile that clusters use is not edited: a new version is added, and clusters move to it one by one.
     */
    version: string;
    /**
     * What the profile is for.
     */
    description?: string;
  };
  /**
   * The cloud and the packs.
   */
  spec: {
    /**
     * The cloud that the profile is made for. AWS is the only one.
     */
    cloud: "aws";
    /**
     * The layers from the bottom up. `os`, `kubernetes`, `cni` and `csi` are there exactly once; add-ons follow in the order in which they are installed.
     *
     * @minItems 1
     * @maxItems 50
     */
    packs: Pack[];
  };
}
/**
 * One layer of the cluster: a thing to install, its version and its parameters. A pack is one of Slipway's own, or the user's: `manifests` or `chart` say from where.
 */
export interface Pack {
  /**
   * Where the pack belongs. The kubernetes layer brings the AWS cloud controller manager with it.
   */
  layer: "os" | "kubernetes" | "cni" | "csi" | "addon";
  /**
   * The pack's name; a profile has each name once. With neither `manifests` nor `chart` it is the name of a pack that comes with Slipway.
   */
  name: string;
  /**
   * The version, always quoted: YAML reads 1.10 without quotes as the number 1.1.
   */
  version: string;
  /**
   * Parameters of the pack. What is not given has the pack's own default. Text may hold `{{ cluster.name }}` and other macros.
   */
  values?: {
    [k: string]: unknown;
  };
  /**
   * With `manifests` or `chart`: the namespace of objects that name none. It is made where it is not there.
   */
  namespace?: string;
  /**
   * Files with Kubernetes objects, and folders of such files, as paths from the file that this is written in. Text in them may hold macros: `{{ cluster.name }}`, `{{ values.size }}`.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A path from this file.
   */
  manifests?: string[];
  /**
   * A Helm chart, which `helm template` turns into objects on the machine that runs Slipway.
   */
  chart?: {
    /**
     * The address of a chart repository, `https://...`, or of a folder of an OCI registry, `oci://...`.
     */
    repository?: string;
    /**
     * The chart's name in that repository. Its version is the pack's.
     */
    name?: string;
    /**
     * Instead of a repository: the chart's folder, as a path from the file that this is written in.
     */
    path?: string;
  };
  /**
   * With `manifests` or `chart`: what its values may be. Values that are not listed here are errors then; without this list any are taken.
   */
  parameters?: {
    [k: string]: Parameter;
  };
}
/**
 * One parameter of a pack.
 */
export interface Parameter {
  /**
   * What kind of value it takes; a list is one of texts.
   */
  type: "boolean" | "integer" | "string" | "list";
  /**
   * The value where none is given. It must be of that type.
   */
  default: boolean | number | string | string[];
  /**
   * What it does, for whoever reviews it.
   */
  description: string;
  /**
   * With type string: the texts that it may be.
   *
   * @minItems 1
   *
   * Items: One text.
   */
  allowed?: string[];
  /**
   * With type integer: the least.
   */
  minimum?: number;
  /**
   * With type integer: the most.
   */
  maximum?: number;
}

/**
 * An AWS account that clusters may live in, and the roles that Slipway takes on there. It never holds a credential: those come from the runner.
 */
export interface CloudAccountDocument {
  /**
   * Where editors find this schema. Slipway does not read it.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  apiVersion: "slipway/v1";
  /**
   * Tells this document from clusters and profiles.
   */
  kind: "CloudAccount";
  /**
   * What the account is called in this repository.
   */
  metadata: {
    /**
     * The name that clusters refer to in `spec.account`: lower-case letters, digits and hyphens, at most 63 characters.
     */
    name: string;
  };
  /**
   * Which account it is, and how Slipway may work in it.
   */
  spec: {
    /**
     * The 12 digits of the AWS account, quoted. Checked against the credentials before anything else: a run with the wrong account's credentials stops there.
     */
    accountId: string;
    /**
     * The regions that clusters of this account may be in, and where Slipway looks for clusters that have no document any more.
     *
     * @minItems 1
     *
     * Items: An AWS region.
     */
    regions: string[];
    /**
     * The role that plans with; read-only. Without it the runner's own credentials are used.
     */
    planRoleArn?: string;
    /**
     * The role that applies, reconciles and destroys with. Without it the runner's own credentials are used.
     */
    applyRoleArn?: string;
    /**
     * A permissions boundary that is put on every role that Slipway makes.
     */
    permissionsBoundaryArn?: string;
    /**
     * Instance profiles that an administrator made. With them Slipway makes no roles in this account.
     */
    instanceProfiles?: {
      /**
       * Name of the instance profile of control-plane nodes.
       */
      controlPlane: string;
      /**
       * Name of the instance profile of worker nodes.
       */
      worker: string;
    };
    /**
     * A customer managed KMS key for the cluster's certificates and the nodes' volumes. Without it the account's AWS managed keys are used.
     */
    kmsKeyArn?: string;
  };
}
