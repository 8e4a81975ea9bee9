/** A place that was searched for, as it stands in the address: `at=115.41,31.8&name=…`. Pure. */
export interface Spot {
  lon: number;
  lat: number;
  name: string;
}

/** Absent where the address names none, or what is no place. */
export function spotOf(query: URLSearchParams): Spot | undefined {
  const [lon = NaN, lat = NaN, ...more] = (query.get("at") ?? "").split(",").map(numberOf);
  if (more.length > 0 || !(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return undefined;
  return { lon, lat, name: query.get("name") ?? `${lon}, ${lat}` };
}

const numberOf = (text: string): number => (text.trim() === "" ? NaN : Number(text));

/** The part of the address that says it, and that nothing else is chosen; of none, that none is said. */
export const spotQuery = (spot: Spot | undefined): Record<string, string> => ({
  ...{ case: "", asset: "" },
  at: spot === undefined ? "" : `${spot.lon},${spot.lat}`,
  name: spot?.name ?? "",
});
