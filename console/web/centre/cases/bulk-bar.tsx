/** What may be done with all cases that are chosen, and what became of each. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api.ts";
import { sayState } from "../../shared/case-words.ts";
import { conditionText } from "../../shared/catalogue.ts";
import { sayEvent } from "../../shared/event-words.ts";
import { faultText } from "../../shared/fault-text.ts";
import { Dialog, Fault, Field } from "../../shared/parts.tsx";
import type { CaseItem } from "../../shared/platform-types.ts";
import { newRequestKey } from "../../shared/request-key.ts";
import { hasRole } from "../../shared/session.ts";
import { sayCode, sayCount } from "../../shared/words.ts";
import { watched } from "../watch/watch.ts";
import {
  type BULK_EVENTS,
  type BulkRow,
  bulkEventsFor,
  type Fate,
  isToBeSent,
  planBulk,
  runBulk,
} from "./bulk.ts";
import { UnitSelect } from "./case-parts.tsx";
import { say } from "./cases-words.ts";

type BulkEvent = (typeof BULK_EVENTS)[number];

export function BulkBar({ items, onClear }: { items: CaseItem[]; onClear: () => void }) {
  const [begun, setBegun] = useState<{ event: BulkEvent; items: CaseItem[] }>();
  return (
    <>
      {items.length > 0 && (
        <div class="cases-bulk" role="toolbar" aria-label={say("bulkChosen", { n: items.length })}>
          <strong>{say("bulkChosen", { n: sayCount(items.length) })}</strong>
          {bulkEventsFor(items, hasRole).map((event) => (
            <button
              key={event.event}
              type="button"
              class="main"
              onClick={() => setBegun({ event, items })}
            >
              {sayCode(sayEvent, event.event)}
            </button>
          ))}
          <button type="button" onClick={onClear}>
            {say("bulkClear")}
          </button>
        </div>
      )}
      {begun && <BulkDialog {...begun} onClose={() => setBegun(undefined)} />}
    </>
  );
}

/** The cases as they were chosen, though the list goes on changing behind it. */
function BulkDialog(given: { event: BulkEvent; items: CaseItem[]; onClose: () => void }) {
  const { event, items, onClose } = given;
  const [rows, setRows] = useState(() => planBulk(items, event, newRequestKey));
  const [note, setNote] = useState("");
  const [unitId, setUnitId] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const name = sayCode(sayEvent, event.event);
  const toSend = rows.filter(isToBeSent);
  const hasBegun = rows.some(({ fate: { kind } }) => !["waiting", "left-out"].includes(kind));
  const isDispatch = event.event === "dispatch" || event.event === "confirm";

  async function run(): Promise<void> {
    setBusy(true);
    setFault(undefined);
    const said = {
      event: event.event,
      ...(note.trim() !== "" && { note: note.trim() }),
      ...(unitId !== "" && { unitId }),
    };
    const send = ({ item, key }: BulkRow): Promise<unknown> =>
      post(
        `/api/v1/cases/${item.caseNo}/transitions`,
        { ...said, version: item.version },
        { headers: { "idempotency-key": key } },
      );
    await runBulk(rows, send, setRows).catch(setFault);
    setBusy(false);
  }

  return (
    <Dialog title={say("bulkTitle", { event: name })} {...(!isBusy && { onClose })}>
      <form
        class="cases-form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void run();
        }}
      >
        {!hasBegun && isDispatch && (
          <Field label={say("unit")}>
            <UnitSelect value={unitId} none={say("unitByPlan")} onChoose={setUnitId} />
          </Field>
        )}
        {!hasBegun && (
          <Field label={say("noteForAll")}>
            <textarea value={note} onInput={(typed) => setNote(typed.currentTarget.value)} />
          </Field>
        )}
        {toSend.length > 0 && (
          <button type="submit" class="main" disabled={isBusy}>
            {hasBegun && !isBusy
              ? say("bulkAgain")
              : say("bulkDo", { event: name, n: sayCount(toSend.length) })}
          </button>
        )}
        <Fault fault={fault} />
        <p role="status">{hasBegun && !isBusy ? sumText(rows) : ""}</p>
      </form>
      <ul class="cases-fates">
        {rows.map(({ item, fate }) => (
          <li key={item.caseNo} data-fate={fate.kind}>
            <span>
              {conditionText(item)} <small>{item.caseNo}</small>
            </span>
            <span>{fateText(fate, item)}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function sumText(rows: readonly BulkRow[]): string {
  const count = (kind: Fate["kind"]): string =>
    sayCount(rows.filter(({ fate }) => fate.kind === kind).length);
  return say("bulkDone", { done: count("done"), refused: count("refused") });
}

function fateText(fate: Fate, { caseNo }: CaseItem): string {
  switch (fate.kind) {
    case "refused": {
      const stands = watched.value.cases.get(caseNo);
      if (fate.fault.code !== "CASE_VERSION_CONFLICT" || stands === undefined) {
        return say("fateRefused", { why: faultText(fate.fault) });
      }
      return say("fateOvertaken", { state: sayState(stands.state) });
    }
    case "done":
      return say("fateDone");
    case "left-out":
      return say("fateLeftOut");
    case "sending":
      return say("fateSending");
    case "unanswered":
      return say("fateUnanswered");
    default:
      return say("fateWaiting");
  }
}
