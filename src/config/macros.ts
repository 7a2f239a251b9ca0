import { nearest } from "./nearest.ts";

/** What macros may name: `cluster.name` and so on, with what each stands for. */
export type Macros = ReadonlyMap<string, MacroValue>;

export type MacroValue = string | number | boolean | readonly string[];

/** A macro that nobody knows, by the JSON pointer of the text that it is in. */
export interface UnknownMacro {
  pointer: string;
  name: string;
  /** The known one that was probably meant. */
  guess?: string;
}

/**
 * `{{ cluster.name }}`: words with dots between, nothing else. It names a value and can't compute: Helm's own templates,
 * which begin with a dot, a dollar or a function's name and a space, are none and stay as they are.
 */
const MACRO = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+)\s*\}\}/g;

/**
 * A value with its macros replaced, at any depth; keys are left alone, and what comes in by a macro is not looked through
 * for macros again.
 * - A text that is one macro and nothing else becomes what the macro stands for: a number stays a number, a list a list.
 *   Where `isText` says so of the way to it, it becomes text.
 * - A text in a list, with one macro that stands for a list, is there once for each of its items.
 * - Anywhere else a list is written with commas between its items.
 */
export function expandMacros(
  value: unknown,
  macros: Macros,
  isText: (way: readonly string[]) => boolean = () => false,
): { value: unknown; unknown: UnknownMacro[] } {
  const unknown: UnknownMacro[] = [];
  const standsFor = (name: string, way: readonly string[]): MacroValue => {
    const found = macros.get(name);
    if (found !== undefined) return found;
    const guess = nearest(name, [...macros.keys()]);
    unknown.push({ pointer: pointerOf(way), name, ...(guess === undefined ? {} : { guess }) });
    return "";
  };
  const expandText = (text: string, way: readonly string[]): unknown => {
    const [only] = text.matchAll(MACRO);
    if (only !== undefined && only[0] === text.trim()) {
      const found = standsFor(only[1] ?? "", way);
      return isText(way) ? textOf(found) : found;
    }
    return text.replace(MACRO, (_text, name: string) => textOf(standsFor(name, way)));
  };
  const expandItem = (item: unknown, way: readonly string[]): unknown[] => {
    const [only, ...more] = typeof item === "string" ? item.matchAll(MACRO) : [];
    const list = only === undefined || more.length > 0 ? undefined : macros.get(only[1] ?? "");
    if (only === undefined || typeof list !== "object") return [visit(item, way)];
    return list.map((one) => String(item).replace(only[0], () => one));
  };
  const visit = (inside: unknown, way: readonly string[]): unknown => {
    if (typeof inside === "string") return expandText(inside, way);
    if (typeof inside !== "object" || inside === null) return inside;
    if (Array.isArray(inside)) return inside.flatMap((item, index) => expandItem(item, [...way, String(index)]));
    // Object.fromEntries takes a key __proto__ for a key like others.
    return Object.fromEntries(Object.entries(inside).map(([key, member]) => [key, visit(member, [...way, key])]));
  };
  return { value: visit(value, []), unknown };
}

function textOf(value: MacroValue): string {
  return typeof value === "object" ? value.join(",") : String(value);
}

function pointerOf(way: readonly string[]): string {
  return way.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
