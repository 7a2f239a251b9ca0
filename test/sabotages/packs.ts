import type { Sabotage } from "./sabotage.ts";

const PLANS = "test/plan/packs.test.ts";
const VERSIONS = "test/plan/versions.test.ts";
const OWN = "test/packs/own-packs.test.ts";

/** Of profiles, packs, and the versions that a cluster may go to. */
export const PACKS: readonly Sabotage[] = [
  {
    name: "an override replaces a pack's values instead of going into them",
    file: "src/config/parts.ts",
    find: "values: mergeDeep(pack.values, override.values ?? {}),",
    replace: "values: { ...pack.values, ...override.values },",
    testFile: "test/config/profiles.test.ts",
    test: "overrides are merged deeply; lists and plain values are replaced, and null is a value",
  },
  {
    name: "Kubernetes may skip a minor",
    file: "src/plan/version-checks.ts",
    find: "wanted.minor > oldest.minor + 1",
    replace: "wanted.minor > oldest.minor + 2",
    testFile: VERSIONS,
    test: "up by one minor at a time, never back, kubelets between the API server's minor and three before it",
  },
  {
    name: "Kubernetes may go back by a patch",
    file: "src/plan/version-checks.ts",
    find: "compare(wanted, newest) < 0",
    replace: "wanted.minor < newest.minor",
    testFile: VERSIONS,
    test: "nodes carry the version that they were born with, and a plan refuses on the strength of it",
  },
  {
    name: "packs are written before the control plane is upgraded",
    file: "src/plan/steps.ts",
    find: "needs: isForUpgraded(verdict) ? upgrade : []",
    replace: "needs: []",
    testFile: "test/apply/upgrade.test.ts",
    test: "from minor to minor, 1.35 to 1.37: the skew policy holds at every event",
  },
  {
    name: "a StatefulSet goes with its pack without a confirmation",
    file: "src/plan/pack-changes.ts",
    find: "...(atRisk.has(name) ?",
    replace: '...(name === "" ?',
    testFile: PLANS,
    test: "an add-on less: what goes, what stays, and that data may go with it",
  },
  {
    name: "a secret among the values is shown where it comes up in an object",
    file: "src/plan/pack-diff.ts",
    find: 'isSecretName(name) && typeof value === "string" && value.length >= 6 ? [value] : [],',
    replace: "[],",
    testFile: PLANS,
    test: "a secret in values or in a Secret is told by length and hash, in every face of a report",
  },
  {
    name: "the pods' addresses may change under a living cluster",
    file: "src/plan/pack-changes.ts",
    find: "if (before === undefined || before === is) continue;",
    replace: "if (before !== is) continue;",
    testFile: PLANS,
    test: "what a cluster stands on is not changed while it lives: its network plug-in, its pods' and services' addresses",
  },
  {
    name: "a chart that draws passwords is taken for what it drew first",
    file: "src/commands/read-packs.ts",
    find: "return text === again ? made",
    replace: "return again !== undefined ? made",
    testFile: OWN,
    test: "why a chart gives no objects is said where the profile names it",
  },
  {
    name: "external-dns may write into every zone",
    file: "src/packs/catalogue.generated.ts",
    find: "arn:aws:route53:::hostedzone/{{ values.hostedZoneIds }}",
    replace: "arn:aws:route53:::hostedzone/*",
    testFile: "test/packs/add-ons.test.ts",
    test: "external-dns may write into the zones that are named, and no others",
  },
  {
    name: "octal modes in manifests are read as decimal numbers",
    file: "src/config/yaml.ts",
    find: "Number.parseInt(source, 8)",
    replace: "Number.parseInt(source, 10)",
    testFile: OWN,
    test: "YAML is read as kubectl reads it: octal modes, yes and no, merge keys, lists",
  },
];
