/**
 * Reaching people at the running platform: contacts by the API, a webhook of the city's own as channel, a
 * case that is opened by a person, and what is said to it over the gateway's receipts.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChannelServer, startChannelServer } from "./support/channel-server.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

const SECRET = "a secret of the city";

let hook: ChannelServer;
let rig: TestPlatform;
let lead: Api;

interface Sent {
  messageId: string;
  to: string;
  title: string;
  text: string;
  fields: Record<string, string>;
}

beforeAll(async () => {
  hook = await startChannelServer(() => ({ status: 204 }));
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-test-"));
  const channel = { kind: "webhook", channelId: "duty-app", url: hook.url, secret: SECRET };
  const url = "http://127.0.0.1:9/robot";
  const channels = { channels: [channel, { kind: "wecom-robot", channelId: "group", url }] };
  writeFileSync(join(directory, "channels.json"), JSON.stringify(channels));
  rig = await startPlatform({}, directory);
  const { api } = rig;
  await api.post("/api/v1/units", { unitId: "drains", name: "Drains", kind: "contractor" });
  await api.post("/api/v1/units", { unitId: "gas", name: "Gas", kind: "contractor" });
  await api.post("/api/v1/crews", {
    ...{ crewId: "drains-1", name: "Drains 1", unitId: "drains", classes: ["manhole-cover"] },
  });
  const wang = { username: "wang", roles: ["crew"], crewId: "drains-1", unitId: "drains" };
  await api.post("/api/v1/users", { ...wang, password: "secret-1" });
  const zhao = { username: "zhao", roles: ["unit"], unitId: "drains" };
  await api.post("/api/v1/users", { ...zhao, password: "secret-2" });
  lead = await signIn(rig.ports.http, "zhao", "secret-2");
});
afterAll(async () => {
  await rig.stop();
  await hook.stop();
});

const sentTo = (to: string): Sent[] =>
  hook.asked.map(({ body }) => JSON.parse(body) as Sent).filter((each) => each.to === to);

async function openCase(): Promise<string> {
  const assetId = `lid-${performance.now()}`;
  const place = { lon: 114.06, lat: 32.12, maintenanceUnitId: "drains" };
  const code = { componentCode: "4115240102000001", class: "manhole-cover" };
  await rig.api.post("/api/v1/assets", { assetId, name: "lid", ...code, ...place });
  const report = { assetId, conditionId: "cover-displaced", source: "patrol" };
  const { body } = await rig.api.post<{ caseNo: string }>("/api/v1/cases", report);
  await rig.api.post(`/api/v1/cases/${body.caseNo}/transitions`, { event: "confirm" });
  return body.caseNo;
}

test("contacts are put by who leads, refused by name, and shown to nobody else", async () => {
  const wrong = await rig.api.replace<{ error: { message: string } }>(
    "/api/v1/users/wang/contacts",
    { points: [{ channelId: "duty-ap", to: "wang" }] },
  );
  expect(wrong.status).toBe(400);
  expect(JSON.stringify(wrong.body)).toContain(
    "channel 'duty-ap' is not in channels.json; did you mean 'duty-app'?",
  );
  const group = { points: [{ channelId: "group", to: "all" }] };
  const refused = await rig.api.replace("/api/v1/crews/drains-1/contacts", group);
  expect(JSON.stringify(refused.body)).toContain("is a group's, by which nobody takes an order");
  expect((await rig.api.replace("/api/v1/units/gas/contacts", group)).status).toBe(200);
  const points = [{ channelId: "duty-app", to: "wang" }];
  expect((await lead.replace("/api/v1/users/wang/contacts", { points })).status).toBe(200);
  const mine = { points: [{ channelId: "duty-app", to: "zhao" }] };
  expect((await lead.replace("/api/v1/me/contacts", mine)).body).toEqual(mine);
  expect((await lead.get("/api/v1/units/gas/contacts")).status).toBe(403);
  expect((await rig.api.get("/api/v1/users/nobody/contacts")).body).toEqual({ points: [] });
  expect((await rig.api.replace("/api/v1/users/nobody/contacts", mine)).status).toBe(404);
});

test("who is reached now is answered by one call for each unit, class and step, without numbers", async () => {
  const { body } = await rig.api.get<{ items: object[] }>("/api/v1/duty/reached?unitId=drains");
  expect(body.items).toMatchObject([
    {
      unitId: "drains",
      crews: ["drains-1"],
      classes: expect.arrayContaining([
        {
          class: "manhole-cover",
          crews: ["drains-1"],
          people: [{ kind: "user", id: "wang" }],
        },
        { class: "streetlight", crews: [], people: [] },
      ]),
      steps: [
        { who: "crew", people: [{ kind: "user", id: "wang", channels: ["duty-app"] }] },
        { who: "lead", afterSeconds: 60, people: [{ id: "zhao" }] },
        { who: "department", people: [] },
        { who: "leader", people: [] },
      ],
      warnings: ["nobody can be called as 'department'", "nobody can be called as 'leader'"],
    },
  ]);
});

test("the crew's member has the order, and his word over the gateway accepts it", async () => {
  const caseNo = await openCase();
  const [message] = await until(() => {
    const sent = sentTo("wang").filter(({ fields }) => fields.caseNo === caseNo);
    return sent.length > 0 && sent;
  }, "the message");
  expect(message?.title).toContain("LIFE SAFETY");
  const said = { messageId: message?.messageId, state: "accepted" };
  const path = `http://127.0.0.1:${rig.ports.http}/api/v1/intake/receipts/duty-app`;
  const send = async (key: string) =>
    await fetch(path, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(said),
    });
  expect((await send("another secret here")).status).toBe(401);
  const answer = await send(SECRET);
  expect([answer.status, await answer.json()]).toEqual([200, { known: 1, unknown: 0 }]);
  const { body } = await rig.api.get<{ acceptedAt?: string; history: object[] }>(
    `/api/v1/cases/${caseNo}`,
  );
  expect(body.acceptedAt).toBeDefined();
  expect(body.history.at(-1)).toMatchObject({ event: "acceptOrder", actor: "wang", role: "crew" });
  const reaching = await rig.api.get<{ escalation: object; messages: object[] }>(
    `/api/v1/cases/${caseNo}/reaching`,
  );
  expect(reaching.body.escalation).toMatchObject({ state: "over", takenBy: "crew:drains-1" });
  expect(reaching.body.messages).toMatchObject([
    { step: "1.crew.0", person: "user:wang", channelId: "duty-app", state: "accepted" },
  ]);
  expect(JSON.stringify(reaching.body)).not.toContain('"to"');
});

test("a lead takes the care of it, once", async () => {
  const caseNo = await openCase();
  const take = `/api/v1/cases/${caseNo}/reaching/take`;
  const taken = await until(async () => {
    const answer = await lead.post<{ state: string; takenBy: string }>(take, {});
    return answer.status === 200 && answer;
  }, "the escalation");
  expect(taken.body).toMatchObject({ state: "taken", takenBy: "user:zhao" });
  expect((await lead.post(take, {})).status).toBe(409);
});

test("a channel that is not there and one without receipts answer alike", async () => {
  const path = `http://127.0.0.1:${rig.ports.http}/api/v1/intake/receipts/none`;
  const answer = await fetch(path, { method: "POST", body: "a=b" });
  expect(answer.status).toBe(401);
  const form = await fetch(path, { method: "POST", body: new URLSearchParams({ a: "b" }) });
  expect(form.status).toBe(401);
  expect(await form.text()).toContain("RECEIPT_REFUSED");
});
