/**
 * Adds to package-lock.json the packages of other platforms that a registry mirror does not carry: `npm install` through
 * such a mirror leaves them out, and `npm ci` then refuses the lock everywhere. Run it after changing dependencies there.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const PLATFORM =
  /(android|darwin|linux|win32|freebsd|openharmony|sunos|aix|netbsd|openbsd)-(arm64|arm|x64|ia32|ppc64|s390x|riscv64|loong64)/;

/** What a lock lacks: an entry for each optional package that another one names. */
export function missingEntries(packages: Readonly<Record<string, Entry>>): Record<string, Entry> {
  const missing: Record<string, Entry> = {};
  for (const entry of Object.values(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (`node_modules/${name}` in packages) continue;
      const [, os, cpu] = PLATFORM.exec(name) ?? [];
      missing[`node_modules/${name}`] = {
        version,
        ...(entry.dev === true ? { dev: true } : {}),
        optional: true,
        ...(cpu === undefined ? {} : { cpu: [cpu] }),
        ...(name.includes("wasm32") ? { cpu: ["wasm32"] } : {}),
        ...(os === undefined ? {} : { os: [os] }),
        ...(os === "linux" ? { libc: [name.includes("musl") ? "musl" : "glibc"] } : {}),
      };
    }
  }
  return missing;
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Entry> };
  const { "": root = {}, ...rest } = { ...lock.packages, ...missingEntries(lock.packages) };
  lock.packages = { "": root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
  writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
}
