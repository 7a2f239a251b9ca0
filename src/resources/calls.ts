import { isAwsError } from "../aws/errors.ts";

/** The answer of a call, or undefined where AWS says with one of these codes that there is nothing (left) to do. */
export async function unless<T>(codes: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAwsError(error, ...codes)) return undefined;
    throw error;
  }
}
