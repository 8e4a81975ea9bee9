/**
 * How users, crews and units are reached, in a table and in memory: one row of each, replaced whole.
 * Telephone numbers are personal data: the audit trail names whose contacts were put, never what they are.
 */
import { Contacts, HolderKind } from "../model/contact.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Holdings } from "./holdings.ts";
import { checkUnit } from "./units.ts";
import type { Write } from "./writer.ts";

export interface ContactBook {
  get(kind: HolderKind, id: string): Contacts | undefined;
  /**
   * Without points nobody is reached there any more.
   * @throws UNIT_NOT_FOUND, CREW_NOT_FOUND, USER_NOT_FOUND
   */
  put(kind: HolderKind, id: string, contacts: Contacts): Promise<Contacts>;
  /** Units whose matter they are; of a user who has none nothing. */
  unitOf(kind: HolderKind, id: string): string | undefined;
}

const keyOf = (kind: HolderKind, id: string): string => `${kind}:${id}`;

export function createContacts(
  holdings: Holdings,
  write: Write,
): ContactBook & { load(sql: Sql): Promise<void> } {
  const contacts = new Map<string, Contacts>();
  return {
    async load(sql) {
      const rows = await sql.all<{ kind: string; id: string; body: string }>(
        "select kind, id, body from contacts",
      );
      for (const { kind, id, body } of rows) {
        contacts.set(keyOf(HolderKind.parse(kind), id), Contacts.parse(JSON.parse(body)));
      }
    },
    get: (kind, id) => contacts.get(keyOf(kind, id)),
    put: (kind, id, given) =>
      write(async ({ tx, onCommit, note }) => {
        checkHolder(holdings, kind, id);
        await tx.run(
          `insert into contacts (kind, id, body) values (?, ?, ?)
           on conflict (kind, id) do update set body = excluded.body`,
          [kind, id, JSON.stringify(given)],
        );
        onCommit(() => void contacts.set(keyOf(kind, id), given));
        note({ kind: "contacts", id });
        return given;
      }),
    unitOf(kind, id) {
      if (kind === "unit") return id;
      if (kind === "crew") return holdings.crews.get(id)?.unitId;
      const user = holdings.users.get(id);
      const crew = user?.crewId === undefined ? undefined : holdings.crews.get(user.crewId);
      return user?.unitId ?? crew?.unitId;
    },
  };
}

function checkHolder(holdings: Holdings, kind: HolderKind, id: string): void {
  if (kind === "unit") checkUnit(holdings, id, "the contacts");
  if (kind === "crew" && !holdings.crews.has(id)) {
    throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${id}'`);
  }
  if (kind === "user" && !holdings.users.has(id)) {
    throw new GridwardenError("USER_NOT_FOUND", `no user has the name '${id}'`);
  }
}
