/** What a message says to a person. Pure. */
import type { ChannelMessage } from "../../model/channel.ts";

/** The whole text as a person reads it: a drill and a repeat say so, each repeat in words of its own. */
export function textOf({ title, text, repeats, isDrill }: ChannelMessage): string {
  const drill = isDrill ? "【演练 DRILL】" : "";
  const repeat = repeats > 0 ? `（第${repeats + 1}次通知 / notice ${repeats + 1}）` : "";
  return `${drill}${title}${repeat}\n${text}`;
}
