/** One case with everything: what and where, who is late, what may be done, its proof, its history. */
import { useEffect, useRef } from "preact/hooks";
import { get } from "../../shared/api.ts";
import { conditionText } from "../../shared/catalogue.ts";
import { listen } from "../../shared/live.ts";
import { type Loaded, useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { href, route } from "../../shared/router.ts";
import { Calls } from "../intake/calls.tsx";
import { CaseActions } from "./case-actions.tsx";
import { CaseEvidence } from "./case-evidence.tsx";
import { CaseFacts } from "./case-facts.tsx";
import { CaseHistory } from "./case-history.tsx";
import { say } from "./case-page-words.ts";
import { Tags, TimeLeft } from "./case-parts.tsx";
import { CasePhotos } from "./case-photos.tsx";
import { CaseTogether } from "./case-together.tsx";
import { StageLeft, WhoHas } from "./who-has.tsx";

export function CasePage({ caseNo }: { caseNo: string }) {
  const loaded = useCase(caseNo);
  return (
    <article class="case" aria-label={say("titleOfPage", { caseNo })}>
      <p class="case-back">
        <a href={`${href("cases")}?${route.value.query}`}>← {say("back")}</a>
      </p>
      <Loading loaded={loaded}>
        {(detail) => (
          <>
            <Head detail={detail} />
            <div class="case-columns">
              <div>
                <CaseActions detail={detail} reload={loaded.reload} />
                <CaseEvidence detail={detail} />
                <CasePhotos detail={detail} />
                <CaseHistory detail={detail} />
              </div>
              <div>
                <WhoHas detail={detail} />
                <CaseFacts detail={detail} />
                <Calls caseNo={detail.caseNo} />
                <CaseTogether detail={detail} reload={loaded.reload} />
              </div>
            </div>
          </>
        )}
      </Loading>
    </article>
  );
}

/** Asked anew whenever the stream says that it has changed, and when the stream was away. */
function useCase(caseNo: string): Loaded<CaseDetail> {
  const loaded = useLoaded(() => get<CaseDetail>(`/api/v1/cases/${caseNo}`), [caseNo]);
  const { reload } = loaded;
  useEffect(
    () =>
      listen(
        {
          case: (data) => {
            if (data.caseNo === caseNo) void reload();
          },
        },
        () => void reload(),
      ),
    [caseNo, reload],
  );
  return loaded;
}

function Head({ detail }: { detail: CaseDetail }) {
  const title = useRef<HTMLHeadingElement>(null);
  // Whoever came by a key goes on from here.
  useEffect(() => title.current?.focus(), []);
  return (
    <header class="case-head" data-life={detail.lifeSafety}>
      <div>
        <h1 ref={title} tabIndex={-1}>
          {conditionText(detail)}
        </h1>
        <p>
          <Tags item={detail} /> <span class="case-no">{detail.caseNo}</span>
        </p>
        {detail.isDrill === true && <p class="case-drill">{say("drillNote")}</p>}
      </div>
      <p class="case-left">
        {detail.stage === undefined ? <TimeLeft item={detail} /> : <StageLeft detail={detail} />}
      </p>
    </header>
  );
}
