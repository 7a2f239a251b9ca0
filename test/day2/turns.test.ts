/** Every edit in every state of a roll, of workers and of the control plane: some of the hundreds that `npm run break` plays. */
import { test } from "node:test";
import { allTurns, playTurn } from "../support/day2-turns.ts";

for (const turn of allTurns().filter((_turn, index) => index % 67 === 20)) {
  test(`${turn.name}: both are done, within bounds all the time`, () => playTurn(turn));
}
