/**
 * What must be ticked and measured before work begins at a well, a sewer or a gas site. Pure: what is
 * missing, what is not safe, and the note that is kept with the step. The items and ranges follow the
 * guide for confined spaces of 2020 and GB 8958-2006; see docs/console/phone.md.
 */
import { say, sayGas, sayGasItem, sayItem } from "./safety-words.ts";

export type Place = "well" | "gas-site";
export type GasName = "o2" | "ch4" | "h2s" | "co";

export interface Checked {
  ticked: readonly string[];
  /** As typed. */
  measured: Readonly<Partial<Record<GasName, string>>>;
  guard: string;
}
export const UNCHECKED: Checked = { ticked: [], measured: {}, guard: "" };

const WELLS = new Set(["manhole-cover", "pump-station"]);
const GAS_SITES = new Set(["gas-line"]);
const GAS_CONDITIONS = new Set(["gas-leak-fence", "gas-leak-repair", "lpg-smell"]);
const SEWER_CONDITIONS = new Set(["sewer-level", "sewer-pipe-break"]);

const ITEMS = {
  well: ["permit", "fence", "ventilate", "measure", "gear", "rescue", "contact"],
  "gas-site": ["upwind", "noSpark", "cordon", "shut"],
} as const;
/** Safe from `least` on, and below `under`. */
const SAFE: Record<GasName, { least?: number; under?: number; most?: number }> = {
  o2: { least: 19.5, most: 23.5 },
  ch4: { under: 10 },
  h2s: { under: 7 },
  co: { under: 25 },
};
const GASES: Record<Place, readonly GasName[]> = {
  well: ["o2", "ch4", "h2s", "co"],
  "gas-site": ["ch4"],
};

/** Nothing where nobody goes in. `hasHazards`: its class has lines of hazards. */
export function placeOf(
  item: { class?: string | undefined; conditionId: string },
  hasHazards: boolean,
): Place | undefined {
  const slug = item.class ?? "";
  if (WELLS.has(slug) || SEWER_CONDITIONS.has(item.conditionId)) return "well";
  if (GAS_SITES.has(slug) || GAS_CONDITIONS.has(item.conditionId)) return "gas-site";
  return hasHazards ? "well" : undefined;
}

export const itemsOf = (place: Place): readonly string[] => ITEMS[place];
export const gasesOf = (place: Place): readonly GasName[] => GASES[place];

export const sayCheck = (item: string): string =>
  item in sayItem.words
    ? sayItem(item as keyof typeof sayItem.words)
    : sayGasItem(item as keyof typeof sayGasItem.words);

/** In words: items that are not ticked, gases without a number, the watch. */
export function missingOf(place: Place, { ticked, measured, guard }: Checked): string[] {
  return [
    ...ITEMS[place].filter((item) => !ticked.includes(item)).map(sayCheck),
    ...GASES[place]
      .filter((gas) => numberOf(measured[gas]) === undefined)
      .map((gas) => sayGas(gas)),
    ...(place === "well" && guard.trim() === "" ? [say("guard")] : []),
  ];
}

/** Gases of which what was measured is not safe. */
export function unsafeOf(place: Place, { measured }: Checked): GasName[] {
  return GASES[place].filter((gas) => {
    const value = numberOf(measured[gas]);
    if (value === undefined) return false;
    const { least, under, most } = SAFE[gas];
    return (
      (least !== undefined && value < least) ||
      (under !== undefined && value >= under) ||
      (most !== undefined && value > most)
    );
  });
}

/** Who ticked what and when, in the language that is shown, for the history of the case. */
export function noteOf(place: Place, checked: Checked, who: string, at: string): string {
  const values = GASES[place].map((gas) => `${GAS_SIGN[gas]} ${checked.measured[gas]?.trim()}`);
  return say("checkedNote", {
    items: ITEMS[place].map(sayCheck).join("; "),
    values: values.join(", "),
    guard: checked.guard.trim() === "" ? "-" : checked.guard.trim(),
    who,
    at,
  });
}

const GAS_SIGN: Record<GasName, string> = {
  o2: "O2 %",
  ch4: "CH4 %LEL",
  h2s: "H2S ppm",
  co: "CO ppm",
};

/** A comma is a point on many a phone. */
function numberOf(typed: string | undefined): number | undefined {
  const text = (typed ?? "").trim().replace(",", ".");
  if (text === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
