import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { messageOf, UserError } from "./core/errors.ts";
import type { Secret } from "./core/secret.ts";

/** What `--out` takes for standard output. */
export const STDOUT = "-";

/**
 * Writes a secret for its owner alone, and gives where: to standard output only when that was asked for. Through a new
 * file that takes the name afterwards, so that neither an older file's mode nor a link in its place counts. A UserError
 * where that can't be.
 */
export async function saveSecret(secret: Secret<string>, out: string, stdout: NodeJS.WriteStream): Promise<string> {
  if (out === STDOUT) {
    stdout.write(secret.reveal());
    return "what was printed";
  }
  const file = path.resolve(out);
  const fresh = `${file}.${randomUUID()}`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(fresh, secret.reveal(), { mode: 0o600, flag: "wx" });
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {}); // there may be no folder to look in
    const message = `${file} can't be written: ${messageOf(error)}`;
    throw new UserError(
      { level: "error", code: "kubeconfig/not-written", message, fix: "give another file with --out" },
      { cause: error },
    );
  }
  return file;
}
