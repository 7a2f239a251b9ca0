/**
 * `npm run proxy`: real processes before moto, with a proxy between them at which calls go wrong on the wire, by seeds.
 * `npm run proxy -- 50` plays as many, `npm run proxy -- 50 1000` those from seed 1000 on, `npm run proxy -- proxy-17` one
 * again: the same is done to the same calls, in whatever order a busy machine makes them.
 */
import { messageOf } from "../src/core/errors.ts";
import { startMoto } from "../test/support/moto.ts";
import { playNodes } from "../test/support/moto-nodes.ts";
import { calmApply, playBeforeMoto, storyOf } from "../test/support/proxied.ts";

const STORIES = 20;
/** Most of their time is waiting. */
const AT_ONCE = 4;

function seedsOf([first = String(STORIES), from = "1"]: readonly string[]): number[] {
  const one = /^proxy-(\d+)$/.exec(first)?.[1];
  if (one !== undefined) return [Number(one)];
  const [stories, start] = [Number(first), Number(from)];
  if (!Number.isInteger(stories) || stories < 1 || !Number.isInteger(start)) {
    throw new Error(`${first} ${from} is neither a number of stories and a first seed, nor proxy-<seed>`);
  }
  return Array.from({ length: stories }, (_, index) => start + index);
}

const seeds = seedsOf(process.argv.slice(2));
const moto = await startMoto({ SLIPWAY_MOTO_ROOM: "1" });
const stop = new AbortController();
const playing = playNodes(moto, stop.signal);
const sum = { stories: 0, runs: 0, calls: 0, mishaps: 0 };
const broken: string[] = [];
try {
  const calm = calmApply(moto, "calm");
  const waiting = [...seeds];
  const player = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const story = storyOf(seed);
      try {
        const { runs, calls, met } = await playBeforeMoto(moto, story, calm);
        sum.runs += runs;
        sum.calls += calls;
        sum.mishaps += met.length;
        console.log(`✓ ${story.name} ${story.command}: ${met.join(", ") || "nothing was met"}`);
      } catch (error) {
        broken.push(story.name);
        console.log(`✗ ${story.name} ${story.command}\n${messageOf(error).replace(/^/gm, "    ")}`);
        console.log(`  again: npm run proxy -- ${story.name}`);
      }
      sum.stories += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, player));
} finally {
  stop.abort();
  await playing;
  await moto.stop();
}
const held = broken.length === 0 && sum.stories === seeds.length;
console.log(
  `${sum.stories} stories, ${sum.runs} runs, ${sum.calls} calls, ${sum.mishaps} mishaps, ${held ? "all held" : `${broken.length} BROKEN: ${broken.join(", ")}`}`,
);
process.exitCode = held ? 0 : 1;
