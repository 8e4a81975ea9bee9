/**
 * A danger to life announces itself on every page of the centre: how many there are, a sound, the
 * window's title, a word to the ear, and a notification of the desktop where that was allowed.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { byUrgency } from "../../shared/case-due.ts";
import { conditionText } from "../../shared/catalogue.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { sayCount } from "../../shared/words.ts";
import "./danger-bar.css";
import { playDanger, soundState, startSound, switchSound } from "./danger-sound.ts";
import { startWatch, watched } from "./watch.ts";
import { say } from "./watch-words.ts";
import { dangersOf, drillsOf, NOTHING_ANNOUNCED, newDangers, withAnnounced } from "./watched.ts";

const TITLE = "gridwarden";

export function DangerBar() {
  useEffect(startWatch, []);
  useEffect(startSound, []);
  const announced = useAnnouncement();
  const dangers = dangersOf(watched.value);
  const drills = drillsOf(watched.value);
  useEffect(() => {
    document.title = dangers.length === 0 ? TITLE : `(${dangers.length}) ${TITLE}`;
  }, [dangers.length]);
  const parts = [
    ...(dangers.length === 0 ? [] : [say("dangers", { n: sayCount(dangers.length) })]),
    ...(drills.length === 0 ? [] : [say("drills", { n: sayCount(drills.length) })]),
  ];
  return (
    <div class="danger-bar">
      {parts.length > 0 && (
        <button
          type="button"
          id="danger"
          data-kind={dangers.length > 0 ? "danger" : "drill"}
          data-is-new={announced.isNew ? "" : undefined}
          onClick={() => {
            announced.seen();
            showMostUrgent(dangers.length > 0 ? dangers : drills);
          }}
        >
          {parts.join(" · ")}
        </button>
      )}
      <Sound />
      <NotificationsButton />
      <p id="announcement" class="for-the-ear" role="alert">
        {/* Put there anew: a text that stays as it was is not heard a second time. */}
        <span key={announced.count}>{announced.text}</span>
      </p>
    </div>
  );
}

function showMostUrgent(items: readonly CaseItem[]): void {
  const [first] = [...items].sort(byUrgency);
  if (first === undefined) return;
  location.hash = `${href("now")}?case=${encodeURIComponent(first.caseNo)}`;
}

interface Announcement {
  count: number;
  text: string;
  isNew: boolean;
  seen(): void;
}

/** What came since the page was opened, the newest; silent about what stood there before. */
function useAnnouncement(): Announcement {
  const known = useRef<Set<string> | undefined>(undefined);
  const [{ count, items, isSeen }, setAnnounced] = useState(NOTHING_ANNOUNCED);
  const now = watched.value;
  useEffect(() => {
    if (!now.isKnown) return;
    const fresh = known.current === undefined ? [] : newDangers(known.current, now);
    known.current ??= new Set(newDangers(new Set(), now).map(({ caseNo }) => caseNo));
    for (const { caseNo } of fresh) known.current.add(caseNo);
    if (fresh.length === 0) return;
    const { cases } = now;
    setAnnounced((before) => withAnnounced(before, fresh, { atMs: performance.now(), cases }));
    playDanger();
    for (const each of [...fresh].sort(byUrgency).slice(0, NOTIFIED_AT_ONCE_MAX)) notify(each);
  }, [now]);
  return {
    count,
    text: announcementOf(items),
    isNew: !isSeen,
    seen: () => setAnnounced((before) => ({ ...before, isSeen: true })),
  };
}

/** Each with its place; of many the first, and how many more. */
function announcementOf(items: readonly CaseItem[]): string {
  const named = items.slice(0, NAMED_AT_ONCE_MAX).map((item) => {
    const title = say("dangerNew", { title: titleOf(item) });
    return item.address === undefined ? title : say("dangerAt", { title, place: item.address });
  });
  const more = items.length - named.length;
  if (more > 0) named.push(say("dangersMore", { n: sayCount(more) }));
  return named.join(say("dangersBetween"));
}

const NAMED_AT_ONCE_MAX = 3;
const NOTIFIED_AT_ONCE_MAX = 3;

const titleOf = (item: CaseItem): string => {
  const title = conditionText(item);
  return item.isDrill === true ? say("drillMark", { title }) : title;
};

function notify(item: CaseItem): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification(say("dangerNew", { title: titleOf(item) }), {
    body: item.address ?? item.caseNo,
    tag: item.caseNo,
    requireInteraction: true,
  });
  shown.onclick = () => {
    window.focus();
    showMostUrgent([item]);
    shown.close();
  };
}

function Sound() {
  const state = soundState.value;
  const shown = {
    locked: { word: "soundLocked", why: "soundLockedWhy" },
    muted: { word: "soundMuted", why: "soundMutedWhy" },
    on: { word: "soundOn", why: "soundOnWhy" },
  } as const;
  const { word, why } = shown[state];
  return (
    <button
      type="button"
      id="sound"
      class="bare"
      data-state={state}
      aria-pressed={state === "muted"}
      title={say(why)}
      onClick={switchSound}
    >
      <SoundSign isOn={state === "on"} />{" "}
      <span class={state === "on" ? "bar-word" : undefined}>{say(word)}</span>
    </button>
  );
}

function SoundSign({ isOn }: { isOn: boolean }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" stroke="currentcolor">
      <path d="M2 6h3l4-3v10l-4-3H2z" fill="currentcolor" />
      {isOn && <path d="M11 5.5q2 2.5 0 5M12.8 3.5q3.5 4.5 0 9" fill="none" />}
      {!isOn && <path d="m11 5.5 4 5m0-5-4 5" fill="none" stroke-width="1.5" />}
    </svg>
  );
}

function NotificationsButton() {
  const [isAskable, setIsAskable] = useState(
    "Notification" in window && Notification.permission === "default",
  );
  if (!isAskable) return null;
  const ask = (): void =>
    void Notification.requestPermission().then(() =>
      setIsAskable(Notification.permission === "default"),
    );
  return (
    <button type="button" id="allow-notices" class="bare" title={say("allowNotices")} onClick={ask}>
      <BellSign /> <span class="bar-word">{say("allowNotices")}</span>
    </button>
  );
}

function BellSign() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="currentcolor">
      <path d="M8 1.5a4.5 4.5 0 0 0-4.5 4.5V9.5L2 12h12l-1.5-2.5V6A4.5 4.5 0 0 0 8 1.5zM6 13a2 2 0 0 0 4 0z" />
    </svg>
  );
}
