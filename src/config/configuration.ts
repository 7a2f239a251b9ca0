import { type Finding, hasErrors, type Place } from "../core/findings.ts";
import { type Cluster, clusterMacros, clusterOf, zonesOf } from "./cluster.ts";
import type { ClusterDocument } from "./documents.generated.ts";
import { nearest } from "./nearest.ts";
import { type Account, accountOf, type Profile, profileOf, sourceOf, withMacros, withOverrides } from "./parts.ts";
import { profileFindings } from "./profile-rules.ts";
import { clusterFindings } from "./rules.ts";
import { schemaFindings } from "./schema-findings.ts";
import { type DocumentKind, type DocumentKinds, VALIDATORS } from "./schemas.ts";
import { readYaml, type SourceFile, type YamlDocument } from "./yaml.ts";

/** All that the files say. Documents with errors are left out; their findings say why. */
export interface Configuration {
  clusters: readonly Cluster[];
  accounts: readonly Account[];
  profiles: readonly Profile[];
  findings: readonly Finding[];
}

/** A file with more mistakes than this is not the file that its author meant; the rest would bury the first. */
const MOST_FINDINGS_PER_FILE = 50;

type Parsed = { [K in DocumentKind]: { kind: K; document: YamlDocument; value: DocumentKinds[K] } }[DocumentKind];

/**
 * Reads the files under the configured path into clusters that can be planned.
 * Pure: the same files give the same answer, whatever the machine.
 */
export function readConfiguration(files: readonly SourceFile[]): Configuration {
  const findings: Finding[] = [];
  const parsed: Parsed[] = [];
  const broken = new Set<string>();
  const wrongIn = new Map<string, Finding[]>();
  for (const file of files) {
    const found = readFile(file);
    parsed.push(...found.parsed);
    for (const name of found.broken) broken.add(name);
    wrongIn.set(file.path, found.findings.slice(0, MOST_FINDINGS_PER_FILE));
  }
  // What a pack brings in is Kubernetes' and not Slipway's, wherever it lies.
  const ofPacks = packPaths(parsed);
  for (const [file, wrong] of wrongIn) if (!isUnder(file, ofPacks)) findings.push(...wrong);

  const accounts = new Map<string, Account>();
  const profiles = new Map<string, Profile>();
  const first = new Map<string, Place>();
  const clusters: Cluster[] = [];
  const clusterDocuments: { document: YamlDocument; value: ClusterDocument }[] = [];

  for (const { kind, document, value } of parsed) {
    const name = kind === "ClusterProfile" ? `${value.metadata.name}@${value.metadata.version}` : value.metadata.name;
    const at = document.place("/metadata/name");
    const earlier = first.get(`${kind} ${name}`);
    if (earlier !== undefined) {
      findings.push({
        level: "error",
        code: "config/name-twice",
        message: `there is another ${kind} ${name} in ${earlier.file}:${earlier.line}${kind === "Cluster" ? "; commands and confirmations know a cluster by its name, so names are unique in a repository" : ""}`,
        at,
      });
      continue;
    }
    first.set(`${kind} ${name}`, at);
    if (kind === "CloudAccount") accounts.set(name, accountOf(value));
    if (kind === "ClusterProfile") {
      const wrong = profileFindings(document, value);
      findings.push(...wrong);
      if (hasErrors(wrong)) broken.add(`ClusterProfile ${name}`);
      else profiles.set(name, profileOf(value, document.keyPlace));
    }
    if (kind === "Cluster") clusterDocuments.push({ document, value });
  }

  for (const { document, value } of clusterDocuments) {
    const at = document.place("");
    const account = accounts.get(value.spec.account);
    const profile = profiles.get(value.spec.profile);
    // A document that is there but broken has its own findings; that it "does not exist" would send people the wrong way.
    if (account === undefined && !broken.has(`CloudAccount ${value.spec.account}`)) {
      findings.push(
        unknownReference(document, "/spec/account", "CloudAccount", value.spec.account, [...accounts.keys()]),
      );
    }
    if (profile === undefined && !broken.has(`ClusterProfile ${value.spec.profile}`)) {
      findings.push(
        unknownReference(document, "/spec/profile", "ClusterProfile", value.spec.profile, [...profiles.keys()]),
      );
    }
    if (account === undefined || profile === undefined) continue;
    const sources = [at, first.get(`CloudAccount ${account.name}`), first.get(`ClusterProfile ${value.spec.profile}`)];
    const files = [...new Set(sources.flatMap((place) => (place === undefined ? [] : [place.file])))];
    const effective = withMacros(
      withOverrides(profile, value.spec.overrides, document.keyPlace),
      clusterMacros({
        name: value.metadata.name,
        region: value.spec.region,
        zones: zonesOf({ controlPlane: value.spec.controlPlane, workerPools: value.spec.workerPools ?? [] }),
        accountId: account.accountId,
      }),
    );
    const cluster = clusterOf(value, account, effective.profile, { files, place: document.place });
    const wrong = [...effective.findings, ...clusterFindings(cluster, value, profile)];
    findings.push(...wrong);
    if (!hasErrors(wrong)) clusters.push(cluster);
  }
  return { clusters, accounts: [...accounts.values()], profiles: [...profiles.values()], findings };
}

/** The files and folders that profiles take objects and charts from. */
function packPaths(parsed: readonly Parsed[]): string[] {
  return parsed.flatMap(({ kind, document, value }) => {
    if (kind !== "ClusterProfile") return [];
    return value.spec.packs.flatMap((pack) => {
      const source = sourceOf(pack, document.place("").file);
      if (source?.from === "manifests") return source.paths;
      return source?.from === "chart-folder" ? [source.path] : [];
    });
  });
}

function isUnder(file: string, paths: readonly string[]): boolean {
  return paths.some((one) => file === one || file.startsWith(`${one.replace(/\/$/, "")}/`));
}

/** `broken` names the documents that are there but not valid, as `<kind> <name>`. */
function readFile(file: SourceFile): { parsed: Parsed[]; broken: string[]; findings: Finding[] } {
  const { documents, findings } = readYaml(file);
  if (documents.length === 0 && findings.length === 0) {
    return {
      parsed: [],
      broken: [],
      findings: [
        {
          level: "error",
          code: "config/empty-file",
          message: "this file holds no document",
          at: { file: file.path, line: 1, column: 1 },
          fix: "write a Cluster, ClusterProfile or CloudAccount into it, or delete it",
        },
      ],
    };
  }
  const parsed: Parsed[] = [];
  const broken: string[] = [];
  for (const document of documents) {
    const kind = kindOf(document);
    if (typeof kind !== "string") {
      findings.push(kind);
      continue;
    }
    const validate = VALIDATORS[kind];
    if (validate(document.value)) parsed.push({ kind, document, value: document.value } as Parsed);
    else {
      broken.push(`${kind} ${nameOf(document.value)}`);
      findings.push(...schemaFindings(document, validate.errors ?? []));
    }
  }
  return { parsed, broken, findings };
}

/** The name that others refer to a document by, as far as it can be made out of a broken one. */
function nameOf(value: unknown): string {
  const metadata = (value as { metadata?: { name?: unknown; version?: unknown } } | undefined)?.metadata;
  return metadata?.version === undefined
    ? String(metadata?.name)
    : `${String(metadata.name)}@${String(metadata.version)}`;
}

function kindOf(document: YamlDocument): DocumentKind | Finding {
  const kinds = Object.keys(VALIDATORS) as DocumentKind[];
  const value = document.value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return {
      level: "error",
      code: "config/not-a-document",
      message: `a document of Slipway is a mapping with apiVersion and kind; this is ${Array.isArray(value) ? "a list" : "a single value"}`,
      at: document.place(""),
    };
  }
  const kind: unknown = "kind" in value ? value.kind : undefined;
  const known = kinds.find((candidate) => candidate === kind);
  if (known !== undefined) return known;
  const guess = typeof kind === "string" ? nearest(kind, kinds) : undefined;
  return {
    level: "error",
    code: "config/unknown-kind",
    message: `${kind === undefined ? "this document has no kind" : `unknown kind ${JSON.stringify(String(kind).slice(0, 80))}`}; allowed: ${kinds.join(", ")}`,
    at: document.place("/kind"),
    ...(guess === undefined ? {} : { fix: `did you mean ${guess}?` }),
  };
}

function unknownReference(
  document: YamlDocument,
  pointer: string,
  kind: string,
  name: string,
  known: readonly string[],
): Finding {
  const guess = nearest(name, known);
  return {
    level: "error",
    code: kind === "CloudAccount" ? "config/unknown-account" : "config/unknown-profile",
    message: `there is no ${kind} ${JSON.stringify(name)}${known.length === 0 ? "" : `; there is ${known.join(", ")}`}`,
    at: document.place(pointer),
    fix: guess === undefined ? `add a ${kind} document of that name` : `did you mean ${guess}?`,
  };
}
