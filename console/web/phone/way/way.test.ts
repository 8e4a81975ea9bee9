import { expect, test } from "vitest";
import { language } from "../../shared/language.ts";
import { metresBetween, sayDistance } from "./distance.ts";
import { waysTo } from "./way.ts";

const GUSHI = { lon: 115.41, lat: 31.8 };
const PARIS = { lon: 2.35, lat: 48.86 };

test("in China its own applications come first, each by its datum, and geo: stays WGS-84", () => {
  const ways = waysTo(GUSHI, "井盖 7", false);
  expect(ways.map(({ app }) => app)).toEqual(["amap", "baidu", "phone"]);
  const [amap, baidu, geo] = ways.map(({ href }) => href);
  const to = new URL(amap ?? "").searchParams.get("to") ?? "";
  const [lon, lat, name] = to.split(",");
  expect(name).toBe("井盖 7");
  const off = metresBetween(GUSHI, { lon: Number(lon), lat: Number(lat) });
  // The shift is some hundred metres all over China.
  expect(off).toBeGreaterThan(100);
  expect(off).toBeLessThan(1_000);
  expect(new URL(baidu ?? "").searchParams.get("destination")).toMatch(/^latlng:31\.80.*,115\.42/);
  expect(geo).toBe(
    `geo:31.800000,115.410000?q=31.800000,115.410000(${encodeURIComponent("井盖 7")})`,
  );
});

test("outside there is the phone's own alone, unshifted", () => {
  expect(waysTo(PARIS, "lid", false)).toEqual([
    { app: "phone", href: "geo:48.860000,2.350000?q=48.860000,2.350000(lid)" },
  ]);
  expect(waysTo(PARIS, "lid", true)[0]?.href).toBe(
    "https://maps.apple.com/?daddr=48.860000%2C2.350000&q=lid",
  );
});

test.each([
  [3, "< 10 m"],
  [84, "80 m"],
  [1_240, "1.2 km"],
  [33_600, "34 km"],
])("%d m is said as %s", (metres, said) => {
  language.value = "en";
  expect(sayDistance(metres)).toBe(said);
});
