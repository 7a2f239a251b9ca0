import type { Sabotage } from "./sabotage.ts";

const SAMPLE = "test/fuzz/fuzz.test.ts";
const ANY_PAIR =
  "any two clusters: a plan from one to the other is the same twice, is rehearsed as it happens, and leaves nothing to do";
const ANY_BYTES = "any bytes as a file: every mistake is told with its place, and nothing throws";
const ANY_TEXT =
  "any text in a result: whatever is drawn of it is whole, short enough, and means nothing but what it says";
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
    find: "of inOrder(Object.keys(members))) {",
    replace: "of inOrder(Object.keys(members)).reverse()) {",
    testFile: RELEASES,
    test: leftAlone("single-node"),
  },
  {
    name: "a release gives everything another default tag",
    file: "src/resources/tags.ts",
    find: "    [TAG.schema]: SCHEMA,",
    replace: "    [TAG.schema]: SCHEMA, 'managed-by': 'slipway',",
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
    replace: "  return boundedName(cluster, suffix.concat('-1'), 32);",
    testFile: RELEASES,
    test: leftAlone("everything"),
  },
  {
    name: "what a survey finds is in the order of AWS's answers",
    file: "src/survey/survey.ts",
    find: "  return found.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));",
    replace: "  return [...found];",
    testFile: "test/plan/order.test.ts",
    test: "the plan of a zone that goes, with all that is in it does not hang on the order of AWS's answers",
  },
  {
    name: "a build that is taken back by an override stays pinned to nothing",
    file: "src/plan/adopt.ts",
    find: ' && serial !== ""',
    replace: "",
    testFile: "test/packs/built-in.test.ts",
    test: "a default can be written out, and takes back what the profile gives: also where it means none",
  },
  {
    name: "lists are never the same as what AWS has",
    file: "src/plan/compare.ts",
    find: "return one === other || canonicalJson(one) === canonicalJson(other);",
    replace: "return one === other;",
    testFile: SAMPLE,
    test: ANY_PAIR,
  },
  {
    name: "a zone's name is drawn on a terminal as it is",
    file: "src/report/terminal.ts",
    find: 'paint("bold", plain(zone.zone))',
    replace: 'paint("bold", zone.zone)',
    testFile: SAMPLE,
    test: ANY_TEXT,
  },
  {
    name: "a value that is too long is cut within a character",
    file: "src/report/terminal.ts",
    find: "  return short(plain(text), 300);",
    replace: "  return plain(text).slice(0, 299);",
    testFile: "test/report/report.test.ts",
    test: "a value that is too long is cut between characters, and says so",
  },
  {
    name: "a mistake of a file that is no mapping has no place",
    file: "src/config/configuration.ts",
    find: '      at: document.place(""),\n    };',
    replace: "    };",
    testFile: SAMPLE,
    test: ANY_BYTES,
  },
];
