/** Intakes and sources of vendors' JSON in the registry: over a restart, replaced, bounded, in order. */
import { expect, test } from "vitest";
import type { Intake } from "../model/intake.ts";
import type { JsonSource } from "../model/json-source.ts";
import { LIMITS } from "../model/limits.ts";
import { Device } from "../model/registry.ts";
import { cover, setUp } from "./support/registry-world.ts";

const intake = (intakeId: string, more: Partial<Intake> = {}): Intake => ({
  ...{ intakeId, format: "ctwing" },
  ...more,
});
const source = (sourceId: string, topic: string | undefined, path = "t"): JsonSource => ({
  ...{ sourceId, topic, device: "id" },
  mapping: { fields: [{ path, measurement: "temperatureC" }] },
});

test("an intake keeps its secret over a restart and tells it to no list", async () => {
  const { registry, restart } = await setUp();
  const made = await registry.intakes.put(intake("covers", { name: "井盖" }));
  expect(made).toMatch(/^[0-9a-f]{32}$/);
  expect(await registry.intakes.put(intake("city", { format: "onenet" }), { secret: "said" })).toBe(
    undefined,
  );
  const again = await restart();
  expect(again.intakes.ofFormat("ctwing")).toEqual([
    { intakeId: "covers", format: "ctwing", name: "井盖", secret: made },
  ]);
  expect(JSON.stringify(again.intakes.list({ limit: 10 }))).not.toContain("secret");
});

test("an intake that is put again keeps its secret, and its name and format are as now", async () => {
  const { registry, restart } = await setUp();
  const first = await registry.intakes.put(intake("covers", { name: "old" }));
  expect(await registry.intakes.put(intake("covers", { format: "onenet" }))).toBeUndefined();
  const again = await restart();
  expect(again.intakes.ofFormat("ctwing")).toEqual([]);
  expect(again.intakes.ofFormat("onenet")).toMatchObject([{ secret: first }]);
  expect(again.intakes.list({ limit: 10 }).items).toEqual([
    { intakeId: "covers", format: "onenet" },
  ]);
  await again.intakes.remove("covers");
  await expect(again.intakes.remove("covers")).rejects.toMatchObject({ code: "INTAKE_NOT_FOUND" });
});

test("another secret is made only where that is wished for, or given", async () => {
  const { registry } = await setUp();
  const secretNow = () => registry.intakes.ofFormat("ctwing")[0]?.secret;
  const first = await registry.intakes.put(intake("covers"));
  await registry.intakes.put(intake("covers"), { rotateSecret: false });
  expect(secretNow()).toBe(first);
  const second = await registry.intakes.put(intake("covers"), { rotateSecret: true });
  expect(second).toMatch(/^[0-9a-f]{32}$/);
  expect(second).not.toBe(first);
  expect(secretNow()).toBe(second);
  expect(await registry.intakes.put(intake("covers"), { secret: "given" })).toBeUndefined();
  expect(secretNow()).toBe("given");
});

test("intakes and sources are bounded; one that is there may still be changed", async () => {
  const { registry } = await setUp();
  for (let n = 0; n < LIMITS.intakesMax; n += 1) await registry.intakes.put(intake(`i-${n}`));
  await expect(registry.intakes.put(intake("more"))).rejects.toThrow("there are 50 intakes");
  await registry.intakes.put(intake("i-0"));
  for (let n = 0; n < LIMITS.jsonSourcesMax; n += 1) {
    await registry.jsonSources.put(source(`s-${n}`, undefined));
  }
  await expect(registry.jsonSources.put(source("more", undefined))).rejects.toThrow(
    "there are 200 sources",
  );
  await registry.jsonSources.put(source("s-0", "acme/{id}"));
});

test("a topic is one source's, also after a restart and after it was given up", async () => {
  const { registry, restart, changes } = await setUp();
  await registry.jsonSources.put(source("one", "acme/{id}/up"));
  await registry.jsonSources.put(source("two", "acme/{id}/down"));
  await registry.jsonSources.put(source("one", "acme/{id}/up", "other"));
  expect(changes).toEqual(["json-source one", "json-source two", "json-source one"]);
  const again = await restart();
  const found = again.jsonSources.byTopic("acme/17/up");
  expect(found).toMatchObject({ source: { sourceId: "one" }, externalId: "17" });
  expect(found?.source.mapping.fields[0]?.path).toBe("other");
  expect(again.jsonSources.byTopic("acme/17")).toBeUndefined();
  expect(again.jsonSources.filters().sort()).toEqual(["acme/+/down", "acme/+/up"]);
  await expect(again.jsonSources.put(source("three", "acme/+/up"))).rejects.toMatchObject({
    code: "REQUEST_INVALID",
  });
  await again.jsonSources.remove("one");
  await again.jsonSources.put(source("three", "acme/+/up"));
  expect(again.jsonSources.byTopic("acme/17/up")).toMatchObject({ externalId: undefined });
  await expect(again.jsonSources.remove("one")).rejects.toMatchObject({
    code: "JSON_SOURCE_NOT_FOUND",
  });
});

test("a device of format json signs in with the topics of all sources, for its own id", async () => {
  const { registry } = await setUp();
  await registry.jsonSources.put(source("one", "acme/{id}/up"));
  await registry.jsonSources.put(source("all", "fleet/up"));
  await registry.assets.create(cover("cover-1"));
  const device = Device.parse({
    ...{ deviceId: "d-1", assetId: "cover-1", format: "json", externalId: "17" },
  });
  const { key } = await registry.deviceRegister.create(device);
  expect(await registry.authenticate("d-1", key)).toMatchObject({
    publish: ["acme/17/up", "fleet/up"],
  });
});
