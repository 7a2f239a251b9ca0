import { type Github, path } from "./client.ts";
import { isGithubError } from "./errors.ts";

/** What a pull request does, to be seen in a list of them. */
export type Outlook = "no changes" | "changes" | "deletes" | "blocked";

const LABELS: Readonly<Record<Outlook, { color: string; description: string }>> = {
  "no changes": { color: "c2e0c6", description: "Merging this changes nothing in AWS" },
  changes: { color: "1d76db", description: "Merging this changes clusters in AWS" },
  deletes: { color: "b60205", description: "Merging this deletes something that can't be brought back" },
  blocked: { color: "d93f0b", description: "This can't be applied as it is" },
};

const labelOf = (outlook: Outlook): string => `slipway: ${outlook}`;

/** Puts the one label that fits on a pull request, and takes the others of ours off. Others' labels stay. */
export async function putOutlook(client: Github, pull: number, outlook: Outlook): Promise<void> {
  const there = await labelsOn(client, pull);
  const wanted = labelOf(outlook);
  const others = (Object.keys(LABELS) as Outlook[]).map(labelOf).filter((name) => name !== wanted && there.has(name));
  for (const name of others) await takeLabel(client, pull, name);
  if (there.has(wanted)) return;
  await makeLabel(client, wanted, LABELS[outlook]);
  await client.post(path`issues/${pull}/labels`, { labels: [wanted] });
}

/** Takes a label off. False: it was not there. */
export async function takeLabel(client: Github, pull: number, name: string): Promise<boolean> {
  try {
    await client.delete(path`issues/${pull}/labels/${name}`);
    return true;
  } catch (error) {
    if (!isGithubError(error, "not-found")) throw error;
    return false;
  }
}

async function labelsOn(client: Github, issue: number): Promise<Set<string>> {
  const labels = await client.all<{ name: string }>(path`issues/${issue}/labels`);
  return new Set(labels.map(({ name }) => name));
}

/** GitHub makes a label that it does not know by itself, but grey and without a word. */
export async function makeLabel(
  client: Github,
  name: string,
  look: { color: string; description: string },
): Promise<void> {
  try {
    await client.post("labels", { name, ...look });
  } catch (error) {
    if (!isGithubError(error, "invalid")) throw error; // it is there
  }
}
