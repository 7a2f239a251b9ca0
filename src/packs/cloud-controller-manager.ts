import type { Cluster } from "../config/cluster.ts";
import { cloudProviderId } from "../core/names.ts";
import type { RenderedPack } from "./definition.ts";
import {
  allow,
  CONTROL_PLANE_LABEL,
  clusterAccess,
  EARLY_TOLERATIONS,
  envOf,
  serviceAccount,
  systemBinding,
  systemObject,
} from "./objects.ts";

const NAME = "aws-cloud-controller-manager";
const ACCOUNT = "cloud-controller-manager";

/**
 * The AWS cloud controller manager: gives nodes their zone and addresses, takes the "uninitialized" taint off them, and
 * makes load balancers for services. https://github.com/kubernetes/cloud-provider-aws
 */
export function cloudControllerManager(version: string, cluster: Cluster): RenderedPack {
  const id = cloudProviderId({ name: cluster.name, accountId: cluster.account.accountId, region: cluster.region });
  const labels = { "k8s-app": NAME };
  const daemonSet = systemObject("apps/v1", "DaemonSet", NAME, {
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate" },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { [CONTROL_PLANE_LABEL]: "" },
          tolerations: EARLY_TOLERATIONS,
          priorityClassName: "system-node-critical",
          serviceAccountName: ACCOUNT,
          // It must work before there is a pod network, and pods of the network can't reach the instance's role: the
          // metadata service answers one hop far.
          hostNetwork: true,
          dnsPolicy: "Default",
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: NAME,
              image: `registry.k8s.io/provider-aws/cloud-controller-manager:v${version}`,
              args: [
                "--v=2",
                "--cloud-provider=aws",
                `--cluster-name=${id}`,
                // Pods talk over the network plug-in's overlay, not over routes of the VPC.
                "--configure-cloud-routes=false",
                "--allocate-node-cidrs=false",
                "--use-service-account-credentials=false",
                "--leader-elect=true",
              ],
              // The API server of its own node: before kube-proxy runs, the service's address leads nowhere.
              env: envOf({
                KUBERNETES_SERVICE_HOST: "127.0.0.1",
                KUBERNETES_SERVICE_PORT: "6443",
                AWS_REGION: cluster.region,
              }),
              resources: { requests: { cpu: "100m", memory: "64Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
            },
          ],
        },
      },
    },
  });
  return {
    name: NAME,
    version,
    objects: [
      serviceAccount(ACCOUNT),
      ...clusterAccess("system:cloud-controller-manager", ACCOUNT, RULES),
      systemBinding(
        "cloud-controller-manager:apiserver-authentication-reader",
        "extension-apiserver-authentication-reader",
        ACCOUNT,
      ),
      daemonSet,
    ],
  };
}

const RULES = [
  allow("", "events", "create patch update"),
  allow("", "nodes", "get list watch patch update delete"),
  allow("", "nodes/status", "patch"),
  allow("", "services services/status", "get list watch patch update"),
  allow("coordination.k8s.io", "leases", "create get list watch update"),
  // Its own HTTPS port asks the API server who is calling.
  allow("authentication.k8s.io", "tokenreviews", "create"),
  allow("authorization.k8s.io", "subjectaccessreviews", "create"),
];
