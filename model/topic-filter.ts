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
 * so this is also how one topic is matched.
 */
export function coversFilter(right: string, filter: string): boolean {
  const rights = right.split("/");
  const levels = filter.split("/");
  const isReserved = filter.startsWith("$");
  for (let index = 0; index < rights.length; index += 1) {
    const wanted = rights[index];
    const level = levels[index];
    if (wanted === HASH) return !(index === 0 && isReserved);
    if (level === undefined || level === HASH) return false;
    if (wanted === PLUS) {
      if (index === 0 && isReserved) return false;
    } else if (wanted !== level) return false;
  }
  return rights.length === levels.length;
}
