/** The frame of the phone's page: who it is, what was not sent yet, the page shown, and where one may go. */
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { listen, startLive, stopLive } from "../shared/live.ts";
import type { CaseItem } from "../shared/platform-types.ts";
import { href, route } from "../shared/router.ts";
import { belongsTo, renewSession, type SessionUser, user } from "../shared/session.ts";
import { say as sayShared } from "../shared/shared-words.ts";
import { announce } from "./announce.ts";
import { Bar, Memory } from "./bar.tsx";
import { Content } from "./content.tsx";
import { DutyPage } from "./duty/duty-page.tsx";
import { isOnShift, loadDuty, mayLocate, restoreDuty, shiftTaken } from "./duty/shift.ts";
import { Later } from "./later.tsx";
import { OrderPage } from "./orders/order-page.tsx";
import { isInHand, sortOrders } from "./orders/order-sort.ts";
import { createOrders, knowAhead, loadClasses, type Orders } from "./orders/orders.ts";
import { OrdersPage } from "./orders/orders-page.tsx";
import { hurry, startOutbox, stopOutbox } from "./outbox/outbox.ts";
import type { Act } from "./outbox/outbox-machine.ts";
import { OutboxPage } from "./outbox/outbox-page.tsx";
import { patrolledTo, restorePatrols, startTelling } from "./patrol/patrol.ts";
import { PatrolPage } from "./patrol/patrol-page.tsx";
import { createTodo } from "./patrol/todo.ts";
import { restoreWalk, stepOn } from "./patrol/walk.ts";
import { isA, isHisPhone, keepPerson, person, whenAnothers } from "./person.ts";
import { say } from "./phone-words.ts";
import { PhoneSignIn, PhoneSignInAgain } from "./sign-in.tsx";
import { takeCode } from "./sign-in-code.ts";
import { openStore } from "./store.ts";
import { followPlace, here, type Place } from "./way/where.ts";

/** Of the link by which the page was opened. */
const code = signal(takeCode());

export function Phone() {
  const who = person();
  const forgetCode = (): void => {
    code.value = undefined;
  };
  if (code.value !== undefined) return <PhoneSignIn code={code.value} onDone={forgetCode} />;
  if (who === undefined) return <p class="quiet">{sayShared("loading")}</p>;
  if (who === null) return <PhoneSignIn onDone={forgetCode} />;
  return <Frame key={who.username} who={who} />;
}

/** A new urgent order, until somebody looks. */
interface Told {
  text: string;
  caseNo: string;
}
type Lists = Orders & { todo: ReturnType<typeof createTodo> };

function Frame({ who }: { who: SessionUser }) {
  const [told, setTold] = useState<Told>();
  const lists = useMemo(() => {
    openStore(who.username);
    belongsTo(who.username);
    return { ...createOrders(who), todo: createTodo() };
  }, [who.username]);
  // Of one person, for as long as he is here.
  // Before the first frame is drawn: what it shows is asked for meanwhile.
  useLayoutEffect(() => run(who, lists, setTold), [lists]);
  useEffect(() => {
    if (!user.value) return;
    keepPerson(user.value);
    // Now that the platform has said whose session it is.
    void hurry();
  }, [user.value]);
  useEffect(() => whenAnothers(who, () => location.reload()), [who.username]);
  const isOn = isOnShift(who);
  const isShared = mayLocate.value;
  const { crewId } = who;
  useEffect(() => {
    if (!isOn || !isShared) return;
    const onOffDuty = (): void => void loadDuty(who).catch(() => undefined);
    return followPlace(crewId, crewId === undefined ? patrolled : () => undefined, onOffDuty);
  }, [isOn, isShared, crewId]);
  return (
    <>
      <Bar who={who} />
      <div class="phone-told" role="alert">
        {told !== undefined && (
          <a href={href("case", told.caseNo)} onClick={() => setTold(undefined)}>
            {told.text}
          </a>
        )}
      </div>
      <Memory />
      <Content key={route.value.parts.join("/")}>
        <Shown who={who} lists={lists} />
      </Content>
      <Tabs who={who} />
      <PhoneSignInAgain />
    </>
  );
}

function patrolled(place: Place): void {
  stepOn(place);
  void patrolledTo(place);
}

/** Everything that goes on while the page is open; answers what ends it. */
function run(who: SessionUser, lists: Lists, tell: (told: Told) => void): () => void {
  const isCrew = isA(who, "crew", "unit");
  const isInspector = isA(who, "inspector");
  const shown = [
    ...(isCrew ? [lists.mine, lists.standing] : []),
    ...(isInspector ? [lists.todo] : []),
  ];

  const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);
  const loadLists = async (): Promise<void> => {
    await Promise.all(shown.map((list) => list.load()));
  };
  const lookAhead = async (): Promise<void> => {
    // Of lists that are not known yet nothing follows, least of all what may be forgotten.
    if (shown.some(({ items }) => items.value === undefined)) return;
    const mine = lists.mine.items.value ?? [];
    const todo = lists.todo.items.value ?? [];
    const wanted = [...mine.filter(isInHand), ...sortOrders(todo, here.value)];
    await knowAhead(wanted, [...mine, ...todo]);
  };
  const load = async (): Promise<void> => {
    await Promise.all([loadLists(), quietly(loadClasses())]);
    await quietly(loadDuty(who));
    await quietly(lookAhead());
  };
  const hear = (item: CaseItem): void => {
    const isNew = shown.map((list) => list.tell(item)).includes(true);
    if (isNew && isCrew && item.crewId !== undefined && item.crewId === who.crewId) {
      const text = announce(item);
      if (text !== undefined) tell({ text, caseNo: item.caseNo });
      void quietly(lookAhead());
    }
  };
  let stopTelling: (() => void) | undefined;
  const begin = async (): Promise<void> => {
    await Promise.all([
      ...shown.map((list) => list.restore()),
      restoreDuty(),
      restoreWalk(),
      restorePatrols(),
    ]);
    if (isInspector) stopTelling = startTelling(() => isHisPhone(who));
    const onTaken = (act: Act, item: CaseItem | undefined): void => {
      if (item !== undefined) hear(item);
      if (act.kind !== "shift") return;
      shiftTaken(act);
      void quietly(loadDuty(who));
    };
    await startOutbox({ username: who.username, isHis: () => isHisPhone(who), onTaken });
  };
  void begin();
  void load();
  let isFirst = true;
  const stopListening = listen({ case: (data) => hear(data as unknown as CaseItem) }, () => {
    // What happened between the first loading and the first opening would be missed.
    void (isFirst ? loadLists() : load());
    // A page that is never closed is used all the same: its session goes on by being asked for.
    if (!isFirst) void quietly(renewSession());
    isFirst = false;
  });
  startLive(LIVE);
  const stopWaking = onWaking(() => startLive(LIVE));
  return () => {
    stopWaking();
    stopListening();
    stopLive();
    stopOutbox();
    stopTelling?.();
  };
}

const LIVE = "?readings=false";
/** Asleep for so long, a phone's line is dead, though nobody has told it. */
const ASLEEP_MS = 20_000;

function onWaking(wake: () => void): () => void {
  let hiddenAt: number | undefined;
  const look = (): void => {
    if (document.hidden) hiddenAt = Date.now();
    else if (hiddenAt !== undefined && Date.now() - hiddenAt > ASLEEP_MS) wake();
  };
  document.addEventListener("visibilitychange", look);
  return () => document.removeEventListener("visibilitychange", look);
}

const loadReport = () => import("./patrol/report-page.tsx");
const loadArea = () => import("./patrol/area-page.tsx");

function Shown({ who, lists }: { who: SessionUser; lists: Lists }) {
  const [name = "", caseNo = ""] = route.value.parts;
  switch (name) {
    case "case":
    case "cases":
      return <OrderPage key={caseNo} caseNo={caseNo} who={who} item={itemOf(lists, caseNo)} />;
    case "duty":
      return <DutyPage who={who} />;
    case "outbox":
      return <OutboxPage />;
    case "report":
      return <Later load={loadReport} />;
    case "area":
      return <Later load={loadArea} />;
    case "patrol":
      return <PatrolPage todo={lists.todo} />;
    default:
      return isA(who, "crew", "unit") ? (
        <OrdersPage orders={lists} />
      ) : (
        <PatrolPage todo={lists.todo} />
      );
  }
}

const itemOf = ({ mine, standing, todo }: Lists, caseNo: string): CaseItem | undefined =>
  [mine, standing, todo]
    .flatMap(({ items }) => items.value ?? [])
    .find((item) => item.caseNo === caseNo);

function Tabs({ who }: { who: SessionUser }) {
  const isCrew = isA(who, "crew", "unit");
  const isInspector = isA(who, "inspector");
  const tabs = [
    ...(isCrew ? (["orders"] as const) : []),
    ...(isInspector ? (["patrol", "report", "area"] as const) : []),
    "duty" as const,
  ];
  const shown = route.value.parts[0] ?? (isCrew ? "orders" : "patrol");
  return (
    <nav class="phone-tabs" aria-label={say("pages")}>
      {tabs.map((name) => (
        <a
          key={name}
          href={name === "orders" ? href() : href(name)}
          aria-current={shown === name ? "page" : undefined}
        >
          {say(name)}
        </a>
      ))}
    </nav>
  );
}
