/**
 * Findings of video analyses: each becomes a report that stands for review, joins what the same
 * camera has seen of the same kind a while ago, or is refused with a reason that is counted. An
 * event is taken once, whatever its sender repeats.
 */
import type { Case } from "../model/case.ts";
import type { VideoEvent, VideoFate, VideoRefusal } from "../model/case-report.ts";
import { type Instant, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { nearestName } from "../model/nearest-name.ts";
import type { CaseActor } from "./assignment.ts";
import { findCase, isOpen } from "./case-store.ts";
import { type CaseEffects, type CasesDeps, REVIEW_MS } from "./desk-words.ts";
import type { Reported, Reporting } from "./reporting.ts";
import { addReport } from "./source-reports.ts";
import { VIDEO_KINDS, type VideoKind } from "./source-video-kinds.ts";

/** A camera's clock may be ahead by so much. */
const AHEAD_MS_MAX = 5 * MINUTE_MS;

export function createVideoSource(deps: CasesDeps, { report, joinReport }: Reporting) {
  const counted = deps.metrics.counter(
    "gridwarden_video_events_total",
    "Events of video analyses, by what became of them: a fate, or why they were refused.",
    ["fate"],
  );

  /** @throws GridwardenError REQUEST_INVALID, ROLE_REFUSED, RATE_LIMITED */
  return async function take(
    tx: Sql,
    event: VideoEvent,
    { actor, now }: { actor: CaseActor; now: Instant },
    effects: CaseEffects,
  ): Promise<VideoFate> {
    const known = await caseOfEvent(tx, actor.username, event.eventId);
    if (known !== undefined) return count({ kind: "repeated", caseNo: known });
    const kind = kindOf(event);
    const reason = refusalOf(event, kind, now);
    if (reason !== undefined) return count({ kind: "refused", reason });
    const open = await seenBefore(tx, actor.username, event);
    const said = reportOf(event, kind, now);
    const done: Pick<Reported, "case" | "fate"> =
      open === undefined
        ? await report(tx, said, actor, now, effects)
        : {
            case: await joinReport(tx, open, said, { actor, role: "system", now }, effects),
            fate: "joined",
          };
    const { caseNo } = done.case;
    if (open !== undefined) await addReport(tx, caseNo, { ...said, at: event.observedAt });
    await insertEvent(tx, actor.username, event, caseNo);
    return count({ kind: done.fate, caseNo });
  };

  function count(fate: VideoFate): VideoFate {
    counted.add(1, { fate: fate.kind === "refused" ? fate.reason : fate.kind });
    return fate;
  }
}

function kindOf({ kind }: VideoEvent): VideoKind {
  const found = VIDEO_KINDS.find((row) => row.kind === kind);
  if (found !== undefined) return found;
  const names = VIDEO_KINDS.map((row) => row.kind);
  const nearest = nearestName(kind, names);
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'kind': got '${kind}', wanted one of ${names.join(", ")}` +
      (nearest === undefined ? "" : `; is '${nearest}' meant?`),
  );
}

/** Why the event is not taken; pure. */
export function refusalOf(
  { confidence, observedAt }: Pick<VideoEvent, "confidence" | "observedAt">,
  { confidenceMin }: Pick<VideoKind, "confidenceMin">,
  now: Instant,
): VideoRefusal | undefined {
  if (observedAt > now + AHEAD_MS_MAX) return "clock-future";
  if (observedAt < now - LIMITS.videoEventAgeMsMax) return "too-old";
  return confidence < confidenceMin ? "confidence-low" : undefined;
}

function reportOf(event: VideoEvent, kind: VideoKind, now: Instant) {
  const { camera, confidence, lon, lat, snapshotUrl, observedAt } = event;
  const { conditionId, categoryCode, title } = kind;
  return {
    source: "video" as const,
    lon,
    lat,
    description: `${title.zh} (camera '${camera}', confidence ${confidence})`,
    receivedAt: observedAt,
    reviewUntil: now + REVIEW_MS,
    ...(conditionId === undefined ? { kind: "event" as const } : { conditionId }),
    ...(categoryCode !== undefined && { categoryCode }),
    ...(snapshotUrl !== undefined && { snapshotUrl }),
  };
}

async function caseOfEvent(tx: Sql, sender: string, eventId: string): Promise<string | undefined> {
  const row = await tx.get<{ case_no: string }>(
    "select case_no from video_events where sender = ? and event_id = ?",
    [sender, eventId],
  );
  return row?.case_no;
}

/** The open case of what the camera saw last around that time. */
async function seenBefore(
  tx: Sql,
  sender: string,
  { camera, kind, observedAt }: VideoEvent,
): Promise<Case | undefined> {
  const row = await tx.get<{ case_no: string }>(
    `select case_no from video_events
     where sender = ? and camera = ? and kind = ? and observed_at between ? and ?
     order by observed_at desc limit 1`,
    [sender, camera, kind, observedAt - LIMITS.videoRepeatMs, observedAt + LIMITS.videoRepeatMs],
  );
  const found = row === undefined ? undefined : await currentCase(tx, row.case_no);
  return found !== undefined && isOpen(found) ? found : undefined;
}

/** Of a duplicate the case that it was merged into, which may have been merged itself. */
async function currentCase(tx: Sql, caseNo: string): Promise<Case | undefined> {
  let found = await findCase(tx, caseNo);
  while (found?.mergedInto !== undefined) found = await findCase(tx, found.mergedInto);
  return found;
}

async function insertEvent(
  tx: Sql,
  sender: string,
  { eventId, camera, kind, observedAt }: VideoEvent,
  caseNo: string,
): Promise<void> {
  await tx.run(
    `insert into video_events (sender, event_id, camera, kind, observed_at, case_no)
     values (?, ?, ?, ?, ?, ?)`,
    [sender, eventId, camera, kind, observedAt, caseNo],
  );
}
