/** Reporters are asked by the channel of their report once their case has closed, each once, also over a restart. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChannelServer, startChannelServer } from "./support/channel-server.ts";
import { foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

let sms: ChannelServer;
let directory: string;
let rig: TestPlatform;

const CLOCK = { GRIDWARDEN_CLOCK: "2026-11-23T10:00:00+08:00,20" };

beforeAll(async () => {
  sms = await startChannelServer(() => ({ body: '{"code":0}' }));
  directory = mkdtempSync(join(tmpdir(), "gridwarden-test-"));
  const channel = {
    ...{ kind: "sms", channelId: "sms", url: `${sms.url}/send` },
    body: { to: "{{to}}", text: "{{text}}", id: "{{messageId}}" },
    success: { field: "code", equals: "0" },
  };
  const citizens = { publicUrl: "https://city.example.org/", sms: "sms" };
  writeFileSync(
    join(directory, "channels.json"),
    JSON.stringify({ channels: [channel], citizens }),
  );
  rig = await startPlatform(CLOCK, directory);
  await foundCity(rig.api);
});
afterAll(async () => {
  await rig.stop();
  await sms.stop();
});

interface Sms {
  to: string;
  text: string;
  id: string;
}
const sent = (): Sms[] => sms.asked.map(({ body }) => JSON.parse(body) as Sms);

/** Reported, confirmed, handled, checked and closed. */
async function closed(reporter: object): Promise<string> {
  const report = { kind: "event", lon: 115.41, lat: 31.8, source: "citizen", reporter };
  const { body } = await rig.api.post<{ caseNo: string }>("/api/v1/cases", report);
  for (const event of ["confirm", "start", "feedback", "checkPass", "close"]) {
    const said = { event, note: "done", reason: "seen" };
    const { status, body: answer } = await rig.api.post(
      `/api/v1/cases/${body.caseNo}/transitions`,
      said,
    );
    if (status !== 200) throw new Error(`${event}: ${JSON.stringify(answer)}`);
  }
  return body.caseNo;
}

test("a telephone number is asked by SMS, with a link that is his alone; whom no channel reaches is not", async () => {
  await closed({ name: "Li", phone: "13800138000" });
  await closed({ name: "Wang", email: "wang@example.org" });
  const [message] = await until(() => sent().length > 0 && sent(), "the message");
  expect(message?.to).toBe("13800138000");
  const link = /https:\/\/city\.example\.org(\/public\/reports\/(\w+)\?t=(\S+))/.exec(
    message?.text ?? "",
  );
  const [, path = "", publicNo, token] = link ?? [];
  const page = await fetch(`http://127.0.0.1:${rig.ports.http}${path}`);
  expect(page.status).toBe(200);
  const said = { token, solved: "yes", satisfied: 5 };
  const answer = await fetch(
    `http://127.0.0.1:${rig.ports.http}/api/v1/public/reports/${publicNo}/answer`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(said),
    },
  );
  expect(answer.status).toBeLessThan(300);
  expect(sent()).toHaveLength(1);
});

test("over a restart nobody is asked twice, and who was not yet asked is", async () => {
  const before = sent().length;
  await rig.stop("keep");
  rig = await startPlatform(CLOCK, directory);
  await closed({ phone: "13800138001" });
  await until(() => sent().length > before, "the next message");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(sent().map(({ to }) => to)).toEqual(["13800138000", "13800138001"]);
});
