import { count } from "../core/words.ts";
import type { Change } from "../plan/change.ts";
import { detailOf, groupsOf, nodeTexts, showsFields } from "./blocks.ts";
import { fenced } from "./escaping.ts";
import { plain, short } from "./plain.ts";

/** How much of each change is said: the nodes that go too, its fields, its title alone, or how many there are of a kind. */
export type DiffDetail = "nodes" | "fields" | "titles" | "counts";

/** GitHub colours a line of a diff by its first character. */
const SIGN: Readonly<Record<Change["action"], "+" | "-" | "!">> = {
  create: "+",
  scale: "!",
  update: "!",
  roll: "!",
  replace: "!",
  delete: "-",
};

const WORD: Readonly<Record<Change["action"], string>> = {
  create: "create",
  scale: "scale",
  update: "change",
  roll: "roll",
  replace: "REPLACE",
  delete: "delete",
};

const WIDEST = 60;

/** Changes as a diff, in the order in which people think of a cluster. Text in it is shown as it is. */
export function changeDiff(changes: readonly Change[], detail: DiffDetail): string {
  const lines = groupsOf(changes).flatMap(({ title, changes: members }) => [
    `  ${title}`,
    ...(detail === "counts" ? countLines(members) : members.flatMap((change) => changeLines(change, detail))),
  ]);
  return fenced(lines, "diff");
}

function changeLines(change: Change, detail: Exclude<DiffDetail, "counts">): string[] {
  const more = detailOf(change);
  const lost = change.destructive ? ["for good"] : [];
  const notes = [more, ...lost, ...(change.disruption === "outage" ? ["OUTAGE"] : [])].filter((note) => note !== "");
  const title = short(plain(change.title), 200).padEnd(Math.min(WIDEST, 40));
  const head =
    `${SIGN[change.action]} ${WORD[change.action].padEnd(7)} ${title} ${short(notes.join(", "), 300)}`.trimEnd();
  if (detail === "titles") return [head];
  const fields = showsFields(change) ? change.fields : [];
  return [
    head,
    ...fields.flatMap(({ field, before, after }) => [
      `-     ${short(plain(field), 80)}: ${shownValue(before)}`,
      `+     ${short(plain(field), 80)}: ${shownValue(after)}`,
    ]),
    ...(detail === "nodes" ? nodeTexts(change) : []).map(
      (text, index) => `!     ${index + 1}. ${short(plain(text), 200)}`,
    ),
  ];
}

const shownValue = (text: string): string => (text === "" ? "nothing" : short(plain(text), 300));

function countLines(changes: readonly Change[]): string[] {
  const kinds = Map.groupBy(changes, ({ action, id }) => `${action} ${id.split("/")[0] ?? ""}`);
  return [...kinds].map(([key, members]) => {
    const [action, kind = ""] = key.split(" ") as [Change["action"], string];
    return `${SIGN[action]} ${WORD[action].padEnd(7)} ${count(members.length, kind.replaceAll("-", " "))}`;
  });
}
