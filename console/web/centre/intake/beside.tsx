/** Beside the form: what is known of its place and its caller, as soon as either is. */
import { useEffect, useState } from "preact/hooks";
import { get, path, post } from "../../shared/api.ts";
import { sayState } from "../../shared/case-words.ts";
import { unitName } from "../../shared/catalogue.ts";
import { now, sayTime } from "../../shared/clock.ts";
import { afterHearing } from "../../shared/heard.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type {
  CallersReportItem,
  NearAlarmItem,
  RulingItem,
  SimilarItem,
} from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { alarmText } from "../../shared/rule-titles.ts";
import { may } from "../../shared/session.ts";
import { sayAge } from "../../shared/time-words.ts";
import type { Where } from "./draft.ts";
import { say } from "./intake-words.ts";
import type { WhatItem } from "./what-search.ts";

interface List<T> {
  items: T[];
}
const NOTHING = { items: [] };
/** Of the whole city each case and each alarm is told: a storm of them is one question. */
const GATHER_MS = 1_000;
/** By keys 1 to 9. */
export const JOINED_MAX = 9;

interface Given {
  where: Where | undefined;
  what: WhatItem | undefined;
  phone: string;
  similar: ReturnType<typeof useSimilar>;
  onJoin: ((caseNo: string) => void) | undefined;
}

export function Beside({ where, what, phone, similar, onJoin }: Given) {
  return (
    <aside class="intake-beside" aria-label={say("beside")}>
      {where === undefined && <p class="quiet">{say("noPlaceYet")}</p>}
      {where !== undefined && (
        <>
          <section class="card">
            <h2>{say("similar")}</h2>
            <Loading loaded={similar}>
              {({ items }) => <Similar items={items} onJoin={onJoin} />}
            </Loading>
          </section>
          <Alarms where={where} />
          {what !== undefined && what.categoryCode !== "" && <Rulings what={what} where={where} />}
        </>
      )}
      {may("cases.reporters") !== undefined && <Reports phone={phone} />}
    </aside>
  );
}

/** Open cases around the place, followed live. */
export function useSimilar(where: Where | undefined) {
  const loaded = useLoaded<List<SimilarItem>>(
    async () =>
      where === undefined
        ? NOTHING
        : await get(path("/api/v1/cases/similar", { lon: where.lon, lat: where.lat })),
    [where?.lon, where?.lat],
  );
  const { reload } = loaded;
  useEffect(() => {
    if (where === undefined) return;
    return afterHearing({ events: ["case"], waitMs: GATHER_MS }, () => void reload());
  }, [where === undefined, reload]);
  return loaded;
}

function Similar({ items, onJoin }: { items: readonly SimilarItem[] } & Pick<Given, "onJoin">) {
  if (items.length === 0) return <p class="intake-none">{say("none")}</p>;
  return (
    <ol class="intake-list">
      {items.map(({ caseNo, distanceM, ageMs, state, conditionId, description }, index) => (
        <li key={caseNo} data-similar={caseNo}>
          <p>
            <strong>{say("metres", { m: Math.round(distanceM) })}</strong>{" "}
            <span class="tag">{sayState(state)}</span> {sayAge(ageMs)}
          </p>
          <p>{description ?? conditionId}</p>
          <p>
            <a href={href("cases", caseNo)}>{caseNo}</a>{" "}
            {onJoin !== undefined && index < JOINED_MAX && (
              <button type="button" onClick={() => onJoin(caseNo)}>
                {say("join", { n: index + 1 })}
              </button>
            )}
          </p>
        </li>
      ))}
    </ol>
  );
}

function Alarms({ where: { lon, lat } }: { where: Where }) {
  const loaded = useLoaded(
    () => get<List<NearAlarmItem>>(path("/api/v1/alarms/near", { lon, lat })),
    [lon, lat],
  );
  const { reload } = loaded;
  useEffect(
    () => afterHearing({ events: ["alarm"], waitMs: GATHER_MS }, () => void reload()),
    [reload],
  );
  return (
    <section class="card">
      <h2>{say("alarms")}</h2>
      <Loading loaded={loaded}>
        {({ items }) => (
          <ul class="intake-list">
            {items.length === 0 && <li class="intake-none">{say("none")}</li>}
            {items.map((alarm) => (
              <li key={alarm.alarmId}>
                <strong>{say("metres", { m: Math.round(alarm.distanceM) })}</strong>{" "}
                {alarm.lifeSafety && <span class="tag danger">{say("lifeSafety")}</span>}{" "}
                {alarmText(alarm)} {sayAge(now.value - Date.parse(alarm.raisedAt))}{" "}
                {alarm.assetId !== undefined && (
                  <a href={href("assets", alarm.assetId)}>{alarm.assetId}</a>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loading>
    </section>
  );
}

const bindsHere = ({ scope, kind, revokedAt }: RulingItem, what: WhatItem, where: Where): boolean =>
  kind === what.kind &&
  revokedAt === undefined &&
  (scope.streetId === undefined || scope.streetId === where.streetId) &&
  (scope.gridPrefix === undefined || where.gridCell?.startsWith(scope.gridPrefix) === true);

function Rulings({ what, where }: { what: WhatItem; where: Where }) {
  const { categoryCode } = what;
  const loaded = useLoaded(
    () => get<List<RulingItem>>(path("/api/v1/rulings", { categoryCode })),
    [categoryCode],
  );
  return (
    <section class="card">
      <h2>{say("rulings")}</h2>
      <Loading loaded={loaded}>
        {({ items }) => {
          const here = items.filter((ruling) => bindsHere(ruling, what, where));
          return (
            <ul class="intake-list">
              {here.length === 0 && <li class="intake-none">{say("none")}</li>}
              {here.map(({ rulingId, unitId, reason, ruledAt }) => (
                <li key={rulingId}>
                  <strong>{unitName(unitId)}</strong> {reason} <time>{sayTime(ruledAt)}</time>
                </li>
              ))}
            </ul>
          );
        }}
      </Loading>
    </section>
  );
}

const PHONE_DIGITS_MIN = 7;
const PAUSE_MS = 500;

function Reports({ phone }: { phone: string }) {
  const number = useSettled(phone.trim());
  const isWhole = number.replace(/\D/g, "").length >= PHONE_DIGITS_MIN;
  const loaded = useLoaded<List<CallersReportItem>>(
    async () => (isWhole ? await post("/api/v1/callers/reports", { phone: number }) : NOTHING),
    [isWhole ? number : ""],
  );
  if (!isWhole) return null;
  return (
    <section class="card">
      <h2>{say("reports")}</h2>
      <Loading loaded={loaded}>
        {({ items }) => (
          <ul class="intake-list">
            {items.length === 0 && <li class="intake-none">{say("none")}</li>}
            {items.map(({ caseNo, at, name, description }) => (
              <li key={`${caseNo} ${at}`}>
                <time>{sayTime(at)}</time> {name} <a href={href("cases", caseNo)}>{caseNo}</a>{" "}
                {description}
              </li>
            ))}
          </ul>
        )}
      </Loading>
    </section>
  );
}

/** The text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const turn = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(turn);
  }, [text]);
  return settled;
}
