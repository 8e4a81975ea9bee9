/** What a case is about and where, its asset, its limit, and the cases that go with it. */
import type { ComponentChildren } from "preact";
import { get, part } from "../../shared/api.ts";
import { classOf } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { saySource } from "../../shared/event-words.ts";
import { useLoaded } from "../../shared/loaded.ts";
import type { AssetItem, CaseDetail } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { inLanguage, sayCode } from "../../shared/words.ts";
import { say } from "./case-page-words.ts";
import { handlerText } from "./case-parts.tsx";

export function CaseFacts({ detail }: { detail: CaseDetail }) {
  const { description, address, gridCell, responsibleGrid, caseNo, source, openedAt } = detail;
  const grid = [responsibleGrid, gridCell].filter(Boolean).join(" · ");
  const handler = handlerText(detail);
  return (
    <section class="card">
      <h2>{say("what")}</h2>
      <dl class="case-facts">
        {description !== undefined && <Fact name={say("description")}>{description}</Fact>}
        <Fact name={say("address")}>
          {address ?? `${detail.lon}, ${detail.lat}`}{" "}
          <a href={`${href("now")}?case=${caseNo}`}>{say("map")}</a>
        </Fact>
        {grid !== "" && <Fact name={say("grid")}>{grid}</Fact>}
        {detail.assetId !== undefined && <AssetFact assetId={detail.assetId} />}
        {handler !== "" && <Fact name={say("handler")}>{handler}</Fact>}
        <Fact name={say("source")}>
          {sayCode(saySource, source)} · {sayTime(openedAt)}
        </Fact>
        <Fact name={say("limit")}>{limitText(detail.limit)}</Fact>
        <Counts detail={detail} />
      </dl>
      <Linked detail={detail} />
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The id alone until its name is known. */
function AssetFact({ assetId }: { assetId: string }) {
  const { value } = useLoaded(() => get<AssetItem>(`/api/v1/assets/${part(assetId)}`), [assetId]);
  const title = classOf(value?.class)?.title;
  return (
    <Fact name={say("asset")}>
      {value?.name ?? assetId}
      {title !== undefined && ` · ${inLanguage(title)}`}
      {value !== undefined && ` · ${value.componentCode}`}{" "}
      <a href={href("assets", assetId)}>{say("cardLink")}</a>
    </Fact>
  );
}

function limitText({ value, unit }: CaseDetail["limit"]): string {
  const words = {
    "urgent-hour": "limitUrgent",
    "working-hour": "limitWorkingHour",
    "working-day": "limitWorkingDay",
  } as const;
  return say(words[unit], { n: value });
}

function Counts({ detail }: { detail: CaseDetail }) {
  const { returnCount = 0, reworkCount, extensionCount = 0, reopenCount = 0 } = detail;
  const texts = [
    returnCount > 0 && say("countReturned", { n: returnCount }),
    reworkCount > 0 && say("countReworked", { n: reworkCount }),
    extensionCount > 0 && say("countExtended", { n: extensionCount }),
    reopenCount > 0 && say("countReopened", { n: reopenCount }),
  ].filter((text) => text !== false);
  return texts.length === 0 ? null : <Fact name={say("counts")}>{texts.join(" · ")}</Fact>;
}

function Linked({ detail }: { detail: CaseDetail }) {
  const linked = [
    { caseNo: detail.linkedCaseNo, text: say("linkedRepair") },
    { caseNo: detail.mergedInto, text: say("linkedInto") },
    ...detail.members.map(({ splitCaseNo }) => ({ caseNo: splitCaseNo, text: say("linkedSplit") })),
    ...(detail.similar ?? []).map(({ caseNo, distanceM }) => ({
      caseNo,
      text: say("linkedSimilar", { m: Math.round(distanceM) }),
    })),
  ].flatMap(({ caseNo, text }) => (caseNo === undefined ? [] : [{ caseNo, text }]));
  if (linked.length === 0) return null;
  return (
    <>
      <h3>{say("linked")}</h3>
      <ul class="case-list">
        {linked.map(({ caseNo, text }) => (
          <li key={caseNo}>
            <a href={href("cases", caseNo)}>{caseNo}</a> {text}
          </li>
        ))}
      </ul>
    </>
  );
}
