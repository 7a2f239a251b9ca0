/**
 * An upgrade of Slipway leaves clusters alone: what AWS says of those that earlier releases made is given to today's code,
 * which must find nothing to do (but to bring its own agent up to date). Recordings are made by `npm run record`, once a release, and never change.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { dump, load } from "js-yaml";
import type { ClusterResult } from "../../src/commands/results.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import type { Change } from "../../src/plan/change.ts";
import { VERSION } from "../../src/version.ts";
import { read } from "../support/builders.ts";
import { askEverything, iamNamesOf } from "../support/recorded/ask.ts";
import { loadRecording } from "../support/recorded/load.ts";
import { RECORDINGS, type Recording } from "../support/recorded/recording.ts";
import { SCENARIOS } from "../support/recorded/scenarios.ts";
import { Simulation, troubles } from "../support/simulation.ts";

/**
 * Changes that a later release makes of clusters of an earlier one, on purpose: the change's id, and the line of the
 * release notes that says why. Whatever is not listed here must not be; nor may be listed what is not.
 */
const ON_PURPOSE: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

/** The loop part of the node agent is Slipway's own, in the bucket: it is replaced in place, and nobody notices. */
function isLoopOfAgent({ id, action, disruption }: Change): boolean {
  return id === "agent" && action === "update" && disruption === "none";
}

const recordings = globSync(`${RECORDINGS}/*/*.json`)
  .sort()
  .map((file): Recording => JSON.parse(readFileSync(file, "utf8")));

/** A twin that answers as AWS did, at the moment when it was asked. */
async function standing(recording: Recording): Promise<Simulation> {
  const { owner, region, accountId, at } = recording;
  const simulation = new Simulation({ owner, region, accountId, rehearse: true });
  await simulation.run(() => simulation.clock.sleep(Date.parse(at) - simulation.clock.now()));
  loadRecording(simulation.world, recording);
  return simulation;
}

function clusterOf(files: Recording["files"]): Cluster {
  const { clusters, findings } = read(files);
  assert.ok(clusters[0] !== undefined, JSON.stringify(findings, null, 1));
  return clusters[0];
}

/** The recorded files with a worker more in the first pool; without pools, with a pool of one. */
function withOneMore(files: Recording["files"]): { files: Recording["files"]; pool: string } {
  let pool = "";
  const edited = files.map((file) => {
    if (!file.path.endsWith("cluster.yaml")) return file;
    const tree = load(file.text) as { spec: { workerPools?: { name: string; size: number }[]; controlPlane: object } };
    tree.spec.workerPools ??= [{ instanceType: "m6i.large", zones: ["us-east-1a"], name: "default", size: 0 } as never];
    const [first] = tree.spec.workerPools;
    assert.ok(first !== undefined);
    pool = first.name;
    first.size += 1;
    return { ...file, text: dump(tree) };
  });
  return { files: edited, pool };
}

const said = ({ plan, findings }: ClusterResult): string[] => [
  ...(plan?.changes ?? []).map(
    ({ action, title, why, fields }) =>
      `${action} ${title}: ${why} ${fields.map(({ field, before, after }) => `${field} ${before} → ${after}`).join(", ")}`,
  ),
  ...findings.map(({ level, code, message }) => `${level} ${code}: ${message}`),
];

test("this release is recorded, with every scenario", () => {
  const today = recordings.filter(({ version }) => version === VERSION).map(({ scenario }) => scenario);

  assert.deepEqual(today.sort(), Object.keys(SCENARIOS).sort(), "npm run record");
});

for (const recording of recordings) {
  const { version, scenario } = recording;
  const name = `${version} ${scenario}`;

  test(`what AWS said of a cluster of ${name} is what the model says again`, async () => {
    const simulation = await standing(recording);

    const answers = await simulation.run(() => askEverything(simulation.world.connect(), iamNamesOf(simulation.world)));

    assert.partialDeepStrictEqual(answers, recording.answers);
  });

  test(`a cluster of ${name} is left alone by this release`, async () => {
    const simulation = await standing(recording);

    const planned = await simulation.plan(clusterOf(recording.files));

    const changes = planned.plan?.changes ?? [];
    const others = changes.filter((change) => !isLoopOfAgent(change));
    assert.deepEqual(
      others.map(({ id }) => id),
      Object.keys(ON_PURPOSE[version] ?? {}),
      `this release would change clusters of ${version}:\n${said(planned).join("\n")}\nIf ${version} is not out yet, record it again; if it is, whoever upgrades is in for this.`,
    );
    assert.equal(planned.result, changes.length === 0 ? "no-changes" : "planned", said(planned).join("\n"));
    assert.equal(planned.rehearsal?.verdict ?? "converges", "converges");
  });

  test(`a cluster of ${name} grows by one node, and by nothing else`, async () => {
    const simulation = await standing(recording);
    const { files, pool } = withOneMore(recording.files);

    const planned = await simulation.plan(clusterOf(files));

    const changes = (planned.plan?.changes ?? []).filter((change) => !isLoopOfAgent(change));
    const isNewPool = scenario === "single-node";
    assert.deepEqual(
      changes.map(({ id, action, count }) => [action, id.split("/").slice(0, 2).join("/"), count]),
      isNewPool
        ? [
            ["create", `labels/${pool}`, undefined],
            ["create", `pool/${pool}`, 1],
          ]
        : [["scale", `pool/${pool}`, 1]],
      said(planned).join("\n"),
    );
    assert.equal(planned.rehearsal?.verdict, "converges", JSON.stringify(planned.rehearsal));
  });

  test(`a cluster of ${name} is deleted from its tags, to the last thing`, async () => {
    const simulation = await standing(recording);
    const cluster = clusterOf(recording.files);

    const destroyed = await simulation.destroy(cluster);

    assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
    const { world } = simulation;
    const kinds = { ...world } as unknown as Record<string, unknown>;
    const left = Object.entries(kinds).flatMap(([kind, things]) =>
      things instanceof Map
        ? [...things.values()].flatMap((one: { id?: string; state?: string; tags?: Record<string, string> }) =>
            one?.tags?.["slipway:cluster"] === cluster.name && one.state !== "terminated" && one.state !== "deleted"
              ? [`${kind} ${one.id}`]
              : [],
          )
        : [],
    );
    assert.deepEqual(left, []);
  });
}

test("a recording holds no secret, and none is written over", () => {
  for (const file of globSync(`${RECORDINGS}/*/*.json`)) {
    const text = readFileSync(file, "utf8");
    const { objects } = JSON.parse(text) as Recording;
    const bytes = objects.flatMap(({ base64 }) => (base64 === undefined ? [] : [Buffer.from(base64, "base64")]));
    for (const one of [text, ...bytes.map((gz) => gunzipSync(gz).toString())])
      assert.doesNotMatch(
        one,
        /PRIVATE KEY|BEGIN CERTIFICATE|UserData|"kind":"Secret"|"[a-z0-9]{6}\.[a-z0-9]{16}"/,
        file,
      );
    assert.ok(bytes.length > 0);
  }
  const before = execFileSync("ls", ["-l", path.join(RECORDINGS, VERSION)], { encoding: "utf8" });

  const again = spawnSync(process.execPath, ["scripts/record-inventories.ts"], { encoding: "utf8" });

  assert.equal(again.status, 1, again.stdout);
  assert.match(again.stderr, /a release is recorded once/);
  assert.equal(execFileSync("ls", ["-l", path.join(RECORDINGS, VERSION)], { encoding: "utf8" }), before);
});
