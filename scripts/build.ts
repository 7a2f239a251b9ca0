/**
 * Bundles the doors into dist/: `index.js` and `post.js` for the Action, `cli.js` for the command line. Not minified: people and
 * scanners read what runs with their credentials. Taking packages' ES modules is what lets unused code be left out.
 */
import { chmod, rm } from "node:fs/promises";
import { rolldown } from "rolldown";

const DOORS = { index: "src/main.ts", post: "src/post.ts", cli: "src/cli.ts" } as const;

export async function build(folder = "dist"): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, input] of Object.entries(DOORS)) {
    const bundle = await rolldown({
      input,
      platform: "node",
      resolve: { mainFields: ["module", "main"] },
      logLevel: "warn",
    });
    await bundle.write({ file: `${folder}/${name}.js`, format: "esm", codeSplitting: false });
    await bundle.close();
  }
  await chmod(`${folder}/cli.js`, 0o755);
}

if (import.meta.main) await build(process.argv[2]);
