/** People on moto, and what becomes of their calls where moto judges them. */
import { CreateAccessKeyCommand, CreateUserCommand, type IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { FinalizeRequestMiddleware } from "@smithy/types";
import type { Aws } from "../../src/aws/clients.ts";
import type { Instrumented } from "../../src/aws/middleware.ts";
import { SERVICE_OF_CLIENT, type ServiceName } from "../../src/aws/services.ts";

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Calls whose action has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
};

/** Makes a user who may do these, and nothing else. @param iam of somebody who may make users */
export async function userWith(iam: IAMClient, UserName: string, actions: readonly string[]): Promise<Keys> {
  await iam.send(new CreateUserCommand({ UserName }));
  await allow(iam, UserName, actions);
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

/** Has a user do these from now on, in place of those before: moto reads policies anew for every call. */
export async function allow(iam: IAMClient, UserName: string, actions: readonly string[]): Promise<void> {
  const statement = { Effect: "Allow", Action: actions, Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "slipway", PolicyDocument }));
}

/** Next to the wire: notes what is called and denied, has what is missing given, and sends the call again. */
export class Witness {
  readonly called = new Set<string>();
  readonly denied = new Set<string>();
  readonly #give: (action: string) => Promise<void>;
  /** One at a time: each has the policy written anew. */
  #giving: Promise<void> = Promise.resolve();

  constructor(give: (action: string) => Promise<void>) {
    this.#give = give;
  }

  watch(aws: Aws): Aws {
    const watched = <C extends Instrumented>(client: C): C => {
      client.middlewareStack.add(this.#middleware, { step: "finalizeRequest", name: "witness", priority: "low" });
      return client;
    };
    for (const client of [aws.ec2, aws.elb, aws.iam, aws.ssm, aws.sts, aws.pricing, aws.s3]) watched(client);
    const quotas = aws.serviceQuotas().then(watched);
    return Object.create(aws, { serviceQuotas: { value: () => quotas } }) as Aws;
  }

  readonly #middleware: FinalizeRequestMiddleware<object, object> = (next, context) => async (args) => {
    const services: Readonly<Record<string, ServiceName>> = SERVICE_OF_CLIENT;
    const service = services[context.clientName ?? ""] ?? "";
    const call = `${service}:${(context.commandName ?? "").replace(/Command$/, "")}`;
    const action = ACTIONS[call] ?? call;
    this.called.add(action);
    try {
      return await next(args);
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
      if ($metadata?.httpStatusCode !== 403) throw error;
      if (!this.denied.has(action)) {
        this.denied.add(action);
        this.#giving = this.#giving.then(() => this.#give(action));
      }
      await this.#giving;
      return next(args);
    }
  };
}
