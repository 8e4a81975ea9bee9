/** Orders of leaders over a case: issuing one, and what becomes of it. */
import { useState } from "preact/hooks";
import { get, type Page } from "../../shared/api.ts";
import { hasEnded } from "../../shared/case-due.ts";
import { unitName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { language } from "../../shared/language.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Field, Loading } from "../../shared/parts.tsx";
import type { CaseDetail, SupervisionItem } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import { say, sayLevel, saySupervision } from "./case-page-words.ts";
import { UnitSelect } from "./case-parts.tsx";
import { OrderSteps } from "./order-steps.tsx";
import { useSentOnce } from "./use-sent-once.ts";

const LEVELS = ["ordinary", "important", "urgent"] as const;
const TEXTS = [
  ["title", "supervisionTitle"],
  ["text", "supervisionText"],
  ["orderingLeader", "supervisionLeader"],
  ["accountableLeader", "supervisionAccountable"],
  ["responsiblePerson", "supervisionPerson"],
] as const;

interface Given {
  detail: CaseDetail;
  reload: () => Promise<void>;
}

export function CaseSupervisions({ detail, reload }: Given) {
  const { caseNo, version } = detail;
  const loaded = useLoaded(
    () => get<Page<SupervisionItem>>(`/api/v1/supervisions?caseNo=${caseNo}`),
    [caseNo, version],
  );
  const mayIssue = may("supervisions.issue") !== undefined && !hasEnded(detail);
  if (loaded.value?.items.length === 0 && !mayIssue) return null;
  return (
    <section class="card">
      <h2>{say("supervisions")}</h2>
      <Loading loaded={loaded}>
        {({ items }) => (
          <ul class="case-list">
            {items.map((order) => (
              <Order
                key={order.supervisionNo}
                order={order}
                reload={async () => {
                  await Promise.all([loaded.reload(), reload()]);
                }}
              />
            ))}
          </ul>
        )}
      </Loading>
      {mayIssue && <IssueForm detail={detail} reload={reload} />}
    </section>
  );
}

function Order({ order, reload }: { order: SupervisionItem; reload: () => Promise<void> }) {
  const { supervisionNo, title, level, state, unitId, deadline, isOverdue } = order;
  const print = `/api/v1/supervisions/${supervisionNo}/print?lang=${language.value}`;
  return (
    <li>
      <strong>{title}</strong> <span class="tag">{sayLevel(level)}</span>{" "}
      <span class={isOverdue ? "tag danger" : "tag"}>{saySupervision(state)}</span>
      <div class="case-quiet">
        {unitName(unitId)} · <time>{sayTime(deadline)}</time> ·{" "}
        <a href={print} target="_blank" rel="noreferrer">
          {say("supervisionPrint")} {supervisionNo}
        </a>
      </div>
      <OrderSteps order={order} reload={reload} />
    </li>
  );
}

function IssueForm({ detail, reload }: Given) {
  const [texts, setTexts] = useState<Partial<Record<(typeof TEXTS)[number][0], string>>>({});
  const [level, setLevel] = useState("ordinary");
  const [unitId, setUnitId] = useState<string>(detail.unitId ?? "");
  const [days, setDays] = useState("3");
  const { isBusy, fault, send } = useSentOnce();

  async function issue(event: Event): Promise<void> {
    event.preventDefault();
    const fields = { ...texts, level, unitId, workingDays: Number(days) };
    const order = { ...fields, caseNos: [detail.caseNo] };
    await send("/api/v1/supervisions", order, () => {
      setTexts({});
      return reload();
    });
  }

  return (
    <details>
      <summary>{say("supervisionIssue")}</summary>
      <form class="cases-form" onSubmit={(event) => void issue(event)}>
        <Field label={say("supervisionLevel")}>
          <select value={level} onChange={(event) => setLevel(event.currentTarget.value)}>
            {LEVELS.map((each) => (
              <option key={each} value={each}>
                {sayLevel(each)}
              </option>
            ))}
          </select>
        </Field>
        {TEXTS.map(([name, word]) => (
          <Field key={name} label={say(word)}>
            <input
              type="text"
              required
              value={texts[name] ?? ""}
              onInput={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
            />
          </Field>
        ))}
        <Field label={say("supervisionOffice")}>
          <UnitSelect value={unitId} onChoose={setUnitId} none="–" isNeeded />
        </Field>
        <Field label={say("supervisionDays")}>
          <input
            type="number"
            min="1"
            max="60"
            required
            value={days}
            onInput={(event) => setDays(event.currentTarget.value)}
          />
        </Field>
        <Fault fault={fault} />
        <button type="submit" disabled={isBusy}>
          {say("supervisionIssue")}
        </button>
      </form>
    </details>
  );
}
