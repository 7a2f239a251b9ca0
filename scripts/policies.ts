/**
 * `npm run policies`: takes each action out of each shipped policy in turn, and plays the part of a cluster's life that
 * has to notice; on the twin, which judges as IAM does, and for what moto judges on moto. Exits with 1 if an action can be
 * left out, or a scenario does not go well under the whole policies. `npm run policies -- --twin` leaves moto out.
 */
import { eachLess, libraryWith, missedIn, Recording } from "../test/support/leave-one-out.ts";
import { playOnMoto } from "../test/support/moto-policies.ts";
import { castOf, SCENARIOS, shipped } from "../test/support/shipped-policies.ts";

const FILES = ["plan", "apply", "apply-dynamic", "apply-static", "reconcile"] as const;

const startedAtMs = Date.now();
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const broken: string[] = [];

const recording = new Recording();
for (const scenario of SCENARIOS) {
  for (const trouble of await recording.play(scenario)) broken.push(`${scenario.name}: ${trouble}`);
}
const recorded = await recording.all();
say(
  `${SCENARIOS.length} scenarios under the whole policies: ${recording.asked} questions to IAM, ${recorded.length} of them different`,
);

let [left, noticed] = [0, 0];
for (const file of FILES) {
  const unneeded: string[] = [];
  const all = eachLess(shipped(file), "actions");
  for (const less of all) {
    const { what, policy } = less;
    left += 1;
    const missed = missedIn(recorded, file, less);
    // Played in fact, and not only judged: the product has to come to grief.
    const ended = missed === undefined ? [] : await missed.scenario.play(castOf(libraryWith(file, policy)));
    if (ended.length > 0) noticed += 1;
    else unneeded.push(what);
  }
  const spare = (["resources", "conditions"] as const).flatMap((part) =>
    eachLess(shipped(file), part).filter((less) => missedIn(recorded, file, less) === undefined),
  );
  unneeded.push(...spare.map(({ what }) => what));
  say(
    `${unneeded.length === 0 ? "✓" : "✗"} ${file}.json: ${all.length} actions, each missed when it is left out${unneeded.length === 0 ? "" : `, but ${unneeded.join(", ")}`}`,
  );
  broken.push(...unneeded.map((what) => `${file}.json can do without ${what}`));
}

const moto = process.argv.includes("--twin") ? undefined : await playOnMoto(say);
broken.push(...(moto?.broken ?? []));
for (const line of broken) say(`✗ ${line}`);
const onMoto = moto === undefined ? "moto left out" : `on moto ${moto.noticed} of ${moto.all} noticed`;
const seconds = Math.round((Date.now() - startedAtMs) / 1000);
say(
  `${SCENARIOS.length} scenarios; on the twin ${left} actions left out, ${noticed} noticed; ${onMoto}; ${broken.length === 0 ? "all needed, all enough" : `${broken.length} BROKEN`}, ${seconds} s`,
);
process.exitCode = broken.length === 0 && left > 0 ? 0 : 1;
