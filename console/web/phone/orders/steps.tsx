/** What a crew may do with an order as it stands: the next step large, the others folded beneath. */
import { useState } from "preact/hooks";
import type { SessionUser } from "../../shared/session.ts";
import { sayEvent } from "../phone-words.ts";
import { ReasonForm } from "../reason-form.tsx";
import { placeOf } from "./checklist.ts";
import { ChecklistForm } from "./checklist-form.tsx";
import { FeedbackForm } from "./feedback-form.tsx";
import { isInHand } from "./order-sort.ts";
import { say } from "./order-words.ts";
import { known } from "./orders.ts";
import type { Predicted } from "./predict.ts";
import { sayStep } from "./say-step.ts";

export function Steps({ item, who }: { item: Predicted; who: SessionUser }) {
  if (!isInHand(item)) return <p class="phone-soft">{say("waits")}</p>;
  const isAnswered = item.acceptedAt !== undefined || item.crewId === undefined;
  return (
    <>
      {item.state === "DISPATCHED" && !isAnswered && <Answer item={item} />}
      {item.state === "DISPATCHED" && isAnswered && <Start item={item} who={who} />}
      {item.state === "HANDLING" && <AtWork item={item} />}
      <More item={item} />
    </>
  );
}

function Answer({ item }: { item: Predicted }) {
  const [isDeclining, setDeclining] = useState(false);
  return (
    <section class="phone-card phone-form">
      <div class="phone-two">
        <button
          type="button"
          class="main phone-large"
          onClick={() => void sayStep(item, "acceptOrder")}
        >
          {sayEvent("acceptOrder")}
        </button>
        <button
          type="button"
          class="phone-large"
          aria-expanded={isDeclining}
          onClick={() => setDeclining(!isDeclining)}
        >
          {sayEvent("declineOrder")}
        </button>
      </div>
      {isDeclining && (
        <ReasonForm
          title={sayEvent("declineOrder")}
          isDanger
          common={[say("declineBusy"), say("declineFar"), say("declineGear"), say("declineSkill")]}
          onSay={(reason) => void sayStep(item, "declineOrder", { reason })}
        />
      )}
    </section>
  );
}

function Start({ item, who }: { item: Predicted; who: SessionUser }) {
  const hasHazards = (known.value.get(item.caseNo)?.site?.hazards.length ?? 0) > 0;
  const place = placeOf(item, hasHazards);
  if (place !== undefined) {
    return (
      <ChecklistForm
        item={item}
        place={place}
        who={who.username}
        onStart={(note) => sayStep(item, "start", { note })}
      />
    );
  }
  return (
    <button type="button" class="main phone-large" onClick={() => void sayStep(item, "start")}>
      {sayEvent("start")}
    </button>
  );
}

function AtWork({ item }: { item: Predicted }) {
  return (
    <>
      {item.arrivedAt === undefined && (
        <button type="button" class="main phone-large" onClick={() => void sayStep(item, "arrive")}>
          {sayEvent("arrive")}
        </button>
      )}
      <FeedbackForm item={item} />
    </>
  );
}

function More({ item }: { item: Predicted }) {
  return (
    <details class="phone-card">
      <summary>{say("more")}</summary>
      <p class="phone-soft">{say("assist")}</p>
      {item.extensionAskedAt === undefined && (
        <ReasonForm
          title={sayEvent("requestExtension")}
          onSay={(reason) => void sayStep(item, "requestExtension", { reason })}
        />
      )}
      {item.suspendAskedAt === undefined && (
        <ReasonForm
          title={sayEvent("requestSuspend")}
          withUntil
          onSay={(reason, until) =>
            void sayStep(item, "requestSuspend", {
              reason,
              ...(until !== undefined && { until }),
            })
          }
        />
      )}
      <ReasonForm
        title={sayEvent("return")}
        isDanger
        onSay={(reason) => void sayStep(item, "return", { reason })}
      />
    </details>
  );
}
