import { changes, EDITS } from "./support/day2-edits.ts";

const names = Object.keys(EDITS);
const [part, parts] = process.argv.slice(2).map(Number) as [number, number];
let n = 0,
  bad = 0;
for (let i = 0; i < names.length; i++)
  for (let j = 0; j < names.length; j++) {
    if (i === j || n++ % parts !== part) continue;
    const [a, b] = [names[i]!, names[j]!];
    try {
      await changes([EDITS[a]!, EDITS[b]!], n);
    } catch (e) {
      bad++;
      console.log(`✗ ${a} + ${b} seed ${n}: ${String((e as Error).message).slice(0, 600)}`);
    }
  }
console.log("done", n, "bad", bad);
