/** What add-ons get of AWS, and what they need of other packs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import { cloudProviderId } from "../../src/core/names.ts";
import { builtInPacks } from "../../src/packs/built-in.ts";
import { renderPacks } from "../../src/packs/bundle.ts";
import { CATALOGUE } from "../../src/packs/catalogue.generated.ts";
import { assertGolden } from "../support/golden.ts";
import { blueprint } from "../support/plans.ts";
import { clusterOf, FACTS, packsOf } from "./support.ts";

const DNS = { name: "external-dns", version: "0.22.0", values: { hostedZoneIds: ["Z1EXAMPLE", "Z2EXAMPLE"] } };
const BALANCERS = { name: "aws-load-balancer-controller", version: "3.5.0" };

interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

function policyOf(cluster: Cluster, role: string): { text: string; statements: Statement[] } {
  const found = blueprint(cluster).resources.find((wanted) => wanted.id === `role/${role}`);
  assert.ok(found?.kind === "role");
  const text = found.spec.policy;
  return { text, statements: JSON.parse(text).Statement };
}

function added(pack: object): Statement[] {
  const before = new Set(policyOf(clusterOf(), "control-plane").statements.map(({ Sid }) => Sid));
  return policyOf(clusterOf({ addon: pack as never }), "control-plane").statements.filter(
    ({ Sid }) => !before.has(Sid),
  );
}

test("what each add-on lets the control plane do in AWS is the reviewed list", () => {
  const text = [DNS, BALANCERS].map((pack) => `# ${pack.name}\n${JSON.stringify(added(pack), undefined, 2)}\n`);

  assertGolden("packs/permissions.txt", text.join("\n"));
});

test("external-dns may write into the zones that are named, and no others", () => {
  const writes = added(DNS).filter(({ Action }) => [Action].flat().includes("route53:ChangeResourceRecordSets"));

  assert.deepEqual(
    writes.map(({ Resource }) => Resource),
    [["arn:aws:route53:::hostedzone/Z1EXAMPLE", "arn:aws:route53:::hostedzone/Z2EXAMPLE"]],
  );
});

test("the load balancer controller changes only what carries its mark with this cluster's id", () => {
  const cluster = clusterOf();
  const id = cloudProviderId({ name: cluster.name, region: cluster.region, accountId: cluster.account.accountId });
  const changes = added(BALANCERS).filter(({ Action }) =>
    [Action].flat().some((action) => !/:(Describe|List|Get)/.test(action) && action !== "iam:CreateServiceLinkedRole"),
  );

  assert.ok(changes.length >= 4);
  for (const { Sid, Condition } of changes) {
    const marks = Object.entries(Condition?.StringEquals ?? {}).filter(([key]) =>
      key.endsWith("/elbv2.k8s.aws/cluster"),
    );
    assert.deepEqual(
      marks.map(([, value]) => value),
      [id],
      Sid,
    );
  }
});

test("workers get nothing of it, and the control plane's policy stays within IAM's 10,240 characters for a role", () => {
  const all = clusterOf();
  const packs = [
    ...all.profile.packs,
    ...[DNS, BALANCERS].flatMap((addon) => clusterOf({ addon }).profile.packs.slice(-1)),
  ];
  const full: Cluster = { ...all, profile: { ...all.profile, packs } };

  // Inline policies count together, without white space (IAM and STS quotas).
  const { text, statements } = policyOf(full, "control-plane");
  assert.ok(text.replaceAll(/\s/g, "").length < 10_240, `${text.length} characters`);
  assert.equal(new Set(statements.map(({ Sid }) => Sid)).size, statements.length);
  assert.equal(policyOf(full, "worker").text, policyOf(all, "worker").text);
});

test("API servers reach the load balancer controller's webhooks on each other's nodes, and workers do not", () => {
  const rules = blueprint(clusterOf({ addon: BALANCERS })).resources.flatMap((wanted) =>
    wanted.kind === "security-group-rules"
      ? wanted.spec.ingress.filter(({ fromPort }) => fromPort === 9443).map(({ peer }) => [wanted.id, peer])
      : [],
  );

  assert.deepEqual(rules, [["security-group-rules/control-plane", { ref: "security-group/control-plane" }]]);
});

test("without cert-manager a plan says what the load balancer controller lacks", () => {
  const { findings } = renderPacks(clusterOf({ addon: BALANCERS }), FACTS);

  assert.deepEqual(
    findings.map(({ code, level }) => [code, level]),
    [
      ["packs/undefined-kind", "warning"],
      ["packs/undefined-kind", "warning"],
    ],
  );
  assert.match(findings[0]!.message, /cert-manager\.io/);
});

test("the files of the catalogue have what a pack has, and nothing that nobody reads", () => {
  const keys = "layer name about versions kubernetes parameters controlPlaneTraffic permissions objects".split(" ");
  const parameterKeys = "type default description allowed minimum maximum pattern example least of".split(" ");
  for (const pack of CATALOGUE.map((text) => JSON.parse(text))) {
    assert.deepEqual(
      Object.keys(pack).filter((key) => !keys.includes(key)),
      [],
      pack.name,
    );
    for (const [name, parameter] of Object.entries(pack.parameters as object)) {
      assert.deepEqual(
        Object.keys(parameter).filter((key) => !parameterKeys.includes(key)),
        [],
        `${pack.name} ${name}`,
      );
      assert.ok(parameter.description.endsWith("."), `${pack.name} ${name}`);
    }
  }
});

test("nothing of a template is left in what is applied", () => {
  for (const addon of [DNS, BALANCERS, { name: "metrics-server", version: "0.8.1" }]) {
    const text = JSON.stringify(packsOf(clusterOf({ addon })).at(-1));
    assert.doesNotMatch(text, /\{\{\s/, addon.name);
  }
});

test("every pack says with which Kubernetes it was tried, for each of its versions, and where that is written", () => {
  for (const { name, layer, versions, kubernetes } of builtInPacks()) {
    if (layer === "os" || layer === "kubernetes") continue;
    assert.match(kubernetes?.source ?? "", /^https:\/\//, name);
    assert.deepEqual(Object.keys(kubernetes?.tested ?? {}), versions, name);
  }
});
