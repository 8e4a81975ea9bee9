/** What of a case is seen first: time left, danger, and where it stands. */
import { timeLeft } from "../../shared/case-times.ts";
import { sayState } from "../../shared/case-words.ts";
import { now } from "../../shared/clock.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { sayDuration } from "../../shared/time-words.ts";
import { isUrgent } from "./order-sort.ts";
import { say } from "./order-words.ts";
import type { Predicted } from "./predict.ts";

export function TimeLeft({ item }: { item: CaseItem }) {
  const { text, due } = timeLeft(item, now.value);
  if (text === "") return null;
  return (
    <strong class="phone-left" data-due={due}>
      {text}
    </strong>
  );
}

export function Tags({ item }: { item: Predicted }) {
  const waitsMs =
    item.acceptUntil === undefined || item.acceptedAt !== undefined
      ? undefined
      : Date.parse(item.acceptUntil) - now.value;
  return (
    <span class="phone-tags">
      {item.lifeSafety && <span class="tag danger">{say("lifeSafety")}</span>}
      {!item.lifeSafety && isUrgent(item) && <span class="tag warn">{say("urgent")}</span>}
      <span class="tag">{sayState(item.state)}</span>
      {item.state === "DISPATCHED" && waitsMs !== undefined && waitsMs > 0 && (
        <span class="tag warn">{say("acceptBy", { t: sayDuration(waitsMs) })}</span>
      )}
      {item.extensionAskedAt !== undefined && <span class="tag">{say("extensionAsked")}</span>}
      {item.suspendAskedAt !== undefined && <span class="tag">{say("suspendAsked")}</span>}
      {item.hasRefused === true && <span class="tag danger">{say("refusedHere")}</span>}
      {item.unsent !== undefined && item.hasRefused !== true && (
        <span class="tag warn">{say("unsentHere", { n: item.unsent })}</span>
      )}
    </span>
  );
}
