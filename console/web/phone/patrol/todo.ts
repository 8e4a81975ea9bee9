/** What an inspector has to look at: to be verified, to be checked, and reports of patrols that nobody has confirmed. */
import { get, type Page, path } from "../../shared/api.ts";
import type { CaseItem, CaseState } from "../../shared/platform-types.ts";
import { createKeptList, type KeptList } from "../kept-list.ts";

const STATES: readonly CaseState[] = ["VERIFYING", "CHECKING", "REPORTED"];
const LIST_MAX = 200;

export function createTodo(): KeptList {
  const ask = async (status: CaseState): Promise<CaseItem[]> =>
    (await get<Page<CaseItem>>(path("/api/v1/cases", { status, limit: LIST_MAX }))).items;
  return createKeptList(
    "todo",
    async () => (await Promise.all(STATES.map(ask))).flat(),
    ({ state, source }) =>
      state === "VERIFYING" ||
      state === "CHECKING" ||
      (state === "REPORTED" && source === "patrol"),
  );
}
