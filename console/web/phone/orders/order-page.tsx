/** One order: dangers first, then the way there, whom to call, and what may be done now. */
import { useEffect, useState } from "preact/hooks";
import { now, sayTime } from "../../shared/clock.ts";
import { faultText } from "../../shared/fault-text.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import type { SessionUser } from "../../shared/session.ts";
import { sayAge } from "../../shared/time-words.ts";
import { outbox } from "../outbox/outbox.ts";
import { InspectorSteps } from "../patrol/inspector-steps.tsx";
import { isA } from "../person.ts";
import { say as sayPhone } from "../phone-words.ts";
import { Distance, WayLinks } from "../way/way-links.tsx";
import { CutOffs, Hazards } from "./hazards.tsx";
import { placeNameOf, titleOf } from "./order-name.ts";
import { Tags, TimeLeft } from "./order-tags.tsx";
import { say } from "./order-words.ts";
import { know, known } from "./orders.ts";
import { predicted } from "./predict.ts";
import { Steps } from "./steps.tsx";

interface OrderPageProps {
  caseNo: string;
  who: SessionUser;
  /** As a list has it; a case that no list has is asked for. */
  item: CaseItem | undefined;
}

const STALE_MS = 60_000;
/** Gas changes while one stands beside it. */
const AGAIN_MS = 30_000;

export function OrderPage({ caseNo, who, item: listed }: OrderPageProps) {
  const [fault, setFault] = useState<unknown>();
  const version = listed?.version;
  // Asked again when the case has moved.
  useEffect(() => {
    const ask = (): void => {
      know(caseNo).then(() => setFault(undefined), setFault);
    };
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => clearInterval(timer);
  }, [caseNo, version]);
  const found = known.value.get(caseNo);
  const item = newer(listed, found?.detail);
  if (item === undefined) {
    return <p class="quiet">{fault === undefined ? "" : `${say("gone")} ${faultText(fault)}`}</p>;
  }
  const shown = predicted(item, outbox.value);
  const last = found?.detail?.history.findLast(({ event }) => WORDS.has(event));
  const isOld = fault !== undefined && found !== undefined && now.value - found.at > STALE_MS;
  return (
    <article class="phone-page" data-case={caseNo}>
      <a class="button" href={href()}>
        ‹ {sayPhone("back")}
      </a>
      <header>
        <p class="phone-order-head">
          <TimeLeft item={shown} />
          <Distance place={shown} />
        </p>
        <h1>{titleOf(shown)}</h1>
        <p>{placeNameOf(shown)}</p>
        <Tags item={shown} />
        {isOld && <p class="phone-soft">{say("kept", { age: sayAge(now.value - found.at) })}</p>}
      </header>
      <Hazards item={shown} />
      <CutOffs item={shown} />
      {last !== undefined && (
        <p class="phone-warning">{say("lastWord", { text: last.reason ?? last.note ?? "" })}</p>
      )}
      <WayLinks place={shown} name={placeNameOf(shown)} />
      {isA(who, "crew", "unit") && <Steps item={shown} who={who} />}
      {isA(who, "inspector") && <InspectorSteps item={shown} />}
      <section class="phone-card">
        {shown.description !== undefined && <p>{shown.description}</p>}
        {shown.deadline !== undefined && (
          <p class="phone-soft">{say("deadline", { at: sayTime(shown.deadline) })}</p>
        )}
        <p class="phone-soft">{caseNo}</p>
      </section>
    </article>
  );
}

/** Steps whose words a crew must have read. */
const WORDS = new Set(["rework", "refuseReturn", "supervise", "urge"]);

function newer(a: CaseItem | undefined, b: CaseItem | undefined): CaseItem | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.version > a.version ? b : a;
}
