/** Both doors from outside, without AWS: arguments, inputs, exit codes, annotations; and that bad files ask AWS nothing. */
import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { dump } from "js-yaml";
import { clusterTree, filesOf } from "../support/builders.ts";
import { standInForAws } from "../support/loopback.ts";
import { repository, runner, start } from "../support/spawn.ts";

const VALID = filesOf(clusterTree());
const BROKEN = filesOf(clusterTree({ spec: { controlPlane: { size: 2 } } }));

/** Counts who comes. */
let asked = 0;
const { env, close } = await standInForAws((_request, response) => {
  asked += 1;
  response.statusCode = 400;
  response.end("<Response><Errors><Error><Code>Nobody</Code><Message>home</Message></Error></Errors></Response>");
});
after(close);

const cli = (root: string, ...args: string[]) => start("dist/cli.js", args, { cwd: root, env });

test("slipway validate says that files are valid, and exits with 0", async () => {
  const { code, stdout, stderr } = await cli(repository(VALID), "validate");

  assert.deepEqual([code, stdout, stderr], [0, "✓ valid  validate  the files are valid\n", ""]);
});

test("slipway values shows where each value comes from, by files alone", async () => {
  asked = 0;
  const { code, stdout } = await cli(repository(VALID), "values", "prod");
  const nobody = await cli(repository(VALID), "values");

  assert.equal(code, 0);
  assert.match(stdout, /^· shown {2}values prod {2}standard@1\.2\.0\n/);
  assert.match(stdout, /\n {2}mtu +0 +default\n/);
  assert.equal(asked, 0);
  assert.deepEqual([nobody.code, nobody.stderr.split("\n")[0]], [2, "slipway: values needs the name of a cluster"]);
});

test("slipway validate shows each mistake at its place, exits with 1, and asks AWS nothing", async () => {
  for (const command of ["validate", "plan", "apply"]) {
    asked = 0;
    const { code, stdout, stderr } = await cli(repository(BROKEN), command);

    assert.equal(code, 1);
    assert.match(
      stdout,
      /^✗ invalid {2}\w+ {2}1 error in the files; nothing was asked of AWS\n\nclusters\/cluster\.yaml:24:11 {2}error {2}spec\.controlPlane\.size is 2; allowed: 1, 3 or 5/,
    );
    assert.doesNotMatch(stdout + stderr, /\n\s+at /);
    assert.equal(asked, 0);
  }
});

test("a parameter that a pack does not know is a mistake of the files, whichever command reads them", async () => {
  const overrides = { calico: { values: { mut: 1400 } } };
  for (const command of ["validate", "plan"]) {
    const { code, stdout } = await cli(repository(filesOf(clusterTree({ spec: { overrides } }))), command);

    assert.equal(code, 1);
    assert.match(stdout, /\nclusters\/cluster\.yaml:\d+:9 {2}error {2}the pack calico has no parameter "mut"/);
  }
});

test("--json is one document on stdout, with its version, whatever happened", async () => {
  const good = await cli(repository(VALID), "validate", "--json");
  const bad = await cli(repository(BROKEN), "plan", "--json");

  assert.deepEqual(JSON.parse(good.stdout), {
    schema: 1,
    command: "validate",
    result: "valid",
    findings: [],
    clusters: [],
  });
  const report = JSON.parse(bad.stdout);
  assert.deepEqual(
    [report.result, report.findings.length, report.findings[0].at],
    ["invalid", 1, { file: "clusters/cluster.yaml", line: 24, column: 11 }],
  );
});

test("--html writes the report as a page besides, in a folder that need not be there, and stdout stays as it is", async () => {
  const root = repository(BROKEN);
  const without = await cli(root, "plan");
  const { code, stdout, stderr } = await cli(root, "plan", "--html", "out/report.html");
  const nowhere = await cli(root, "plan", "--html", "clusters");

  assert.deepEqual([code, stdout, stderr], [1, without.stdout, without.stderr]);
  const page = readFileSync(path.join(root, "out/report.html"), "utf8");
  assert.match(page, /^<!DOCTYPE html>\n/);
  assert.match(page, /<h1>Plan <span class="badge bad">invalid<\/span><\/h1>/);
  assert.match(page, /spec\.controlPlane\.size is 2; allowed: 1, 3 or 5/);
  assert.deepEqual([nowhere.code, nowhere.stdout], [2, without.stdout]);
  assert.match(nowhere.stderr, /the page can't be written to .*clusters: EISDIR/);
});

const WRONG_USAGE: readonly [string[], RegExp][] = [
  [
    [],
    /say what to do: validate, discover, plan, apply, reconcile, destroy, status, unlock, kubeconfig, doctor or values/,
  ],
  [["frobnicate"], /there is no command "frobnicate"; it can be validate, discover, plan/],
  [["plan", "prod", "more"], /too many arguments: more/],
  [["validate", "prod"], /too many arguments: prod/],
  [["doctor", "prod"], /too many arguments: prod/],
  [["destroy"], /say which cluster to destroy/],
  [["unlock"], /say which cluster to unlock/],
  [["kubeconfig"], /kubeconfig needs the name of a cluster/],
  [["plan", "--out", "x"], /--out goes with kubeconfig/],
  [["kubeconfig", "prod", "--out", "-", "--json"], /--json and --out - would both take stdout/],
  [["validate", "--html", "x.html"], /--html goes with plan, apply, reconcile, destroy or status/],
  [["plan", "--html="], /--html needs the name of a file/],
  [["plan", "--base", "main"], /--base goes with discover/],
  [["discover", "prod"], /too many arguments: prod/],
  [["discover", "--base", "nowhere"], /git does not tell what "nowhere" holds/],
  [["plan", "--all"], /--all goes with status/],
  [["plan", "--no-such"], /no-such/],
  [["plan", "--wait-timeout", "soon"], /--wait-timeout takes a time such as 30m, not soon/],
  [["apply", "--time-limit", "0s"], /--time-limit takes a time such as 30m, not 0s/],
  [["plan", "prd"], /no cluster is called "prd"; there is prod\. Did you mean prod\?/],
];

for (const [args, message] of WRONG_USAGE) {
  test(`wrong usage exits with 2 and says what was meant: slipway ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await cli(repository(VALID), ...args);

    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
    assert.match(stderr, /Try {2}slipway --help/);
  });
}

test("--help shows every command and option; --version the release", async () => {
  const root = repository(VALID);
  const [help, version] = [await cli(root, "--help"), await cli(root, "--version")];

  const commands = [
    "validate",
    "discover",
    "plan",
    "apply",
    "reconcile",
    "destroy",
    "status",
    "unlock",
    "kubeconfig",
    "doctor",
  ];
  const options = [
    "--path",
    "--base",
    "--confirm",
    "--all",
    "--json",
    "--wait-timeout",
    "--time-limit",
    "--out",
    "--html",
    "SLIPWAY_OWNER",
  ];
  for (const word of [...commands, ...options]) assert.ok(help.stdout.includes(word), word);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

test("files that are not there, too large, not UTF-8, or links out of the repository are errors with their place", async () => {
  const outside = repository([{ path: "secret.yaml", text: "kind: Cluster\n" }]);
  const root = repository([
    { path: "clusters/big.yaml", text: `# ${"x".repeat(10 * 1024 * 1024)}\n` },
    { path: "clusters/bytes.yaml", text: Uint8Array.from([0x6b, 0xff, 0xfe, 0x3a]) },
    { path: "clusters/notes.txt", text: "not looked at" },
  ]);
  symlinkSync(path.join(outside, "secret.yaml"), path.join(root, "clusters/link.yaml"));
  symlinkSync(path.join(root, "nowhere.yaml"), path.join(root, "clusters/stale.yaml"));

  const { code, stdout } = await cli(root, "validate");
  const missing = await cli(root, "validate", "--path", "elsewhere");
  const up = await cli(root, "validate", "--path", "..");

  assert.equal(code, 1);
  assert.match(stdout, /clusters\/big\.yaml:1:1 {2}error {2}this file has 104857\d\d bytes; at most 1048576 are read/);
  assert.match(stdout, /clusters\/bytes\.yaml:1:1 {2}error {2}this file is not UTF-8 text/);
  assert.match(stdout, /clusters\/link\.yaml:1:1 {2}error {2}this link leads out of the repository/);
  assert.match(stdout, /clusters\/stale\.yaml:1:1 {2}error {2}this link leads nowhere/);
  assert.doesNotMatch(stdout, /notes\.txt/);
  assert.match(missing.stdout, /there is no folder elsewhere/);
  assert.match(up.stdout, /\.\. is outside the repository/);
});

test("credentials that AWS refuses are said to be the trouble, not a stack trace", async () => {
  const { code, stdout, stderr } = await cli(repository(VALID), "plan");

  assert.equal(code, 1);
  assert.match(stdout, /✗ blocked {2}plan prod/);
  assert.match(stdout, /AWS does not say whose credentials these are/);
  assert.doesNotMatch(stdout + stderr, /\n\s+at /);
});

test("the Action puts findings on their lines, sets its outputs, writes its summary, and fails", async () => {
  const root = repository(BROKEN);
  const { env: given, outputs, summary } = runner(root);

  const { code, stdout } = await start("dist/index.js", [], {
    cwd: root,
    env: { ...env, ...given, INPUT_COMMAND: "validate" },
  });

  assert.equal(code, 1);
  assert.match(stdout, /^::group::slipway validate\n/);
  assert.match(
    stdout,
    /\n::error title=config\/not-allowed,file=clusters\/cluster\.yaml,line=24,col=11::spec\.controlPlane\.size is 2; allowed: 1, 3 or 5/,
  );
  assert.match(stdout, /\n::error::slipway validate: invalid\n/);
  assert.deepEqual([outputs().result, outputs().changes, outputs().fingerprint], ["invalid", "0", ""]);
  assert.match(outputs().plan!, /slipway-validate\.json$/);
  assert.match(summary(), /^### ⛔ validate: invalid/);
});

test("an empty input is an absent one, and a wrong one is named", async () => {
  const root = repository(VALID);
  const run = (inputs: Record<string, string>) =>
    start("dist/index.js", [], { cwd: root, env: { ...env, ...runner(root).env, ...inputs } });

  const empty = await run({
    INPUT_COMMAND: "validate",
    INPUT_PATH: "",
    INPUT_CLUSTER: "",
    "INPUT_WAIT-TIMEOUT": "",
    "INPUT_WORKING-DIRECTORY": "",
  });
  const wrong = await run({ INPUT_COMMAND: "aply" });
  const nameless = await run({ INPUT_COMMAND: "destroy" });

  assert.equal(empty.code, 0);
  assert.deepEqual([wrong.code, nameless.code], [1, 1]);
  assert.match(
    wrong.stdout,
    /::error::the input command is "aply"; it can be auto, validate, discover, plan, apply, reconcile, destroy, report, status, unlock, doctor or values/,
  );
  assert.match(nameless.stdout, /the input cluster says which cluster to destroy, and it is empty/);
});

test("the Action writes the page where its input says; one that can't be written is a warning, and no failure", async () => {
  const root = repository(VALID);
  const run = (html: string) => {
    const inputs = { INPUT_COMMAND: "validate", INPUT_HTML: html };
    return start("dist/index.js", [], { cwd: root, env: { ...env, ...runner(root).env, ...inputs } });
  };

  const [written, nowhere] = [await run("pages/slipway.html"), await run("clusters")];

  assert.deepEqual([written.code, nowhere.code], [0, 0]);
  assert.match(
    readFileSync(path.join(root, "pages/slipway.html"), "utf8"),
    /<h1>Validate <span class="badge good">valid/,
  );
  assert.match(nowhere.stdout, /::warning::the page can't be written to .*clusters: EISDIR/);
});

test("the Action issues no kubeconfig, and asks AWS nothing for it", async () => {
  const root = repository(VALID);
  const before = asked;
  const inputs = { INPUT_COMMAND: "kubeconfig", INPUT_CLUSTER: "prod" };

  const { code, stdout } = await start("dist/index.js", [], {
    cwd: root,
    env: { ...env, ...runner(root).env, ...inputs },
  });

  assert.deepEqual([code, asked], [1, before]);
  assert.match(stdout, /::error::kubeconfig is for people at a command line/);
});

test("a name that looks like a workflow command stays a name", async () => {
  const text = dump(clusterTree({ metadata: { tags: { "::warning::x": "y" } } }));
  const root = repository([
    ...VALID.filter((file) => !file.path.endsWith("cluster.yaml")),
    { path: "clusters/##[error]x.yaml", text },
    { path: "clusters/::set-output name=result::applied.yaml", text: "[" },
  ]);

  const { stdout } = await start("dist/index.js", [], {
    cwd: root,
    env: { ...env, ...runner(root).env, INPUT_COMMAND: "validate" },
  });

  const commands = stdout.split("\n").filter((line) => /^\s*::/.test(line));
  assert.ok(commands.length > 2);
  for (const line of commands)
    assert.match(line, /^::(group::slipway validate|endgroup::|error( title=[^:]*?)?(,file=[^\n]*)?::)/);
  assert.ok(!commands.some((line) => line.startsWith("::set-output") || line.startsWith("::warning")));
  assert.doesNotMatch(stdout.replaceAll(/^::error .*$/gm, ""), /##\[/);
});
