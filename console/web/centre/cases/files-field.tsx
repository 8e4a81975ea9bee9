/** Photos and documents for a step: sent as soon as they are chosen, attached by the step. */
import { useState } from "preact/hooks";
import { path, send } from "../../shared/api.ts";
import { Fault } from "../../shared/parts.tsx";
import type { SentFileItem } from "../../shared/platform-types.ts";
import { newRequestKey } from "../../shared/request-key.ts";
import { say } from "./case-page-words.ts";
import type { Draft, FieldName, SentFile } from "./event-forms.ts";

const TYPES = "image/jpeg,image/png,image/webp,application/pdf";

interface FilesProps {
  field: Extract<FieldName, "before" | "after" | "files">;
  label: string;
  draft: Draft;
  onDraft: (change: (draft: Draft) => Draft) => void;
}

export function FilesField({ field, label, draft, onDraft }: FilesProps) {
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  async function sendAll(files: readonly File[]): Promise<void> {
    setBusy(true);
    setFault(undefined);
    onDraft((before) => ({ ...before, sending: before.sending + files.length }));
    for (const file of files) {
      const sent = await sendFile(file, field).catch((reason: unknown) => {
        setFault(reason);
        return undefined;
      });
      onDraft((before) => ({
        ...before,
        sending: before.sending - 1,
        files: sent === undefined ? before.files : [...before.files, sent],
      }));
    }
    setBusy(false);
  }

  const leaveOut = (fileId: string): void =>
    onDraft((before) => ({
      ...before,
      files: before.files.filter((file) => file.fileId !== fileId),
    }));
  return (
    <div class="field">
      <label>
        <span>{label}</span>
        <input
          type="file"
          multiple
          accept={TYPES}
          disabled={isBusy}
          onChange={({ currentTarget }) => {
            void sendAll([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
      </label>
      {isBusy && <small role="status">{say("fileSending")}</small>}
      <Fault fault={fault} />
      <ul class="case-list">
        {draft.files
          .filter((file) => file.field === field)
          .map(({ fileId, name }) => (
            <li key={fileId}>
              {name}{" "}
              <button
                type="button"
                aria-label={say("fileRemove", { name })}
                onClick={() => leaveOut(fileId)}
              >
                ×
              </button>
            </li>
          ))}
      </ul>
    </div>
  );
}

/** @throws Refused, Unreachable */
async function sendFile(file: File, field: FilesProps["field"]): Promise<SentFile> {
  const moment = field === "files" ? "other" : field;
  // A name is one without a path and without what no eye sees.
  const name = file.name.replace(/[\p{Cc}/\\]/gu, "_").slice(-200);
  const headers = { "content-type": file.type, "idempotency-key": newRequestKey() };
  const answer = await send("POST", path("/api/v1/files", { moment, name }), file, { headers });
  const { fileId } = (await answer.json()) as SentFileItem;
  return { fileId, name, field };
}
