import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { PricingClient } from "@aws-sdk/client-pricing";
import { S3Client } from "@aws-sdk/client-s3";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, RetryStrategyV2 } from "@smithy/types";
import type { Clock } from "../core/clock.ts";
import type { PkiMaker } from "../core/pki.ts";
import type { Random } from "../core/random.ts";
import { directClient, type Sender } from "./direct.ts";
import { type CallRecord, callMiddleware, type Instrumented, wireMiddleware } from "./middleware.ts";
import { ATTEMPTS, PATIENCE, retryOn } from "./retries.ts";
import type { ClientName } from "./services.ts";
import { Stopping } from "./stopping.ts";
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
  /** Loaded when it is first asked for: most runs need no quota. */
  readonly serviceQuotas: () => Promise<ServiceQuotasClient>;
  readonly s3: S3Client;
  /** Makes the PKI of a cluster in place of what makes real ones. */
  readonly makePki: PkiMaker | undefined;
}

export interface AwsOptions {
  region: string;
  clock: Clock;
  random: Random;
  /** Absent: the SDK's own chain (environment, profile, web identity, instance role). */
  credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Answers calls in place of HTTP. */
  transport?: Transport;
  /** Absent: certificates and keys are real ones. */
  makePki?: PkiMaker;
  /** With a transport: calls go through the SDK's serialiser and signer all the same, for tests of just that. */
  serialises?: boolean;
  /** Told of each call when it has ended. */
  onCall?: (call: CallRecord) => void;
  /** Asked before each attempt of a call that changes something; what it throws keeps the call from being sent. */
  permit?: (action: string) => void;
  /**
   * Aborted: no call waits any longer, neither for its token nor to be tried again, and one that AWS does not answer is
   * given up. Calls then reject with the signal's reason.
   */
  signal?: AbortSignal;
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
  const { region, clock, random, signal } = options;
  const stopping = signal === undefined ? undefined : new Stopping(signal);
  const call = { clock, random, throttle: new Throttle(clock, signal), stopping, onCall: options.onCall };
  const retryStrategy: RetryStrategyV2 = retryOn(clock, random, signal);
  const config = {
    region,
    retryStrategy: retryStrategy as never,
    ...(options.transport === undefined ? { requestHandler: PATIENCE } : OFFLINE),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
  const instrument = <C extends Instrumented>(client: C): C => {
    client.middlewareStack.add(callMiddleware(call), {
      step: "initialize",
      name: "slipwayCall",
      priority: "high",
    });
    client.middlewareStack.add(wireMiddleware(options), {
      step: "deserialize",
      name: "slipwayWire",
      priority: "high",
    });
    return client;
  };
  /** Made when it is first asked for. */
  const once = <C>(make: () => C): (() => C) => {
    let client: C | undefined;
    return () => (client ??= make());
  };
  const { transport } = options;
  const clientOf = <C extends Instrumented & Sender>(name: ClientName, make: () => C): (() => C) =>
    once(() => {
      if (transport === undefined || options.serialises === true) return instrument(make());
      // Of clients nothing is used but `send`.
      return directClient(name, { ...call, ...options, transport, retryStrategy }) as C;
    });

  const ec2 = clientOf("EC2Client", () => new EC2Client(config));
  const elb = clientOf("ElasticLoadBalancingV2Client", () => new ElasticLoadBalancingV2Client(config));
  const iam = clientOf("IAMClient", () => new IAMClient(config));
  const ssm = clientOf("SSMClient", () => new SSMClient(config));
  const sts = clientOf("STSClient", () => new STSClient(config));
  const pricing = clientOf("PricingClient", () => new PricingClient({ ...config, region: pricingRegion(region) }));
  const serviceQuotas = once(async () => {
    const { ServiceQuotasClient } = await clock.hold(import("@aws-sdk/client-service-quotas"));
    return clientOf("ServiceQuotasClient", () => new ServiceQuotasClient(config))();
  });
  const s3 = clientOf("S3Client", () => new S3Client({ ...config, ...(transport === undefined ? {} : S3_OFFLINE) }));
  return {
    region,
    clock,
    random,
    makePki: options.makePki,
    serviceQuotas,
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
    get s3() {
      return s3();
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

/** What only the client of S3 looks up. */
const S3_OFFLINE = {
  disableS3ExpressSessionAuth: true,
  requestChecksumCalculation: "WHEN_REQUIRED" as const,
  responseChecksumValidation: "WHEN_REQUIRED" as const,
  sigv4aSigningRegionSet: [] as string[],
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
};
