/** Unknown devices that tried to be heard; they are adopted on the devices' page. */
import { path } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import type { KnockItem } from "../../shared/platform-types.ts";
import { sayCount } from "../../shared/words.ts";
import { say } from "./operations-words.ts";

export function KnockingTab() {
  const paged = usePaged<KnockItem>((cursor) => path("/api/v1/knocking", { cursor }));
  return (
    <PagedList paged={paged} empty={say("knockingNone")}>
      {(items) => (
        <table>
          <thead>
            <tr>
              <th scope="col">{say("who")}</th>
              <th scope="col">{say("sender")}</th>
              <th scope="col" class="number">
                {say("count")}
              </th>
              <th scope="col">{say("at")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ format, id, sender, count, lastAt }) => (
              <tr key={`${format} ${id} ${sender}`}>
                <td class="operations-code">
                  {format} {id}
                </td>
                <td>{sender}</td>
                <td class="number">{sayCount(count)}</td>
                <td>{sayTime(lastAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </PagedList>
  );
}
