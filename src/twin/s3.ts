import type {
  CreateBucketRequest,
  DeleteObjectRequest,
  GetObjectOutput,
  GetObjectRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  PutBucketLifecycleConfigurationRequest,
  PutBucketPolicyRequest,
  PutBucketVersioningRequest,
  PutObjectOutput,
  PutObjectRequest,
  PutPublicAccessBlockRequest,
} from "@aws-sdk/client-s3";
import { hexDigits } from "../core/random.ts";
import { awsError } from "./errors.ts";
import type { Bucket, StoredObject } from "./records.ts";
import type { World } from "./world.ts";

interface Guarded {
  Bucket: string | undefined;
  ExpectedBucketOwner?: string | undefined;
}

/**
 * S3, as far as records need it. Reads after writes are consistent, also of lists
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel); conditional writes decide races
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
 */
export const s3Operations = {
  CreateBucket(world: World, input: CreateBucketRequest): object {
    const name = input.Bucket ?? "";
    const existing = world.buckets.get(name);
    if (existing !== undefined) {
      if (existing.ownerId !== world.accountId) {
        throw awsError("BucketAlreadyExists", "The requested bucket name is not available.", 409);
      }
      // us-east-1 alone answers with success for one's own bucket (S3 CreateBucket).
      if (world.region === "us-east-1") return { Location: `/${name}` };
      throw awsError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        409,
      );
    }
    const constraint = input.CreateBucketConfiguration?.LocationConstraint;
    if (constraint !== (world.region === "us-east-1" ? undefined : world.region)) {
      throw awsError(
        "IllegalLocationConstraintException",
        `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      );
    }
    const bucket: Bucket = {
      ...world.birth(name, {}),
      visibleAtMs: 0,
      ownerId: world.accountId,
      isPrivate: false,
      isVersioned: false,
      policy: "",
      lifecycle: "",
      objects: new Map(),
      writes: 0,
    };
    world.buckets.set(name, bucket);
    return { Location: `/${name}` };
  },

  PutPublicAccessBlock(world: World, input: PutPublicAccessBlockRequest): object {
    const all = Object.values(input.PublicAccessBlockConfiguration ?? {});
    needBucket(world, input).isPrivate = all.length === 4 && all.every((value) => value === true);
    return {};
  },

  PutBucketVersioning(world: World, input: PutBucketVersioningRequest): object {
    needBucket(world, input).isVersioned = input.VersioningConfiguration?.Status === "Enabled";
    return {};
  },

  PutBucketPolicy(world: World, input: PutBucketPolicyRequest): object {
    needBucket(world, input).policy = input.Policy ?? "";
    return {};
  },

  PutBucketLifecycleConfiguration(world: World, input: PutBucketLifecycleConfigurationRequest): object {
    needBucket(world, input).lifecycle = JSON.stringify(input.LifecycleConfiguration);
    return {};
  },

  GetObject(world: World, input: GetObjectRequest): GetObjectOutput {
    const object = needBucket(world, input).objects.get(input.Key ?? "");
    if (object === undefined) throw awsError("NoSuchKey", "The specified key does not exist.", 404);
    const body = {
      transformToString: async () => object.body,
      // What was put as bytes is kept a byte a character.
      transformToByteArray: async () => Buffer.from(object.body, "latin1"),
    };
    return { Body: body as unknown as NonNullable<GetObjectOutput["Body"]>, ETag: object.etag, Metadata: {} };
  },

  PutObject(world: World, input: PutObjectRequest): PutObjectOutput {
    const bucket = needBucket(world, input);
    const key = input.Key ?? "";
    const existing = bucket.objects.get(key);
    checkCondition(existing, input);
    const object: StoredObject = {
      ...world.birth(key, {}),
      body:
        typeof input.Body === "string"
          ? input.Body
          : Buffer.from(input.Body as unknown as Uint8Array).toString("latin1"),
      etag: `"${hexDigits(world.random, 32)}"`,
      writtenBy: world.caller(),
    };
    bucket.objects.set(key, object);
    bucket.writes += 1;
    return { ETag: object.etag };
  },

  DeleteObject(world: World, input: DeleteObjectRequest): object {
    const bucket = needBucket(world, input);
    const existing = bucket.objects.get(input.Key ?? "");
    if (input.IfMatch !== undefined) checkCondition(existing, { IfMatch: input.IfMatch });
    bucket.objects.delete(input.Key ?? "");
    return {};
  },

  ListObjectsV2(world: World, input: ListObjectsV2Request): ListObjectsV2Output {
    const keys = [...needBucket(world, input).objects.keys()]
      .filter((key) => key.startsWith(input.Prefix ?? ""))
      .sort();
    return { Contents: keys.map((Key) => ({ Key })), KeyCount: keys.length, IsTruncated: false };
  },
};

function checkCondition(
  existing: StoredObject | undefined,
  input: { IfNoneMatch?: string | undefined; IfMatch?: string | undefined },
): void {
  if (input.IfNoneMatch === "*" && existing !== undefined) throw preconditionFailed();
  if (input.IfMatch === undefined) return;
  // If-Match on a key that is not there is 404 and not 412 (S3 PutObject).
  if (existing === undefined) throw awsError("NoSuchKey", "The specified key does not exist.", 404);
  if (existing.etag !== input.IfMatch) throw preconditionFailed();
}

function preconditionFailed(): Error {
  return awsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
}

function needBucket(world: World, input: Guarded): Bucket {
  const bucket = world.buckets.get(input.Bucket ?? "");
  if (bucket === undefined) throw awsError("NoSuchBucket", "The specified bucket does not exist", 404);
  if (bucket.ownerId !== (input.ExpectedBucketOwner ?? bucket.ownerId) || bucket.ownerId !== world.accountId) {
    throw awsError("AccessDenied", "Access Denied", 403);
  }
  return bucket;
}
