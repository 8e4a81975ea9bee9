/**
 * What the signed-in person must do beside the crews: cases that nobody has, checks that are
 * wanted, rules that crews do not confirm. A notice opens its case, and goes when somebody takes care of it.
 */
import { useEffect, useState } from "preact/hooks";
import { get, type Page, part, post } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import { afterHearing } from "../../shared/heard.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault } from "../../shared/parts.tsx";
import type { NoticeItem } from "../../shared/platform-types.ts";
import { setQuery } from "../../shared/router.ts";
import { ruleName } from "../../shared/rule-titles.ts";
import { sayAge } from "../../shared/time-words.ts";
import { inLanguage, sayCount } from "../../shared/words.ts";
import { say } from "./now-words.ts";

const NOTICES = "/api/v1/notices?standing=true&limit=100";
const GATHER_MS = 500;

export function Notices() {
  const [fault, setFault] = useState<unknown>();
  const loaded = useLoaded(() => get<Page<NoticeItem>>(NOTICES), []);
  const { reload } = loaded;
  useEffect(
    () => afterHearing({ events: ["notice"], waitMs: GATHER_MS }, () => void reload()),
    [reload],
  );
  const items = loaded.value?.items ?? [];
  const done = async (noticeId: string): Promise<void> => {
    setFault(undefined);
    try {
      await post(`/api/v1/notices/${part(noticeId)}/acknowledge`);
      await reload();
    } catch (reason) {
      setFault(reason);
    }
  };
  const notLoaded = <Fault fault={loaded.fault} onAgain={() => void reload()} />;
  if (items.length === 0) return notLoaded;
  const n = sayCount(items.length) + (loaded.value?.next === undefined ? "" : "+");
  return (
    <details class="now-notices" id="notices-room" open>
      <summary>
        <h2>{say("notices", { n })}</h2>
      </summary>
      {notLoaded}
      <Fault fault={fault} />
      <ul id="notices">
        {items.map((notice) => (
          <NoticeRow key={notice.noticeId} notice={notice} onDone={done} />
        ))}
      </ul>
    </details>
  );
}

interface NoticeRowProps {
  notice: NoticeItem;
  onDone: (noticeId: string) => Promise<void>;
}

function NoticeRow({ notice, onDone }: NoticeRowProps) {
  const { noticeId, caseNo, lifeSafety, text } = notice;
  const [isBusy, setBusy] = useState(false);
  const takeCare = async (): Promise<void> => {
    setBusy(true);
    await onDone(noticeId);
    setBusy(false);
  };
  const told = `${lifeSafety ? "⚠ " : ""}${inLanguage(text)}`;
  return (
    <li data-danger={lifeSafety ? "" : undefined}>
      {caseNo === undefined ? (
        <span class="told">{told}</span>
      ) : (
        <button type="button" class="told" onClick={() => setQuery({ case: caseNo, asset: "" })}>
          {told}
        </button>
      )}
      <small>{factsOf(notice).join(" · ")}</small>
      <button type="button" class="done" disabled={isBusy} onClick={() => void takeCare()}>
        {say("noticeDone")}
      </button>
    </li>
  );
}

function factsOf({ ruleId, supervisionNo, lastPlace, caseNo, at }: NoticeItem): string[] {
  return [
    ...(ruleId === undefined ? [] : [say("rule", { id: ruleName(ruleId) })]),
    ...(supervisionNo === undefined ? [] : [say("supervision", { no: supervisionNo })]),
    ...(lastPlace === undefined ? [] : [`${lastPlace.period} ${lastPlace.ruleId}`]),
    ...(caseNo === undefined ? [] : [caseNo]),
    sayAge(now.value - Date.parse(at)),
  ];
}
