/**
 * Bundles the doors into dist/: `index.js` and `post.js` for the Action, `cli.js` for the command line. What they share, and
 * what is imported only when needed (certificates, other ways to log in to AWS), is in dist/chunks/. Not minified: people and
 * scanners read what runs with their credentials. Taking packages' ES modules is what lets unused code be left out.
 */
import { chmod, rm } from "node:fs/promises";
import { rolldown } from "rolldown";

const DOORS = { index: "src/main.ts", post: "src/post.ts", cli: "src/cli.ts" } as const;

export async function build(folder = "dist"): Promise<void> {
  await bundle(DOORS, folder);
  await chmod(`${folder}/cli.js`, 0o755);
}

/** Bundles what is given by its names in the folder, which is made anew. */
export async function bundle(input: Readonly<Record<string, string>>, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const made = await rolldown({
    input,
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    // The toolkit brings an HTTP client for what we do ourselves; nothing of it is needed merely by being loaded.
    treeshake: {
      moduleSideEffects: [{ test: /node_modules\/(undici|@actions\/(core|http-client))\//, sideEffects: false }],
    },
    logLevel: "warn",
  });
  await made.write({
    dir: folder,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    format: "esm",
    // Small modules that everything shares would each become a file by who shares them, and a start opens every one.
    codeSplitting: {
      groups: [{ name: "core", test: /\/src\/(core\/(?!virtual-clock)|report\/(plain|tables|markdown|blocks)\.ts)/ }],
    },
  });
  await made.close();
}

if (import.meta.main) await build(process.argv[2]);
