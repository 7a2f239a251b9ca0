import type { Kind, LogicalId } from "../resources/resource.ts";
import { SHAPES } from "../resources/shapes.ts";

/** What a logical id is called for people: `NAT gateway us-east-1a`, `nodes of default in us-east-1a`. */
export function titleOf(id: LogicalId): string {
  const [kind = "", ...rest] = id.split("/");
  if (kind === "pool")
    return rest.length < 2 ? `nodes of ${rest[0]}` : `nodes of ${rest[0]} in ${rest.slice(1).join("/")}`;
  if (kind === "tags") return `tags of nodes of ${rest.join("/")}`;
  if (kind === "labels") return rest.length === 0 ? "labels and taints" : `labels and taints of ${rest.join("/")}`;
  if (kind === "agent") return "node agent";
  if (kind === "packs") return rest.length === 0 ? "packs" : `pack ${rest.join("/")}`;
  const shape = SHAPES[kind as Kind];
  if (shape === undefined) return id;
  const name = rest.join(" ");
  return name === "main" ? shape.title : `${shape.title} ${name}`;
}
