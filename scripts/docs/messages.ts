import { MESSAGES } from "../../src/core/messages/messages.ts";

/** Every finding's code with a heading of its own, so that each can be linked to; by the part before the slash. */
export function messagesPage(): string {
  const rooms = Map.groupBy(Object.entries(MESSAGES), ([code]) => code.split("/")[0] ?? "");
  const index = [...rooms].map(([room, all]) => `- [${room}](#${room}): ${all.length}`).join("\n");
  const parts = [...rooms].map(([room, all]) => {
    const entries = all.map(
      ([code, [levels, means, todo]]) =>
        `### ${code}\n\n${levels.replace(", ", " or ")}. ${means}${todo === "Nothing." ? "" : `\n\n**To do:** ${todo}`}`,
    );
    return `## ${room}\n\n${entries.join("\n\n")}`;
  });
  return `${index}\n\n${parts.join("\n\n")}`;
}
