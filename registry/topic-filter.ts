/** Whether a text is an MQTT 3.1.1 topic filter (§4.7). Pure. */
export function isTopicFilter(text: string): boolean {
  if (text.length === 0 || text.includes("\0")) return false;
  const levels = text.split("/");
  return levels.every((level, index) => {
    if (level === "+") return true;
    if (level === "#") return index === levels.length - 1;
    return !level.includes("+") && !level.includes("#");
  });
}
