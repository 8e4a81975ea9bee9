/** One thing out of the outbox goes to the platform: its photos first, then what was said. */
import { part, post, send } from "../../shared/api.ts";
import type { CaseItem, SentFileItem } from "../../shared/platform-types.ts";
import { fileOf } from "../photo/photo-file.ts";
import { keepPhoto, photoOf } from "../store.ts";
import type { Entry } from "./outbox-machine.ts";

/** A line that is dead says nothing: then no answer came. */
const ACT_MS_MAX = 60_000;
const PHOTO_MS_MAX = 300_000;

/** The case as it is then; of a shift nothing. @throws Refused, Unreachable, and of a line that is dead */
export const sendEntry = async (entry: Entry): Promise<CaseItem | undefined> =>
  await sendAct(entry, await sendPhotos(entry));

/** One that the platform has already is not sent again. */
async function sendPhotos(entry: Entry): Promise<string[]> {
  const fileIds: string[] = [];
  for (const photoId of entry.photos) {
    const photo = await photoOf(photoId);
    if (photo === undefined) continue;
    const { blob, moment, name, takenAt, lon, lat } = photo;
    let fileId = fileOf(photo, Date.now());
    if (fileId === undefined) {
      const query = new URLSearchParams({ name, moment, takenAt });
      if (lon !== undefined && lat !== undefined) {
        query.set("lon", lon.toFixed(7));
        query.set("lat", lat.toFixed(7));
      }
      const response = await send("POST", `/api/v1/files?${query}`, blob, {
        headers: { "content-type": blob.type, "idempotency-key": photoId },
        signal: AbortSignal.timeout(PHOTO_MS_MAX),
      });
      ({ fileId } = (await response.json()) as SentFileItem);
      // A phone that is full sends it again under the same key.
      await keepPhoto({ ...photo, fileId, sentAt: Date.now() }).catch(() => undefined);
    }
    fileIds.push(fileId);
  }
  return fileIds;
}

async function sendAct(
  { id, act, expects }: Entry,
  files: string[],
): Promise<CaseItem | undefined> {
  const options = {
    headers: { "idempotency-key": id },
    signal: AbortSignal.timeout(ACT_MS_MAX),
  };
  const attached = files.length > 0 ? { files } : {};
  switch (act.kind) {
    case "transition": {
      const body = {
        event: act.event,
        ...(expects !== undefined && { version: expects }),
        ...act.said,
        ...attached,
      };
      const path = `/api/v1/cases/${part(act.caseNo ?? "")}/transitions`;
      return await post<CaseItem>(path, body, options);
    }
    case "report":
      return await post<CaseItem>("/api/v1/cases", { ...act.body, ...attached }, options);
    case "shift": {
      const { crewId, state, note } = act;
      const body = note === undefined ? { state } : { state, note };
      await post(`/api/v1/crews/${part(crewId)}/shift`, body, { signal: options.signal });
      return undefined;
    }
  }
}
