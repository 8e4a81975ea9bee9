/**
 * Stewards of places, in a table and in memory. Whose time has begun is never taken away: removing
 * him ends his time now, and a successor is a record of his own, so that the cases of a year name
 * who answered for their place then. Place and beginning therefore stay as they were registered.
 */
import type { Clock, Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { isInForce, SCOPE_DIGITS, type Steward, type StewardKind } from "../model/steward.ts";
import type { Holdings } from "./holdings.ts";
import { type Column, recordTable } from "./record-table.ts";
import { createShelf, type Page, type PageRequest } from "./shelf.ts";
import type { Write, Writing } from "./writer.ts";

export const stewardMigration: Migration = {
  id: "registry-0006-stewards",
  statements: [
    `create table stewards (
      steward_id text primary key, seq bigint not null, name text not null, phone text,
      scope_kind text not null, scope text not null, username text, valid_from bigint not null,
      valid_until bigint)`,
  ],
};

const text = (field: string, column: string): Column => ({ field, column, kind: "text" });
const number = (field: string, column: string): Column => ({ field, column, kind: "number" });

const stewardTable = recordTable<Steward>("stewards", [
  text("stewardId", "steward_id"),
  text("name", "name"),
  text("phone", "phone"),
  text("scopeKind", "scope_kind"),
  text("scope", "scope"),
  text("username", "username"),
  number("validFrom", "valid_from"),
  number("validUntil", "valid_until"),
]);

/** Without `validFrom` his time begins now. */
export type NewSteward = Omit<Steward, "validFrom"> & { validFrom?: Instant | undefined };

/** Fields that are given are set, null takes a field away. */
export interface StewardPatch {
  name?: string | undefined;
  phone?: string | null | undefined;
  username?: Steward["username"] | null | undefined;
  validUntil?: Instant | null | undefined;
}

interface StewardFilter {
  scopeKind?: StewardKind | undefined;
  scope?: string | undefined;
  username?: string | undefined;
  /** In force then; all of every time when absent. */
  at?: Instant | undefined;
}

export interface Stewards {
  list(request: PageRequest & StewardFilter): Page<Steward>;
  /** Of every time. */
  all(): Iterable<Steward>;
  /** @throws STEWARD_EXISTS, UNIT_NOT_FOUND, REQUEST_INVALID */
  create(steward: NewSteward): Promise<Steward>;
  /** @throws STEWARD_NOT_FOUND, REQUEST_INVALID */
  patch(stewardId: string, patch: StewardPatch): Promise<Steward>;
  /** Ends his time now; one whose time is to come is gone. @throws STEWARD_NOT_FOUND */
  remove(stewardId: string): Promise<void>;
}

export function createStewards(
  holdings: Holdings,
  write: Write,
  clock: Clock,
): Stewards & { load(sql: Sql): Promise<void> } {
  const shelf = createShelf<Steward>();

  function need(stewardId: string): Steward {
    const found = shelf.get(stewardId);
    if (found !== undefined) return found;
    throw new GridwardenError("STEWARD_NOT_FOUND", `no steward has the id '${stewardId}'`);
  }

  async function change({ tx, onCommit }: Writing, after: Steward): Promise<Steward> {
    await stewardTable.update(tx, after);
    onCommit(() => shelf.replace(after.stewardId, after));
    return after;
  }

  return {
    async load(sql) {
      for (const { seq, record } of await stewardTable.load(sql, holdings.intern)) {
        shelf.put(record.stewardId, seq, record);
      }
    },
    list: (request) => shelf.page(request, (steward) => isWanted(steward, request)),
    all: () => shelf.values(),

    create: ({ validFrom = clock.now(), ...given }) =>
      write(async ({ tx, onCommit }) => {
        const steward: Steward = { ...given, validFrom };
        if (shelf.has(steward.stewardId)) {
          throw new GridwardenError(
            "STEWARD_EXISTS",
            `steward '${steward.stewardId}' is already registered; a successor has an id of his own`,
          );
        }
        checkSteward(holdings, steward);
        const seq = shelf.takeSeq();
        await stewardTable.insert(tx, seq, steward);
        onCommit(() => shelf.put(steward.stewardId, seq, steward));
        return steward;
      }),

    patch: (stewardId, patch) =>
      write(async (writing) => {
        const after = patched(need(stewardId), patch);
        checkSteward(holdings, after);
        return await change(writing, after);
      }),

    remove: (stewardId) =>
      write(async (writing) => {
        const steward = need(stewardId);
        const now = clock.now();
        if (steward.validFrom < now) {
          const validUntil = Math.min(now, steward.validUntil ?? now);
          await change(writing, { ...steward, validUntil });
          return;
        }
        await stewardTable.remove(writing.tx, stewardId);
        writing.onCommit(() => shelf.remove(stewardId));
      }),
  };
}

function patched(steward: Steward, patch: StewardPatch): Steward {
  const entries = Object.entries({ ...steward, ...present(patch) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Steward;
}

function present(patch: StewardPatch): Record<string, unknown> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

function isWanted(steward: Steward, { scopeKind, scope, username, at }: StewardFilter): boolean {
  return (
    (scopeKind === undefined || steward.scopeKind === scopeKind) &&
    (scope === undefined || steward.scope === scope) &&
    (username === undefined || steward.username === username) &&
    (at === undefined || isInForce(steward, at, at))
  );
}

/** @throws REQUEST_INVALID, UNIT_NOT_FOUND */
function checkSteward(holdings: Holdings, steward: Steward): void {
  const { stewardId, scopeKind, scope, username, validFrom, validUntil } = steward;
  if (username !== undefined && !holdings.users.has(username)) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'username': no user has the name '${username}'; register the user first, or leave it out`,
    );
  }
  if (validUntil !== undefined && validUntil <= validFrom) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'validUntil': steward '${stewardId}' would end at ${new Date(validUntil).toISOString()}, ` +
        `not after he begins at ${new Date(validFrom).toISOString()}`,
    );
  }
  if (scopeKind !== "street" && scopeKind !== "community") return;
  const unit = holdings.units.get(scope);
  if (unit?.kind === scopeKind || (unit === undefined && SCOPE_DIGITS.test(scope))) return;
  const got = unit === undefined ? `'${scope}'` : `unit '${scope}' of kind '${unit.kind}'`;
  throw new GridwardenError(
    unit === undefined ? "UNIT_NOT_FOUND" : "REQUEST_INVALID",
    `field 'scope': got ${got}, wanted a unit of kind '${scopeKind}', or 6 to 16 digits that its ` +
      "grid cells begin with",
  );
}
