/**
 * Intakes, in a table and in memory. A secret is kept as it is and not as a digest: OneNET signs
 * with it, and a signature is checked by making it again.
 */
import { randomBytes } from "node:crypto";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Intake, IntakeFormat, SecretWish } from "../model/intake.ts";
import { LIMITS } from "../model/limits.ts";
import { type Column, recordTable } from "./record-table.ts";
import { createShelf, type Page, type PageRequest } from "./shelf.ts";
import type { Write } from "./writer.ts";

export const intakeMigration: Migration = {
  id: "registry-0030-intakes",
  statements: [
    `create table intakes (
      intake_id text primary key, seq bigint not null, format text not null, name text,
      secret text not null)`,
  ],
};

type KeptIntake = Intake & { readonly secret: string };

const text = (field: string, column: string): Column => ({ field, column, kind: "text" });

const intakeTable = recordTable<KeptIntake>("intakes", [
  text("intakeId", "intake_id"),
  text("format", "format"),
  text("name", "name"),
  text("secret", "secret"),
]);

export interface Intakes {
  list(request: PageRequest): Page<Intake>;
  /** With their secrets. */
  ofFormat(format: IntakeFormat): readonly KeptIntake[];
  /** Puts it in the place of its former self; answers the secret where one was made. */
  put(intake: Intake, wish?: SecretWish): Promise<string | undefined>;
  /** @throws INTAKE_NOT_FOUND */
  remove(intakeId: string): Promise<void>;
}

/** 128 bits, in letters and digits. */
const SECRET_BYTES = 16;

export function createIntakes(write: Write): Intakes & { load(sql: Sql): Promise<void> } {
  const shelf = createShelf<KeptIntake>();
  return {
    async load(sql) {
      const rows = await intakeTable.load(sql, (same) => same);
      for (const { seq, record } of rows) shelf.put(record.intakeId, seq, record);
    },
    list(request) {
      const page = shelf.page(request);
      return { ...page, items: page.items.map(({ secret: _, ...intake }) => intake) };
    },
    ofFormat: (format) => [...shelf.values()].filter((intake) => intake.format === format),
    put: (intake, { secret: given, rotateSecret = false } = {}) =>
      write(async ({ tx, onCommit }) => {
        const standing = rotateSecret ? undefined : shelf.get(intake.intakeId)?.secret;
        const isMade = given === undefined && standing === undefined;
        const secret = given ?? standing ?? randomBytes(SECRET_BYTES).toString("hex");
        const kept = { ...intake, secret };
        const shown = isMade ? secret : undefined;
        if (shelf.has(intake.intakeId)) {
          await intakeTable.update(tx, kept);
          onCommit(() => shelf.replace(intake.intakeId, kept));
          return shown;
        }
        if (shelf.size >= LIMITS.intakesMax) {
          throw new GridwardenError(
            "REQUEST_INVALID",
            `there are ${shelf.size} intakes, which is the most; remove one that nobody uses`,
          );
        }
        const seq = shelf.takeSeq();
        await intakeTable.insert(tx, seq, kept);
        onCommit(() => shelf.put(intake.intakeId, seq, kept));
        return shown;
      }),
    remove: (intakeId) =>
      write(async ({ tx, onCommit }) => {
        if (!shelf.has(intakeId)) {
          throw new GridwardenError("INTAKE_NOT_FOUND", `no intake has the id '${intakeId}'`);
        }
        await intakeTable.remove(tx, intakeId);
        onCommit(() => shelf.remove(intakeId));
      }),
  };
}
