import type { Sabotage } from "./sabotage.ts";

const RELEASES = "test/releases/inventories.test.ts";
const leftAlone = (scenario: string): string => `a cluster of 0.1.0 ${scenario} is left alone by this release`;

/** Of what a generator looks for, and of clusters that earlier releases made. */
export const FUZZ: readonly Sabotage[] = [
  {
    name: "what the model of AWS does not know blocks a plan",
    file: "src/rehearse/rehearse.ts",
    find: "  if (breakdown !== undefined) return notRehearsed(breakdown);",
    replace: "",
    testFile: "test/rehearse/refusals.test.ts",
    test: "what the model does not know is no reason to refuse a plan: it is not rehearsed, and says why",
  },
  {
    name: "a release hashes what it makes in another way",
    file: "src/core/hash.ts",
    find: "for (const key of Object.keys(member).sort())",
    replace: "for (const key of Object.keys(member).sort().reverse())",
    testFile: RELEASES,
    test: leftAlone("single-node"),
  },
  {
    name: "a release gives everything another default tag",
    file: "src/resources/tags.ts",
    find: "    Name: `${cluster.name}/${id}`,",
    replace: "    Name: `${cluster.name}/${id}`, 'managed-by': 'slipway',",
    testFile: RELEASES,
    test: leftAlone("static"),
  },
  {
    name: "a release gives nodes another boot revision",
    file: "src/bootstrap/user-data.ts",
    find: "export const BOOT_REVISION = 1;",
    replace: "export const BOOT_REVISION = 2;",
    testFile: RELEASES,
    test: leftAlone("three-zones-spot"),
  },
  {
    name: "a release changes the default of a field that files leave out",
    file: "src/config/cluster.ts",
    find: "  rootVolumeGiB: 50,",
    replace: "  rootVolumeGiB: 60,",
    testFile: RELEASES,
    test: leftAlone("private-packs"),
  },
  {
    name: "a release looks for load balancers under another name",
    file: "src/core/names.ts",
    find: "  return boundedName(cluster, suffix, 32);",
    replace: "  return boundedName(cluster, `${suffix}-1`, 32);",
    testFile: RELEASES,
    test: leftAlone("everything"),
  },
];
