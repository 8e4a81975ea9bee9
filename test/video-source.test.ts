/** Findings of video analyses: taken once, joined, or refused and counted. */
import { expect, test } from "vitest";
import { VIDEO_KINDS } from "../cases/source-video-kinds.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { VideoEvent } from "../model/case-report.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, say, tick } = openCaseDesk();

const SERVICE = { username: "vision", roles: ["system" as const] };
const EVENT = {
  eventId: "e-1",
  camera: "cam-7",
  kind: "road-collapse",
  observedAt: MONDAY,
  lon: 114.7,
  lat: 32.1,
  confidence: 0.9,
};

const take = (said: Partial<VideoEvent> = {}, now = MONDAY, actor = SERVICE) =>
  desk.database.transaction((tx) =>
    desk.cases.sources.takeVideo(tx, VideoEvent.parse({ ...EVENT, ...said }), { actor, now }),
  );
const fateOf = async (...given: Parameters<typeof take>) => (await take(...given)).fate;
const caseNoOf = async (...given: Parameters<typeof take>): Promise<string> => {
  const fate = await fateOf(...given);
  if (fate.kind === "refused") throw new Error(`it was refused: ${fate.reason}`);
  return fate.caseNo;
};

test("a finding stands for review; unanswered for 15 minutes the system confirms it", async () => {
  const caseNo = await caseNoOf({ snapshotUrl: "https://video.example/e-1.jpg" });
  const { case: made, history } = await get(caseNo);
  expect(made).toMatchObject({
    state: "REPORTED",
    source: "video",
    kind: "event",
    categoryCode: "0505",
    description: "路面塌陷 (camera 'cam-7', confidence 0.9)",
    reviewUntil: MONDAY + 15 * MINUTE_MS,
  });
  expect(history).toMatchObject([{ event: "report", actor: "vision", role: "system" }]);
  const reports = await desk.cases.sources.reportsOf(desk.database.reader, caseNo);
  expect(reports).toMatchObject([{ snapshotUrl: "https://video.example/e-1.jpg" }]);
  await tick(MONDAY + 15 * MINUTE_MS);
  expect((await get(caseNo)).case.state).toBe("DISPATCHED");
});

test("what was merged, and merged again, is joined where it is now", async () => {
  const acceptor = person("acceptor");
  const first = await caseNoOf();
  const second = await caseNoOf({ eventId: "e-2", camera: "cam-8" });
  const third = await caseNoOf({ eventId: "e-3", camera: "cam-9" });
  for (const [caseNo, into] of [
    [first, second],
    [second, third],
  ] as const) {
    await desk.database.transaction((tx) =>
      desk.cases.sources.join(tx, { caseNo, into }, { actor: acceptor, now: MONDAY }),
    );
  }
  const again = await fateOf(
    { eventId: "e-4", observedAt: MONDAY + MINUTE_MS },
    MONDAY + MINUTE_MS,
  );
  expect(again).toEqual({ kind: "joined", caseNo: third });
});

test("the same event again is the same case, of another sender another event", async () => {
  const caseNo = await caseNoOf();
  expect(await take({}, MONDAY + HOUR_MS)).toMatchObject({
    fate: { kind: "repeated", caseNo },
    effects: { changed: [] },
  });
  const other = await fateOf({ camera: "cam-8" }, MONDAY, { ...SERVICE, username: "other" });
  expect(other).toMatchObject({ kind: "opened" });
});

test("what the same camera sees of the same kind within ten minutes joins, in any order", async () => {
  const caseNo = await caseNoOf();
  const at = (minutes: number, more: object = {}) => {
    const observedAt = MONDAY + minutes * MINUTE_MS;
    return fateOf(
      { eventId: `e-${minutes}${JSON.stringify(more)}`, observedAt, ...more },
      observedAt,
    );
  };
  expect(await at(10)).toEqual({ kind: "joined", caseNo });
  expect(await at(5)).toEqual({ kind: "joined", caseNo });
  expect(await at(10, { kind: "road-flooded" })).toMatchObject({ kind: "opened" });
  expect(await at(10, { camera: "cam-8" })).toMatchObject({ kind: "opened" });
  expect(await at(21)).toMatchObject({ kind: "opened" });
  const { case: joined, history } = await get(caseNo);
  expect(joined.reportCount).toBe(3);
  expect(history.map(({ event }) => event)).toEqual(["report", "join", "join"]);
});

test("a case that has ended takes nothing on", async () => {
  const caseNo = await caseNoOf();
  const lead = { username: "lead", roles: ["acceptor" as const] };
  await say(caseNo, "reject", lead as never, MONDAY);
  const again = await fateOf(
    { eventId: "e-2", observedAt: MONDAY + MINUTE_MS },
    MONDAY + MINUTE_MS,
  );
  expect(again.kind).toBe("opened");
});

test.each([
  ["under the kind's confidence", { confidence: 0.59 }, "confidence-low"],
  ["seen more than a day ago", { observedAt: MONDAY - 24 * HOUR_MS - 1 }, "too-old"],
  ["seen in the future", { observedAt: MONDAY + 5 * MINUTE_MS + 1 }, "clock-future"],
])("%s it is refused with a reason that is counted", async (_title, said, reason) => {
  expect(await fateOf(said)).toEqual({ kind: "refused", reason });
  expect(desk.metrics.value("gridwarden_video_events_total", { fate: reason })).toBe(1);
  expect((await desk.cases.list(desk.database.reader, {})).items).toEqual([]);
  // It may be said again when it is surer.
  expect((await fateOf()).kind).toBe("opened");
});

test("an unknown kind is refused with the nearest one, by its field", async () => {
  await expect(take({ kind: "road-colapse" })).rejects.toMatchObject({
    code: "REQUEST_INVALID",
    message: expect.stringMatching(
      /^field 'kind': got 'road-colapse', .*is 'road-collapse' meant\?$/,
    ),
  });
});

test("every kind of the table leads to a filing condition of a class, or to an event's category", () => {
  const ids = new Set(
    ASSET_CLASSES.flatMap(({ conditions }) => conditions.map((row) => row.conditionId)),
  );
  for (const { kind, conditionId, categoryCode } of VIDEO_KINDS) {
    expect(
      conditionId === undefined ? /^\d{4}$/.test(categoryCode ?? "") : ids.has(conditionId),
      kind,
    ).toBe(true);
  }
  expect(new Set(VIDEO_KINDS.map(({ kind }) => kind)).size).toBe(VIDEO_KINDS.length);
});
