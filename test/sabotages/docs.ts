import type { Sabotage } from "./sabotage.ts";

/** Of what pages and editors say of the product. */
export const DOCS: readonly Sabotage[] = [
  {
    name: "the command line says something else than its page",
    file: "src/cli.ts",
    find: "release the lease of a run that is known to be dead",
    replace: "release a lease",
    testFile: "test/docs/pages.test.ts",
    test: "the made parts of the pages are current",
  },
  {
    name: "a finding is told at another level than the registry has",
    file: "src/commands/reconcile.ts",
    find: 'level: "warning",\n    code: "reconcile/left"',
    replace: 'level: "notice",\n    code: "reconcile/left"',
    testFile: "test/core/messages.test.ts",
    test: "where a code and its level stand side by side in the source, the registry has that level",
  },
  {
    name: "a property that editors say nothing of",
    file: "schemas/cluster.schema.json",
    find: '"description": "Further names that the API server\'s certificate is valid for.",',
    replace: "",
    testFile: "test/config/schemas.test.ts",
    test: "every property of a cluster has a description and a valid example",
  },
  {
    name: "an example that the account's roles can't build",
    file: "docs/examples/single-node/clusters/account.yaml",
    find: "policy/slipway-node-boundary",
    replace: "policy/another-boundary",
    testFile: "test/docs/examples.test.ts",
    test: "single-node: valid, planned and rehearsed without an error, applied, and then nothing is left to do",
  },
];
