/**
 * Files between the rooms: what the API sends is kept in one transaction of the engine with its
 * idempotency key and its entry in the audit trail; what it asks for is shown to whom it concerns.
 */
import { createHash } from "node:crypto";
import { noEffects, onceOf } from "../cases/cases.ts";
import type { Files, Upload } from "../files/files.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { StoredFile } from "../model/file.ts";
import type { User } from "../model/registry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

type Actor = Pick<User, "roles"> & { username: string };

export function createFileWrites(deps: {
  files: Files;
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
}) {
  const { files, engine, trail, reader } = deps;

  return {
    receive: (
      upload: Omit<Upload, "uploadedBy">,
      { username }: Actor,
      key?: RequestKey,
    ): Promise<StoredFile> =>
      files.receive({ ...upload, uploadedBy: username }, (sha256, work) =>
        engine.write(async (tx, now) => {
          const named = key === undefined ? undefined : ofBytes(key, sha256);
          const done = await onceOf(tx, named, now, async () => ({
            value: await work(tx, now),
            effects: noEffects(),
          }));
          trail.say({ subject: done.value.fileId, isRepeat: done.isRepeat });
          return { value: done.value };
        }),
      ),
    /** What is at no case yet is its sender's. @throws GridwardenError FILE_NOT_FOUND */
    async find(fileId: string, { username, roles }: Actor): Promise<StoredFile> {
      const file = await files.find(reader, fileId);
      const isHis = file?.uploadedBy === username || roles.includes("admin");
      if (file !== undefined && (file.caseNo !== undefined || isHis)) return file;
      throw new GridwardenError("FILE_NOT_FOUND", `no file has the id '${fileId}'`);
    },
    bytes: files.bytes,
    thumbnail: files.thumbnail,
  };
}

/** The same call with other bytes is another write. */
function ofBytes(key: RequestKey, sha256: string): RequestKey {
  const digest = createHash("sha256").update(`${key.digest}\n${sha256}`).digest("hex");
  return { ...key, digest };
}
