import { expect, test } from "vitest";
import { AssetClass } from "../asset-class.ts";
import { ASSET_CLASSES, classBySlug, conditionById, measurementOf } from "./all.ts";

test.each(ASSET_CLASSES)("the class $slug is as the schema wants it", (declared) => {
  expect(AssetClass.parse(declared)).toEqual(declared);
});

const CONTRACT_MEASUREMENTS: Record<string, string> = {
  "manhole-cover":
    "tiltDeg isOpen waterLevelCm ch4LelPercent h2sPpm o2Percent coPpm vibrationG temperatureC",
  streetlight:
    "isLit powerW voltageV currentA powerFactor leakageMa energyKwh dimPercent poleTiltDeg",
  "waste-bin": "fillPercent temperatureC tiltDeg isLidOpen weightKg",
  "sewage-plant":
    "codMgL nh3nMgL tnMgL tpMgL ssMgL bod5MgL ph flowM3h waterTemperatureC doMgL turbidityNtu",
  "gas-line": "pressureKpa flowM3h ch4LelPercent temperatureC isValveOpen",
};
/** Those that the contract leaves open. */
const OTHER_MEASUREMENTS: Record<string, string> = {
  "lighting-cabinet": "feeder1A feeder2A feeder3A doorOpen leakageMa powerW voltageV isPowered",
  "pump-station": "wetWellCm pump1On pump2On flowM3h powerW",
};

test("the classes measure what the platform's contract names, and the radio and battery beside", () => {
  const wanted = { ...CONTRACT_MEASUREMENTS, ...OTHER_MEASUREMENTS };
  expect(ASSET_CLASSES.map(({ slug }) => slug)).toEqual(Object.keys(wanted));
  for (const { slug, measurements } of ASSET_CLASSES) {
    const own = (wanted[slug] ?? "").split(" ");
    const shared = ["batteryPercent", "rssiDbm", "snrDb", "rsrpDbm"];
    expect(measurements.map(({ name }) => name)).toEqual([...own, ...shared]);
  }
});

test("angles, shares and temperatures keep the contract's ranges, and booleans are 0 and 1", () => {
  for (const measurement of ASSET_CLASSES.flatMap(({ measurements }) => measurements)) {
    const { name, kind, min, max } = measurement;
    if (kind === "boolean") expect([name, min, max]).toEqual([name, 0, 1]);
    else if (name.endsWith("Deg")) expect([name, min, max]).toEqual([name, 0, 180]);
    else if (name.endsWith("Percent")) expect([name, min, max]).toEqual([name, 0, 100]);
    else if (/temperatureC$/i.test(name)) expect([name, min, max]).toEqual([name, -40, 200]);
    else expect(min).toBeLessThan(max);
  }
});

test("ids are unique, what rules point at exists in their class, what hazards name in some class", () => {
  const ruleIds = ASSET_CLASSES.flatMap(({ rules }) => rules.map(({ ruleId }) => ruleId));
  expect(new Set(ruleIds).size).toBe(ruleIds.length);
  const anywhere = ASSET_CLASSES.flatMap(({ measurements }) =>
    measurements.map(({ name }) => name),
  );
  for (const { slug, rules, hazards, measurements } of ASSET_CLASSES) {
    const names = measurements.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    // A gas that a class does not measure reads as unknown.
    for (const hazard of hazards)
      expect(anywhere).toEqual(expect.arrayContaining(hazard.measurements));
    for (const { condition, conditionId } of rules) {
      if ("measurement" in condition) expect(names).toContain(condition.measurement);
      if (conditionId !== undefined) expect(conditionById(slug, conditionId)).toBeDefined();
    }
  }
});

test("a limit's measurement is a number, its levels lie in the range and clear is not past raise", () => {
  for (const { slug, rules } of ASSET_CLASSES) {
    for (const { ruleId, condition } of rules) {
      if (condition.kind !== "limit" && condition.kind !== "boolean") continue;
      const measurement = measurementOf(slug, condition.measurement);
      // A signal's number has another unit, an asset's own limit is known with the asset.
      if (condition.kind === "limit" && condition.signal !== undefined) continue;
      expect([ruleId, measurement?.kind]).toEqual([
        ruleId,
        condition.kind === "limit" ? "number" : "boolean",
      ]);
      if (condition.kind !== "limit" || measurement === undefined) continue;
      const sign = condition.direction === "above" ? 1 : -1;
      for (const { raise, clear } of [condition, ...(condition.steps ?? [])]) {
        if (typeof raise !== "number" || typeof clear !== "number") continue;
        expect((raise - clear) * sign).toBeGreaterThanOrEqual(0);
        for (const level of [raise, clear]) {
          expect(level).toBeGreaterThanOrEqual(measurement.min);
          expect(level).toBeLessThanOrEqual(measurement.max);
        }
      }
    }
  }
});

test("life safety waits for nothing: no on-delay, filed at once, and these rules alone", () => {
  const lifeSafety = ASSET_CLASSES.flatMap(({ rules }) => rules.filter((rule) => rule.lifeSafety));
  expect(lifeSafety.map(({ ruleId }) => ruleId).sort()).toEqual([
    "gas-line.ch4-explosive",
    "gas-line.ch4-leak",
    "lighting-cabinet.leakage",
    "manhole-cover.ch4-explosive",
    "manhole-cover.ch4-leak",
    "manhole-cover.open",
    "manhole-cover.tilt",
    "streetlight.leakage",
    "waste-bin.fire",
  ]);
  for (const rule of lifeSafety) {
    expect(rule.onDelayMs).toBe(0);
    const row = conditionById(rule.class, rule.conditionId ?? "");
    expect(row).toMatchObject({ lifeSafety: true, filing: "immediate" });
  }
});

test("work on sensors opens no case and endangers nobody: battery and silence of every class among it", () => {
  for (const { slug, rules } of ASSET_CLASSES) {
    const faults = rules.filter(({ isDeviceFault }) => isDeviceFault === true);
    for (const rule of faults) {
      expect([rule.ruleId, rule.conditionId, rule.lifeSafety]).toEqual([
        rule.ruleId,
        undefined,
        false,
      ]);
      expect([rule.ruleId, rule.severity]).toEqual([rule.ruleId, "notice"]);
    }
    expect(faults.map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining([`${slug}.battery-low`, `${slug}.no-data`]),
    );
  }
});

test("beside life safety only lamps off, bin full and sewer level are filed without review", () => {
  const immediate = ASSET_CLASSES.flatMap(({ conditions }) => conditions)
    .filter((row) => row.filing === "immediate" && !row.lifeSafety)
    .map(({ conditionId }) => conditionId);
  expect(immediate.sort()).toEqual([
    "bin-full",
    "feeder-outage",
    "lamp-off",
    "sewer-level",
    "sewer-level",
  ]);
});

test.each([
  ["manhole-cover", "cover-displaced", "component", "", 2, "urgent-hour"],
  ["manhole-cover", "sewer-level", "event", "0503", 4, "working-hour"],
  ["manhole-cover", "gas-leak-fence", "event", "0502", 1, "urgent-hour"],
  ["streetlight", "lamp-off", "component", "", 2, "working-day"],
  ["waste-bin", "bin-full", "event", "0192", 4, "working-hour"],
  ["waste-bin", "bin-fire", "event", "0120", 2, "urgent-hour"],
  ["sewage-plant", "effluent-over-limit", "event", "0126", 2, "working-day"],
  ["gas-line", "gas-leak-fence", "event", "0502", 1, "urgent-hour"],
  ["lighting-cabinet", "feeder-outage", "component", "", 1, "working-day"],
  ["pump-station", "sewer-level", "event", "0503", 4, "working-hour"],
])("%s %s is filed as %s %s within %d %s", (slug, conditionId, kind, code, value, unit) => {
  const row = conditionById(slug, conditionId);
  expect(row).toMatchObject({ kind, categoryCode: code, limit: { value, unit } });
});

test("discharge limits bind outlets only", () => {
  const bound = classBySlug("sewage-plant")?.rules.filter(
    ({ condition, isDeviceFault }) => condition.kind === "limit" && isDeviceFault !== true,
  );
  expect(bound).toHaveLength(26);
  for (const rule of bound ?? []) expect(rule.attributes).toEqual({ point: "outlet" });
});

test("an outage of a feeder is proven as a dark lamp is: by an evening of light", () => {
  const holdOf = (slug: string, conditionId: string) => conditionById(slug, conditionId)?.hold;
  expect(holdOf("lighting-cabinet", "feeder-outage")).toEqual(holdOf("streetlight", "lamp-off"));
});
