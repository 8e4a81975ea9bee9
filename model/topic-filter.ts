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

/** Does the topic lie in the filter (4.7.1)? A wildcard in front takes no topic that begins with `$`. */
export function isInFilter(topic: string, filter: string): boolean {
  const [wanted, levels] = [filter.split("/"), topic.split("/")];
  if (topic.startsWith("$") && /^[#+]/.test(filter)) return false;
  const hash = wanted.indexOf("#");
  const isLong = hash === -1 ? wanted.length === levels.length : levels.length >= hash;
  const compared = hash === -1 ? wanted : wanted.slice(0, hash);
  return isLong && compared.every((level, at) => level === "+" || level === levels[at]);
}
