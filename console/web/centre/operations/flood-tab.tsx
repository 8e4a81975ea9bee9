/** How the load of orders stands: the whole centre and each crew, and who gets digests just now. */
import { get } from "../../shared/api.ts";
import { crewName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { AlarmPerformance } from "../../shared/platform-types.ts";
import { sayCount } from "../../shared/words.ts";
import { say } from "./operations-words.ts";

export function FloodTab() {
  const loaded = useLoaded(() => get<AlarmPerformance>("/api/v1/alarms/performance"), []);
  return (
    <Loading loaded={loaded}>
      {({ load }) => (
        <table>
          <thead>
            <tr>
              <th scope="col">{say("who")}</th>
              <th scope="col">{say("state")}</th>
              <th scope="col" class="number">
                {say("load")}
              </th>
              <th scope="col" class="number">
                {say("gathered")}
              </th>
            </tr>
          </thead>
          <tbody>
            {load.map(({ crewId, state, since, per10Min, gathered }) => (
              <tr key={crewId ?? ""}>
                <td>{crewId === undefined ? say("centre") : crewName(crewId)}</td>
                <td>
                  <span class={state === "flood" ? "tag danger" : "tag good"}>
                    {say(state === "flood" ? "floodNow" : "calm")}
                  </span>{" "}
                  {since !== undefined && sayTime(since)}
                </td>
                <td class="number">{sayCount(per10Min)}</td>
                <td class="number">{sayCount(gathered)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Loading>
  );
}
