/** Text as people write it who mean harm, and everything else that a generator comes up with. */
import fc from "fast-check";

/** Pieces of which an attack is made, in any order and number. */
const PIECES = [
  "</details>", "<details open>", "</summary>", "<!--", "-->", "<img src=x onerror=a>", "<script>", "<a href=//x>", "@org/team",
  "a@b.com", "#12", "GH-1", "o/r#1", "|", "\\", "`", "```", "````", "~~~", "[a](b)", "![a](b)", "https://x.y", "www.x.y", "**",
  "__", "\n", "\r", "\r\n", "\n\n", "    ", "\t", "# ", "- ", "1. ", "> ", "---", "===", "$x$", ":tada:", "&lt;", "&#35;1",
  "::error::x", "\n::error file=a,line=1::x", "::set-output name=x::y", "##[error]", "::add-mask::a", "::stop-commands::t",
  "%0A", "%25", "\u001b[31m", "\u001b]0;t\u0007", "\u009b2J", "\u0000", "\u202e", "\u200b", "\u2028", "\u0085", "\ud800", "שלום", "🧨",
  "deadbeef1", "[x]", "x".repeat(200), "`".repeat(40), "subgraph", "end;", "%%{init}%%", "é".repeat(60),
  "<!-- slipway:v1 {} -->", "prod", "m6i.large", "10.0.0.0/16", "us-east-1a",
]; // biome-ignore format: a list

/** Any text of several pieces, hostile or not. */
export function hostileText(most = 8): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 8 }), fc.lorem());
  return fc.array(piece, { maxLength: most }).map((pieces) => pieces.join(""));
}
