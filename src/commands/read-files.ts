import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { SourceFile } from "../config/yaml.ts";
import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";

/** Cluster files are a few kilobytes; beyond this it is not one. */
const LARGEST_FILE_BYTES = 1024 * 1024;
const MOST_FILES = 10_000;

/**
 * Reads the YAML files under a folder of the repository, in the order of their paths. Nothing outside the repository is
 * read: a pull request may hold links to anywhere.
 */
export async function readFiles(root: string, folder: string): Promise<{ files: SourceFile[]; findings: Finding[] }> {
  const top = await realpath(root);
  const start = path.resolve(top, folder);
  const findings: Finding[] = [];
  const report = (code: FindingCode, file: string, message: string, fix?: string): void => {
    findings.push({
      level: "error",
      code,
      message,
      at: { file, line: 1, column: 1 },
      ...(fix === undefined ? {} : { fix }),
    });
  };
  const relative = (absolute: string): string => path.relative(top, absolute).split(path.sep).join("/") || ".";

  if (!isInside(top, start)) {
    report("files/outside", folder, `${folder} is outside the repository`);
    return { files: [], findings };
  }
  const paths = await list(start);
  if (paths === undefined) {
    report(
      "files/no-folder",
      relative(start),
      `there is no folder ${folder}`,
      "put cluster files there, or say where they are with --path",
    );
    return { files: [], findings };
  }
  if (paths.length === 0) {
    report("files/none", relative(start), `there is no .yaml or .yml file in ${folder}`);
  }
  if (paths.length > MOST_FILES) {
    report(
      "files/too-many",
      relative(start),
      `there are ${paths.length} files in ${folder}; at most ${MOST_FILES} are read`,
    );
    return { files: [], findings };
  }

  const files: SourceFile[] = [];
  for (const absolute of paths) {
    const name = relative(absolute);
    const real = await realpath(absolute).catch(() => undefined);
    if (real === undefined) report("files/unreadable", name, "this link leads nowhere");
    else if (!isInside(top, real)) report("files/outside", name, "this link leads out of the repository");
    else {
      const text = await readText(real);
      if (typeof text === "string") files.push({ path: name, text });
      else report(text.code, name, text.message);
    }
  }
  return { files, findings };
}

/** The links below a folder of the repository that lead out of it, by their paths; some programs follow them. */
export async function linksOut(root: string, folder: string): Promise<string[]> {
  const top = await realpath(root);
  const start = path.resolve(top, folder);
  if (!isInside(top, start)) return [];
  const entries = await readdir(start, { recursive: true, withFileTypes: true }).catch(() => []);
  const links = entries
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const ends = await Promise.all(
    [start, ...links].map(async (link) => ({ link, end: await realpath(link).catch(() => "") })),
  );
  return ends
    .filter(({ end }) => !isInside(top, end))
    .map(({ link }) => path.relative(top, link).split(path.sep).join("/"));
}

function isInside(top: string, candidate: string): boolean {
  return candidate === top || candidate.startsWith(top + path.sep);
}

/** The YAML files below a folder, sorted; a file's own path is a list of one; undefined when there is nothing. */
async function list(start: string): Promise<string[] | undefined> {
  const info = await lstat(start).catch(() => undefined);
  if (info === undefined) return undefined;
  if (!info.isDirectory()) return [start];
  const entries = await readdir(start, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => /\.ya?ml$/.test(entry.name) && !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function readText(file: string): Promise<string | { code: FindingCode; message: string }> {
  const info = await stat(file);
  if (!info.isFile()) return { code: "files/unreadable", message: "this is not a file" };
  if (info.size > LARGEST_FILE_BYTES) {
    return {
      code: "files/too-large",
      message: `this file has ${info.size} bytes; at most ${LARGEST_FILE_BYTES} are read`,
    };
  }
  const handle = await open(file);
  try {
    const bytes = await handle.readFile();
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { code: "files/not-utf8", message: "this file is not UTF-8 text" };
  } finally {
    await handle.close();
  }
}
