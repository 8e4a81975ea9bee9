/** The newest value of each measurement and device, how old it is, and whether it is to be believed. */
import { now, sayTime } from "../../shared/clock.ts";
import type { LatestItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { sayAge } from "../../shared/time-words.ts";
import { say } from "./assets-words.ts";
import { flagText } from "./flag-words.ts";
import { latestText, measurementName } from "./names.ts";

export function LatestTable({
  slug,
  items,
}: {
  slug: string | undefined;
  items: readonly LatestItem[];
}) {
  return (
    <div class="assets-table">
      <table>
        <caption>{say("latest")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("measurement")}</th>
            <th scope="col" class="number">
              {say("value")}
            </th>
            <th scope="col">{say("age")}</th>
            <th scope="col">{say("quality")}</th>
            <th scope="col">{say("device")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.deviceId} ${item.measurement}`}>
              <th scope="row">{measurementName(slug, item.measurement)}</th>
              <td class="number">{latestText(slug, item)}</td>
              <td title={sayTime(item.observedAt)}>
                {sayAge(now.value - Date.parse(item.observedAt))}
              </td>
              <td>
                <Quality item={item} />
              </td>
              <td>
                <a href={href("devices", item.deviceId)}>{item.deviceId}</a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const QUALITIES = { good: "qualityGood", suspect: "qualitySuspect", bad: "qualityBad" } as const;
const LOOKS = { good: "tag good", suspect: "tag warn", bad: "tag danger" } as const;

function Quality({ item: { quality, flags } }: { item: LatestItem }) {
  return (
    <>
      <span class={LOOKS[quality]}>{say(QUALITIES[quality])}</span>
      {flags.length > 0 && <small>{flags.map(flagText).join(", ")}</small>}
    </>
  );
}
