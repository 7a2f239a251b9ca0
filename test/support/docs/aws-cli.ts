/**
 * What the pages' `aws …` commands are run by: the AWS CLI's own description of its commands (botocore's models, which moto
 * brings along) says what each takes, and the SDK sends it. So an option that does not exist, or a call that moto refuses,
 * is found; the CLI itself need not be there.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { MOTO_HOME } from "../moto.ts";

interface ShapeOf {
  type: string;
  required?: string[];
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
}
interface Model {
  operations: Record<string, { input?: { shape: string } }>;
  shapes: Record<string, ShapeOf>;
}
interface Client {
  send(command: unknown): Promise<object>;
}
type Library = Record<string, new (input: object) => unknown>;

const LIBRARIES: Readonly<Record<string, { library: Library; client: string }>> = {
  iam: { library: iam as unknown as Library, client: "IAMClient" },
  ec2: { library: ec2 as unknown as Library, client: "EC2Client" },
  sts: { library: sts as unknown as Library, client: "STSClient" },
};

const models = new Map<string, Model>();

function modelOf(service: string): Model {
  const known = models.get(service);
  if (known !== undefined) return known;
  const [file] = globSync(`${MOTO_HOME}/lib/python3*/site-packages/botocore/data/${service}/*/service-2.json*`)
    .sort()
    .reverse();
  if (file === undefined) throw new Error(`botocore has no service ${service}`);
  const bytes = readFileSync(file);
  const model = JSON.parse((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString()) as Model;
  models.set(service, model);
  return model;
}

/** `CreateOpenIDConnectProvider` as the CLI spells it. */
function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}

/** Runs `aws <service> <command> --option value…`; gives what it prints. Throws what is wrong with it. */
export async function runAws(
  argv: readonly string[],
  cwd: string,
  config: { endpoint: string; region: string },
): Promise<string> {
  const [service = "", command = "", ...rest] = argv;
  const model = modelOf(service);
  const operation = Object.keys(model.operations).find((name) => kebab(name) === command);
  if (operation === undefined) throw new Error(`aws ${service} has no command ${command}`);
  const { input, query } = inputFrom(model, operation, rest, cwd);

  const { library, client: name } = LIBRARIES[service] ?? {};
  if (library === undefined || name === undefined) throw new Error(`no SDK for ${service} here`);
  const [ClientClass, CommandClass] = [library[name], library[`${operation}Command`]];
  if (ClientClass === undefined || CommandClass === undefined) throw new Error(`the SDK has no ${operation}`);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new ClientClass({ ...config, credentials }) as Client;
  const { $metadata: _, ...answer } = (await client.send(new CommandClass(input))) as Record<string, unknown>;
  return query === undefined ? JSON.stringify(answer, null, 2) : String(answer[query]);
}

function inputFrom(model: Model, operation: string, words: readonly string[], cwd: string) {
  const shape = model.shapes[model.operations[operation]?.input?.shape ?? ""];
  const members = new Map(
    Object.entries(shape?.members ?? {}).map(([name, { shape: of }]) => [kebab(name), { name, of }]),
  );
  const input: Record<string, unknown> = {};
  let query: string | undefined;
  for (let at = 0; at < words.length; ) {
    const option = /^--([a-z0-9-]+)$/.exec(words[at] ?? "")?.[1];
    if (option === undefined) throw new Error(`${words[at]} is no option`);
    const end = words.findIndex((word, after) => after > at && word.startsWith("--"));
    const values = words.slice(at + 1, end < 0 ? words.length : end);
    at = end < 0 ? words.length : end;
    if (option === "query") query = values[0];
    else if (option !== "region" && option !== "output") {
      const member = members.get(option);
      if (member === undefined) throw new Error(`${kebab(operation)} has no option --${option}`);
      input[member.name] = argument(model.shapes[member.of], values, cwd);
    }
  }
  const missing = (shape?.required ?? []).filter((name) => !(name in input));
  if (missing.length > 0) throw new Error(`${kebab(operation)} lacks --${missing.map(kebab).join(", --")}`);
  return { input, query };
}

function argument(shape: ShapeOf | undefined, values: readonly string[], cwd: string): unknown {
  const [value = ""] = values;
  switch (shape?.type) {
    case "list":
      return values;
    case "boolean":
      return true;
    case "integer":
      return Number(value);
    case "blob":
      return readFileSync(path.resolve(cwd, value.replace(/^fileb:\/\//, "")));
    default:
      return value.startsWith("file://") ? readFileSync(path.resolve(cwd, value.slice(7)), "utf8") : value;
  }
}
