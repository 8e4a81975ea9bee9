/** Assists of a case: what other units do for it, and asking one more. */
import { useState } from "preact/hooks";
import { crewName, unitName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import { say, sayAssist, sayAssistEvent } from "./case-page-words.ts";
import { UnitSelect } from "./case-parts.tsx";
import { useSentOnce } from "./use-sent-once.ts";

type Assist = CaseDetail["assists"][number];
interface Given {
  detail: CaseDetail;
  reload: () => Promise<void>;
}

const ASKED_IN = ["DISPATCHED", "HANDLING", "SUSPENDED"];
const EVENTS = ["start", "done", "decline", "cancel"] as const;

export function CaseAssists({ detail, reload }: Given) {
  const mayAsk = may("assists.ask") !== undefined && ASKED_IN.includes(detail.state);
  if (detail.assists.length === 0 && !mayAsk) return null;
  return (
    <section class="card">
      <h2>{say("assists")}</h2>
      <ul class="case-list">
        {detail.assists.map((assist) => (
          <OneAssist key={assist.assistId} assist={assist} reload={reload} />
        ))}
      </ul>
      {mayAsk && <AskForm detail={detail} reload={reload} />}
    </section>
  );
}

function OneAssist({ assist, reload }: { assist: Assist; reload: () => Promise<void> }) {
  const { assistId, version, state, unitId, crewId, task, deadline, note, reason } = assist;
  const [text, setText] = useState("");
  const { isBusy, fault, send } = useSentOnce();
  const isOpen = state === "ASKED" || state === "STARTED";

  async function act(event: (typeof EVENTS)[number]): Promise<void> {
    const said = event === "done" || event === "start" ? { note: text } : { reason: text };
    const body = { event, version, ...(text.trim() !== "" && said) };
    await send(`/api/v1/assists/${assistId}/transitions`, body, () => {
      setText("");
      return reload();
    });
  }

  return (
    <li>
      <strong>{unitName(unitId)}</strong> {crewId !== undefined && crewName(crewId)}{" "}
      <span class="tag">{sayAssist(state)}</span> <time>{sayTime(deadline)}</time>
      <p class="case-said">{[task, note, reason].filter(Boolean).join(" — ")}</p>
      {isOpen && may("assists.transition") !== undefined && (
        <details>
          <summary>{say("more")}</summary>
          <Field label={say("fieldNote")}>
            <input
              type="text"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </Field>
          <div class="case-buttons">
            {EVENTS.filter((event) => event !== "start" || state === "ASKED").map((event) => (
              <button key={event} type="button" disabled={isBusy} onClick={() => void act(event)}>
                {sayAssistEvent(event)}
              </button>
            ))}
          </div>
        </details>
      )}
      <Fault fault={fault} />
    </li>
  );
}

function AskForm({ detail, reload }: Given) {
  const [unitId, setUnitId] = useState("");
  const [task, setTask] = useState("");
  const [hours, setHours] = useState("");
  const { isBusy, fault, send } = useSentOnce();

  async function ask(event: Event): Promise<void> {
    event.preventDefault();
    const limit = hours === "" ? {} : { limit: { value: Number(hours), unit: "urgent-hour" } };
    const body = { unitId, task, ...limit, version: detail.version };
    await send(`/api/v1/cases/${detail.caseNo}/assists`, body, () => {
      setTask("");
      return reload();
    });
  }

  return (
    <details>
      <summary>{say("assistAskButton")}</summary>
      <form class="cases-form" onSubmit={(event) => void ask(event)}>
        <Field label={say("fieldUnitId")}>
          <UnitSelect value={unitId} onChoose={setUnitId} none="–" isNeeded />
        </Field>
        <Field label={say("assistTask")}>
          <input
            type="text"
            required
            value={task}
            onInput={(event) => setTask(event.currentTarget.value)}
          />
        </Field>
        <Field label={say("assistLimit")}>
          <input
            type="number"
            min="0.5"
            step="0.5"
            value={hours}
            onInput={(event) => setHours(event.currentTarget.value)}
          />
        </Field>
        <Fault fault={fault} />
        <button type="submit" disabled={isBusy}>
          {say("assistAskButton")}
        </button>
      </form>
    </details>
  );
}
