/**
 * MQTT topic filters, pure: `+` stands for one level, a last `#` for the rest and for the level
 * above it; wildcards stand alone in their level. A wildcard in the first level never matches a
 * topic that begins with `$` (MQTT 3.1.1, 4.7).
 */
const PLUS = "+";
const HASH = "#";

/** At least one character, and each wildcard where one may stand. */
export function isValidFilter(filter: string): boolean {
  if (filter.length === 0 || filter.includes("\u0000")) return false;
  const levels = filter.split("/");
  return levels.every((level, index) => {
    if (level === HASH) return index === levels.length - 1;
    return level === PLUS || !(level.includes(HASH) || level.includes(PLUS));
  });
}

export function hasWildcard(filter: string): boolean {
  return filter.includes(PLUS) || filter.includes(HASH);
}

export function matchesFilter(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  return coversFilter(filter, topic);
}

/**
 * Does `right` match every topic that `filter` matches? A topic is a filter without wildcards,
 * so this is also how one topic is matched. Asked of every message: it takes nothing apart.
 */
export function coversFilter(right: string, filter: string): boolean {
  const isWild = right.startsWith(PLUS) || right.startsWith(HASH);
  if (isWild && filter.startsWith("$")) return false;
  let wanted = 0;
  let at = 0;
  while (wanted <= right.length) {
    const wantedEnd = levelEnd(right, wanted);
    if (isLevel(right, wanted, wantedEnd, HASH)) return true;
    if (at > filter.length) return false;
    const end = levelEnd(filter, at);
    if (isLevel(filter, at, end, HASH)) return false;
    const isSame =
      isLevel(right, wanted, wantedEnd, PLUS) ||
      (wantedEnd - wanted === end - at && filter.startsWith(right.slice(wanted, wantedEnd), at));
    if (!isSame) return false;
    wanted = wantedEnd + 1;
    at = end + 1;
  }
  return at > filter.length;
}

function levelEnd(text: string, from: number): number {
  const end = text.indexOf("/", from);
  return end < 0 ? text.length : end;
}

function isLevel(text: string, from: number, end: number, wildcard: string): boolean {
  return end - from === 1 && text[from] === wildcard;
}
