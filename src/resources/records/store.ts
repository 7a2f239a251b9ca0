import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import type { Aws } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";
import { allPages } from "../../aws/paging.ts";
import { messageOf, UserError } from "../../core/errors.ts";
import { bucketName, type ClusterIdentity } from "../../core/names.ts";
import { unless } from "../calls.ts";

/** A record, and the mark by which S3 knows this very version of it. */
export interface Stored<T> {
  value: T;
  etag: string;
}

/** How long replaced versions of records are kept. */
const KEEP_VERSIONS_DAYS = 30;

/**
 * The records of one cluster: JSON objects under `<cluster>/` in the account's bucket. They say who works, what was
 * begun and what was last applied, and never what exists: that is asked of AWS.
 */
export class RecordStore {
  readonly #aws: Aws;
  readonly #cluster: ClusterIdentity;
  readonly #place: { Bucket: string; ExpectedBucketOwner: string };

  constructor(aws: Aws, cluster: ClusterIdentity) {
    this.#aws = aws;
    this.#cluster = cluster;
    // A bucket of that name in another account is not ours, whatever it lets us do.
    this.#place = { Bucket: bucketName(cluster.accountId, cluster.region), ExpectedBucketOwner: cluster.accountId };
  }

  /** The record, or undefined when there is none, or no bucket yet. */
  async read<T>(key: string): Promise<Stored<T> | undefined> {
    const answer = await unless(
      ["NoSuchKey", "NoSuchBucket"],
      this.#aws.s3.send(new GetObjectCommand({ ...this.#place, Key: this.#key(key) })),
    );
    if (answer === undefined) return undefined;
    const text = (await answer.Body?.transformToString()) ?? "";
    try {
      return { value: JSON.parse(text) as T, etag: answer.ETag ?? "" };
    } catch (error) {
      throw new UserError(
        {
          level: "error",
          code: "records/broken",
          message: `the record s3://${this.#place.Bucket}/${this.#key(key)} is not JSON: ${messageOf(error)}`,
          fix: "restore an earlier version of the object, or delete it",
        },
        { cause: error },
      );
    }
  }

  /** Writes a record that must not exist yet; gives its mark, or undefined when it does exist. */
  create(key: string, value: unknown): Promise<string | undefined> {
    return this.#put(key, value, { IfNoneMatch: "*" });
  }

  /** Writes over that very version; gives the new mark, or undefined when it is not the present one any more. */
  replace(key: string, value: unknown, etag: string): Promise<string | undefined> {
    return this.#put(key, value, { IfMatch: etag });
  }

  /** Writes, whatever is there. */
  async write(key: string, value: unknown): Promise<void> {
    await this.#put(key, value, {});
  }

  /** Writes an object that is not JSON, whatever is there. */
  async writeFile(key: string, content: string | Uint8Array, contentType: string): Promise<void> {
    await this.#aws.s3.send(
      new PutObjectCommand({ ...this.#place, Key: this.#key(key), Body: content, ContentType: contentType }),
    );
  }

  /** An object that is not JSON, or undefined when there is none. */
  async readFile(key: string): Promise<Uint8Array | undefined> {
    const answer = await unless(
      ["NoSuchKey", "NoSuchBucket"],
      this.#aws.s3.send(new GetObjectCommand({ ...this.#place, Key: this.#key(key) })),
    );
    return answer?.Body?.transformToByteArray();
  }

  /** Deletes a record; with a mark, only that very version of it. */
  async remove(key: string, etag?: string): Promise<void> {
    await unless(
      ["NoSuchKey", "NoSuchBucket", "PreconditionFailed"],
      this.#aws.s3.send(
        new DeleteObjectCommand({
          ...this.#place,
          Key: this.#key(key),
          ...(etag === undefined ? {} : { IfMatch: etag }),
        }),
      ),
    );
  }

  /** The keys under a folder of the cluster's records. */
  async list(folder: string): Promise<string[]> {
    const prefix = this.#key(folder);
    const keys = await unless(
      ["NoSuchBucket"],
      allPages<{ Key?: string | undefined }>(async (token) => {
        const page = await this.#aws.s3.send(
          new ListObjectsV2Command({
            ...this.#place,
            Prefix: prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        return { items: page.Contents, next: page.NextContinuationToken };
      }),
    );
    return (keys ?? []).map(({ Key = "" }) => Key.slice(this.#cluster.name.length + 1));
  }

  /** Makes the bucket as it should be: private, versioned, by TLS and from this account only. New objects are encrypted by S3 itself. */
  async ensureBucket(): Promise<void> {
    const { s3 } = this.#aws;
    const { region, accountId } = this.#cluster;
    const { Bucket } = this.#place;
    try {
      await unless(
        ["BucketAlreadyOwnedByYou"],
        s3.send(
          new CreateBucketCommand({
            Bucket,
            // us-east-1 is the one region that must not be named (S3 CreateBucket).
            ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } }),
          }),
        ),
      );
    } catch (error) {
      if (!isAwsError(error, "BucketAlreadyExists")) throw error;
      throw new UserError(
        {
          level: "error",
          code: "records/bucket-taken",
          message: `the bucket ${Bucket}, where Slipway keeps its records, belongs to another account`,
          fix: "bucket names are unique in all of AWS; ask AWS Support, and apply nothing in this region until it is yours",
        },
        { cause: error },
      );
    }
    await Promise.all([
      s3.send(
        new PutPublicAccessBlockCommand({
          ...this.#place,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
        }),
      ),
      s3.send(new PutBucketVersioningCommand({ ...this.#place, VersioningConfiguration: { Status: "Enabled" } })),
      s3.send(new PutBucketPolicyCommand({ ...this.#place, Policy: bucketPolicy(Bucket, accountId) })),
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          ...this.#place,
          LifecycleConfiguration: {
            Rules: [
              {
                ID: "expire-replaced-records",
                Status: "Enabled",
                Filter: { Prefix: "" },
                NoncurrentVersionExpiration: { NoncurrentDays: KEEP_VERSIONS_DAYS },
              },
            ],
          },
        }),
      ),
    ]);
  }

  async #put(
    key: string,
    value: unknown,
    condition: { IfNoneMatch?: string; IfMatch?: string },
  ): Promise<string | undefined> {
    const answer = await unless(
      // 409: another conditional write of the same object was under way.
      ["PreconditionFailed", "ConditionalRequestConflict", ...(condition.IfMatch === undefined ? [] : ["NoSuchKey"])],
      this.#aws.s3.send(
        new PutObjectCommand({
          ...this.#place,
          ...condition,
          Key: this.#key(key),
          Body: JSON.stringify(value, null, 2),
          ContentType: "application/json",
        }),
      ),
    );
    return answer?.ETag;
  }

  #key(key: string): string {
    return `${this.#cluster.name}/${key}`;
  }
}

function bucketPolicy(bucket: string, accountId: string): string {
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyByTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "OnlyThisAccount",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource,
        Condition: {
          StringNotEquals: { "aws:PrincipalAccount": accountId },
          Bool: { "aws:PrincipalIsAWSService": "false" },
        },
      },
    ],
  });
}
