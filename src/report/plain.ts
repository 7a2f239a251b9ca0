/**
 * Text that came from files, AWS or nodes, safe to show: control characters would move the cursor or hide text, marks of
 * direction would show it in another order than it has, and what has no width would make two names look the same.
 */
export function plain(text: string, lines: "one line" | "keep lines" = "one line"): string {
  const shown = text.replace(UNSAFE, (match) => [...match].map(codePoint).join(""));
  return lines === "keep lines" ? shown : shown.replaceAll("\n", " ");
}

/** At most so many characters, none of them half; what is cut off is told by an ellipsis. */
export function short(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/**
 * C0 and C1 controls but for the line feed; line and paragraph separators; Unicode's directional controls; what is drawn
 * without a width (but a joiner between two pictures: they are one picture); the invisible tags; halves of pairs.
 */
const UNSAFE = new RegExp(
  [
    "[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u061c\\u200e\\u200f\\u2060-\\u206f\\ud800-\\udfff]",
    "[\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b\\u200c\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]",
    "(?<!\\p{Extended_Pictographic}\\ufe0f?)\\u200d|\\u200d(?!\\p{Extended_Pictographic})",
  ].join("|"),
  "gu",
);
