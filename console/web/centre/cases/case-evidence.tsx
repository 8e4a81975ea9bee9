/** The alarms that a case stands on with their readings, and the curve of its sensors with the limits. */
import { measurementOf } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { ruleName } from "../../shared/rule-titles.ts";
import { inLanguage } from "../../shared/words.ts";
import { flagText } from "../assets/flag-words.ts";
import { say } from "./case-page-words.ts";
import { EvidenceCurve } from "./evidence-curve.tsx";
import { loadEvidence } from "./evidence-data.ts";

type Alarm = CaseDetail["evidence"][number];

export function CaseEvidence({ detail }: { detail: CaseDetail }) {
  const { evidence, members } = detail;
  const asked = evidence.map(({ alarmId }) => alarmId).join();
  return (
    <section class="card">
      <h2>{say("evidence")}</h2>
      {evidence.length === 0 ? (
        <p class="case-quiet">{say("evidenceNone")}</p>
      ) : (
        <>
          <EvidenceTable detail={detail} />
          <Curves key={asked} detail={detail} />
        </>
      )}
      {members.length > 0 && (
        <>
          <h3>{say("members")}</h3>
          <p class="case-members">
            {members.map(({ assetId }) => (
              <a key={assetId} href={href("assets", assetId)}>
                {assetId}
              </a>
            ))}
          </p>
        </>
      )}
    </section>
  );
}

function EvidenceTable({ detail }: { detail: CaseDetail }) {
  return (
    <table>
      <thead>
        <tr>
          <th>{say("evidenceValue")}</th>
          <th>{say("device")}</th>
          <th>{say("evidenceSince")}</th>
          <th>{say("evidenceUntil")}</th>
        </tr>
      </thead>
      <tbody>
        {detail.evidence.map((alarm) => (
          <tr key={alarm.alarmId}>
            <td>
              <strong>{readingText(alarm, detail.class)}</strong>
              <div class="case-quiet">
                {alarm.observedAt !== undefined && sayTime(alarm.observedAt)}{" "}
                {(alarm.flags ?? []).map(flagText).join(" · ")}
              </div>
            </td>
            <td>
              {alarm.deviceId !== undefined && (
                <a href={href("devices", alarm.deviceId)}>{alarm.deviceId}</a>
              )}
              <div class="case-quiet">
                <a href={href("rules", alarm.ruleId)}>{ruleName(alarm.ruleId)}</a>
              </div>
            </td>
            <td>{sayTime(alarm.joinedAt)}</td>
            <td>{alarm.returnedAt === undefined ? "–" : sayTime(alarm.returnedAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function readingText({ measurement, value }: Alarm, slug: string | undefined): string {
  if (measurement === undefined || value === undefined) return say("old");
  const found = measurementOf(slug, measurement);
  const name = found === undefined ? measurement : inLanguage(found.title);
  return `${name} ${value} ${found?.unit ?? ""}`.trim();
}

function Curves({ detail }: { detail: CaseDetail }) {
  const { caseNo, assetId } = detail;
  const ruleIds = [...new Set(detail.evidence.map(({ ruleId }) => ruleId))];
  const loaded = useLoaded(() => loadEvidence({ caseNo, assetId, ruleIds }), [caseNo]);
  return (
    <Loading loaded={loaded}>{(data) => <EvidenceCurve data={data} detail={detail} />}</Loading>
  );
}
