import { messageOf } from "../core/errors.ts";
import { AwsCallError } from "./errors.ts";

/** Waits for a look at AWS; what AWS refuses is undefined. */
export type Attempt = <T>(read: Promise<T>) => Promise<T | undefined>;

/** Looks that may fail one by one: what can't be read is noted in `unknown`, in AWS's words, and left out. */
export function attempting(unknown: string[]): Attempt {
  return async (read) => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof AwsCallError)) throw error; // the run was told to stop
      unknown.push(messageOf(error));
      return undefined;
    }
  };
}
