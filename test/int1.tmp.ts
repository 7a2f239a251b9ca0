import { playInterruption } from "./support/day2-interruptions.ts";
const [journey, how, afterwards, pause, seed]=process.argv.slice(2);
await playInterruption({journey:journey!,how:JSON.parse(how!),afterwards:afterwards!,pauseMs:Number(pause),seed:Number(seed)});
console.log("ok");
