/**
 * Whether a text is an MQTT topic filter (3.1.1, 4.7), pure: wildcards stand alone in their level,
 * `#` last, and there is at least one character.
 */
export function isValidFilter(filter: string): boolean {
  if (filter.length === 0 || filter.includes("\u0000")) return false;
  const levels = filter.split("/");
  return levels.every((level, index) => {
    if (level === "#") return index === levels.length - 1;
    return level === "+" || !(level.includes("#") || level.includes("+"));
  });
}
