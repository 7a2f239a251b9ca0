import type { WantedRecord } from "../blueprint/records.ts";
import type { Run } from "./context.ts";

/** Writes a record, after what it names: whoever reads it finds the rest. */
export async function writeStep({ records }: Run, { key, value, files }: WantedRecord): Promise<void> {
  for (const file of files) await records.writeFile(file.key, file.content, file.contentType);
  await records.write(key, value);
}
