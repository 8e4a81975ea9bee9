/** What waits to be sent; of what was refused why, and what can be done about it. */
import { useEffect, useState } from "preact/hooks";
import { sayState } from "../../shared/case-words.ts";
import { sayTime } from "../../shared/clock.ts";
import { refusalSaid } from "../../shared/fault-text.ts";
import { Said } from "../../shared/parts.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { know, known } from "../orders/orders.ts";
import { isSaid, sayEvent } from "../phone-words.ts";
import { outbox, sayAgain, takeBack } from "./outbox.ts";
import type { Act, Entry, Outbox, Refusal } from "./outbox-machine.ts";
import { say } from "./outbox-words.ts";

export function OutboxPage() {
  const box = outbox.value;
  return (
    <div class="phone-page" id="outbox">
      <h1>{say("title")}</h1>
      <p class="phone-soft">{box.length === 0 ? say("empty") : say("hint")}</p>
      <ul class="phone-orders">
        {box.map((entry) => (
          <Waiting key={entry.id} entry={entry} isHeld={isHeld(entry, box)} />
        ))}
      </ul>
    </div>
  );
}

/** Behind a refused one of its chain. */
const isHeld = ({ chain, id }: Entry, box: Outbox): boolean =>
  box.find((each) => each.chain === chain && (each.id === id || each.status.kind === "refused"))
    ?.id !== id;

function Waiting({ entry, isHeld: waitsForOther }: { entry: Entry; isHeld: boolean }) {
  const { act, at, photos, status } = entry;
  const caseNo = act.kind === "transition" ? act.caseNo : undefined;
  return (
    <li class="phone-card" data-status={status.kind}>
      <h2>{nameOf(act)}</h2>
      <p class="phone-soft">
        {sayTime(at)}
        {caseNo !== undefined && ` · ${caseNo}`}
        {photos.length > 0 && ` · ${say("photos", { n: photos.length })}`}
      </p>
      {status.kind === "sending" && <p>{say("sending")}</p>}
      {status.kind === "waiting" && <p>{waitsForOther ? say("held") : sayWaiting(status.tries)}</p>}
      {status.kind === "refused" && <Refused entry={entry} refusal={status.refusal} />}
    </li>
  );
}

function Refused({ entry, refusal }: { entry: Entry; refusal: Refusal }) {
  const [isSure, setSure] = useState(false);
  const { act, id } = entry;
  const caseNo = act.kind === "transition" ? act.caseNo : undefined;
  useEffect(() => {
    if (caseNo !== undefined) know(caseNo).catch(() => undefined);
  }, [caseNo]);
  const standing = caseNo === undefined ? undefined : known.value.get(caseNo)?.detail;
  return (
    <>
      <p class="phone-warning" role="alert">
        <Why refusal={refusal} />
      </p>
      {standing !== undefined && <Standing act={act} standing={standing} />}
      {refusal.allowed !== undefined && (
        <p>{say("allowed", { events: refusal.allowed.filter(isSaid).map(sayName).join(", ") })}</p>
      )}
      <p class="phone-soft">{say("holds")}</p>
      <div class="phone-two">
        <button type="button" class="main" onClick={() => void sayAgain(id)}>
          {say("again")}
        </button>
        {caseNo !== undefined && (
          <a class="button" href={href("case", caseNo)}>
            {say("open")}
          </a>
        )}
        <button
          type="button"
          class={isSure ? "danger" : ""}
          onClick={() => (isSure ? void takeBack(id) : setSure(true))}
        >
          {say("drop")}
        </button>
      </div>
      {isSure && <p>{say("dropSure")}</p>}
    </>
  );
}

/** What it means for the step, and why the platform did not take it. */
function Why({ refusal }: { refusal: Refusal }) {
  switch (refusal.code) {
    case "PHONE_UNSURE":
      return say("unsure");
    case "CASE_VERSION_CONFLICT":
      return say("conflict");
    case "ROLE_REFUSED":
      return say("roleGone");
    default:
      return (
        <>
          {`${say("refused")} `}
          <Said {...refusalSaid(refusal)} />
        </>
      );
  }
}

function Standing({ act, standing }: { act: Act; standing: CaseDetail }) {
  const { state, crewId } = standing;
  const was = act.kind === "transition" ? act.seen.crewId : undefined;
  const isOthers = was !== undefined && crewId !== undefined && crewId !== was;
  return (
    <p>
      {isOthers ? say("otherCrew", { crew: crewId }) : say("changed", { state: sayState(state) })}
    </p>
  );
}

const sayWaiting = (tries: number): string =>
  tries === 0 ? say("waiting") : say("nextTry", { n: tries + 1 });

const sayName = (event: string): string => (isSaid(event) ? sayEvent(event) : event);

function nameOf(act: Act): string {
  switch (act.kind) {
    case "transition":
      return sayName(act.event);
    case "report":
      return say("report");
    case "shift":
      return say(act.state === "on" ? "shiftOn" : "shiftOff");
  }
}
