import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { PricingClient } from "@aws-sdk/client-pricing";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, RetryStrategyV2 } from "@smithy/types";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import { type CallRecord, callMiddleware, type Instrumented, wireMiddleware } from "./middleware.ts";
import { ATTEMPTS, retryOn } from "./retries.ts";
import { Throttle } from "./throttle.ts";
import type { Transport } from "./transport.ts";

/** AWS, in one account and region: a client a service, each used as `client.send(command)`. */
export interface Aws {
  readonly region: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly pricing: PricingClient;
}

export interface AwsOptions {
  region: string;
  clock: Clock;
  random: Random;
  /** Absent: the SDK's own chain (environment, profile, web identity, instance role). */
  credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Answers calls in place of HTTP. */
  transport?: Transport;
  /** Told of each call when it has ended. */
  onCall?: (call: CallRecord) => void;
}

/** Where the Pricing API answers for a region's part of the world; it exists in these three regions only. */
function pricingRegion(region: string): string {
  if (region.startsWith("ap-")) return "ap-south-1";
  if (/^(eu|me|af|il)-/.test(region)) return "eu-central-1";
  return "us-east-1";
}

/**
 * Makes the clients. Every call through them waits for its action's token, is retried on the Clock, waits for AWS to
 * agree with itself where `consistency.ts` says so, and fails with an AwsCallError.
 */
export function makeAws(options: AwsOptions): Aws {
  const { region, clock, random } = options;
  const throttle = new Throttle(clock);
  const retryStrategy: RetryStrategyV2 = retryOn(clock, random);
  const config = {
    region,
    retryStrategy: retryStrategy as never,
    ...(options.transport === undefined ? {} : OFFLINE),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
  const instrument = <C extends Instrumented>(client: C): C => {
    client.middlewareStack.add(callMiddleware({ clock, random, throttle, onCall: options.onCall }), {
      step: "initialize",
      name: "slipwayCall",
      priority: "high",
    });
    client.middlewareStack.add(wireMiddleware(options.transport), {
      step: "deserialize",
      name: "slipwayWire",
      priority: "high",
    });
    return client;
  };
  const once = <C>(make: () => C): (() => C) => {
    let client: C | undefined;
    return () => (client ??= make());
  };

  const ec2 = once(() => instrument(new EC2Client(config)));
  const elb = once(() => instrument(new ElasticLoadBalancingV2Client(config)));
  const iam = once(() => instrument(new IAMClient(config)));
  const ssm = once(() => instrument(new SSMClient(config)));
  const sts = once(() => instrument(new STSClient(config)));
  const pricing = once(() => instrument(new PricingClient({ ...config, region: pricingRegion(region) })));
  return {
    region,
    clock,
    random,
    get ec2() {
      return ec2();
    },
    get elb() {
      return elb();
    },
    get iam() {
      return iam();
    },
    get ssm() {
      return ssm();
    },
    get sts() {
      return sts();
    },
    get pricing() {
      return pricing();
    },
  };
}

/** Everything that the SDK would otherwise look up in the environment or in files: on the twin nothing leaves the process. */
const OFFLINE = {
  credentials: { accessKeyId: "twin", secretAccessKey: "twin" },
  endpoint: "https://twin.invalid",
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  defaultsMode: "standard" as const,
  userAgentAppId: "slipway",
  disableClockSkewCorrection: true,
  authSchemePreference: [] as string[],
  maxAttempts: ATTEMPTS,
};
