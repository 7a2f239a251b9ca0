// Made from src/packs/catalogue/ by `npm run generate`; edit the files there instead.
import type { PackFile } from "./catalogue.ts";

/** The packs that are data alone. */
export const CATALOGUE: readonly PackFile[] = [
  {
    "layer": "addon",
    "name": "aws-load-balancer-controller",
    "about": "Application load balancers for ingresses, and network load balancers for services of the class service.k8s.aws/nlb. Needs cert-manager.",
    "versions": [
      "3.5"
    ],
    "kubernetes": {
      "source": "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/",
      "tested": {
        "3.5": {
          "from": "1.22"
        }
      }
    },
    "parameters": {
      "ingressClass": {
        "type": "string",
        "default": "alb",
        "pattern": "^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$",
        "example": "alb",
        "description": "The name of the ingress class that it makes load balancers for."
      },
      "defaultIngressClass": {
        "type": "boolean",
        "default": false,
        "description": "Ingresses that name no class get this one."
      },
      "defaultScheme": {
        "type": "string",
        "default": "internal",
        "allowed": [
          "internal",
          "internet-facing"
        ],
        "description": "Who reaches a load balancer that does not say so itself."
      },
      "logLevel": {
        "type": "string",
        "default": "info",
        "allowed": [
          "info",
          "debug"
        ],
        "description": "How much it logs."
      }
    },
    "controlPlaneTraffic": [
      {
        "protocol": "tcp",
        "port": 9443,
        "what": "webhooks of the AWS load balancer controller"
      }
    ],
    "permissions": [
      {
        "Sid": "BalancingServiceRole",
        "Effect": "Allow",
        "Action": "iam:CreateServiceLinkedRole",
        "Resource": "*",
        "Condition": {
          "StringEquals": {
            "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"
          }
        }
      },
      {
        "Sid": "BalancingSee",
        "Effect": "Allow",
        "Action": [
          "ec2:DescribeAccountAttributes",
          "ec2:DescribeAddresses",
          "ec2:DescribeInternetGateways",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeTags",
          "ec2:DescribeVpcPeeringConnections",
          "ec2:GetSecurityGroupsForVpc",
          "acm:DescribeCertificate",
          "acm:ListCertificates",
          "iam:GetServerCertificate",
          "iam:ListServerCertificates"
        ],
        "Resource": "*"
      },
      {
        "Sid": "BalancingGroupsMark",
        "Effect": "Allow",
        "Action": "ec2:CreateTags",
        "Resource": "arn:aws:ec2:{{ cluster.region }}:{{ cluster.account }}:security-group/*",
        "Condition": {
          "StringEquals": {
            "ec2:CreateAction": "CreateSecurityGroup",
            "aws:RequestTag/elbv2.k8s.aws/cluster": "{{ cluster.id }}"
          }
        }
      },
      {
        "Sid": "BalancingGroupsUse",
        "Effect": "Allow",
        "Action": [
          "ec2:AuthorizeSecurityGroupIngress",
          "ec2:RevokeSecurityGroupIngress",
          "ec2:DeleteSecurityGroup",
          "ec2:CreateTags",
          "ec2:DeleteTags"
        ],
        "Resource": "arn:aws:ec2:{{ cluster.region }}:{{ cluster.account }}:security-group/*",
        "Condition": {
          "StringEquals": {
            "aws:ResourceTag/elbv2.k8s.aws/cluster": "{{ cluster.id }}"
          }
        }
      },
      {
        "Sid": "BalancingMake",
        "Effect": "Allow",
        "Action": [
          "elasticloadbalancing:AddTags",
          "elasticloadbalancing:CreateLoadBalancer",
          "elasticloadbalancing:CreateTargetGroup"
        ],
        "Resource": "arn:aws:elasticloadbalancing:{{ cluster.region }}:{{ cluster.account }}:*",
        "Condition": {
          "StringEquals": {
            "aws:RequestTag/elbv2.k8s.aws/cluster": "{{ cluster.id }}"
          }
        }
      },
      {
        "Sid": "BalancingUse",
        "Effect": "Allow",
        "Action": [
          "elasticloadbalancing:AddListenerCertificates",
          "elasticloadbalancing:AddTags",
          "elasticloadbalancing:CreateListener",
          "elasticloadbalancing:CreateRule",
          "elasticloadbalancing:DeleteListener",
          "elasticloadbalancing:DeleteLoadBalancer",
          "elasticloadbalancing:DeleteRule",
          "elasticloadbalancing:DeleteTargetGroup",
          "elasticloadbalancing:DeregisterTargets",
          "elasticloadbalancing:ModifyListener",
          "elasticloadbalancing:ModifyListenerAttributes",
          "elasticloadbalancing:ModifyLoadBalancerAttributes",
          "elasticloadbalancing:ModifyRule",
          "elasticloadbalancing:ModifyTargetGroup",
          "elasticloadbalancing:ModifyTargetGroupAttributes",
          "elasticloadbalancing:RegisterTargets",
          "elasticloadbalancing:RemoveListenerCertificates",
          "elasticloadbalancing:RemoveTags",
          "elasticloadbalancing:SetIpAddressType",
          "elasticloadbalancing:SetRulePriorities",
          "elasticloadbalancing:SetSecurityGroups",
          "elasticloadbalancing:SetSubnets"
        ],
        "Resource": "arn:aws:elasticloadbalancing:{{ cluster.region }}:{{ cluster.account }}:*",
        "Condition": {
          "StringEquals": {
            "aws:ResourceTag/elbv2.k8s.aws/cluster": "{{ cluster.id }}"
          }
        }
      }
    ],
    "objects": [
      {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
          "name": "ingressclassparams.elbv2.k8s.aws"
        },
        "spec": {
          "group": "elbv2.k8s.aws",
          "scope": "Cluster",
          "names": {
            "kind": "IngressClassParams",
            "listKind": "IngressClassParamsList",
            "plural": "ingressclassparams",
            "singular": "ingressclassparam"
          },
          "versions": [
            {
              "name": "v1beta1",
              "served": true,
              "storage": true,
              "schema": {
                "openAPIV3Schema": {
                  "type": "object",
                  "x-kubernetes-preserve-unknown-fields": true
                }
              }
            }
          ]
        }
      },
      {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
          "name": "targetgroupbindings.elbv2.k8s.aws"
        },
        "spec": {
          "group": "elbv2.k8s.aws",
          "scope": "Namespaced",
          "names": {
            "kind": "TargetGroupBinding",
            "listKind": "TargetGroupBindingList",
            "plural": "targetgroupbindings",
            "singular": "targetgroupbinding"
          },
          "versions": [
            {
              "name": "v1beta1",
              "served": true,
              "storage": true,
              "schema": {
                "openAPIV3Schema": {
                  "type": "object",
                  "x-kubernetes-preserve-unknown-fields": true
                }
              },
              "subresources": {
                "status": {}
              }
            }
          ]
        }
      },
      {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
          "name": "aws-load-balancer-controller",
          "namespace": "kube-system"
        }
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {
          "name": "aws-load-balancer-controller"
        },
        "rules": [
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "configmaps"
            ],
            "verbs": [
              "create",
              "delete",
              "get",
              "update"
            ]
          },
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "endpoints",
              "namespaces",
              "nodes",
              "pods"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          },
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "events"
            ],
            "verbs": [
              "create",
              "patch"
            ]
          },
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "pods/status",
              "services/status"
            ],
            "verbs": [
              "patch",
              "update"
            ]
          },
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "services"
            ],
            "verbs": [
              "get",
              "list",
              "patch",
              "update",
              "watch"
            ]
          },
          {
            "apiGroups": [
              "discovery.k8s.io"
            ],
            "resources": [
              "endpointslices"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          },
          {
            "apiGroups": [
              "elbv2.k8s.aws"
            ],
            "resources": [
              "ingressclassparams"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          },
          {
            "apiGroups": [
              "elbv2.k8s.aws"
            ],
            "resources": [
              "targetgroupbindings"
            ],
            "verbs": [
              "create",
              "delete",
              "get",
              "list",
              "patch",
              "update",
              "watch"
            ]
          },
          {
            "apiGroups": [
              "elbv2.k8s.aws"
            ],
            "resources": [
              "targetgroupbindings/status"
            ],
            "verbs": [
              "patch",
              "update"
            ]
          },
          {
            "apiGroups": [
              "networking.k8s.io"
            ],
            "resources": [
              "ingresses"
            ],
            "verbs": [
              "get",
              "list",
              "patch",
              "update",
              "watch"
            ]
          },
          {
            "apiGroups": [
              "networking.k8s.io"
            ],
            "resources": [
              "ingresses/status"
            ],
            "verbs": [
              "patch",
              "update"
            ]
          },
          {
            "apiGroups": [
              "networking.k8s.io"
            ],
            "resources": [
              "ingressclasses"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {
          "name": "aws-load-balancer-controller"
        },
        "roleRef": {
          "apiGroup": "rbac.authorization.k8s.io",
          "kind": "ClusterRole",
          "name": "aws-load-balancer-controller"
        },
        "subjects": [
          {
            "kind": "ServiceAccount",
            "name": "aws-load-balancer-controller",
            "namespace": "kube-system"
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {
          "name": "aws-load-balancer-controller-leader",
          "namespace": "kube-system"
        },
        "rules": [
          {
            "apiGroups": [
              "coordination.k8s.io"
            ],
            "resources": [
              "leases"
            ],
            "verbs": [
              "create"
            ]
          },
          {
            "apiGroups": [
              "coordination.k8s.io"
            ],
            "resources": [
              "leases"
            ],
            "resourceNames": [
              "aws-load-balancer-controller-leader"
            ],
            "verbs": [
              "get",
              "patch",
              "update"
            ]
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {
          "name": "aws-load-balancer-controller-leader",
          "namespace": "kube-system"
        },
        "roleRef": {
          "apiGroup": "rbac.authorization.k8s.io",
          "kind": "Role",
          "name": "aws-load-balancer-controller-leader"
        },
        "subjects": [
          {
            "kind": "ServiceAccount",
            "name": "aws-load-balancer-controller",
            "namespace": "kube-system"
          }
        ]
      },
      {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Issuer",
        "metadata": {
          "name": "aws-load-balancer-controller",
          "namespace": "kube-system"
        },
        "spec": {
          "selfSigned": {}
        }
      },
      {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {
          "name": "aws-load-balancer-controller-webhook",
          "namespace": "kube-system"
        },
        "spec": {
          "secretName": "aws-load-balancer-controller-webhook",
          "dnsNames": [
            "aws-load-balancer-controller-webhook.kube-system.svc",
            "aws-load-balancer-controller-webhook.kube-system.svc.cluster.local"
          ],
          "issuerRef": {
            "kind": "Issuer",
            "name": "aws-load-balancer-controller"
          }
        }
      },
      {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
          "name": "aws-load-balancer-controller-webhook",
          "namespace": "kube-system"
        },
        "spec": {
          "selector": {
            "app.kubernetes.io/name": "aws-load-balancer-controller"
          },
          "ports": [
            {
              "name": "webhook",
              "port": 443,
              "protocol": "TCP",
              "targetPort": "webhook"
            }
          ]
        }
      },
      {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {
          "name": "aws-load-balancer-controller",
          "namespace": "kube-system"
        },
        "spec": {
          "maxUnavailable": 1,
          "selector": {
            "matchLabels": {
              "app.kubernetes.io/name": "aws-load-balancer-controller"
            }
          }
        }
      },
      {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
          "name": "aws-load-balancer-controller",
          "namespace": "kube-system"
        },
        "spec": {
          "replicas": "{{ cluster.controlPlaneReplicas }}",
          "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {
              "maxSurge": 0,
              "maxUnavailable": 1
            }
          },
          "selector": {
            "matchLabels": {
              "app.kubernetes.io/name": "aws-load-balancer-controller"
            }
          },
          "template": {
            "metadata": {
              "labels": {
                "app.kubernetes.io/name": "aws-load-balancer-controller"
              }
            },
            "spec": {
              "serviceAccountName": "aws-load-balancer-controller",
              "priorityClassName": "system-cluster-critical",
              "terminationGracePeriodSeconds": 10,
              "hostNetwork": true,
              "dnsPolicy": "ClusterFirstWithHostNet",
              "nodeSelector": {
                "node-role.kubernetes.io/control-plane": ""
              },
              "tolerations": [
                {
                  "key": "node-role.kubernetes.io/control-plane",
                  "operator": "Exists"
                }
              ],
              "affinity": {
                "podAntiAffinity": {
                  "requiredDuringSchedulingIgnoredDuringExecution": [
                    {
                      "labelSelector": {
                        "matchLabels": {
                          "app.kubernetes.io/name": "aws-load-balancer-controller"
                        }
                      },
                      "topologyKey": "kubernetes.io/hostname"
                    }
                  ]
                }
              },
              "securityContext": {
                "fsGroup": 65534,
                "seccompProfile": {
                  "type": "RuntimeDefault"
                }
              },
              "containers": [
                {
                  "name": "controller",
                  "image": "public.ecr.aws/eks/aws-load-balancer-controller:v{{ pack.version }}",
                  "args": [
                    "--cluster-name={{ cluster.id }}",
                    "--aws-region={{ cluster.region }}",
                    "--ingress-class={{ values.ingressClass }}",
                    "--default-load-balancer-scheme={{ values.defaultScheme }}",
                    "--log-level={{ values.logLevel }}",
                    "--default-target-type=instance",
                    "--enable-shield=false",
                    "--enable-waf=false",
                    "--enable-wafv2=false",
                    "--metrics-bind-addr=127.0.0.1:8080",
                    "--feature-gates=EnableIPTargetType=false,NLBGatewayAPI=false,ALBGatewayAPI=false"
                  ],
                  "ports": [
                    {
                      "name": "webhook",
                      "containerPort": 9443,
                      "protocol": "TCP"
                    }
                  ],
                  "livenessProbe": {
                    "httpGet": {
                      "path": "/healthz",
                      "port": 61779,
                      "scheme": "HTTP"
                    },
                    "initialDelaySeconds": 30,
                    "timeoutSeconds": 10,
                    "failureThreshold": 2
                  },
                  "readinessProbe": {
                    "httpGet": {
                      "path": "/readyz",
                      "port": 61779,
                      "scheme": "HTTP"
                    },
                    "initialDelaySeconds": 10,
                    "timeoutSeconds": 10,
                    "failureThreshold": 2
                  },
                  "resources": {
                    "requests": {
                      "cpu": "100m",
                      "memory": "200Mi"
                    },
                    "limits": {
                      "memory": "500Mi"
                    }
                  },
                  "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "readOnlyRootFilesystem": true,
                    "runAsNonRoot": true,
                    "capabilities": {
                      "drop": [
                        "ALL"
                      ]
                    }
                  },
                  "volumeMounts": [
                    {
                      "name": "certificate",
                      "mountPath": "/tmp/k8s-webhook-server/serving-certs",
                      "readOnly": true
                    }
                  ]
                }
              ],
              "volumes": [
                {
                  "name": "certificate",
                  "secret": {
                    "secretName": "aws-load-balancer-controller-webhook",
                    "defaultMode": 288
                  }
                }
              ]
            }
          }
        }
      },
      {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {
          "name": "aws-load-balancer-controller",
          "annotations": {
            "cert-manager.io/inject-ca-from": "kube-system/aws-load-balancer-controller-webhook"
          }
        },
        "webhooks": [
          {
            "name": "mtargetgroupbinding.elbv2.k8s.aws",
            "admissionReviewVersions": [
              "v1"
            ],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "clientConfig": {
              "service": {
                "name": "aws-load-balancer-controller-webhook",
                "namespace": "kube-system",
                "path": "/mutate-elbv2-k8s-aws-v1beta1-targetgroupbinding"
              }
            },
            "rules": [
              {
                "apiGroups": [
                  "elbv2.k8s.aws"
                ],
                "apiVersions": [
                  "v1beta1"
                ],
                "operations": [
                  "CREATE",
                  "UPDATE"
                ],
                "resources": [
                  "targetgroupbindings"
                ]
              }
            ]
          }
        ]
      },
      {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {
          "name": "aws-load-balancer-controller",
          "annotations": {
            "cert-manager.io/inject-ca-from": "kube-system/aws-load-balancer-controller-webhook"
          }
        },
        "webhooks": [
          {
            "name": "vtargetgroupbinding.elbv2.k8s.aws",
            "admissionReviewVersions": [
              "v1"
            ],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "clientConfig": {
              "service": {
                "name": "aws-load-balancer-controller-webhook",
                "namespace": "kube-system",
                "path": "/validate-elbv2-k8s-aws-v1beta1-targetgroupbinding"
              }
            },
            "rules": [
              {
                "apiGroups": [
                  "elbv2.k8s.aws"
                ],
                "apiVersions": [
                  "v1beta1"
                ],
                "operations": [
                  "CREATE",
                  "UPDATE"
                ],
                "resources": [
                  "targetgroupbindings"
                ]
              }
            ]
          },
          {
            "name": "vingressclassparams.elbv2.k8s.aws",
            "admissionReviewVersions": [
              "v1"
            ],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "clientConfig": {
              "service": {
                "name": "aws-load-balancer-controller-webhook",
                "namespace": "kube-system",
                "path": "/validate-elbv2-k8s-aws-v1beta1-ingressclassparams"
              }
            },
            "rules": [
              {
                "apiGroups": [
                  "elbv2.k8s.aws"
                ],
                "apiVersions": [
                  "v1beta1"
                ],
                "operations": [
                  "CREATE",
                  "UPDATE"
                ],
                "resources": [
                  "ingressclassparams"
                ]
              }
            ]
          }
        ]
      },
      {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {
          "name": "{{ values.ingressClass }}",
          "annotations": {
            "ingressclass.kubernetes.io/is-default-class": "{{ values.defaultIngressClass }}"
          }
        },
        "spec": {
          "controller": "ingress.k8s.aws/alb"
        }
      }
    ]
  },
  {
    "layer": "addon",
    "name": "external-dns",
    "about": "Keeps records in Route 53 for the host names of services and ingresses.",
    "versions": [
      "0.21",
      "0.22"
    ],
    "kubernetes": {
      "source": "https://github.com/kubernetes-sigs/external-dns#kubernetes-version-compatibility",
      "tested": {
        "0.21": {
          "from": "1.21"
        },
        "0.22": {
          "from": "1.21"
        }
      }
    },
    "parameters": {
      "hostedZoneIds": {
        "type": "list",
        "default": [],
        "least": 1,
        "pattern": "^Z[A-Z0-9]{1,31}$",
        "example": "Z0123456789ABCDEFGHIJ",
        "description": "The hosted zones that it may write into. The control plane's role gets access to these and no others."
      },
      "domains": {
        "type": "list",
        "default": [],
        "pattern": "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$",
        "example": "apps.example.com",
        "description": "Only names under these are kept; without any, all of the zones'."
      },
      "policy": {
        "type": "string",
        "default": "upsert-only",
        "allowed": [
          "upsert-only",
          "sync",
          "create-only"
        ],
        "description": "With sync, records whose service or ingress is gone are deleted too; the others never delete."
      },
      "interval": {
        "type": "string",
        "default": "1m",
        "pattern": "^[1-9][0-9]*[smh]$",
        "example": "5m",
        "description": "How often everything is looked at, besides when something changes."
      }
    },
    "permissions": [
      {
        "Sid": "DnsZones",
        "Effect": "Allow",
        "Action": [
          "route53:ListHostedZones",
          "route53:ListHostedZonesByName"
        ],
        "Resource": "*"
      },
      {
        "Sid": "DnsRecords",
        "Effect": "Allow",
        "Action": [
          "route53:ChangeResourceRecordSets",
          "route53:ListResourceRecordSets",
          "route53:ListTagsForResources"
        ],
        "Resource": [
          "arn:aws:route53:::hostedzone/{{ values.hostedZoneIds }}"
        ]
      }
    ],
    "objects": [
      {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
          "name": "external-dns",
          "namespace": "kube-system"
        }
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {
          "name": "external-dns"
        },
        "rules": [
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "pods",
              "services",
              "nodes"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          },
          {
            "apiGroups": [
              "discovery.k8s.io"
            ],
            "resources": [
              "endpointslices"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          },
          {
            "apiGroups": [
              "networking.k8s.io"
            ],
            "resources": [
              "ingresses"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {
          "name": "external-dns"
        },
        "roleRef": {
          "apiGroup": "rbac.authorization.k8s.io",
          "kind": "ClusterRole",
          "name": "external-dns"
        },
        "subjects": [
          {
            "kind": "ServiceAccount",
            "name": "external-dns",
            "namespace": "kube-system"
          }
        ]
      },
      {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
          "name": "external-dns",
          "namespace": "kube-system"
        },
        "spec": {
          "replicas": 1,
          "strategy": {
            "type": "Recreate"
          },
          "selector": {
            "matchLabels": {
              "app": "external-dns"
            }
          },
          "template": {
            "metadata": {
              "labels": {
                "app": "external-dns"
              }
            },
            "spec": {
              "serviceAccountName": "external-dns",
              "priorityClassName": "system-cluster-critical",
              "hostNetwork": true,
              "dnsPolicy": "ClusterFirstWithHostNet",
              "nodeSelector": {
                "node-role.kubernetes.io/control-plane": ""
              },
              "tolerations": [
                {
                  "key": "node-role.kubernetes.io/control-plane",
                  "operator": "Exists"
                }
              ],
              "securityContext": {
                "runAsNonRoot": true,
                "runAsUser": 65532,
                "fsGroup": 65532,
                "seccompProfile": {
                  "type": "RuntimeDefault"
                }
              },
              "containers": [
                {
                  "name": "external-dns",
                  "image": "registry.k8s.io/external-dns/external-dns:v{{ pack.version }}",
                  "args": [
                    "--provider=aws",
                    "--source=service",
                    "--source=ingress",
                    "--registry=txt",
                    "--txt-owner-id={{ cluster.id }}",
                    "--policy={{ values.policy }}",
                    "--interval={{ values.interval }}",
                    "--events",
                    "--zone-id-filter={{ values.hostedZoneIds }}",
                    "--domain-filter={{ values.domains }}"
                  ],
                  "env": [
                    {
                      "name": "AWS_REGION",
                      "value": "{{ cluster.region }}"
                    }
                  ],
                  "ports": [
                    {
                      "name": "http",
                      "containerPort": 7979,
                      "protocol": "TCP"
                    }
                  ],
                  "livenessProbe": {
                    "httpGet": {
                      "path": "/healthz",
                      "port": "http"
                    },
                    "initialDelaySeconds": 10,
                    "periodSeconds": 10,
                    "failureThreshold": 2
                  },
                  "readinessProbe": {
                    "httpGet": {
                      "path": "/healthz",
                      "port": "http"
                    },
                    "initialDelaySeconds": 5,
                    "periodSeconds": 10,
                    "failureThreshold": 6
                  },
                  "resources": {
                    "requests": {
                      "cpu": "20m",
                      "memory": "64Mi"
                    },
                    "limits": {
                      "memory": "256Mi"
                    }
                  },
                  "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "readOnlyRootFilesystem": true,
                    "capabilities": {
                      "drop": [
                        "ALL"
                      ]
                    }
                  }
                }
              ]
            }
          }
        }
      }
    ]
  },
  {
    "layer": "addon",
    "name": "metrics-server",
    "about": "How much CPU and memory pods and nodes use, for kubectl top and for horizontal autoscaling.",
    "versions": [
      "0.8",
      "0.9"
    ],
    "kubernetes": {
      "source": "https://github.com/kubernetes-sigs/metrics-server#compatibility-matrix",
      "tested": {
        "0.8": {
          "from": "1.31"
        },
        "0.9": {
          "from": "1.34"
        }
      }
    },
    "parameters": {
      "replicas": {
        "type": "integer",
        "default": 2,
        "minimum": 1,
        "maximum": 5,
        "description": "How many of it run, each on a node of its own where there are enough."
      },
      "resolution": {
        "type": "string",
        "default": "15s",
        "pattern": "^[1-9][0-9]*s$",
        "example": "30s",
        "description": "How often the kubelets are asked. Shorter than 15s gives nothing new, kubelets measure no oftener."
      }
    },
    "objects": [
      {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
          "name": "metrics-server",
          "namespace": "kube-system"
        }
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {
          "name": "system:metrics-server"
        },
        "rules": [
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "nodes/metrics"
            ],
            "verbs": [
              "get"
            ]
          },
          {
            "apiGroups": [
              ""
            ],
            "resources": [
              "pods",
              "nodes"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {
          "name": "system:metrics-server"
        },
        "roleRef": {
          "apiGroup": "rbac.authorization.k8s.io",
          "kind": "ClusterRole",
          "name": "system:metrics-server"
        },
        "subjects": [
          {
            "kind": "ServiceAccount",
            "name": "metrics-server",
            "namespace": "kube-system"
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {
          "name": "system:aggregated-metrics-reader",
          "labels": {
            "rbac.authorization.k8s.io/aggregate-to-view": "true",
            "rbac.authorization.k8s.io/aggregate-to-edit": "true",
            "rbac.authorization.k8s.io/aggregate-to-admin": "true"
          }
        },
        "rules": [
          {
            "apiGroups": [
              "metrics.k8s.io"
            ],
            "resources": [
              "pods",
              "nodes"
            ],
            "verbs": [
              "get",
              "list",
              "watch"
            ]
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {
          "name": "metrics-server:system:auth-delegator"
        },
        "roleRef": {
          "apiGroup": "rbac.authorization.k8s.io",
          "kind": "ClusterRole",
          "name": "system:auth-delegator"
        },
        "subjects": [
          {
            "kind": "ServiceAccount",
            "name": "metrics-server",
            "namespace": "kube-system"
          }
        ]
      },
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {
          "name": "metrics-server-auth-reader",
          "namespace": "kube-system"
        },
        "roleRef": {
          "apiGroup": "rbac.authorization.k8s.io",
          "kind": "Role",
          "name": "extension-apiserver-authentication-reader"
        },
        "subjects": [
          {
            "kind": "ServiceAccount",
            "name": "metrics-server",
            "namespace": "kube-system"
          }
        ]
      },
      {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
          "name": "metrics-server",
          "namespace": "kube-system",
          "labels": {
            "k8s-app": "metrics-server"
          }
        },
        "spec": {
          "selector": {
            "k8s-app": "metrics-server"
          },
          "ports": [
            {
              "name": "https",
              "port": 443,
              "protocol": "TCP",
              "targetPort": "https",
              "appProtocol": "https"
            }
          ]
        }
      },
      {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {
          "name": "metrics-server",
          "namespace": "kube-system"
        },
        "spec": {
          "maxUnavailable": 1,
          "selector": {
            "matchLabels": {
              "k8s-app": "metrics-server"
            }
          }
        }
      },
      {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
          "name": "metrics-server",
          "namespace": "kube-system",
          "labels": {
            "k8s-app": "metrics-server"
          }
        },
        "spec": {
          "replicas": "{{ values.replicas }}",
          "selector": {
            "matchLabels": {
              "k8s-app": "metrics-server"
            }
          },
          "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {
              "maxUnavailable": 0,
              "maxSurge": 1
            }
          },
          "template": {
            "metadata": {
              "labels": {
                "k8s-app": "metrics-server"
              }
            },
            "spec": {
              "serviceAccountName": "metrics-server",
              "priorityClassName": "system-cluster-critical",
              "nodeSelector": {
                "kubernetes.io/os": "linux"
              },
              "topologySpreadConstraints": [
                {
                  "maxSkew": 1,
                  "topologyKey": "kubernetes.io/hostname",
                  "whenUnsatisfiable": "ScheduleAnyway",
                  "labelSelector": {
                    "matchLabels": {
                      "k8s-app": "metrics-server"
                    }
                  }
                }
              ],
              "securityContext": {
                "runAsNonRoot": true,
                "runAsUser": 1000,
                "seccompProfile": {
                  "type": "RuntimeDefault"
                }
              },
              "containers": [
                {
                  "name": "metrics-server",
                  "image": "registry.k8s.io/metrics-server/metrics-server:v{{ pack.version }}",
                  "args": [
                    "--cert-dir=/tmp",
                    "--secure-port=10250",
                    "--kubelet-preferred-address-types=InternalIP",
                    "--kubelet-use-node-status-port",
                    "--kubelet-insecure-tls",
                    "--metric-resolution={{ values.resolution }}"
                  ],
                  "ports": [
                    {
                      "name": "https",
                      "containerPort": 10250,
                      "protocol": "TCP"
                    }
                  ],
                  "livenessProbe": {
                    "httpGet": {
                      "path": "/livez",
                      "port": "https",
                      "scheme": "HTTPS"
                    },
                    "periodSeconds": 10,
                    "failureThreshold": 3
                  },
                  "readinessProbe": {
                    "httpGet": {
                      "path": "/readyz",
                      "port": "https",
                      "scheme": "HTTPS"
                    },
                    "initialDelaySeconds": 20,
                    "periodSeconds": 10,
                    "failureThreshold": 3
                  },
                  "resources": {
                    "requests": {
                      "cpu": "100m",
                      "memory": "200Mi"
                    }
                  },
                  "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "readOnlyRootFilesystem": true,
                    "capabilities": {
                      "drop": [
                        "ALL"
                      ]
                    }
                  },
                  "volumeMounts": [
                    {
                      "name": "tmp",
                      "mountPath": "/tmp"
                    }
                  ]
                }
              ],
              "volumes": [
                {
                  "name": "tmp",
                  "emptyDir": {}
                }
              ]
            }
          }
        }
      },
      {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {
          "name": "v1beta1.metrics.k8s.io"
        },
        "spec": {
          "group": "metrics.k8s.io",
          "version": "v1beta1",
          "groupPriorityMinimum": 100,
          "versionPriority": 100,
          "service": {
            "name": "metrics-server",
            "namespace": "kube-system",
            "port": 443
          },
          "insecureSkipTLSVerify": true
        }
      }
    ]
  },
  {
    "layer": "addon",
    "name": "nvidia-device-plugin",
    "about": "Lets pods ask for the NVIDIA GPUs of nodes whose image has the driver and the container toolkit.",
    "versions": [
      "0.19",
      "0.20"
    ],
    "kubernetes": {
      "source": "https://github.com/NVIDIA/k8s-device-plugin#prerequisites",
      "tested": {
        "0.19": {
          "from": "1.10"
        },
        "0.20": {
          "from": "1.10"
        }
      }
    },
    "parameters": {
      "pools": {
        "type": "list",
        "default": [],
        "least": 1,
        "of": "worker-pools",
        "description": "The worker pools that have GPUs."
      },
      "runtimeClass": {
        "type": "string",
        "default": "nvidia",
        "allowed": [
          "nvidia",
          ""
        ],
        "description": "The runtime of the plugin's own pods. Empty where containerd's default runtime is NVIDIA's."
      }
    },
    "objects": [
      {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {
          "name": "nvidia"
        },
        "handler": "nvidia"
      },
      {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
          "name": "nvidia-device-plugin",
          "namespace": "kube-system"
        },
        "automountServiceAccountToken": false
      },
      {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {
          "name": "nvidia-device-plugin",
          "namespace": "kube-system"
        },
        "spec": {
          "selector": {
            "matchLabels": {
              "name": "nvidia-device-plugin"
            }
          },
          "updateStrategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {
              "maxUnavailable": "10%"
            }
          },
          "template": {
            "metadata": {
              "labels": {
                "name": "nvidia-device-plugin"
              }
            },
            "spec": {
              "serviceAccountName": "nvidia-device-plugin",
              "automountServiceAccountToken": false,
              "priorityClassName": "system-node-critical",
              "runtimeClassName": "{{ values.runtimeClass }}",
              "affinity": {
                "nodeAffinity": {
                  "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                      {
                        "matchExpressions": [
                          {
                            "key": "slipway.dev/pool",
                            "operator": "In",
                            "values": [
                              "{{ values.pools }}"
                            ]
                          }
                        ]
                      }
                    ]
                  }
                }
              },
              "tolerations": [
                {
                  "operator": "Exists"
                }
              ],
              "containers": [
                {
                  "name": "nvidia-device-plugin",
                  "image": "nvcr.io/nvidia/k8s-device-plugin:v{{ pack.version }}",
                  "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "capabilities": {
                      "drop": [
                        "ALL"
                      ]
                    }
                  },
                  "resources": {
                    "requests": {
                      "cpu": "10m",
                      "memory": "64Mi"
                    }
                  },
                  "volumeMounts": [
                    {
                      "name": "device-plugins",
                      "mountPath": "/var/lib/kubelet/device-plugins"
                    }
                  ]
                }
              ],
              "volumes": [
                {
                  "name": "device-plugins",
                  "hostPath": {
                    "path": "/var/lib/kubelet/device-plugins",
                    "type": "Directory"
                  }
                }
              ]
            }
          }
        }
      }
    ]
  }
];
