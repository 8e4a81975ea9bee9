/** The asset that was chosen, or that a chosen case is about: who it is, its newest readings, what stands there. */
import { useEffect } from "preact/hooks";
import { sayAlarmState } from "../../shared/alarm-words.ts";
import { get, part } from "../../shared/api.ts";
import { classOf, conditionText, measurementOf } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import { afterHearing } from "../../shared/heard.ts";
import type { LiveData } from "../../shared/live.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { AlarmItem, AssetItem, LatestItem } from "../../shared/platform-types.ts";
import { href, route, setQuery } from "../../shared/router.ts";
import { alarmText } from "../../shared/rule-titles.ts";
import { sayAge } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { AlarmAction } from "../watch/alarm-action.tsx";
import { watched } from "../watch/watch.ts";
import { say } from "./now-words.ts";
import type { Chosen } from "./use-chosen.ts";

const GATHER_MS = 2_000;

/** Whoever was in it goes on in the list, at the row that he came from or its first. */
function close(): void {
  const isIn = document.activeElement?.closest("#asset-room") != null;
  const rows = document.querySelector<HTMLElement>("#cases");
  const row = rows?.querySelector<HTMLElement>("[aria-current=true], [tabindex='0']");
  if (isIn) row?.focus();
  setQuery({ case: "", asset: "" });
}

export function ChosenCard({ chosen }: { chosen: Chosen }) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      // In a dialog the key is the dialog's.
      if (document.querySelector("dialog[open]") !== null) return;
      if (event.key === "Escape" && !event.defaultPrevented) close();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  const { item, assetId } = chosen;
  return (
    <section class="now-card" id="asset-room" aria-labelledby="asset-title">
      <button
        type="button"
        id="asset-close"
        class="bare"
        aria-label={say("closeCard")}
        onClick={close}
      >
        ×
      </button>
      {item !== undefined && (
        <p>
          <a class="button main" href={href("cases", item.caseNo)}>
            {say("openCase")}
          </a>{" "}
          {item.isDrill === true && say("drillTag")}
          {conditionText(item)} · {item.caseNo}
        </p>
      )}
      {assetId === undefined ? (
        <h2 id="asset-title">{say("noAsset")}</h2>
      ) : (
        <AssetPart assetId={assetId} />
      )}
    </section>
  );
}

function AssetPart({ assetId }: { assetId: string }) {
  const loaded = useLoaded(() => get<AssetItem>(`/api/v1/assets/${part(assetId)}`), [assetId]);
  return (
    <>
      <h2 id="asset-title">{loaded.value?.name ?? assetId}</h2>
      <Loading loaded={loaded}>{(asset) => <AssetFacts asset={asset} />}</Loading>
      <Standing assetId={assetId} />
      <Newest assetId={assetId} slug={loaded.value?.class} />
    </>
  );
}

function AssetFacts({ asset }: { asset: AssetItem }) {
  const title = classOf(asset.class)?.title;
  const facts = [
    title === undefined ? say("plain") : inLanguage(title),
    asset.componentCode,
    asset.gridCell,
    watched.value.silent.has(asset.assetId) ? say("silentNow") : undefined,
  ];
  return (
    <p class="now-facts">
      {facts.filter((fact) => fact !== undefined).join(" · ")}{" "}
      <a href={href("assets", asset.assetId)}>{say("assetPage")}</a>
    </p>
  );
}

/** Its open cases and standing alarms. */
function Standing({ assetId }: { assetId: string }) {
  const { cases, alarms } = watched.value;
  const open = [...cases.values()].filter(
    (item) => item.assetId === assetId && item.caseNo !== route.value.query.get("case"),
  );
  const standing = [...alarms.values()].filter((item) => item.assetId === assetId);
  if (open.length + standing.length === 0) return null;
  return (
    <ul class="now-standing">
      {open.map((item) => (
        <li key={item.caseNo}>
          <a href={href("cases", item.caseNo)}>{say("caseOf", { caseNo: item.caseNo })}</a>{" "}
          {conditionText(item)}
        </li>
      ))}
      {standing.map((item) => (
        <AlarmLine key={item.alarmId} item={item} />
      ))}
    </ul>
  );
}

function AlarmLine({ item }: { item: AlarmItem }) {
  return (
    <li>
      {item.lifeSafety ? "⚠ " : ""}
      {say("alarm")} {alarmText(item)} · {sayAlarmState(item.state)} <AlarmAction alarm={item} />
    </li>
  );
}

function Newest({ assetId, slug }: { assetId: string; slug: string | undefined }) {
  const address = `/api/v1/readings/latest?assetId=${encodeURIComponent(assetId)}`;
  const loaded = useLoaded(() => get<{ items: LatestItem[] }>(address), [address]);
  const { reload } = loaded;
  useEffect(() => {
    const heard = { events: ["reading"], isOf: (data: LiveData) => data.assetId === assetId };
    return afterHearing({ ...heard, waitMs: GATHER_MS }, () => void reload());
  }, [assetId, reload]);
  return (
    <Loading loaded={loaded}>
      {({ items }) =>
        items.length === 0 ? (
          <p class="now-facts" id="no-readings">
            {say("noReadings")}
          </p>
        ) : (
          <table id="latest" aria-label={say("newest")}>
            <tbody>
              {items.map((reading) => (
                <ReadingRow
                  key={`${reading.deviceId} ${reading.measurement}`}
                  reading={reading}
                  slug={slug}
                  hasDevices={new Set(items.map(({ deviceId }) => deviceId)).size > 1}
                />
              ))}
            </tbody>
          </table>
        )
      }
    </Loading>
  );
}

interface ReadingRowProps {
  reading: LatestItem;
  slug: string | undefined;
  /** Of several devices, whose it is must be said. */
  hasDevices: boolean;
}

const QUALITY_WORDS = { suspect: "qualitySuspect", bad: "qualityBad" } as const;

function ReadingRow({ reading, slug, hasDevices }: ReadingRowProps) {
  const { measurement, value, unit, quality, observedAt, deviceId } = reading;
  const info = measurementOf(slug, measurement);
  const shown =
    info?.kind === "boolean"
      ? say(value === 1 ? "readingTrue" : "readingFalse")
      : `${value.toFixed(info?.decimals ?? 2)} ${unit}`.trim();
  return (
    <tr data-quality={quality}>
      <th scope="row">
        {info === undefined ? measurement : inLanguage(info.title)}
        {hasDevices && <small> {deviceId}</small>}
      </th>
      <td class="number">
        {shown}
        {quality !== "good" && ` (${say(QUALITY_WORDS[quality])})`}
      </td>
      <td class="number">{sayAge(now.value - Date.parse(observedAt))}</td>
    </tr>
  );
}
