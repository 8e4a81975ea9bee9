/** What may be done now with an order over a case: taken, answered, sent back, closed, given more days, cancelled. */
import { useState } from "preact/hooks";
import { get } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Field, Loading } from "../../shared/parts.tsx";
import type { SupervisionDetail, SupervisionItem } from "../../shared/platform-types.ts";
import { hasRole, may } from "../../shared/session.ts";
import { sayCode } from "../../shared/words.ts";
import { say, sayOrderEvent } from "./case-page-words.ts";
import { useSentOnce } from "./use-sent-once.ts";

type State = SupervisionItem["state"];
type OrderEvent = keyof typeof sayOrderEvent.words;

interface Step {
  event: OrderEvent;
  from: readonly State[];
  roles: readonly string[];
  /** What it does not go without. */
  wants?: "note" | "reason";
}

const AWAITING: readonly State[] = ["ISSUED", "ACKNOWLEDGED", "SENT_BACK"];
const STEPS: readonly Step[] = [
  { event: "acknowledge", from: ["ISSUED"], roles: ["unit"] },
  { event: "reply", from: AWAITING, roles: ["unit"], wants: "note" },
  { event: "accept", from: ["REPLIED"], roles: ["shift-lead", "leader"] },
  { event: "sendBack", from: ["REPLIED"], roles: ["shift-lead", "leader"], wants: "reason" },
  { event: "extend", from: AWAITING, roles: ["leader"], wants: "reason" },
  { event: "cancel", from: [...AWAITING, "REPLIED"], roles: ["leader"], wants: "reason" },
];

interface OrderStepsProps {
  order: SupervisionItem;
  reload: () => Promise<void>;
}

export function OrderSteps({ order, reload }: OrderStepsProps) {
  const [text, setText] = useState("");
  const [days, setDays] = useState("1");
  const [lacks, setLacks] = useState(false);
  const { isBusy, fault, send } = useSentOnce();
  const steps = STEPS.filter(({ from, roles }) => from.includes(order.state) && hasRole(...roles));
  if (steps.length === 0 || may("supervisions.transition") === undefined) return null;

  async function take({ event, wants }: Step): Promise<void> {
    const isLacking = wants !== undefined && text.trim() === "";
    setLacks(isLacking);
    if (isLacking) return;
    const said = text.trim() === "" ? {} : { [wants ?? "note"]: text.trim() };
    const more = event === "extend" ? { workingDays: Number(days) } : {};
    const body = { event, version: order.version, ...said, ...more };
    await send(`/api/v1/supervisions/${order.supervisionNo}/transitions`, body, () => {
      setText("");
      return reload();
    });
  }

  return (
    <details>
      <summary>{say("more")}</summary>
      <History order={order} />
      <Field label={say("orderText")}>
        <textarea
          name="order-text"
          rows={3}
          maxLength={2000}
          aria-invalid={lacks}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      {lacks && (
        <p class="fault" role="alert">
          {say("orderTextNeeded")}
        </p>
      )}
      {steps.some(({ event }) => event === "extend") && (
        <Field label={say("orderDays")}>
          <input
            name="order-days"
            type="number"
            min="1"
            max="60"
            value={days}
            onInput={(event) => setDays(event.currentTarget.value)}
          />
        </Field>
      )}
      <div class="case-buttons">
        {steps.map((step) => (
          <button key={step.event} type="button" disabled={isBusy} onClick={() => void take(step)}>
            {sayOrderEvent(step.event)}
          </button>
        ))}
      </div>
      <Fault fault={fault} />
    </details>
  );
}

/** What was said on its way, so that nobody closes an answer that he has not read. */
function History({ order: { supervisionNo, version } }: { order: SupervisionItem }) {
  const detail = useLoaded(
    () => get<SupervisionDetail>(`/api/v1/supervisions/${supervisionNo}`),
    [supervisionNo, version],
  );
  return (
    <Loading loaded={detail}>
      {({ history }) => (
        <ul class="case-list">
          {history.map(({ seq, event, actor, at, note, reason }) => (
            <li key={seq}>
              <time>{sayTime(at)}</time> {actor} {sayCode(sayOrderEvent, event)}
              <p class="case-said">{[note, reason].filter(Boolean).join(" — ")}</p>
            </li>
          ))}
        </ul>
      )}
    </Loading>
  );
}
