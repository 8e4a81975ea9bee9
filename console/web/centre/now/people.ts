/** Who is out there, for those who may know: crews that said lately where they are, inspectors on patrol. */
import { useEffect } from "preact/hooks";
import { againEach } from "../../shared/again.ts";
import { allPages } from "../../shared/all-pages.ts";
import type { Page } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import type { CrewPlaceItem, PatrolAreaItem } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import type { PersonGiven } from "../map/map-people.ts";
import { peopleOut } from "./people-out.ts";

const ASK_EACH_MS = 30_000;

export function usePeople(): readonly PersonGiven[] {
  const loaded = useLoaded(askPeople, []);
  const { reload } = loaded;
  useEffect(() => againEach(ASK_EACH_MS, reload), [reload]);
  return loaded.value ?? NOBODY;
}

const NOBODY: readonly PersonGiven[] = [];

async function askPeople(): Promise<PersonGiven[]> {
  const [crews, inspectors] = await Promise.all([
    may("crews.locate") === undefined ? [] : allPages<Page<CrewPlaceItem>>("/api/v1/crews"),
    may("patrols.read") === undefined ? [] : allPages<Page<PatrolAreaItem>>("/api/v1/patrol-areas"),
  ]);
  return peopleOut(
    crews.flatMap(({ items }) => items),
    inspectors.flatMap(({ items }) => items),
    now.value,
  );
}
