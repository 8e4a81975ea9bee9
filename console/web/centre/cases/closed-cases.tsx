/** Cases that have ended, newest first, a page at a time as the platform has them. */
import { path } from "../../shared/api.ts";
import { conditionText } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import { usePaged } from "../../shared/paged.tsx";
import { Fault } from "../../shared/parts.tsx";
import type { CaseItem } from "../../shared/platform-types.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { sayCount } from "../../shared/words.ts";
import { type Filter, meets } from "./cases-filter.ts";
import { CasesTable } from "./cases-table.tsx";
import { say } from "./cases-words.ts";

const PAGE = 100;

export function ClosedCases({ filter }: { filter: Filter }) {
  const { unit, crew, drill } = filter;
  const { items, next, fault, isLoading, more, again } = usePaged<CaseItem>((cursor) =>
    path("/api/v1/cases", {
      ...{ status: "closed", limit: PAGE, unitId: unit, crewId: crew, cursor },
      drill: drill === undefined ? undefined : String(drill === "only"),
    }),
  );
  // The other filters are this page's own: what they leave is told beside what was read.
  const shown = (items ?? []).filter((item) => meets(item, filter, now.peek(), conditionText));
  const n = sayCount(shown.length) + (next === undefined ? "" : "+");
  return (
    <>
      <h1 class="cases-title">{say("casesOf", { list: say("inListClosed"), n })}</h1>
      <Fault fault={fault} onAgain={again} />
      {items === undefined && isLoading && <p class="quiet">{sayShared("loading")}</p>}
      {items !== undefined && shown.length === 0 && (
        <p class="quiet">
          {next === undefined ? say("none") : say("noneYet", { n: sayCount(items.length) })}
        </p>
      )}
      {shown.length > 0 && <CasesTable items={shown} shownAtOnce={shown.length} />}
      {next !== undefined && (
        <button type="button" disabled={isLoading} onClick={more}>
          {say("more", { n: sayCount(PAGE) })}
        </button>
      )}
    </>
  );
}
