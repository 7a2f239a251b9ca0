import { BEFORE_ANYTHING } from "./before-anything.ts";
import { BREAKER } from "./breaker.ts";
import { COSTS } from "./costs.ts";
import { DAY_2 } from "./day2.ts";
import { DOCS } from "./docs.ts";
import { FOREIGN } from "./foreign.ts";
import { FOUNDATIONS } from "./foundations.ts";
import { FUZZ } from "./fuzz.ts";
import { GITHUB_EVENTS } from "./github-events.ts";
import { GITHUB_SURFACE } from "./github-surface.ts";
import { PACKS } from "./packs.ts";
import { PAGE_SABOTAGES } from "./page.ts";
import { PERMISSIONS } from "./permissions.ts";
import { QUOTAS } from "./quotas.ts";
import { REHEARSAL } from "./rehearsal.ts";
import type { Sabotage } from "./sabotage.ts";
import { STATUS_SABOTAGES } from "./status.ts";

/** All of them, an area a file. */
export const SABOTAGES: readonly Sabotage[] = [
  ...FOUNDATIONS,
  ...DAY_2,
  ...QUOTAS,
  ...PERMISSIONS,
  ...PACKS,
  ...STATUS_SABOTAGES,
  ...GITHUB_EVENTS,
  ...GITHUB_SURFACE,
  ...REHEARSAL,
  ...COSTS,
  ...BREAKER,
  ...PAGE_SABOTAGES,
  ...FOREIGN,
  ...BEFORE_ANYTHING,
  ...FUZZ,
  ...DOCS,
];
