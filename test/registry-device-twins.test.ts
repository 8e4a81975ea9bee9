/** Twins of devices on a real database: wanted by people, reported by devices, each in its version. */
import { expect, test } from "vitest";
import { createRegistry } from "../registry/registry.ts";
import { cover, device, openDatabase, refusedAs, START } from "./support/registry-world.ts";

async function stocked() {
  const { deps, database } = await openDatabase();
  const open = async () => {
    const registry = createRegistry(deps, { areaCode: "411524", adminPassword: "secret" });
    await registry.open();
    return registry;
  };
  const registry = await open();
  await registry.assets.create(cover("c-1"));
  await registry.deviceRegister.create(device("d-1", "c-1"));
  const changes: string[] = [];
  registry.onChange(({ kind, id }) => changes.push(`${kind} ${id}`));
  const report = (state: Record<string, number>, at: number, deviceId = "d-1") =>
    database.transaction((tx) => registry.deviceTwins.saveReported(tx, [{ deviceId, state, at }]));
  return { registry, changes, database, report, open, twins: registry.deviceTwins };
}

test("of a device of which nothing was said both sides are empty", async () => {
  const { twins } = await stocked();
  const nothing = { wanted: {}, reported: {}, versions: { wanted: 0, reported: 0 } };
  expect(await twins.of("d-1")).toEqual(nothing);
  await expect(async () => await twins.of("none")).rejects.toEqual(refusedAs("DEVICE_NOT_FOUND"));
});

test("what is wanted has a version, is told of, and is there after a restart", async () => {
  const { twins, changes, open } = await stocked();
  await twins.want("d-1", { wanted: { led: false, minutes: 30 }, by: "lin" });
  const twin = await twins.want("d-1", { wanted: { minutes: 20 }, version: 1, by: "wang" });
  const wanted = {
    ...{ wanted: { minutes: 20 }, wantedAt: START, wantedBy: "wang", reported: {} },
    versions: { wanted: 2, reported: 0 },
  };
  expect(twin).toEqual(wanted);
  expect(changes).toEqual(["twin d-1", "twin d-1"]);
  const late = twins.want("d-1", { wanted: {}, version: 1, by: "lin" });
  await expect(late).rejects.toMatchObject({
    ...{ code: "TWIN_VERSION_CONFLICT", details: { version: 2 } },
  });
  expect(await (await open()).deviceTwins.of("d-1")).toEqual(wanted);
  const none = twins.want("none", { wanted: {}, by: "lin" });
  await expect(none).rejects.toEqual(refusedAs("DEVICE_NOT_FOUND"));
});

test("what a class measures is not set by a twin: no valve is moved by it", async () => {
  const { twins, changes, registry } = await stocked();
  await registry.assets.create({ ...cover("g-1"), class: "gas-line" });
  await registry.deviceRegister.create(device("d-gas", "g-1"));
  const wanted = { reportMinutes: 5, isValveOpen: false };
  const refused = twins.want("d-gas", { wanted, by: "lin" });
  await expect(refused).rejects.toThrow(/'wanted\.isValveOpen'.*'gas-line'/);
  await expect(refused).rejects.toEqual(refusedAs("COMMAND_REFUSED"));
  expect(changes.filter((each) => each.startsWith("twin"))).toEqual([]);
  await twins.want("d-gas", { wanted: { reportMinutes: 5 }, by: "lin" });
});

test("of reports the newer stands, told twice it counts once, and what is wanted stays", async () => {
  const { twins, report } = await stocked();
  await report({ minutes: 60 }, START + 10);
  await twins.want("d-1", { wanted: { minutes: 20 }, by: "lin" });
  for (const _again of [1, 2]) await report({ minutes: 50 }, START + 20);
  await report({ minutes: 10 }, START + 5);
  expect(await twins.of("d-1")).toEqual({
    ...{ wanted: { minutes: 20 }, wantedAt: START, wantedBy: "lin" },
    ...{ reported: { minutes: 50 }, reportedAt: START + 20 },
    versions: { wanted: 1, reported: 2 },
  });
});

test("of several reports in one batch the last is kept", async () => {
  const { twins, database } = await stocked();
  const reports = [1, 2, 3].map((n) => ({ deviceId: "d-1", state: { n }, at: START + n }));
  for (const _again of [1, 2]) {
    await database.transaction((tx) => twins.saveReported(tx, reports));
  }
  expect(await twins.of("d-1")).toMatchObject({
    ...{ reported: { n: 3 }, reportedAt: START + 3 },
    versions: { reported: 1 },
  });
});

test("a twin goes with its device, and nobody else's report is kept", async () => {
  const { registry, twins, report } = await stocked();
  await report({ minutes: 60 }, START, "stranger");
  await report({ minutes: 60 }, START);
  await registry.deviceRegister.remove("d-1");
  await registry.deviceRegister.create(device("d-1", "c-1"));
  expect((await twins.of("d-1")).versions).toEqual({ wanted: 0, reported: 0 });
});
