/** The AWS services that Slipway talks to, by their IAM prefix. */
export type ServiceName = "ec2" | "elasticloadbalancing" | "iam" | "ssm" | "sts" | "pricing" | "servicequotas" | "s3";

/** The service behind an SDK client's name, as the SDK puts it into every call's context. */
export const SERVICE_OF_CLIENT = {
  EC2Client: "ec2",
  ElasticLoadBalancingV2Client: "elasticloadbalancing",
  IAMClient: "iam",
  SSMClient: "ssm",
  STSClient: "sts",
  PricingClient: "pricing",
  ServiceQuotasClient: "servicequotas",
  S3Client: "s3",
} as const satisfies Readonly<Record<string, ServiceName>>;

export type ClientName = keyof typeof SERVICE_OF_CLIENT;
