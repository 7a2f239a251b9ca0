import { describeInterruption, JOURNEYS, lengthOf, playInterruption, sampleOf } from "./support/day2-interruptions.ts";

const [count, seed] = process.argv.slice(2).map(Number) as [number, number];
const lengths = new Map<string, { calls: number; seconds: number }>();
for (const name of Object.keys(JOURNEYS)) {
  lengths.set(name, await lengthOf(name, 1));
  console.log(name, lengths.get(name));
}
let bad = 0;
for (const one of sampleOf(count, seed, lengths)) {
  try {
    await playInterruption(one);
  } catch (e) {
    bad++;
    console.log(
      `✗ ${describeInterruption(one)} ${JSON.stringify(one.how)}: ${String((e as Error).message).slice(0, 900)}`,
    );
  }
}
console.log("done", count, "bad", bad);
