import type { PackValues, ShownValue } from "../commands/results.ts";
import type { ObjectChange } from "../packs/compare-bundles.ts";
import type { PackDiff, ValueChange } from "../plan/pack-diff.ts";

/** A line of a diff: what goes, what comes, what is beside it. */
export interface DiffLine {
  mark: "+" | "-" | " ";
  text: string;
}

/** What becomes of one pack. */
export interface PackLines {
  pack: string;
  values: readonly ValueChange[];
  lines: readonly DiffLine[];
}

/** A diff pack by pack, in the order in which they are applied; packs that only left come last. */
export function packLines({ values, objects }: PackDiff): PackLines[] {
  const packs = new Set([...objects.map(({ pack }) => pack), ...values.map(({ pack }) => pack)]);
  return [...packs].map((pack) => ({
    pack,
    values: values.filter((change) => change.pack === pack),
    lines: objects.filter((change) => change.pack === pack).flatMap(objectLines),
  }));
}

function objectLines({ object, action, fields }: ObjectChange): DiffLine[] {
  if (action === "add") return [{ mark: "+", text: object }];
  if (action === "remove") return [{ mark: "-", text: object }];
  if (action === "keep") return [{ mark: " ", text: `${object} stays in the cluster` }];
  return [
    { mark: " ", text: object },
    ...fields.flatMap(({ path, before, after }): DiffLine[] => {
      if (before === undefined && after === undefined) return [{ mark: "+", text: `  ${path}` }];
      const line = (mark: "+" | "-", value: string | undefined): DiffLine[] =>
        value === undefined ? [] : [{ mark, text: `  ${path}: ${value}` }];
      return [...line("-", before), ...line("+", after)];
    }),
  ];
}

/** `clusters/profile.yaml:12`, or who gave the value. */
export function sourceText({ from, at }: Pick<ShownValue, "from" | "at"> | PackValues): string {
  return at === undefined ? from : `${from}  ${at.file}:${at.line}`;
}
