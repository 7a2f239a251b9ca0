/** What the loopback GitHub does with each operation of fixtures/github-openapi.json. */
import { CODE_ROUTES } from "./code-routes.ts";
import { PROTECTION_ROUTES } from "./protection-routes.ts";
import type { Route } from "./route.ts";
import { STATUS_ROUTES } from "./status-routes.ts";
import { TALK_ROUTES } from "./talk-routes.ts";

export const ROUTES: Readonly<Record<string, Route>> = {
  ...CODE_ROUTES,
  ...PROTECTION_ROUTES,
  ...STATUS_ROUTES,
  ...TALK_ROUTES,
};
