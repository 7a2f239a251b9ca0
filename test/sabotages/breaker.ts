import type { Sabotage } from "./sabotage.ts";

const CALLS = "test/aws/calls.test.ts";
const CLOCK = "test/core/virtual-clock.test.ts";
const CONTRACT = "test/twin/contract.test.ts";

/** Of calls that are handed to the twin as they are, and of what the breaker looks at. */
export const BREAKER: readonly Sabotage[] = [
  {
    name: "virtual time passes while a chain of promises goes on",
    file: "src/core/virtual-clock.ts",
    find: "void chain.then(atRest); // asked",
    replace: "atRest(); // asked",
    testFile: CLOCK,
    test: "time stands still until the longest chain of promises has come to its end, whoever began it",
  },
  {
    name: "in virtual time no signal is seen",
    file: "src/core/virtual-clock.ts",
    find: " || timersLeft === 0",
    replace: "",
    testFile: CLOCK,
    test: "signals and messages are seen to while hours go by",
  },
  {
    name: "rules go by the names of the SDK's classes",
    file: "src/aws/errors.ts",
    find: 'if (typeof Code === "string") return Code;',
    replace: "",
    testFile: CALLS,
    test: "an error that the SDK names after its class has AWS's own code, which waits and rules go by",
  },
  {
    name: "a call that is handed over has no token of its own",
    file: "src/aws/direct.ts",
    find: "takesToken ? (input.ClientToken ?? randomUUID()) : undefined",
    replace: "takesToken ? input.ClientToken : undefined",
    testFile: CALLS,
    test: "attempts of one call handed over directly carry one token, also when it was made up",
  },
  {
    name: "what can't be put into a request is handed over all the same",
    file: "src/aws/direct.ts",
    find: "for (const label of labels) refuseEmpty(label, input[label]);",
    replace: "",
    testFile: CONTRACT,
    test: "what the SDK can't put into a request is refused in the same words, and never reaches the twin",
  },
  {
    name: "the twin gives an empty list where AWS gives none",
    file: "src/twin/s3.ts",
    find: "ETag: object.etag, Metadata: {} };",
    replace: "ETag: object.etag };",
    testFile: CONTRACT,
    test: "what the twin answers is what the SDK makes of AWS's answer, to the last empty list",
  },
  {
    name: "a copy of a world begins its chance anew",
    file: "src/twin/world.ts",
    find: "clock, seed: this.random.state() }",
    replace: "clock }",
    testFile: "test/twin/copy.test.ts",
    test: "a story in a copy of a standing cluster goes as in a cluster that was made for it: call by call, to the millisecond",
  },
];
