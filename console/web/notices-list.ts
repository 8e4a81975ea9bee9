/**
 * What the signed-in person must do beside the crews: cases that nobody has, checks that are
 * wanted, rules that crews do not confirm. A notice opens its case, and goes when somebody takes care of it.
 */
import * as api from "./api.ts";
import { $, keepRows, make, setText } from "./dom.ts";
import { inLanguage, say, sayAge } from "./words.ts";

export interface NoticesList {
  /** Asks again; a role without notices shows none. */
  refresh(): Promise<void>;
  tick(): void;
  sayAgain(): void;
}

interface NoticesListDeps {
  now(): number;
  guarded(work: () => Promise<void>): void;
  onChoose(caseNo: string): void;
}

export function createNoticesList(deps: NoticesListDeps): NoticesList {
  const list = $("notices");
  let notices = new Map<string, api.NoticeItem>();

  async function refresh(): Promise<void> {
    notices = new Map((await api.notices()).map((notice) => [notice.noticeId, notice]));
    keepRows(list, [...notices.keys()], makeRow);
    $("notices-room").hidden = notices.size === 0;
    fill();
  }

  function makeRow(noticeId: string): HTMLElement {
    const open = make("button", { className: "told" });
    open.type = "button";
    open.addEventListener("click", () => {
      const caseNo = notices.get(noticeId)?.caseNo;
      if (caseNo !== undefined) deps.onChoose(caseNo);
    });
    const done = make("button", { className: "done" });
    done.type = "button";
    done.addEventListener("click", () => {
      deps.guarded(async () => {
        await api.acknowledgeNotice(noticeId);
        await refresh();
      });
    });
    return make("li", {}, open, make("small"), done);
  }

  function fill(): void {
    for (const row of list.children as Iterable<HTMLElement> & HTMLCollection) {
      const notice = notices.get(row.dataset.key ?? "");
      if (notice === undefined) continue;
      row.classList.toggle("life-safety", notice.lifeSafety);
      const danger = notice.lifeSafety ? "⚠ " : "";
      setText(row.querySelector(".told"), danger + inLanguage(notice.text));
      const age = sayAge(deps.now() - Date.parse(notice.at));
      const rule = notice.ruleId === undefined ? "" : `${say("rule")} ${notice.ruleId} · `;
      const about = notice.caseNo === undefined ? "" : `${notice.caseNo} · `;
      const { supervisionNo } = notice;
      const order = supervisionNo === undefined ? "" : `${say("supervision")} ${supervisionNo} · `;
      const { lastPlace } = notice;
      const place = lastPlace === undefined ? "" : `${lastPlace.period} ${lastPlace.ruleId} · `;
      setText(row.querySelector("small"), `${rule}${order}${place}${about}${age}`);
      setText(row.querySelector(".done"), say("noticeDone"));
    }
  }

  return { refresh, tick: fill, sayAgain: fill };
}
