/** What is dangerous at a case's place, what shuts it off, and whom to call: before anything else. */
import { measurementOf } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import type { CaseItem, SiteInfo } from "../../shared/platform-types.ts";
import { sayAge } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { sayDistance } from "../way/distance.ts";
import { placeOf } from "./checklist.ts";
import { say } from "./order-words.ts";
import { known } from "./orders.ts";
import { say as saySafety } from "./safety-words.ts";

type Hazard = SiteInfo["hazards"][number];

/** Of the list: gases that are past their limit or not known, in one line. */
export function GasLine({ caseNo }: { caseNo: string }) {
  const found = known.value.get(caseNo);
  const bad = (found?.site?.hazards ?? []).filter((each) => isBad(each, ageOf(each, found?.at)));
  if (bad.length === 0) return null;
  return <span class="phone-gas-line">⚠ {bad.map((each) => shortName(each)).join(" · ")}</span>;
}

export function Hazards({ item }: { item: CaseItem }) {
  const found = known.value.get(item.caseNo);
  const site = found?.site;
  if (site === undefined) return <p class="phone-warning">{saySafety("notKnownHere")}</p>;
  if (site.hazards.length === 0) {
    const isEntered = placeOf(item, false) === "well";
    return isEntered ? <p class="phone-warning">{saySafety("noHazards")}</p> : null;
  }
  const texts = [...new Set(site.hazards.map(({ text }) => inLanguage(text)))];
  return (
    <section class="phone-hazards" aria-label={saySafety("hazards")}>
      <h2>⚠ {saySafety("hazards")}</h2>
      {texts.map((text) => (
        <p key={text}>{text}</p>
      ))}
      <dl>
        {site.hazards.map((hazard, n) => (
          <Gas
            key={`${hazard.measurement}-${n}`}
            hazard={hazard}
            name={nameOf(item, hazard)}
            ageMs={ageOf(hazard, found?.at)}
          />
        ))}
      </dl>
    </section>
  );
}

function Gas({ hazard, name, ageMs }: { hazard: Hazard; name: string; ageMs: number | undefined }) {
  const isDangerous = isBad(hazard, ageMs);
  const age = ageMs === undefined ? "" : sayAge(ageMs);
  const value = `${hazard.value ?? ""} ${hazard.unit}`;
  const isFresh = hazard.isKnown && ageMs !== undefined && ageMs <= FRESH_MS;
  return (
    <div class="phone-gas" data-danger={isDangerous}>
      <dt>{name}</dt>
      <dd>
        <strong>
          {isFresh ? saySafety("valueAge", { value, age }) : saySafety("unknown")}
          {!isFresh && age !== "" && ` (${age})`}
        </strong>
        {hazard.limit !== undefined && (
          <span>
            {saySafety(SIDE[hazard.limit.direction], {
              limit: `${hazard.limit.value} ${hazard.unit}`,
            })}
            {isFresh && isDangerous && ` · ${saySafety("dangerous")}`}
          </span>
        )}
      </dd>
    </div>
  );
}

const SIDE = { above: "above", below: "below" } as const;

/** The platform's own measure: an older value counts as unknown, on a phone without network, too. */
const FRESH_MS = 10 * 60_000;

/** How old the value is by now, not when it was fetched. */
const ageOf = ({ ageMs }: Hazard, fetchedAt: number | undefined): number | undefined =>
  ageMs === undefined ? undefined : ageMs + Math.max(0, now.value - (fetchedAt ?? now.value));

function isBad({ isKnown, value, limit }: Hazard, ageMs: number | undefined): boolean {
  if (!isKnown || value === undefined || ageMs === undefined || ageMs > FRESH_MS) return true;
  if (limit === undefined) return false;
  return limit.direction === "above" ? value >= limit.value : value <= limit.value;
}

const SIGNS: Record<string, string> = {
  ch4LelPercent: "CH₄",
  h2sPpm: "H₂S",
  o2Percent: "O₂",
  coPpm: "CO",
};
const shortName = ({ measurement }: Hazard): string => SIGNS[measurement] ?? measurement;

function nameOf(item: CaseItem, hazard: Hazard): string {
  const declared = measurementOf(item.class, hazard.measurement);
  const sign = SIGNS[hazard.measurement];
  const name = declared === undefined ? hazard.measurement : inLanguage(declared.title);
  return sign === undefined ? name : `${name} ${sign}`;
}

const SHUTS = { valve: "valve", feeder: "feeder" } as const;
const IS = { maintenance: "maintenance", owner: "owner", competent: "competent" } as const;

export function CutOffs({ item }: { item: CaseItem }) {
  const site = known.value.get(item.caseNo)?.site;
  if (site === undefined || (site.cutOffs.length === 0 && site.units.length === 0)) return null;
  return (
    <section class="phone-card" aria-label={say("ownersTitle")}>
      {site.cutOffs.map(({ kind, assetId, name, distanceM }) => (
        <p key={assetId}>
          <strong>{say(SHUTS[kind])}</strong> {name} · {sayDistance(distanceM)}
        </p>
      ))}
      {site.units.map(({ unitId, name, is, phones }) => (
        <div key={unitId} class="phone-unit">
          <p>
            {name} ({say(IS[is])})
          </p>
          {phones.length === 0 && <p class="phone-soft">{say("noPhone")}</p>}
          {phones.map((phone) => (
            <a key={phone} class="button" href={`tel:${phone.replace(/[^\d+]/g, "")}`}>
              {say("call", { phone })}
            </a>
          ))}
        </div>
      ))}
    </section>
  );
}
