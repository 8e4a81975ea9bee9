/**
 * Files at their cases: a step names files that were sent before, and attaches them in its own
 * transaction, with what speaks against a photo. A row for each file of each step. The digests go
 * into the step's record of the history too, under its hash.
 */
import type { Case } from "../model/case.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { type CaseFile, type FileInRecord, isPhoto, type StoredFile } from "../model/file.ts";
import type { CaseNo } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { CaseRecord } from "./case-machine.ts";
import { photoFlags } from "./photo-flags.ts";
import { BANDS, bandsOf, hashDistance, nearBands } from "./photo-hashes.ts";

/** Where sent files are known; every call takes the step's transaction. */
export interface SentFiles {
  find(sql: Sql, fileId: string): Promise<StoredFile | undefined>;
  attach(tx: Sql, fileId: string, caseNo: string): Promise<void>;
}

/** Photos that came with a step, or count for it, by what they show. */
export interface PhotoCount {
  before: number;
  after: number;
  other: number;
}

export const caseFileMigrations: readonly Migration[] = [
  {
    id: "cases-0013-case-files",
    statements: [
      "alter table case_history add column files text",
      `create table case_files (
        case_no text not null,
        seq integer not null,
        file_id text not null,
        sha256 text not null,
        attached_at bigint not null,
        perceptual_hash text,
        band_0 integer,
        band_1 integer,
        band_2 integer,
        band_3 integer,
        body text not null,
        primary key (case_no, seq, file_id)
      )`,
      "create index case_files_sha256 on case_files (sha256, attached_at)",
      ...Array.from(
        { length: 4 },
        (_, n) =>
          `create index case_files_band_${n} on case_files
            (band_${n}, attached_at, perceptual_hash, case_no) where band_${n} is not null`,
      ),
    ],
  },
];

/** @param sent absent: nobody sends any */
export function createCaseFiles(sent: SentFiles = NOBODY_SENDS) {
  /**
   * The files that a step names, each once; `caseNo` is absent while the case has none.
   * @throws GridwardenError FILE_NOT_FOUND, FILE_NOT_YOURS
   */
  async function need(
    tx: Sql,
    fileIds: readonly string[] | undefined,
    whose: { caseNo?: string | undefined; username: string },
  ): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const fileId of new Set(fileIds)) {
      const file = await sent.find(tx, fileId);
      if (file === undefined) {
        throw new GridwardenError(
          "FILE_NOT_FOUND",
          `no file has the id '${fileId}'; send it by POST /api/v1/files and attach it within ${LIMITS.fileLooseDaysMax} days`,
        );
      }
      checkWhose(file, whose);
      files.push(file);
    }
    return files;
  }

  /** Attaches the files of one step; the flags are judged by the case as it was before it. */
  async function attach(
    tx: Sql,
    files: readonly StoredFile[],
    step: { theCase: Case; seq: number; now: Instant; username: string },
  ): Promise<void> {
    const { theCase, seq, now, username } = step;
    for (const file of files) {
      await sent.attach(tx, file.fileId, theCase.caseNo);
      const reusedFrom = await caseThatHad(tx, file, theCase.caseNo, now);
      const flags = photoFlags(file, theCase);
      await insertCaseFile(tx, {
        ...file,
        caseNo: theCase.caseNo,
        seq,
        attachedAt: now,
        attachedBy: username,
        flags: reusedFrom === undefined ? flags : [...flags, "reused"],
        ...(reusedFrom !== undefined && { reusedFrom }),
      });
    }
  }

  return { need, attach };
}

const NOBODY_SENDS: SentFiles = {
  find: async () => undefined,
  attach: async () => {},
};

function checkWhose(
  { fileId, caseNo, uploadedBy }: StoredFile,
  whose: { caseNo?: string | undefined; username: string },
): void {
  if (caseNo !== undefined && caseNo !== whose.caseNo) {
    throw new GridwardenError(
      "FILE_NOT_YOURS",
      `file '${fileId}' is attached to case '${caseNo}'; send the photo of this case`,
    );
  }
  if (caseNo === undefined && uploadedBy !== whose.username) {
    throw new GridwardenError(
      "FILE_NOT_YOURS",
      `file '${fileId}' was sent by '${uploadedBy}', who has not attached it; send your own`,
    );
  }
}

/** The records of a step, the first with the files that it attached. */
export function withFiles(
  [first, ...others]: readonly CaseRecord[],
  attached: readonly StoredFile[],
): CaseRecord[] {
  if (first === undefined) return [];
  if (attached.length === 0) return [first, ...others];
  const files = attached.map(({ fileId, sha256, moment }) => ({ fileId, sha256, moment }));
  return [{ ...first, files }, ...others];
}

async function insertCaseFile(tx: Sql, file: CaseFile): Promise<void> {
  const hash = file.perceptualHash;
  const bands = hash === undefined ? Array<null>(BANDS).fill(null) : bandsOf(hash);
  await tx.run(
    `insert into case_files (case_no, seq, file_id, sha256, attached_at, perceptual_hash,
      band_0, band_1, band_2, band_3, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      file.caseNo,
      file.seq,
      file.fileId,
      file.sha256,
      file.attachedAt,
      hash ?? null,
      ...bands,
      JSON.stringify(file),
    ],
  );
}

/** In the order in which they were attached. */
export async function filesOf(sql: Sql, caseNo: string): Promise<CaseFile[]> {
  const rows = await sql.all<{ body: string }>(
    "select body from case_files where case_no = ? order by seq, file_id",
    [caseNo],
  );
  return rows.map(({ body }) => JSON.parse(body) as CaseFile);
}

/**
 * Photos that count for a step: those that it names, and those that the case got since its
 * feedback; before there was one, since it was dispatched; before that, since it was opened.
 */
export async function countPhotos(
  sql: Sql,
  theCase: Case,
  files: readonly StoredFile[],
): Promise<PhotoCount> {
  const since = theCase.feedbackAt ?? theCase.dispatchedAt ?? theCase.openedAt;
  const before = (await filesOf(sql, theCase.caseNo)).filter(
    ({ attachedAt }) => attachedAt >= since,
  );
  const count: PhotoCount = { before: 0, after: 0, other: 0 };
  const photos = new Map([...before, ...files].map((file) => [file.fileId, file]));
  for (const file of photos.values()) if (isPhoto(file)) count[file.moment] += 1;
  return count;
}

/** Another case that had the photo, or the one that looks most like it, not too long ago. */
async function caseThatHad(
  tx: Sql,
  file: StoredFile,
  caseNo: string,
  now: Instant,
): Promise<CaseNo | undefined> {
  if (!isPhoto(file)) return undefined;
  const since = now - LIMITS.photoReuseDays * DAY_MS;
  const same = await tx.get<{ case_no: CaseNo }>(
    `select case_no from case_files where sha256 = ? and attached_at >= ? and case_no <> ?
     order by attached_at desc limit 1`,
    [file.sha256, since, caseNo],
  );
  if (same !== undefined || file.perceptualHash === undefined) return same?.case_no;
  return await caseThatHadAlike(tx, file.perceptualHash, caseNo, since);
}

async function caseThatHadAlike(
  tx: Sql,
  hash: string,
  caseNo: string,
  since: Instant,
): Promise<CaseNo | undefined> {
  let nearest: { caseNo: CaseNo; bits: number } | undefined;
  for (const [n, band] of bandsOf(hash).entries()) {
    const near = nearBands(band);
    const rows = await tx.all<{ case_no: CaseNo; perceptual_hash: string }>(
      `select case_no, perceptual_hash from case_files
       where band_${n} in (${near.map(() => "?").join(", ")}) and attached_at >= ? and case_no <> ?
       order by attached_at desc limit ?`,
      [...near, since, caseNo, LIMITS.photoComparedMax],
    );
    for (const row of rows) {
      const bits = hashDistance(hash, row.perceptual_hash);
      if (bits > LIMITS.photoReuseBitsMax || bits >= (nearest?.bits ?? Number.POSITIVE_INFINITY)) {
        continue;
      }
      nearest = { caseNo: row.case_no, bits };
    }
  }
  return nearest?.caseNo;
}

/** A file that a record of the history names, with the record's place. */
interface NamedFile extends FileInRecord {
  caseNo: string;
  seq: number;
  chainSeq: number;
}

/** Records that are read at once. */
const RECORDS_AT_ONCE = 500;

/** Every file that the history names, in the order of the chain. */
export async function* filesInHistory(sql: Sql): AsyncGenerator<NamedFile> {
  let last = 0;
  for (;;) {
    const rows = await sql.all<{ case_no: string; seq: number; chain_seq: number; files: string }>(
      `select case_no, seq, chain_seq, files from case_history
       where files is not null and chain_seq > ? order by chain_seq limit ${RECORDS_AT_ONCE}`,
      [last],
    );
    for (const { case_no: caseNo, seq, chain_seq: chainSeq, files } of rows) {
      last = chainSeq;
      for (const file of JSON.parse(files) as FileInRecord[]) {
        yield { ...file, caseNo, seq, chainSeq };
      }
    }
    if (rows.length < RECORDS_AT_ONCE) return;
  }
}
