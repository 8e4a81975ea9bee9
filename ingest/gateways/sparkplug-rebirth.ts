/**
 * The command by which a host asks a Sparkplug node for its births: a payload with the one metric
 * `Node Control/Rebirth` = true (Sparkplug 3.0, "Commands").
 */
import type { Instant } from "../../model/clock.ts";
import { encodeSparkplugCommand } from "../../model/sparkplug.ts";

export function rebirthCommand(now: Instant): Buffer {
  const key = "Node Control/Rebirth";
  return encodeSparkplugCommand(now, [{ key, datatype: "Boolean", value: true }]);
}
