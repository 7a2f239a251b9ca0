import type { Shape } from "../resource.ts";

/** A route table and its association with the one subnet that it serves. */
export interface RouteTableSpec<L> {
  vpc: L;
  /** `""` in what AWS has: not associated. */
  subnet: L;
}

/** The default route of a table. A resource of its own, because it waits for a gateway and its table need not. */
export interface RouteSpec<L> {
  table: L;
  destination: string;
  /** An internet gateway or a NAT gateway. */
  target: L;
}

export const routeTableShape: Shape<"route-table"> = {
  kind: "route-table",
  title: "route table",
  effects: { vpc: "refuse", subnet: "update" },
  taggable: true,
  outlives: [],
};

export const routeShape: Shape<"route"> = {
  kind: "route",
  title: "route",
  effects: { table: "replace", destination: "replace", target: "update" },
  taggable: false,
  outlives: [],
  partOf: "route-table",
};
