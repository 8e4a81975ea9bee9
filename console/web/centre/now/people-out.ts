/** Crews and inspectors as the map shows them. Where somebody was long ago is not where he is. Pure. */
import type { CrewPlaceItem, PatrolAreaItem } from "../../shared/platform-types.ts";
import type { PersonGiven } from "../map/map-people.ts";

/** As long as the platform goes by a crew's place. */
const FRESH_MS = 15 * 60_000;

export function peopleOut(
  crews: readonly Pick<CrewPlaceItem, "name" | "position">[],
  inspectors: readonly Pick<PatrolAreaItem, "username" | "patrol">[],
  now: number,
): PersonGiven[] {
  const isFresh = (at: string): boolean => now - Date.parse(at) <= FRESH_MS;
  return [
    ...crews.flatMap(({ name, position }): PersonGiven[] =>
      position !== undefined && isFresh(position.at)
        ? [{ kind: "crew", name, lon: position.lon, lat: position.lat }]
        : [],
    ),
    ...inspectors.flatMap(({ username: name, patrol }): PersonGiven[] => {
      const position = patrol?.position;
      return position !== undefined && isFresh(position.at)
        ? [{ kind: "inspector", name, lon: position.lon, lat: position.lat }]
        : [];
    }),
  ];
}
