/**
 * Real processes whose calls go wrong on the wire: broken connections, answers that are lost or cut short after the deed, too
 * many calls, slowness, and signals at a call. `npm run proxy` plays more, by seeds.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Moto } from "../support/moto.ts";
import { startMotoWithNodes } from "../support/moto-nodes.ts";
import { type Calm, calmApply, type ProxyStory, playBeforeMoto } from "../support/proxied.ts";

let moto: Moto;
let calm: Promise<Calm>;

before(async () => {
  moto = await startMotoWithNodes({ SLIPWAY_MOTO_ROOM: "1" });
  calm = calmApply(moto, "calm");
});
after(async () => {
  await moto.stop();
});

interface Case extends Omit<ProxyStory, "runs"> {
  what: string;
  /** Each run's strikes, as `<kind> <action>`: at the first call of that action. */
  runs: readonly (readonly string[])[];
  /** How many runs it takes, the last one in peace. */
  takes: number;
}

const CASES: readonly Case[] = [
  {
    name: "lost",
    what: "an apply whose answers get lost after the deed makes nothing twice, in one run",
    command: "apply",
    runs: [
      [
        "error-after CreateVpc",
        "reset-after AllocateAddress",
        "cut CreateInternetGateway",
        "cut CreateSecurityGroup",
        "error-after CreateNatGateway",
        "reset-after CreateLoadBalancer",
        "cut RunInstances",
        "error-after CreateRole",
        "reset-after PutParameter",
        "error-after PUT applied.json",
      ],
    ],
    takes: 1,
  },
  {
    name: "throttled",
    what: "an apply that AWS slows down, in each service's own words, is done in one run",
    command: "apply",
    runs: [
      [
        "throttle CreateSubnet",
        "throttle CreateTargetGroup",
        "throttle PutParameter",
        "throttle CreateInstanceProfile",
        "throttle DescribeInstances",
        "throttle PUT lease.json",
        "slow CreateNatGateway",
        "slow DescribeSecurityGroups",
        "reset-before DescribeVpcs",
      ],
    ],
    takes: 1,
  },
  {
    name: "killed",
    what: "an apply that is killed twice when AWS has done what it asked, and is run again, makes nothing twice",
    command: "apply",
    runs: [["SIGKILL-after AllocateAddress"], ["SIGKILL-after RunInstances"]],
    takes: 3,
  },
  {
    name: "falling",
    what: "a destroy with broken connections and lost answers that is killed, and then stopped, leaves nothing once it is run to its end",
    command: "destroy",
    runs: [
      [
        "error-after TerminateInstances",
        "cut DeleteNatGateway",
        "reset-before DeleteListener",
        "SIGKILL-after DeleteLoadBalancer",
      ],
      ["reset-after ReleaseAddress", "SIGTERM DeleteSubnet"],
    ],
    takes: 3,
  },
];

// Most of their time is waiting, so they do it together.
describe("on the wire", { concurrency: true }, () => {
  for (const { what, runs, takes, ...story } of CASES) {
    test(what, async () => {
      const strikes = runs.map((run) =>
        run.map((strike) => {
          const [kind = "", ...of] = strike.split(" ");
          return { kind: kind as ProxyStory["runs"][number][number]["kind"], of: of.join(" "), nth: 1 };
        }),
      );
      const told = await playBeforeMoto(moto, { ...story, runs: strikes }, calm);
      assert.deepEqual([...told.met].sort(), runs.flat().sort(), "each of them happened");
      assert.equal(told.runs, takes, told.met.join(", "));
    });
  }
});
