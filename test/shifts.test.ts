/** Shifts at the running platform: who signed off gets no order, who signs on gets what stood for want of a crew. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

let rig: TestPlatform;
let api: Api;
let crew: Api;

interface ShownCase {
  caseNo: string;
  crewId?: string;
}

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T08:30:00+08:00,1" });
  ({ api } = rig);
  const city = await foundCity(api);
  await city.addDevice("manhole-cover", "lid-1");
  await api.post("/api/v1/crews", { crewId: "crew-2", name: "Crew 2", unitId: "works" });
  const turns = [{ from: "08:00", to: "20:00", crewIds: ["crew-1"] }];
  const week = Object.fromEntries(
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, turns]),
  );
  await api.replace("/api/v1/units/works/roster", { startMonday: "2026-11-02", weeks: [week] });
  const user = { username: "wang", roles: ["crew"], unitId: "works", crewId: "crew-1" };
  await api.post("/api/v1/users", { ...user, password: "secret-1" });
  crew = await signIn(rig.ports.http, "wang", "secret-1");
});
afterAll(() => rig.stop());

const sign = (crewId: string, state: "on" | "off", as = api) =>
  as.post<{ at: string }>(`/api/v1/crews/${crewId}/shift`, { state });
const onDuty = async () =>
  (await api.get<{ onDuty: string[] }>("/api/v1/units/works/roster")).body.onDuty;

async function dispatched(): Promise<ShownCase> {
  const said = { assetId: "asset-of-lid-1", source: "hotline", description: "it rattles" };
  const { caseNo } = (await api.post<ShownCase>("/api/v1/cases", said)).body;
  const path = `/api/v1/cases/${caseNo}/transitions`;
  return (await api.post<ShownCase>(path, { event: "confirm" })).body;
}

test("a crew that signs off in its turn gets no order; one that signs on without a turn does", async () => {
  expect(await onDuty()).toEqual(["crew-1"]);
  expect((await sign("crew-1", "off", crew)).status).toBe(200);
  expect(await onDuty()).toEqual([]);
  const standing = await dispatched();
  expect(standing.crewId).toBeUndefined();
  await sign("crew-2", "on");
  expect(await onDuty()).toEqual(["crew-2"]);
  // What stood for want of a crew is given to who has come.
  const given = await until(async () => {
    const { body } = await api.get<ShownCase>(`/api/v1/cases/${standing.caseNo}`);
    return body.crewId;
  }, "the crew");
  expect(given).toBe("crew-2");
  await sign("crew-2", "off");
  await sign("crew-1", "on", crew);
  expect((await dispatched()).crewId).toBe("crew-1");
});

test("a turn that begins beyond an end of the span makes nobody's shift unplanned", async () => {
  const { body: before } = await sign("crew-1", "off", crew);
  const { body: after } = await sign("crew-1", "on", crew);
  const [from, to] = [before.at, after.at].map((text) => Date.parse(text));
  const span = new URLSearchParams({
    unitId: "works",
    from: new Date((from ?? 0) - 1).toISOString(),
    to: new Date((to ?? 0) + 1).toISOString(),
  });
  const { body } = await api.get<{ items: { crewId: string; state: string }[] }>(
    `/api/v1/duty/attendance?${span}`,
  );
  expect(
    body.items.filter(({ crewId, state }) => crewId === "crew-1" && state === "unplanned"),
  ).toEqual([]);
});

test("attendance holds the roster against what was said, and a restart forgets nothing", async () => {
  const span = "from=2026-11-23T00:00:00%2B08:00&to=2026-11-24T00:00:00%2B08:00";
  const path = `/api/v1/duty/attendance?unitId=works&${span}`;
  const { body } = await api.get<{ items: object[] }>(path);
  expect(body.items).toMatchObject([
    { crewId: "crew-1", state: "late", from: "2026-11-23T08:00:00.000+08:00", isRunning: true },
    { crewId: "crew-2", state: "unplanned", isRunning: false },
  ]);
  await sign("crew-1", "off", crew);
  await rig.stop("keep");
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T09:30:00+08:00,1" }, rig.directory);
  ({ api } = rig);
  expect(await onDuty()).toEqual([]);
});

test.each([
  ["/api/v1/duty/attendance?unitId=moon&from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z", 404],
  ["/api/v1/duty/attendance?unitId=works&from=2026-01-01T00:00:00Z&to=2026-11-24T00:00:00Z", 400],
  ["/api/v1/duty/attendance?unitId=works&from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", 400],
])("%s answers %i", async (path, status) => {
  expect((await api.get(path)).status).toBe(status);
});

test("an unknown crew is named, and nobody signs a foreign one", async () => {
  expect((await sign("crew-9", "on")).status).toBe(404);
  await api.post("/api/v1/units", { unitId: "lamps", name: "Lamps", kind: "department" });
  await api.post("/api/v1/crews", { crewId: "lamps-1", name: "1", unitId: "lamps" });
  const again = await signIn(rig.ports.http, "wang", "secret-1");
  expect((await sign("lamps-1", "on", again)).status).toBe(403);
});
