/** Who else has to do with a case: assists, orders over it, who was called, reporters, stewards. */

import { useState } from "preact/hooks";
import { get, post } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { sayRole, saySource } from "../../shared/event-words.ts";
import { type Loaded, useLoaded } from "../../shared/loaded.ts";
import { Fault } from "../../shared/parts.tsx";
import type { CaseDetail, ReachingInfo } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import { sayCode } from "../../shared/words.ts";
import { CaseAssists } from "./case-assists.tsx";
import { say, sayMessage } from "./case-page-words.ts";
import { CaseSupervisions } from "./case-supervisions.tsx";

interface Given {
  detail: CaseDetail;
  reload: () => Promise<void>;
}

export function CaseTogether({ detail, reload }: Given) {
  return (
    <>
      <CaseAssists detail={detail} reload={reload} />
      {may("supervisions.read") !== undefined && (
        <CaseSupervisions detail={detail} reload={reload} />
      )}
      {may("reaching.read") !== undefined && <Reaching detail={detail} />}
      <Reports detail={detail} />
      <Stewards detail={detail} />
    </>
  );
}

/** Nothing where nobody was ever called, or where whoever looks may not know. */
function Reaching({ detail }: { detail: CaseDetail }) {
  const { caseNo, version } = detail;
  const loaded = useLoaded(
    () => get<ReachingInfo>(`/api/v1/cases/${caseNo}/reaching`),
    [caseNo, version],
  );
  const info = loaded.value;
  if (info === undefined || (info.escalation === undefined && info.messages.length === 0)) {
    return null;
  }
  return (
    <section class="card">
      <h2>{say("call")}</h2>
      <Escalation caseNo={caseNo} loaded={loaded} escalation={info.escalation} />
      <ul class="case-list">
        {info.messages.map((message) => (
          <li key={message.messageId} data-over={message.state === "dropped"}>
            <span>{message.person}</span> · {message.channelId} ·{" "}
            <strong>{sayMessage(message.state)}</strong>{" "}
            <time>{sayTime(message.settledAt ?? message.sentAt ?? message.createdAt)}</time>
            {message.reason !== undefined && <p class="case-said">{message.reason}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Escalation(given: {
  caseNo: string;
  loaded: Loaded<ReachingInfo>;
  escalation: ReachingInfo["escalation"];
}) {
  const { caseNo, loaded, escalation } = given;
  const [fault, setFault] = useState<unknown>();
  if (escalation === undefined) return null;
  const { state, takenBy = "", calls } = escalation;
  async function take(): Promise<void> {
    setFault(undefined);
    await post(`/api/v1/cases/${caseNo}/reaching/take`).then(loaded.reload, setFault);
  }
  const stateText =
    state === "calling"
      ? say("calling")
      : state === "taken"
        ? say("callTaken", { who: takenBy })
        : say("callOver");
  return (
    <>
      <p>
        <strong>{stateText}</strong>{" "}
        {calls.map(({ who, count }) => `${sayWho(who)} ${say("times", { n: count })}`).join(" · ")}
      </p>
      {state === "calling" && may("reaching.take") !== undefined && (
        <button type="button" onClick={() => void take()}>
          {say("callTake")}
        </button>
      )}
      <Fault fault={fault} />
    </>
  );
}

const WHO_ROLES: Record<string, string> = {
  crew: "crew",
  lead: "unit",
  department: "shift-lead",
  leader: "leader",
};
const sayWho = (who: string): string => sayCode(sayRole, WHO_ROLES[who] ?? who);

function Reports({ detail: { reports = [] } }: { detail: CaseDetail }) {
  if (reports.length === 0) return null;
  return (
    <section class="card">
      <h2>{say("reports")}</h2>
      <ul class="case-list">
        {reports.map(({ at, source, externalSystem, externalNo, reporter, description }) => (
          <li key={`${at}${externalNo}`}>
            {sayTime(at)} · {sayCode(saySource, source)}{" "}
            {[externalSystem, externalNo].filter(Boolean).join(" ")}
            {reporter !== undefined && (
              <p>
                {say("reporterName")}: {[reporter.name, reporter.phone].filter(Boolean).join(" · ")}
              </p>
            )}
            {description !== undefined && <p class="case-said">{description}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Stewards({ detail: { stewards } }: { detail: CaseDetail }) {
  if (stewards.length === 0) return null;
  return (
    <section class="card">
      <h2>{say("stewards")}</h2>
      <ul class="case-list">
        {stewards.map(({ stewardId, name, phone, scope }) => (
          <li key={stewardId}>
            <strong>{name}</strong> {phone !== undefined && <a href={`tel:${phone}`}>{phone}</a>} ·{" "}
            {scope}
          </li>
        ))}
      </ul>
    </section>
  );
}
