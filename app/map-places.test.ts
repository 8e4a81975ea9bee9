import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import type { Asset } from "../model/registry.ts";
import { mapPlaces, type PlacedCase } from "./map-places.ts";

const asset = (assetId: string): Asset =>
  ({ assetId, class: "waste-bin", gridCell: "41152400100101", lon: 115.4, lat: 31.8 }) as Asset;
const caseOf = (caseNo: string, more: Partial<PlacedCase> = {}): PlacedCase =>
  ({ caseNo, lon: 115.5, lat: 31.9, lifeSafety: false, ...more }) as PlacedCase;

test("alarms and cases of one asset are one place, a case without an asset stands where it was seen", () => {
  const places = mapPlaces(
    [
      { asset: asset("bin-1"), severity: "warning" },
      { asset: asset("bin-1"), severity: "critical" },
    ],
    [
      caseOf("1", { assetId: "bin-1" as never }),
      caseOf("2", { assetId: "bin-1" as never, lifeSafety: true }),
      caseOf("3"),
      caseOf("4", { isDrill: true }),
    ],
    7,
  );
  expect(places).toMatchObject([
    {
      ...{ name: "place", at: 7, seq: 0, tags: { class: "waste-bin", street: "411524001" } },
      fields: { asset: "bin-1", severity: 4, alarms: 2, cases: 2, life_safety: 1, caseNo: "2" },
    },
    { seq: 1, fields: { asset: "", severity: 0, alarms: 0, cases: 1, lon: 115.5, caseNo: "3" } },
  ]);
});

test("no more places than a map shows, the worst of them", () => {
  const many = Array.from({ length: LIMITS.mapPlacesMax }, (_, n) => ({
    asset: asset(`bin-${n}`),
    severity: "notice" as const,
  }));
  const places = mapPlaces([...many, { asset: asset("worst"), severity: "critical" }], [], 7);
  expect(places).toHaveLength(LIMITS.mapPlacesMax);
  expect(places[0]?.fields.asset).toBe("worst");
});
