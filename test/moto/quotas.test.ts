/**
 * What the account has and what is used of it, over moto's wire. Its quotas of VPC are a copy of AWS's own list: they judge
 * the codes, names and defaults that were written down here twice. Of other services it knows none.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AllocateAddressCommand, CreateVpcCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import type { CapacityRow } from "../../src/plan/capacity.ts";
import { QUOTAS as TWINS } from "../../src/twin/quotas.ts";
import { clusterTree, filesOf } from "../support/builders.ts";
import { type Moto, startMoto } from "../support/moto.ts";
import { repository, start } from "../support/spawn.ts";

let moto: Moto;
before(async () => {
  moto = await startMoto();
});
after(async () => {
  await moto.stop();
});

test("limits and use are read over the wire as the twin has them, and what moto has not is said as not known", async () => {
  await moto.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.64.0/18" }));
  await moto.ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const image = { ImageId: "ami-0a1b2c3d4e5f60718", MinCount: 1, MaxCount: 1 };
  await moto.ec2.send(new RunInstancesCommand({ ...image, InstanceType: "m5.4xlarge" }));
  await moto.ec2.send(new RunInstancesCommand({ ...image, InstanceType: "g5.xlarge" }));
  const root = repository(filesOf(clusterTree()));

  const { code, stdout, stderr } = await start("dist-test-moto/cli.js", ["plan", "--json"], {
    cwd: root,
    env: moto.env,
  });

  assert.equal(code, 0, stderr.slice(-3000));
  const { capacity, findings, cost } = JSON.parse(stdout).clusters[0];
  const rows: CapacityRow[] = capacity;
  const ofVpc = rows.filter(({ service }) => service === "vpc");
  assert.deepEqual([rows.length, ofVpc.length], [16, 11]);
  for (const { code: quota, quota: name, limit } of ofVpc) {
    const twins = TWINS.find((one) => one.code === quota);
    assert.deepEqual([name, limit], [twins?.name, twins?.byDefault], quota);
  }
  const used = Object.fromEntries(rows.map((row) => [`${row.code} ${row.scope}`, row.used]));
  assert.deepEqual(
    {
      vCpus: used["L-1216C47A us-east-1"],
      vpcs: used["L-F678F1CE us-east-1"],
      addresses: used["L-0263D0A3 us-east-1"],
      gateways: used["L-FE5A380F us-east-1b"],
      balancers: used["L-69A177A2 us-east-1"],
    },
    // Every region begins with a VPC.
    { vCpus: 16, vpcs: 2, addresses: 1, gateways: 0, balancers: 0 },
  );
  const said = findings.map(({ level, code: what }: { level: string; code: string }) => `${level} ${what}`);
  // moto can't simulate a principal's policies, either.
  assert.deepEqual(said.sort(), ["warning capacity/unknown", "warning network/overlap", "warning permissions/unknown"]);
  const overlap = findings.find(({ code: what }: { code: string }) => what === "network/overlap");
  assert.match(overlap.message, /^10\.0\.0\.0\/16 overlaps 10\.0\.64\.0\/18 of vpc-/);
  assert.equal(cost.after.isComplete, true);
});
