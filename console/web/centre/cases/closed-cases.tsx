/** Cases that have ended, newest first, a page at a time as the platform has them. */
import { useEffect, useState } from "preact/hooks";
import { get, type Page, path } from "../../shared/api.ts";
import { conditionText } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import { Fault } from "../../shared/parts.tsx";
import type { CaseItem } from "../../shared/platform-types.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { sayCount } from "../../shared/words.ts";
import { type Filter, meets } from "./cases-filter.ts";
import { CasesTable } from "./cases-table.tsx";
import { say } from "./cases-words.ts";

const PAGE = 100;

export function ClosedCases({ filter }: { filter: Filter }) {
  const [items, setItems] = useState<readonly CaseItem[]>();
  const [next, setNext] = useState<string>();
  const [fault, setFault] = useState<unknown>();
  const { unit, crew, drill } = filter;

  async function load(before: readonly CaseItem[], cursor: string | undefined): Promise<void> {
    setFault(undefined);
    const asked = {
      ...{ status: "closed", limit: PAGE, unitId: unit, crewId: crew, cursor },
      drill: drill === undefined ? undefined : String(drill === "only"),
    };
    try {
      const page = await get<Page<CaseItem>>(path("/api/v1/cases", asked));
      setItems([...before, ...page.items]);
      setNext(page.next);
    } catch (reason) {
      setFault(reason);
    }
  }
  useEffect(() => {
    void load([], undefined);
  }, [unit, crew, drill]);

  const shown = (items ?? []).filter((item) => meets(item, filter, now.peek(), conditionText));
  return (
    <>
      <h1 class="cases-title">
        {say("casesOf", { list: say("inListClosed"), n: sayCount(shown.length) })}
      </h1>
      <Fault fault={fault} onAgain={() => void load(items ?? [], next)} />
      {items === undefined && fault === undefined && <p class="quiet">{sayShared("loading")}</p>}
      {items !== undefined && shown.length === 0 && <p class="quiet">{say("none")}</p>}
      {shown.length > 0 && <CasesTable key={shown.length} items={shown} />}
      {next !== undefined && (
        <button type="button" onClick={() => void load(items ?? [], next)}>
          {say("more", { n: sayCount(PAGE) })}
        </button>
      )}
    </>
  );
}
