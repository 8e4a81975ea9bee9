/** The allow-list of commands, class by class: what may be told, and that valves and pumps may not. */
import { expect, test } from "vitest";
import { ASSET_CLASSES, classBySlug } from "../model/asset-classes/all.ts";
import { readCommandNote } from "../model/command-notes.ts";
import { GridwardenError } from "../model/errors.ts";
import { Asset, Device } from "../model/registry.ts";
import { byHandRefusal, checkedArgs, maintenanceRefusal, refusalOf } from "./command-checks.ts";

const entry = (slug: string | undefined, more: Record<string, unknown> = {}) => ({
  device: Device.parse({ deviceId: "d-1", assetId: "a-1", ...more }),
  asset: Asset.parse({
    ...{ assetId: "a-1", class: slug, name: "a", lon: 115, lat: 31 },
    componentCode: "4115240137000001",
  }),
});

/** Written by hand: whoever adds a command to a class writes it here, too. */
const ALLOWED: Record<string, string> = {
  "manhole-cover": "raw",
  streetlight: "on off dim schedule raw",
  "waste-bin": "raw",
  "sewage-plant": "",
  "gas-line": "",
  "lighting-cabinet": "",
  "pump-station": "",
};

test("the list of the classes is this list", () => {
  const declared = ASSET_CLASSES.map(({ slug, commands = [] }) => [
    slug,
    commands.map(({ name }) => name).join(" "),
  ]);
  expect(Object.fromEntries(declared)).toEqual(ALLOWED);
});

const NAMES = [
  "on",
  "off",
  "dim",
  "schedule",
  "raw",
  "open-valve",
  "close-valve",
  "start-pump",
  "",
];
const CELLS = Object.keys(ALLOWED).flatMap((slug) => NAMES.map((name) => [slug, name] as const));

test.each(CELLS)("%s takes '%s' if the list has it, and else says why not", (slug, name) => {
  const refusal = refusalOf(entry(slug), name, classBySlug);
  const isAllowed = (ALLOWED[slug] ?? "").split(" ").includes(name) && name !== "";
  if (isAllowed) expect(refusal).toBeUndefined();
  else expect(refusal).toContain("valves and pumps are moved by who stands before them");
});

test.each([
  [entry(undefined), "on", "of no class"],
  [entry("streetlight", { format: "hj212", externalId: "M" }), "on", "speaks 'hj212'"],
  [entry("streetlight", { format: "lamp-platform", externalId: "l" }), "raw", "carries no 'raw'"],
  [entry("streetlight", { life: "stock" }), "on", "is 'stock'"],
  [entry("streetlight", { life: "retired" }), "on", "is 'retired'"],
])("%# is refused and says why", (device, name, why) => {
  const refusal = refusalOf(device, name, classBySlug) ?? "";
  expect(refusal).toContain(why);
  expect(readCommandNote(refusal)).toMatchObject([{ note: expect.any(String) }]);
});

test("where many are told at once, one on which somebody works is left out", () => {
  expect(maintenanceRefusal(entry("streetlight"))).toBeUndefined();
  expect(maintenanceRefusal(entry("streetlight", { life: "maintenance" }))).toContain("works on");
  const alone = entry("streetlight", { life: "maintenance" });
  expect(refusalOf(alone, "on", classBySlug)).toBeUndefined();
});

test.each([
  ["dim", { percent: 60 }, undefined],
  ["dim", { percent: 60.5 }, "field 'args.percent': got 60.5"],
  ["on", { now: true }, "'on' knows no 'now'"],
  ["schedule", { entries: [] }, "field 'args.entries'"],
  [
    "schedule",
    { entries: [1, 1].map(() => ({ at: "18:30", percent: 1 })) },
    "each time of day once",
  ],
  ["raw", { fields: { light: "on" }, fPort: 2 }, undefined],
  ["raw", { base64: "AQI=", fields: {} }, "either 'base64' or 'fields'"],
  ["raw", { fields: { x: "y".repeat(2_000) } }, "at most 2000 characters"],
  ["raw", { base64: "AQI=", fPort: 224 }, "field 'args.fPort': got 224"],
])("%s %j: %s", (name, args, fault) => {
  const command = classBySlug("streetlight")?.commands?.find((each) => each.name === name);
  if (command === undefined) throw new Error("no such command");
  if (fault === undefined) {
    expect(checkedArgs(command, args)).toEqual(args);
    return;
  }
  expect(() => checkedArgs(command, args)).toThrow(GridwardenError);
  expect(() => checkedArgs(command, args)).toThrow(fault);
});

test.each([
  [{ fields: { "Pump/Run": true } }, "'Pump/Run' is not sent"],
  [{ fields: { out: [{ VALVE_1: 0 }] } }, "'VALVE_1' is not sent"],
  [{ fields: { 阀门开度: 30 } }, "'阀门开度' is not sent"],
  [{ fields: { light: "pump", level: 3 } }, undefined],
  [{ base64: "AQI=" }, undefined],
  [{ percent: 60 }, undefined],
])("what names a valve or a pump is not sent, whatever else is with it: %j", (args, refusal) => {
  if (refusal === undefined) expect(byHandRefusal(args)).toBeUndefined();
  else expect(byHandRefusal(args)).toContain(refusal);
});
