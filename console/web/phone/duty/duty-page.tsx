/** Shift on and off, one's own turns, and what the phone may do: place, notifications, language. */
import { useState } from "preact/hooks";
import { Refused, remove } from "../../shared/api.ts";
import { switchLanguage } from "../../shared/language.ts";
import { OwnPasswordButton } from "../../shared/own-password-button.tsx";
import { Fault } from "../../shared/parts.tsx";
import type { SessionUser } from "../../shared/session.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { outbox, rereadOutbox, say as sayToPlatform } from "../outbox/outbox.ts";
import { endPatrol, isPatrolUnsent, patrolSince, restorePatrols } from "../patrol/patrol.ts";
import { PatrolSwitch } from "../patrol/patrol-switch.tsx";
import { forgetPerson, isA } from "../person.ts";
import { ReasonForm } from "../reason-form.tsx";
import { forgetKept, forgetStore } from "../store.ts";
import { whereState } from "../way/where.ts";
import { say } from "./duty-words.ts";
import { allowLocating, daysOff, isOnShift, mayLocate, roster, today } from "./shift.ts";
import { turnsOf } from "./turns.ts";

const DAYS_AHEAD = 14;

export function DutyPage({ who }: { who: SessionUser }) {
  const isOn = isOnShift(who);
  return (
    <div class="phone-page" id="duty">
      <h1>
        {say("person", {
          name: who.crewName ?? who.username,
          unit: who.unitName ?? who.unitId ?? "-",
        })}
      </h1>
      {who.crewId === undefined && isA(who, "inspector") ? (
        <PatrolSwitch />
      ) : (
        <p class="phone-shift" data-on={isOn} role="status">
          {say("stateNow", { state: say(isOn ? "on" : "off") })}
        </p>
      )}
      {who.crewId !== undefined && <ShiftSwitch crewId={who.crewId} isOn={isOn} />}
      <Locating />
      {who.crewId !== undefined && <Turns crewId={who.crewId} />}
      <Notifying />
      {who.hasPassword === true && <OwnPasswordButton />}
      <Leaving />
    </div>
  );
}

function ShiftSwitch({ crewId, isOn }: { crewId: string; isOn: boolean }) {
  const mark = (state: "on" | "off", note?: string): void =>
    void sayToPlatform({
      chain: `shift ${crewId}`,
      act: { kind: "shift", crewId, state, ...(note !== undefined && { note }) },
    });
  return (
    <>
      <button type="button" class="main phone-large" onClick={() => mark(isOn ? "off" : "on")}>
        {say(isOn ? "offSay" : "onSay")}
      </button>
      <details class="phone-card">
        <summary>{say("absent")}</summary>
        <p class="phone-soft">{say("absentHint")}</p>
        <ReasonForm
          title={say("absent")}
          common={[say("absentSick"), say("absentVehicle")]}
          onSay={(reason) => mark("off", reason)}
        />
      </details>
    </>
  );
}

function Locating() {
  return (
    <section class="phone-card phone-form" aria-label={say("locate")}>
      <p>{say("locateWhy")}</p>
      {whereState.value === "denied" && (
        <p class="phone-warning" role="alert">
          {say("locateDenied")}
        </p>
      )}
      <button type="button" onClick={() => allowLocating(!mayLocate.value)}>
        {say(mayLocate.value ? "locateOff" : "locate")}
      </button>
    </section>
  );
}

function Turns({ crewId }: { crewId: string }) {
  const info = roster.value;
  if (info === undefined) return null;
  const isOff = (date: string): boolean => daysOff.value.has(date);
  const turns = turnsOf(info.roster ?? {}, crewId, today(), DAYS_AHEAD, isOff);
  if (turns === undefined) return <p class="phone-soft">{say("always")}</p>;
  return (
    <section class="phone-card">
      <h2>{say("myTurns", { n: DAYS_AHEAD })}</h2>
      {turns.length === 0 && <p class="phone-soft">{say("noTurns")}</p>}
      <ul class="phone-turns">
        {turns.map(({ date, from, to }) => (
          <li key={`${date} ${from}`}>{say("turn", { date, from, to })}</li>
        ))}
      </ul>
    </section>
  );
}

function Notifying() {
  const [state, setState] = useState("Notification" in window ? Notification.permission : "denied");
  if (state === "granted") return <p class="phone-soft">{say("notifyOn")}</p>;
  if (state === "denied") return null;
  return (
    <button
      type="button"
      onClick={() => void Notification.requestPermission().then((next) => setState(next))}
    >
      {say("notify")}
    </button>
  );
}

/** Neither written by the person nor to be sent. */
const isPassing = (key: string): boolean => !/^(?:draft:|patrols$)/.test(key);

const unsentCount = (): number => outbox.value.length + (isPatrolUnsent.value ? 1 : 0);

function Leaving() {
  const [isSure, setSure] = useState(false);
  const [fault, setFault] = useState<unknown>();

  async function leave(): Promise<void> {
    // Right after the page was opened it does not know yet what waits, and nothing of that may go.
    await Promise.all([rereadOutbox(), restorePatrols()]).catch(() => undefined);
    if (patrolSince.value !== undefined) await endPatrol();
    const left = unsentCount();
    if (left > 0 && !isSure) return setSure(true);
    try {
      await remove("/api/v1/session", { signInIsMine: true });
    } catch (reason) {
      // The session would go on at the platform, unless it has ended already.
      if (!(reason instanceof Refused) || reason.status !== 401) return setFault(reason);
    }
    forgetPerson();
    // What was not sent stays for the same person; all else of him goes.
    await (left === 0 ? forgetStore() : forgetKept(isPassing)).catch(() => undefined);
    location.replace("/phone/");
  }

  return (
    <section class="phone-two">
      <button
        type="button"
        id="language"
        aria-label={sayShared("switchLanguage")}
        onClick={switchLanguage}
      >
        {sayShared("otherLanguage")}
      </button>
      <button type="button" id="sign-out" onClick={() => void leave()}>
        {isSure ? say("signOutSure") : sayShared("signOut")}
      </button>
      <Fault fault={fault} />
      {isSure && <p class="phone-warning">{say("signOutHeld", { n: unsentCount() })}</p>}
    </section>
  );
}
