/** Every room's tables, in the order in which they may refer to each other. */
import { alertsMigrations } from "../alerts/alerts.ts";
import { casesMigrations } from "../cases/cases.ts";
import { commandMigrations } from "../commands/commands.ts";
import { filesMigrations } from "../files/files.ts";
import { ingestMigrations } from "../ingest/ingest.ts";
import type { Migration } from "../model/database.ts";
import { notifyMigrations } from "../notify/notify.ts";
import { registryMigrations } from "../registry/registry.ts";
import { askingMigrations } from "./asking.ts";
import { handoverMigrations } from "./handovers.ts";
import { happeningMigrations } from "./happenings.ts";
import { intakeDeskMigrations } from "./intake-desk.ts";
import { engineMigrations } from "./judge.ts";
import { lampPlatformMigrations } from "./lamp-platform.ts";

export const allMigrations: readonly Migration[] = [
  ...registryMigrations,
  ...commandMigrations,
  ...lampPlatformMigrations,
  ...alertsMigrations,
  ...casesMigrations,
  ...filesMigrations,
  ...ingestMigrations,
  ...notifyMigrations,
  ...engineMigrations,
  ...askingMigrations,
  ...happeningMigrations,
  ...intakeDeskMigrations,
  ...handoverMigrations,
];
