import {
  boolYaml11Tag,
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  FAILSAFE_SCHEMA,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  mergeTag,
  nullCoreTag,
  parseEvents,
  Schema,
  YAMLException,
} from "js-yaml";
import { messageOf } from "../core/errors.ts";
import type { Finding, Place } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { remembering } from "../core/remembering.ts";

/** A file of the repository, already read: its path from the repository's top, with forward slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** One document of a YAML file, with the way back from a JSON pointer to the text. */
export interface YamlDocument {
  value: unknown;
  /** Where the value at that JSON pointer begins; the nearest parent's place when the pointer leads nowhere. */
  place(pointer: string): Place;
  /** Where the key of that pointer's last step is written. */
  keyPlace(pointer: string): Place;
  /** The value at that pointer as the user wrote it, when it is a plain or quoted scalar. */
  written(pointer: string): string | undefined;
}

/** A node of the text: where it stands, and its children by key or index. An alias is the node of its anchor. */
interface Node {
  start: number;
  raw?: string;
  children: Map<string, { keyStart: number; node: Node }>;
}

/** js-yaml's own bound is 100 collections deep; ours is far above any cluster file and below any harm. */
const MAX_DEPTH = 50;
/** An alias repeats what its anchor holds, and aliases of aliases multiply: counted as if written out. */
const MAX_NODES = 100_000;

/** How plain words are read: by YAML 1.2, or as kubectl and Helm read them. */
export type Dialect = "1.2" | "kubernetes";

/**
 * Kubernetes' tools read YAML 1.1's booleans, merge keys and octal numbers: `defaultMode: 0644` is 420
 * (sigs.k8s.io/yaml, goyaml.v2/resolve.go).
 */
function kubernetesSchema(): Schema {
  const int: typeof intCoreTag = {
    ...intCoreTag,
    resolve: (source, isExplicit, tag) =>
      /^[-+]?0[0-7]+$/.test(source) ? Number.parseInt(source, 8) : intCoreTag.resolve(source, isExplicit, tag),
  };
  return new Schema([...FAILSAFE_SCHEMA.tags, nullCoreTag, boolYaml11Tag, int, floatCoreTag, mergeTag]);
}

/**
 * Reads every document of a file. What is not YAML gives one finding with its place and no documents: half a file is
 * not a smaller file.
 */
export function readYaml(
  file: SourceFile,
  dialect: Dialect = "1.2",
): { documents: YamlDocument[]; findings: Finding[] } {
  const lines = lineStarts(file.text);
  const at = (offset: number): Place => ({ file: file.path, ...position(lines, offset) });
  const fail = (code: FindingCode, message: string, offset: number, fix?: string) => ({
    documents: [],
    findings: [{ level: "error" as const, code, message, at: at(offset), ...(fix === undefined ? {} : { fix }) }],
  });

  const schema = dialect === "kubernetes" ? kubernetesSchema() : CORE_SCHEMA;
  let events: Event[];
  let values: unknown[];
  let roots: (Node | undefined)[];
  try {
    events = parseEvents(file.text, { filename: file.path, maxDepth: MAX_DEPTH });
    roots = nodesOf(file.text, events);
    values = constructFromEvents(events, { source: file.text, filename: file.path, schema });
  } catch (error) {
    if (error instanceof TooMuch) return fail("config/yaml-too-large", error.message, error.offset, error.fix);
    if (error instanceof YAMLException) {
      return fail("config/not-yaml", `not valid YAML: ${error.reason}`, error.mark?.position ?? 0);
    }
    return fail("config/not-yaml", `not valid YAML: ${messageOf(error)}`, 0);
  }

  const documents: YamlDocument[] = [];
  values.forEach((value, index) => {
    const root = roots[index];
    // "---" at the end of a file, or a document of comments only, is punctuation and not an empty document.
    if (value === null || root === undefined) return;
    const places = remembering<ReturnType<typeof at>>(1000);
    documents.push({
      value,
      place: (pointer) => places(pointer, () => at(walk(root, pointer).node.start)),
      keyPlace: (pointer) => at(walk(root, pointer).keyStart),
      written: (pointer) => {
        const found = walk(root, pointer);
        return found.complete ? found.node.raw : undefined;
      },
    });
  });
  return { documents, findings: [] };
}

class TooMuch extends Error {
  readonly offset: number;
  readonly fix: string;
  constructor(message: string, offset: number, fix: string) {
    super(message);
    this.offset = offset;
    this.fix = fix;
  }
}

/** The tree of each document, from js-yaml's events; also the guard against aliases that multiply or bite their tail. */
function nodesOf(text: string, events: readonly Event[]): (Node | undefined)[] {
  const roots: (Node | undefined)[] = [];
  let anchors = new Map<string, { node: Node; open: boolean; size: number }>();
  const stack: Frame[] = [];
  let total = 0;

  const add = (node: Node, size: number): void => {
    total += size;
    if (total > MAX_NODES) {
      throw new TooMuch(
        `aliases make this file larger than ${MAX_NODES} values`,
        node.start,
        "write less of it with aliases",
      );
    }
    const frame = stack.at(-1);
    if (frame === undefined) return;
    frame.size += size;
    frame.add(node);
  };

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        anchors = new Map();
        stack.push(documentFrame(roots));
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        const node: Node = { start: firstOffset(event.start, event), children: new Map() };
        add(node, 1);
        const name = anchorName(text, event);
        if (name !== undefined) anchors.set(name, { node, open: true, size: 0 });
        stack.push(event.type === EVENT_ID.MAPPING ? mappingFrame(node, name) : sequenceFrame(node, name));
        break;
      }
      case EVENT_ID.SCALAR: {
        const raw = getScalarValue(text, event);
        const node: Node = { start: firstOffset(event.valueStart, event), raw, children: new Map() };
        const name = anchorName(text, event);
        if (name !== undefined) anchors.set(name, { node, open: false, size: 1 });
        add(node, 1);
        break;
      }
      case EVENT_ID.ALIAS: {
        const name = text.slice(event.anchorStart, event.anchorEnd);
        const start = event.anchorStart - 1; // the * before it
        const target = anchors.get(name);
        // An unknown alias is js-yaml's own error, with a better text; it comes when the values are made.
        if (target === undefined) {
          add({ start, children: new Map() }, 1);
          break;
        }
        if (target.open) {
          throw new TooMuch(
            `alias *${name} stands inside what it repeats`,
            event.anchorStart,
            "an anchor may not contain itself",
          );
        }
        add({ ...target.node, start }, target.size);
        break;
      }
      case EVENT_ID.POP: {
        const frame = stack.pop();
        const outer = stack.at(-1);
        if (frame === undefined || outer === undefined) break;
        outer.size += frame.size;
        if (frame.anchor !== undefined) {
          const anchor = anchors.get(frame.anchor);
          if (anchor !== undefined) anchors.set(frame.anchor, { node: anchor.node, open: false, size: frame.size + 1 });
        }
        break;
      }
    }
  }
  return roots;
}

interface Frame {
  size: number;
  anchor?: string;
  add(node: Node): void;
}

function documentFrame(roots: (Node | undefined)[]): Frame {
  const index = roots.length;
  roots.push(undefined);
  return {
    size: 0,
    add: (node) => {
      roots[index] ??= node;
    },
  };
}

function mappingFrame(parent: Node, anchor: string | undefined): Frame {
  let key: Node | undefined;
  return {
    size: 0,
    ...(anchor === undefined ? {} : { anchor }),
    add(node) {
      if (key === undefined) {
        key = node;
        return;
      }
      parent.children.set(key.raw ?? "", { keyStart: key.start, node });
      key = undefined;
    },
  };
}

function sequenceFrame(parent: Node, anchor: string | undefined): Frame {
  return {
    size: 0,
    ...(anchor === undefined ? {} : { anchor }),
    add: (node) => parent.children.set(String(parent.children.size), { keyStart: node.start, node }),
  };
}

function anchorName(text: string, event: { anchorStart: number; anchorEnd: number }): string | undefined {
  return event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
}

/** A node begins at its anchor or tag where it has one; an empty value has no offset and stands where its parent does. */
function firstOffset(start: number, event: { anchorStart: number; tagStart: number }): number {
  // js-yaml's anchors begin behind their &.
  const offsets = [start, event.anchorStart - 1, event.tagStart].filter((offset) => offset >= 0);
  return Math.min(...offsets, Number.MAX_SAFE_INTEGER);
}

function walk(root: Node, pointer: string): { node: Node; keyStart: number; complete: boolean } {
  let [node, keyStart] = [root, root.start];
  for (const step of pointerSteps(pointer)) {
    const child = node.children.get(step);
    if (child === undefined) return { node, keyStart, complete: false };
    keyStart = child.keyStart;
    node = child.node.start === Number.MAX_SAFE_INTEGER ? { ...child.node, start: child.keyStart } : child.node;
  }
  return { node, keyStart, complete: true };
}

/** The steps of a JSON pointer (RFC 6901). */
export function pointerSteps(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}

function position(starts: readonly number[], offset: number): { line: number; column: number } {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] as number) + 1 };
}
