/** Decoders dropped into a folder of the running platform: taken, audited, and beside what is uploaded. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const SCRIPT = `function decodeUplink(input) {
  return { data: { level: input.bytes[0] * 10 + " mm" } };
}`;
const BODY = {
  name: "Level sensor",
  mapping: { fields: [{ path: "level", measurement: "waterLevelCm" }], rest: "" },
  examples: [
    {
      name: "from the manual",
      input: { bytes: "aa", fPort: 2 },
      output: { data: { level: "1700 mm" } },
    },
  ],
};

interface Shown {
  version: number;
  name: string;
  script?: string;
}

let rig: TestPlatform;

beforeAll(async () => {
  rig = await startPlatform();
  mkdirSync(join(rig.directory, "decoders"));
});
afterAll(() => rig.stop());

const write = (file: string, content: string): void =>
  writeFileSync(join(rig.directory, "decoders", file), content);
const get = async (id: string) => (await rig.api.get<Shown>(`/api/v1/decoders/${id}`)).body;
const versionOf = (id: string, version: number) =>
  until(async () => (await get(id)).version === version, `version ${version} of '${id}'`);

test("what is dropped while it runs is taken as a PUT is, by the system; a bad one beside is not", async () => {
  const examples = [{ ...BODY.examples[0], output: { data: { level: "1 mm" } } }];
  write("acme-wrong.json", JSON.stringify({ ...BODY, examples }));
  write("acme-wrong.js", SCRIPT);
  write("acme-level.json", JSON.stringify(BODY));
  write("acme-level.js", SCRIPT);
  await versionOf("acme-level", 1);
  expect((await get("acme-level")).script).toBe(SCRIPT);
  expect((await rig.api.get("/api/v1/decoders/acme-wrong")).status).toBe(404);
  const { body } = await rig.api.get<{ items: object[] }>("/api/v1/audit?limit=50");
  expect(body.items).toContainEqual(
    expect.objectContaining({
      ...{ actor: "system", action: "decoders.write", subject: "acme-level", result: "done" },
    }),
  );
});

test("an upload is the next version and stays, over a restart, until the files are others", async () => {
  const uploaded = { ...BODY, kind: "script", script: SCRIPT, name: "Uploaded" };
  expect((await rig.api.replace("/api/v1/decoders/acme-level", uploaded)).status).toBe(200);
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  // That it was looked at again shows in what was dropped beside.
  write("beside.json", JSON.stringify({ name: "Beside", kind: "table" }));
  await versionOf("beside", 1);
  expect(await get("acme-level")).toMatchObject({ version: 2, name: "Uploaded" });
  write("acme-level.json", JSON.stringify({ ...BODY, name: "Dropped again" }));
  await versionOf("acme-level", 3);
  expect((await get("acme-level")).name).toBe("Dropped again");
});
