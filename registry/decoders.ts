/**
 * Decoders, in a table and in memory. A change has its version; devices name a decoder by its id, so
 * that one which is named cannot be removed. A decoder that was switched off stays so over a restart.
 * Of those that were taken from a folder it is known as what: the same is not taken twice.
 */
import { isDeepStrictEqual } from "node:util";
import type { Migration, Sql } from "../model/database.ts";
import type { Decoder, DecoderOff, DecodersView, KeptDecoder } from "../model/decoder.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Holdings } from "./holdings.ts";
import { type Column, recordTable } from "./record-table.ts";
import type { Page, PageRequest } from "./shelf.ts";
import type { Write, Writing } from "./writer.ts";

export const decoderMigrations: readonly Migration[] = [
  {
    id: "registry-0040-decoders",
    statements: [
      `create table decoders (
      decoder_id text primary key, seq bigint not null, version bigint not null,
      name text not null, kind text not null, vendor text, model text, mapping text not null,
      past text, script text, examples text, switched_off text)`,
      // Versions go on where an id is used again: what was decoded by an old one is not by the new.
      `create table decoder_versions (decoder_id text primary key, version bigint not null)`,
    ],
  },
  {
    id: "registry-0041-decoder-reads",
    statements: ["alter table decoders add column reads text"],
  },
  {
    id: "registry-0200-decoder-drops",
    statements: ["create table decoder_drops (decoder_id text primary key, digest text not null)"],
  },
];

const text = (field: string, column = field): Column => ({ field, column, kind: "text" });
const json = (field: string, column = field): Column => ({ field, column, kind: "json" });

const decoderTable = recordTable<KeptDecoder>("decoders", [
  text("decoderId", "decoder_id"),
  { field: "version", column: "version", kind: "number" },
  text("name"),
  text("kind"),
  text("vendor"),
  text("model"),
  json("mapping"),
  json("past"),
  text("script"),
  text("reads"),
  json("examples"),
  json("off", "switched_off"),
]);

export interface PutDecoder {
  kept: KeptDecoder;
  /** What stood in its place when it was written. */
  former: KeptDecoder | undefined;
}

export interface Decoders extends DecodersView {
  list(request: PageRequest): Page<KeptDecoder>;
  /**
   * Puts it in the place of its former self, as the next version where it differs; switches it on.
   * `dropped`: the digest of the files that it was taken from.
   */
  put(decoder: Decoder, dropped?: string): Promise<PutDecoder>;
  /** Of the files that it was last taken from, also where it was changed or removed since. */
  droppedAs(decoderId: string): string | undefined;
  /** @throws DECODER_NOT_FOUND, DECODER_IN_USE */
  remove(decoderId: string): Promise<void>;
  /** Answers undefined where it is another version by now, or off already. */
  switchOff(decoderId: string, version: number, off: DecoderOff): Promise<KeptDecoder | undefined>;
  switchedOff(): KeptDecoder[];
}

const DEVICES_TOLD_MAX = 20;

export function createDecoders(
  holdings: Holdings,
  write: Write,
): Decoders & { load(sql: Sql): Promise<void> } {
  const shelf = holdings.decoders;
  const drops = new Map<string, string>();
  return {
    async load(sql) {
      for (const { seq, record } of await decoderTable.load(sql, holdings.intern)) {
        shelf.put(record.decoderId, seq, { ...record, version: Number(record.version) });
      }
      for (const row of await sql.all<DropRow>("select * from decoder_drops")) {
        drops.set(row.decoder_id, row.digest);
      }
    },
    get: shelf.get,
    droppedAs: (decoderId) => drops.get(decoderId),
    hasScripts: () => [...shelf.values()].some(({ kind }) => kind === "script"),
    list: (request) => shelf.page(request),
    switchedOff: () => [...shelf.values()].filter(({ off }) => off !== undefined),
    put: (decoder, dropped) =>
      write(async (writing) => {
        const { decoderId } = decoder;
        const former = shelf.get(decoderId);
        const kept = await putDecoder(holdings, writing, decoder);
        if (dropped !== undefined) {
          await saveDrop(writing.tx, decoderId, dropped);
          writing.onCommit(() => void drops.set(decoderId, dropped));
        }
        return { kept, former };
      }),
    remove: (decoderId) =>
      write(async ({ tx, onCommit }) => {
        needDecoder(holdings, decoderId);
        checkUnused(holdings, decoderId);
        await decoderTable.remove(tx, decoderId);
        onCommit(() => shelf.remove(decoderId));
      }),
    switchOff: (decoderId, version, off) =>
      write(async ({ tx, onCommit }) => {
        const former = shelf.get(decoderId);
        if (former?.version !== version || former.off !== undefined) return undefined;
        const kept = { ...former, off };
        await decoderTable.update(tx, kept);
        onCommit(() => shelf.replace(decoderId, kept));
        return kept;
      }),
  };
}

interface DropRow {
  decoder_id: string;
  digest: string;
}

async function saveDrop(tx: Sql, decoderId: string, digest: string): Promise<void> {
  await tx.run(
    `insert into decoder_drops (decoder_id, digest) values (?, ?)
      on conflict (decoder_id) do update set digest = excluded.digest`,
    [decoderId, digest],
  );
}

async function putDecoder(
  { decoders: shelf }: Holdings,
  { tx, onCommit }: Writing,
  given: Decoder,
): Promise<KeptDecoder> {
  // As it is read from its table again.
  const decoder: Decoder = JSON.parse(JSON.stringify(given));
  const { decoderId } = decoder;
  const former = shelf.get(decoderId);
  if (former === undefined) {
    if (shelf.size >= LIMITS.decodersMax) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `there are ${shelf.size} decoders, which is the most; remove one that no device names`,
      );
    }
    const kept = { ...decoder, version: await nextVersion(tx, decoderId) };
    const seq = shelf.takeSeq();
    await decoderTable.insert(tx, seq, kept);
    onCommit(() => shelf.put(decoderId, seq, kept));
    return kept;
  }
  const { version, off, ...said } = former;
  const isSame = isDeepStrictEqual(said, decoder);
  if (isSame && off === undefined) return former;
  const kept = { ...decoder, version: isSame ? version : await nextVersion(tx, decoderId) };
  await decoderTable.update(tx, kept);
  onCommit(() => shelf.replace(decoderId, kept));
  return kept;
}

async function nextVersion(tx: Sql, decoderId: string): Promise<number> {
  await tx.run(
    `insert into decoder_versions (decoder_id, version) values (?, 1)
      on conflict (decoder_id) do update set version = decoder_versions.version + 1`,
    [decoderId],
  );
  const row = await tx.get<{ version: number }>(
    "select version from decoder_versions where decoder_id = ?",
    [decoderId],
  );
  return Number(row?.version ?? 1);
}

/** @throws DECODER_NOT_FOUND */
function needDecoder({ decoders }: Holdings, decoderId: string): KeptDecoder {
  const found = decoders.get(decoderId);
  if (found !== undefined) return found;
  throw new GridwardenError("DECODER_NOT_FOUND", `no decoder has the id '${decoderId}'`);
}

function checkUnused({ devices }: Holdings, decoderId: string): void {
  const users = [...devices.values()].filter(({ device }) => device.decoder === decoderId);
  if (users.length === 0) return;
  const some = users.slice(0, DEVICES_TOLD_MAX).map(({ device }) => device.deviceId);
  throw new GridwardenError(
    "DECODER_IN_USE",
    `${users.length} devices name the decoder '${decoderId}', among them '${some[0]}'; give them another one first`,
    { details: { count: users.length, devices: some } },
  );
}
