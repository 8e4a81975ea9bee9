/** On patrol or not, and what the platform knows of it, said plainly; and the button for the other. */

import { Refused } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { Fault } from "../../shared/parts.tsx";
import { mayLocate } from "../duty/shift.ts";
import { whereState } from "../way/where.ts";
import { beginPatrol, endPatrol, isPatrolUnsent, patrolFault, patrolSince } from "./patrol.ts";
import { say } from "./patrol-words.ts";

export function PatrolSwitch() {
  const since = patrolSince.value;
  const fault = patrolFault.value;
  return (
    <section class="phone-card phone-form" id="patrol-switch" aria-label={say("patrolTitle")}>
      <p class="phone-shift" data-on={since !== undefined} role="status">
        {since === undefined
          ? say("patrolIsOff")
          : say("patrolIsOn", { since: sayTime(since).slice(11) })}
      </p>
      <p>{say(toldWord(since))}</p>
      {since !== undefined && isPatrolUnsent.value && fault !== undefined && (
        <p class="phone-soft">{say("patrolUnsent")}</p>
      )}
      {/* Without an answer it is told later, and the bar says that there is no network. */}
      {fault instanceof Refused && <Fault fault={fault} />}
      <button
        type="button"
        class="main phone-large"
        onClick={() => void (since === undefined ? beginPatrol() : endPatrol())}
      >
        {say(since === undefined ? "patrolOn" : "patrolOff")}
      </button>
    </section>
  );
}

function toldWord(since: number | undefined) {
  if (since === undefined) return "patrolToldNot" as const;
  if (whereState.value === "denied") return "patrolDenied" as const;
  return mayLocate.value ? ("patrolTold" as const) : ("patrolNotShared" as const);
}
