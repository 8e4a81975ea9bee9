/**
 * Every write of the API once, as a script in which each finds what it wants: for a platform that has
 * nothing yet.
 */
import type { MqttClient } from "mqtt";
import { jpeg } from "../../files/doubles/pictures.ts";
import { connect } from "./city.ts";
import { ADMIN_PASSWORD, type TestPlatform, until } from "./platform.ts";

export type Said = Record<string, string>;
/** What a call is given: its address's ids, the rest of its address, its body and the type of that. */
export interface Given {
  ids?: Said;
  query?: string;
  body?: unknown;
  type?: string;
  /** Its entry's subject. */
  subject: string;
  /** By whose token, and by whom it is entered, where it is not the administrator's. */
  as?: string;
  actor?: string;
  /** What later calls want of its answer. */
  keep?: (answer: Record<string, string> & { case: Said; ruling: Said }) => void;
}
type Step = [call: string, given: () => Given | Promise<Given>];

const CSV = "text/csv";
const ORDER = { externalSystem: "12345", lon: 115.43, lat: 31.81 };

let rig: TestPlatform;
let client: MqttClient | undefined;
/** What was answered that later steps want. */
const kept: Said = {};
const keep =
  (name: string, field: string) =>
  (answer: Said): void => {
    kept[name] = answer[field] ?? "";
  };
const id = (name: string): string => kept[name] ?? "none";

/** On this platform; one at a time. */
export function writesOf(platform: TestPlatform) {
  rig = platform;
  return { steps: STEPS, stop: async () => await client?.endAsync(true) };
}

const unit = (unitId: string) => ({ unitId, name: unitId, kind: "department" });
const asset = (assetId: string) => ({
  assetId,
  class: "waste-bin",
  componentCode: "4115240305000001",
  name: assetId,
  lon: 115.41,
  lat: 31.8,
  maintenanceUnitId: "works",
});
const assetFile =
  "assetId,class,componentCode,name,lon,lat\nbin-2,waste-bin,4115240305000002,b,115.4,31.8\n";
const turns = [{ mon: [{ from: "08:00", to: "20:00", crewIds: ["crew-1"] }] }];
const rights = { publish: ["intake/video"], subscribe: [] };
const steward = { stewardId: "street-1", name: "Wang", scopeKind: "park", scope: "bin-1" };
const order = {
  title: "bins",
  text: "empty them",
  level: "urgent",
  orderingLeader: "Wang",
  accountableLeader: "Li",
  responsiblePerson: "Zhang",
  unitId: "works",
  workingDays: 5,
};

const cityModel = {
  title: { zh: "评价", en: "evaluation" },
  terms: [{ kind: "share", rate: "handleRate", points: 130 }],
  source: "a test",
};
const cityItem = {
  ...{ kind: "bonus", period: "2026-11", subject: "unit", subjectId: "works", points: 1 },
  reason: "a model street",
};

/** In an order in which each finds what it wants. */
const STEPS: readonly Step[] = [
  [
    "POST /api/v1/login",
    () => ({ body: { username: "admin", password: ADMIN_PASSWORD }, subject: "admin" }),
  ],
  [
    "POST /api/v1/session",
    () => ({ body: { username: "admin", password: ADMIN_PASSWORD }, subject: "admin" }),
  ],
  [
    "DELETE /api/v1/session",
    async () => {
      const admin = { username: "admin", password: ADMIN_PASSWORD };
      const { body } = await rig.api.post<Said>("/api/v1/login", admin);
      return { as: body.token ?? "none", subject: "session" };
    },
  ],
  ["POST /api/v1/units", () => ({ body: unit("works"), subject: "works" })],
  ["POST /api/v1/units", () => ({ body: unit("lamps"), subject: "lamps" })],
  [
    "POST /api/v1/crews",
    () => ({ body: { crewId: "crew-1", name: "1", unitId: "works" }, subject: "crew-1" }),
  ],
  ["POST /api/v1/crews/{crewId}/key", () => ({ ids: { crewId: "crew-1" }, subject: "crew-1" })],
  [
    "POST /api/v1/crews/{crewId}/sign-in-codes",
    () => ({ ids: { crewId: "crew-1" }, subject: "crew-1", keep: keep("code", "code") }),
  ],
  [
    "POST /api/v1/session/code",
    () => ({ body: { code: id("code") }, subject: "crew-crew-1", actor: "crew-crew-1" }),
  ],
  [
    "DELETE /api/v1/crews/{crewId}/sessions",
    () => ({ ids: { crewId: "crew-1" }, subject: "crew-1" }),
  ],
  [
    "PUT /api/v1/units/{unitId}/roster",
    () => ({
      ids: { unitId: "works" },
      body: { startMonday: "2026-11-02", weeks: turns },
      subject: "works",
    }),
  ],
  [
    "POST /api/v1/users",
    () => ({
      body: { username: "wang", password: "secret-1", roles: ["viewer"] },
      subject: "wang",
    }),
  ],
  [
    "DELETE /api/v1/users/{username}/sessions",
    () => ({ ids: { username: "wang" }, subject: "wang" }),
  ],
  [
    "PUT /api/v1/users/{username}/password",
    () => ({ ids: { username: "wang" }, body: { password: "secret-1" }, subject: "wang" }),
  ],
  [
    "PUT /api/v1/me/password",
    async () => {
      const [username, password, newPassword] = ["zhao", "secret-0", "secret-1"];
      await rig.api.post("/api/v1/users", { username, password, roles: ["viewer"] });
      const { body } = await rig.api.post<Said>("/api/v1/login", { username, password });
      const as = body.token ?? "none";
      return { body: { password, newPassword }, as, actor: username, subject: "password" };
    },
  ],
  [
    "PUT /api/v1/users/{username}/contacts",
    () => ({ ids: { username: "wang" }, body: { points: [] }, subject: "wang" }),
  ],
  [
    "PUT /api/v1/crews/{crewId}/contacts",
    () => ({ ids: { crewId: "crew-1" }, body: { points: [] }, subject: "crew-1" }),
  ],
  [
    "PUT /api/v1/units/{unitId}/contacts",
    () => ({ ids: { unitId: "works" }, body: { points: [] }, subject: "works" }),
  ],
  ["PUT /api/v1/me/contacts", () => ({ body: { points: [] }, subject: "contacts" })],
  ["POST /api/v1/assets", () => ({ body: asset("bin-1"), subject: "bin-1" })],
  [
    "PATCH /api/v1/assets/{assetId}",
    () => ({ ids: { assetId: "bin-1" }, body: { name: "bin" }, subject: "bin-1" }),
  ],
  ["POST /api/v1/assets/import", () => ({ body: assetFile, type: CSV, subject: "assets" })],
  ["DELETE /api/v1/assets/{assetId}", () => ({ ids: { assetId: "bin-2" }, subject: "bin-2" })],
  [
    "POST /api/v1/gateways",
    () => ({ body: { gatewayId: "gate-1", name: "gate" }, subject: "gate-1" }),
  ],
  [
    "POST /api/v1/gateways/{gatewayId}/key",
    () => ({ ids: { gatewayId: "gate-1" }, subject: "gate-1", keep: keep("gate-key", "key") }),
  ],
  [
    "POST /api/v1/services",
    () => ({ body: { serviceId: "vision", ...rights }, subject: "vision" }),
  ],
  [
    "POST /api/v1/services/{serviceId}/key",
    () => ({ ids: { serviceId: "vision" }, subject: "vision" }),
  ],
  [
    "POST /api/v1/devices",
    () => ({ body: { deviceId: "dev-1", assetId: "bin-1" }, subject: "dev-1" }),
  ],
  [
    "POST /api/v1/devices/{deviceId}/key",
    () => ({ ids: { deviceId: "dev-1" }, subject: "dev-1", keep: keep("key", "key") }),
  ],
  [
    "POST /api/v1/devices/import",
    () => ({ body: { devices: [{ deviceId: "dev-2", assetId: "bin-1" }] }, subject: "devices" }),
  ],
  [
    "PATCH /api/v1/devices/{deviceId}",
    () => ({ ids: { deviceId: "dev-2" }, body: { vendor: "Milesight" }, subject: "dev-2" }),
  ],
  [
    "PUT /api/v1/devices/{deviceId}/twin",
    () => ({ ids: { deviceId: "dev-2" }, body: { wanted: { led: false } }, subject: "dev-2" }),
  ],
  [
    "POST /api/v1/devices/{deviceId}/life",
    () => ({ ids: { deviceId: "dev-2" }, body: { event: "maintain" }, subject: "dev-2" }),
  ],
  [
    "POST /api/v1/devices/adopt",
    async () => {
      await knock("bin-17");
      const adopted = { format: "native", id: "bin-17", assetId: "bin-1" };
      return { body: adopted, subject: "bin-17" };
    },
  ],
  [
    "POST /api/v1/dead-letters/{letterId}/retry",
    async () => {
      const { body } = await rig.api.get<{ items: { id: number }[] }>("/api/v1/dead-letters");
      const letterId = String(body.items[0]?.id);
      return { ids: { letterId }, body: {}, subject: letterId };
    },
  ],
  ["POST /api/v1/dead-letters/retry", () => ({ body: {}, subject: "dead-letters" })],
  [
    "POST /api/v1/redecodings",
    () => ({
      body: { format: "native", from: 0, to: Date.now() },
      subject: "its id",
      keep: keep("redecoding", "redecodingId"),
    }),
  ],
  [
    "DELETE /api/v1/redecodings/{redecodingId}",
    () => ({ ids: { redecodingId: id("redecoding") }, subject: id("redecoding") }),
  ],
  [
    "POST /api/v1/devices/{deviceId}/replace",
    () => ({ ids: { deviceId: "bin-17" }, body: { newDeviceId: "bin-18" }, subject: "bin-17" }),
  ],
  ["DELETE /api/v1/devices/{deviceId}", () => ({ ids: { deviceId: "dev-2" }, subject: "dev-2" })],
  [
    "PUT /api/v1/decoders/{decoderId}",
    () => ({
      ids: { decoderId: "by-name" },
      body: { name: "by name", kind: "table" },
      subject: "by-name",
    }),
  ],
  [
    "DELETE /api/v1/decoders/{decoderId}",
    () => ({ ids: { decoderId: "by-name" }, subject: "by-name" }),
  ],
  [
    "PUT /api/v1/intakes/{intakeId}",
    () => ({ ids: { intakeId: "covers" }, body: { format: "ctwing" }, subject: "covers" }),
  ],
  [
    "PUT /api/v1/json-sources/{sourceId}",
    () => ({
      ids: { sourceId: "acme" },
      body: { topic: "acme/{id}", mapping: { fields: [] } },
      subject: "acme",
    }),
  ],
  [
    "DELETE /api/v1/json-sources/{sourceId}",
    () => ({ ids: { sourceId: "acme" }, subject: "acme" }),
  ],
  ["DELETE /api/v1/intakes/{intakeId}", () => ({ ids: { intakeId: "covers" }, subject: "covers" })],
  [
    "POST /api/v1/devices/{deviceId}/commands",
    () => ({
      ids: { deviceId: "dev-1" },
      body: { name: "raw", args: { base64: "AQID" } },
      subject: "dev-1",
      keep: keep("command", "commandId"),
    }),
  ],
  [
    "DELETE /api/v1/devices/{deviceId}/commands/{commandId}",
    () => ({ ids: { deviceId: "dev-1", commandId: id("command") }, subject: "dev-1" }),
  ],
  [
    "POST /api/v1/commands",
    () => ({
      body: { name: "raw", args: { base64: "AQID" }, target: { assetIds: ["bin-1"] } },
      subject: "its id",
      keep: keep("batch", "batchId"),
    }),
  ],
  [
    "DELETE /api/v1/commands/{batchId}",
    () => ({ ids: { batchId: id("batch") }, subject: id("batch") }),
  ],
  [
    "POST /api/v1/alarms/{alarmId}/acknowledge",
    async () => {
      await lowBattery();
      return { ids: { alarmId: id("alarm") }, subject: id("alarm") };
    },
  ],
  [
    "POST /api/v1/alarms/{alarmId}/shelve",
    () => ({
      ids: { alarmId: id("alarm") },
      body: { until: Date.now() + 3_600_000, reason: "calibration" },
      subject: id("alarm"),
    }),
  ],
  [
    "POST /api/v1/alarms/{alarmId}/unshelve",
    () => ({ ids: { alarmId: id("alarm") }, subject: id("alarm") }),
  ],
  [
    "POST /api/v1/tasks/{taskId}/done",
    () => ({ ids: { taskId: id("task") }, body: {}, subject: id("task") }),
  ],
  [
    "PUT /api/v1/rules/{ruleId}",
    async () => {
      const ruleId = "waste-bin.battery-low";
      const { body } = await rig.api.get<Said>(`/api/v1/rules/${ruleId}`);
      const { ruleId: _, ...rule } = body;
      return { ids: { ruleId }, body: rule, subject: ruleId };
    },
  ],
  ...["one", "two", "three"].map(
    (name): Step => [
      "POST /api/v1/cases",
      () => ({
        body: { lon: 115.41, lat: 31.8, description: name, source: "hotline" },
        subject: "its number",
        keep: keep(name, "caseNo"),
      }),
    ],
  ),
  [
    "POST /api/v1/cases/{caseNo}/join",
    () => ({ ids: { caseNo: id("two") }, body: { into: id("one") }, subject: id("one") }),
  ],
  [
    "POST /api/v1/cases/{caseNo}/transitions",
    () => ({ ids: { caseNo: id("one") }, body: { event: "confirm" }, subject: id("one") }),
  ],
  [
    "POST /api/v1/cases/{caseNo}/urge",
    () => ({ ids: { caseNo: id("one") }, body: { note: "soon" }, subject: id("one") }),
  ],
  [
    "PUT /api/v1/evaluation/models/{modelId}",
    () => ({ ids: { modelId: "city" }, body: cityModel, subject: "city" }),
  ],
  [
    "POST /api/v1/evaluation/items",
    () => ({
      body: { items: [cityItem] },
      subject: "its id",
      keep: ({ items }) => keep("item", "itemId")((items as unknown as Said[])[0] ?? {}),
    }),
  ],
  [
    "POST /api/v1/evaluation/items/{itemId}/revoke",
    () => ({ ids: { itemId: id("item") }, body: { reason: "a mistake" }, subject: id("item") }),
  ],
  [
    "POST /api/v1/crews/{crewId}/shift",
    () => ({ ids: { crewId: "crew-1" }, body: { state: "on" }, subject: "crew-1" }),
  ],
  [
    "POST /api/v1/drills",
    () => ({ body: { assetId: "bin-1", conditionId: "bin-full" }, subject: "its number" }),
  ],
  [
    "POST /api/v1/cases/{caseNo}/reaching/take",
    () => ({ ids: { caseNo: id("one") }, subject: id("one") }),
  ],
  [
    "POST /api/v1/cases/{caseNo}/assists",
    () => ({
      ids: { caseNo: id("one") },
      body: { unitId: "lamps", task: "light" },
      subject: id("one"),
      keep: keep("assist", "assistId"),
    }),
  ],
  [
    "POST /api/v1/assists/{assistId}/transitions",
    () => ({ ids: { assistId: id("assist") }, body: { event: "start" }, subject: id("assist") }),
  ],
  [
    "POST /api/v1/cases/{caseNo}/transitions",
    () => ({
      ids: { caseNo: id("one") },
      body: { event: "consult", reason: "whose is it" },
      subject: id("one"),
    }),
  ],
  [
    "POST /api/v1/cases/{caseNo}/ruling",
    () => ({
      ids: { caseNo: id("one") },
      body: { unitId: "works", reason: "it is theirs", scope: { gridPrefix: "411524001" } },
      subject: id("one"),
      keep: ({ ruling }) => keep("ruling", "rulingId")(ruling),
    }),
  ],
  [
    "POST /api/v1/rulings/{rulingId}/revoke",
    () => ({ ids: { rulingId: id("ruling") }, body: { reason: "moved" }, subject: id("ruling") }),
  ],
  [
    "POST /api/v1/cases/{caseNo}/calls",
    () => ({ ids: { caseNo: id("one") }, body: { text: "still open" }, subject: id("one") }),
  ],
  ["POST /api/v1/callers/reports", () => ({ body: { phone: "13800000000" }, subject: "callers" })],
  [
    "POST /api/v1/pledges",
    () => ({
      body: { text: "call her back", dueAt: "2036-11-28T08:00:00Z" },
      subject: "PL-1",
      keep: keep("pledge", "pledgeId"),
    }),
  ],
  [
    "POST /api/v1/handovers",
    () => ({ body: {}, subject: "HO-1", keep: keep("handover", "handoverId") }),
  ],
  [
    "POST /api/v1/handovers/{handoverId}/sign",
    async () => {
      const lead = { username: "next-lead", password: "secret-22", roles: ["shift-lead"] };
      await rig.api.post("/api/v1/users", lead);
      const { username, password } = lead;
      const { body } = await rig.api.post<Said>("/api/v1/login", { username, password });
      const as = body.token ?? "none";
      return { ids: { handoverId: id("handover") }, as, actor: username, subject: "HO-1" };
    },
  ],
  [
    "POST /api/v1/pledges/{pledgeId}/done",
    () => ({ ids: { pledgeId: id("pledge") }, subject: "PL-1" }),
  ],
  [
    "POST /api/v1/supervisions",
    () => ({
      body: { ...order, caseNos: [id("one")] },
      subject: "its number",
      keep: keep("order", "supervisionNo"),
    }),
  ],
  [
    "POST /api/v1/notices/{noticeId}/acknowledge",
    async () => {
      const { body } = await rig.api.get<{ items: Said[] }>("/api/v1/notices?standing=true");
      const noticeId = body.items[0]?.noticeId ?? "none";
      return { ids: { noticeId }, subject: noticeId };
    },
  ],
  [
    "POST /api/v1/supervisions/{supervisionNo}/transitions",
    () => ({
      ids: { supervisionNo: id("order") },
      body: { event: "cancel", reason: "no need" },
      subject: id("order"),
    }),
  ],
  ...(["before", "after"] as const).map(
    (moment, seed): Step => [
      "POST /api/v1/files",
      async () => ({
        query: `?moment=${moment}`,
        body: new Uint8Array(await jpeg(700 + seed)),
        type: "image/jpeg",
        subject: "its id",
        keep: keep(moment, "fileId"),
      }),
    ],
  ),
  [
    "POST /api/v1/hotline/orders",
    () => ({
      body: { ...ORDER, externalNo: "A-1", title: "a bin is full" },
      subject: "A-1",
    }),
  ],
  [
    "POST /api/v1/hotline/orders/import",
    () => ({
      query: "?system=12345",
      body: "externalNo,title,lon,lat\nA-2,a lamp is off,115.2,31.2\n",
      type: CSV,
      subject: "hotline orders",
    }),
  ],
  [
    "POST /api/v1/hotline/answers/{externalNo}/delivered",
    () => ({ ids: { externalNo: "A-1" }, body: { system: "12345" }, subject: "A-1" }),
  ],
  [
    "POST /api/v1/hotline/orders/{externalNo}/callback",
    async () => {
      kept.settled = await settled("A-2");
      const body = { solved: "yes", satisfied: 4 };
      return { ids: { externalNo: "A-2" }, body, subject: `${id("settled")}-q1` };
    },
  ],
  [
    "POST /api/v1/hotline/orders/{externalNo}/unsolved",
    () => ({
      ids: { externalNo: "A-2" },
      body: { reason: "still dark" },
      subject: id("settled"),
    }),
  ],
  [
    "POST /api/v1/questions/{questionId}/answer",
    async () => {
      for (const event of ["checkPass", "close"]) {
        await rig.api.post(`/api/v1/cases/${id("settled")}/transitions`, { event });
      }
      const questionId = `${id("settled")}-q2`;
      return { ids: { questionId }, body: { solved: "yes", satisfied: 5 }, subject: questionId };
    },
  ],
  [
    "POST /open311/v2/requests.json",
    () => ({
      body: "service_code=e-0505&lat=32.2&long=114.8",
      type: "application/x-www-form-urlencoded",
      subject: "its number",
    }),
  ],
  [
    "POST /api/v1/intake/video",
    () => ({
      body: {
        eventId: "e-1",
        camera: "cam-7",
        kind: "road-collapse",
        observedAt: Date.now(),
        lon: 114.7,
        lat: 32.1,
        confidence: 0.99,
      },
      subject: "its number",
    }),
  ],
  ...["filing-conditions", "categories", "limit-areas"].map(
    (name): Step => [
      `PUT /api/v1/${name}`,
      async () => {
        const { body } = await rig.api.get<string>(`/api/v1/${name}.csv`);
        const { body: state } = await rig.api.get<{ version: number }>(`/api/v1/${name}`);
        const query = `?version=${state.version}&reason=checked&confirm=life-safety`;
        // A file that changes nothing makes no new version.
        return { query, body, type: CSV, subject: `${name} ${state.version}` };
      },
    ],
  ),
  [
    "POST /api/v1/evaluation/publications",
    () => ({ body: { period: "2025-12" }, subject: "publications" }),
  ],
  [
    "POST /api/v1/evaluation/publications/{publicationId}/approve",
    () => ({ ids: { publicationId: "2025-12.1" }, body: {}, subject: "2025-12.1" }),
  ],
  [
    "POST /api/v1/evaluation/publications/{publicationId}/withdraw",
    () => ({
      ids: { publicationId: "2025-12.1" },
      body: { reason: "an objection" },
      subject: "2025-12.1",
    }),
  ],
  [
    "PUT /api/v1/patrol-areas/{username}",
    async () => {
      const hu = { username: "hu", password: "secret-33", roles: ["inspector"] };
      await rig.api.post("/api/v1/users", hu);
      return { ids: { username: "hu" }, body: { grids: [] }, subject: "hu" };
    },
  ],
  ["POST /api/v1/stewards", () => ({ body: steward, subject: "street-1" })],
  [
    "PATCH /api/v1/stewards/{stewardId}",
    () => ({ ids: { stewardId: "street-1" }, body: { name: "Li" }, subject: "street-1" }),
  ],
  [
    "DELETE /api/v1/stewards/{stewardId}",
    () => ({ ids: { stewardId: "street-1" }, subject: "street-1" }),
  ],
  [
    "POST /api/v1/places/import",
    () => ({
      body: "placeId,kind,name,lon,lat\nroad-1,road,北路,115.41,31.8\n",
      type: CSV,
      subject: "places",
    }),
  ],
  ["DELETE /api/v1/places/{placeId}", () => ({ ids: { placeId: "road-1" }, subject: "road-1" })],
  [
    "PUT /api/v1/calendars/{name}",
    async () => {
      const { body } = await rig.api.get<Said>("/api/v1/calendars/office");
      const { name, version, changedAt, changedBy, ...calendar } = body;
      return { ids: { name: "office" }, body: calendar, subject: "office" };
    },
  ],
  [
    "PUT /api/v1/holidays/{year}",
    () => ({
      ids: { year: "2028" },
      body: { days: [{ date: "2028-01-03", kind: "off", name: "元旦" }] },
      subject: "2028",
    }),
  ],
  [
    "PUT /api/v1/calendar-overrides",
    () => ({
      body: { rows: [{ class: "waste-bin", calendar: "office" }] },
      subject: "calendar-overrides",
    }),
  ],
];

/** A gateway speaks for a device that nobody has registered. */
async function knock(deviceId: string): Promise<void> {
  const gateway = await connect(rig.ports.mqtt ?? 0, "gate-1", id("gate-key"));
  await gateway.publishAsync(`v1/waste-bin/${deviceId}/telemetry`, "{}", { qos: 1 });
  await until(
    async () => (await rig.api.get<{ items: Said[] }>("/api/v1/knocking")).body.items[0],
    "the knock",
  );
  await gateway.endAsync(true);
}

/** Its alarm is nobody's case: it can be shelved, and is a task. */
async function lowBattery(): Promise<void> {
  client = await connect(rig.ports.mqtt ?? 0, "dev-1", id("key"));
  const values = '{"values":{"batteryPercent":9}}';
  await client.publishAsync("v1/waste-bin/dev-1/telemetry", values, { qos: 1 });
  const task = await until(
    async () => (await rig.api.get<{ items: Said[] }>("/api/v1/tasks")).body.items[0],
    "the task",
  );
  keep("task", "taskId")(task);
  keep("alarm", "alarmId")(task);
}

/** The case of an order, closed on the spot. */
async function settled(externalNo: string): Promise<string> {
  const { body } = await rig.api.get<{ items: Said[] }>("/api/v1/hotline/answers?since=0");
  const caseNo = body.items.find((each) => each.externalNo === externalNo)?.caseNo ?? "none";
  const said = { event: "settle", note: "a new bulb", files: [id("before"), id("after")] };
  const answer = await rig.api.post(`/api/v1/cases/${caseNo}/transitions`, said);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return caseNo;
}
