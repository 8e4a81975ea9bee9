/** Photos and documents of a case: before, after, other; one in large, and before beside after. */
import { useState } from "preact/hooks";
import { sayTime } from "../../shared/clock.ts";
import { Dialog } from "../../shared/parts.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { say } from "./case-page-words.ts";

type CaseFile = CaseDetail["files"][number];

const FLAG_WORDS = {
  "taken-before-start": "flagTakenBefore",
  "no-time": "flagNoTime",
  "far-away": "flagFarAway",
  "no-place": "flagNoPlace",
  reused: "flagReused",
} as const;

const isPhoto = ({ type }: CaseFile): boolean => type.startsWith("image/");
const nameOf = ({ name, fileId }: CaseFile): string => name ?? fileId.slice(0, 8);
const addressOf = ({ fileId }: CaseFile, size?: "160" | "480" | "1280"): string =>
  `/api/v1/files/${fileId}${size === undefined ? "" : `/thumbnail?size=${size}`}`;

export function CasePhotos({ detail: { files } }: { detail: CaseDetail }) {
  const [shown, setShown] = useState<readonly CaseFile[]>();
  const before = files.findLast((file) => file.moment === "before" && isPhoto(file));
  const after = files.findLast((file) => file.moment === "after" && isPhoto(file));
  return (
    <section class="card">
      <h2>{say("files")}</h2>
      {files.length === 0 && <p class="case-quiet">{say("filesNone")}</p>}
      {before !== undefined && after !== undefined && (
        <button type="button" onClick={() => setShown([before, after])}>
          {say("compare")}
        </button>
      )}
      <ul class="case-photos">
        {files.map((file) => (
          <li key={file.fileId}>
            <Thumbnail file={file} onShow={() => setShown([file])} />
            <small>{momentText(file)}</small>
            <Flags file={file} />
          </li>
        ))}
      </ul>
      {shown !== undefined && <Large files={shown} onClose={() => setShown(undefined)} />}
    </section>
  );
}

function Thumbnail({ file, onShow }: { file: CaseFile; onShow: () => void }) {
  if (!isPhoto(file)) {
    return (
      <a href={addressOf(file)} target="_blank" rel="noreferrer">
        {nameOf(file)}
      </a>
    );
  }
  return (
    <button type="button" class="case-thumbnail" onClick={onShow}>
      <img
        src={addressOf(file, "160")}
        alt={say("photoOf", { name: nameOf(file) })}
        loading="lazy"
      />
    </button>
  );
}

function momentText({ moment, attachedAt, attachedBy }: CaseFile): string {
  const when = moment === "other" ? "" : `${say(moment === "before" ? "before" : "after")} · `;
  return `${when}${sayTime(attachedAt)} ${attachedBy}`;
}

function Flags({ file }: { file: CaseFile }) {
  return (
    <>
      {file.flags.map((flag) => (
        <span key={flag} class="tag warn">
          {say(FLAG_WORDS[flag])}
        </span>
      ))}
    </>
  );
}

function Large({ files, onClose }: { files: readonly CaseFile[]; onClose: () => void }) {
  const title = files.length > 1 ? say("compare") : files.map(nameOf).join("");
  return (
    <div class="case-large">
      <Dialog title={title} onClose={onClose}>
        <div class="case-beside">
          {files.map((file) => (
            <figure key={file.fileId}>
              <img src={addressOf(file, "1280")} alt={say("photoOf", { name: nameOf(file) })} />
              <figcaption>
                {momentText(file)}{" "}
                <a href={addressOf(file)} target="_blank" rel="noreferrer">
                  {say("openWhole")}
                </a>
              </figcaption>
            </figure>
          ))}
        </div>
      </Dialog>
    </div>
  );
}
