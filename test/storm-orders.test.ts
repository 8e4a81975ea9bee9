/** A flood at the running platform: from reports to the crew's phone, at 30 times the pace. */
import { expect, test } from "vitest";
import type { OrderLoad } from "../model/alarm-performance.ts";
import { type CrewOrder, crewPhone, foundCity } from "./support/city.ts";
import { startPlatform, until } from "./support/platform.ts";

type Digest = CrewOrder & { count: number; cases: { caseNo: string }[] };

test("of thirteen cases the phone gets ten orders and a digest, and takes all off the outbox", async () => {
  const city = await startPlatform({ GRIDWARDEN_CLOCK: "2026-09-21T09:00:00+08:00,30" });
  const { crewKey } = await foundCity(city.api);
  const phone = await crewPhone(city.ports.mqtt ?? 0, crewKey);
  const numbers: string[] = [];
  for (let n = 0; n < 13; n += 1) {
    const report = { lon: 115.41, lat: 31.8, description: `refuse ${n}`, source: "hotline" };
    const { body } = await city.api.post<{ caseNo: string }>("/api/v1/cases", report);
    numbers.push(body.caseNo);
    const confirm = { event: "confirm", unitId: "works" };
    await city.api.post(`/api/v1/cases/${body.caseNo}/transitions`, confirm);
  }
  await until(() => phone.orders.some(({ kind }) => kind === "digest"), "the digest");
  const singly = phone.orders.filter(({ kind }) => kind === "dispatched");
  const digest = phone.orders.find(({ kind }) => kind === "digest") as Digest;
  expect(singly.map((order) => order.case.caseNo)).toEqual(numbers.slice(0, 10));
  expect(digest.cases.map(({ caseNo }) => caseNo)).toEqual(numbers.slice(10));
  expect([digest.count, digest.case.caseNo]).toEqual([3, numbers[10]]);
  const metrics = async (): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${city.ports.http}/metrics`)).text();
  await until(
    async () => (await metrics()).includes("gridwarden_notify_orders_waiting 0\n"),
    "an empty outbox",
  );
  const { body } = await city.api.get<{ load: OrderLoad[] }>("/api/v1/alarms/performance");
  expect(body.load).toMatchObject([{ per10Min: 13 }, { crewId: "crew-1", per10Min: 13 }]);
  await phone.client.endAsync();
  await city.stop();
});
