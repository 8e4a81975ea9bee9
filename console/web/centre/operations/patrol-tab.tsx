/** Inspectors with their areas, who is on patrol since when, and what of an area was seen today and yesterday. */
import { useEffect, useState } from "preact/hooks";
import { againEach } from "../../shared/again.ts";
import { path } from "../../shared/api.ts";
import { unitName } from "../../shared/catalogue.ts";
import { now, sayTime } from "../../shared/clock.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import type { PatrolAreaItem } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import { sayAge } from "../../shared/time-words.ts";
import { PatrolAreaForm } from "./patrol-area-form.tsx";
import { PatrolSeen } from "./patrol-seen.tsx";
import { say } from "./patrol-words.ts";

const ASK_EACH_MS = 30_000;
const DAY_MS = 86_400_000;

export function PatrolTab() {
  const paged = usePaged<PatrolAreaItem>((cursor) => path("/api/v1/patrol-areas", { cursor }));
  const [setting, setSetting] = useState<PatrolAreaItem>();
  const [saved, setSaved] = useState<string>();
  const { reload } = paged;
  useEffect(() => againEach(ASK_EACH_MS, async () => reload()), []);
  const [today, yesterday] = [0, DAY_MS].map((ms) => sayTime(now.value - ms).slice(0, 10));
  return (
    <>
      <p role="status">{saved !== undefined && say("areaSaved", { name: saved })}</p>
      {setting !== undefined && (
        <PatrolAreaForm
          area={setting}
          onClose={() => setSetting(undefined)}
          onSaved={() => {
            setSaved(setting.username);
            setSetting(undefined);
            reload();
          }}
        />
      )}
      <PagedList paged={paged} empty={say("none")}>
        {(items) => (
          <div class="operations-table">
            <table id="patrols">
              <thead>
                <tr>
                  <th scope="col">{say("inspector")}</th>
                  <th scope="col">{say("area")}</th>
                  <th scope="col">{say("state")}</th>
                  <th scope="col">{say("today")}</th>
                  <th scope="col">{say("yesterday")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((area) => (
                  <tr key={area.username} data-inspector={area.username}>
                    <th scope="row">
                      {area.username}
                      {area.unitId !== undefined && <small> {unitName(area.unitId)}</small>}
                    </th>
                    <td>
                      <Area area={area} onSet={() => setSetting(area)} />
                    </td>
                    <td>
                      <Going patrol={area.patrol} />
                    </td>
                    {[today, yesterday].map((day = "") => (
                      <td key={day}>
                        <PatrolSeen
                          area={area}
                          day={day}
                          isLive={day === today && area.patrol !== undefined}
                        />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PagedList>
    </>
  );
}

function Area({ area, onSet }: { area: PatrolAreaItem; onSet: () => void }) {
  const { username, grids } = area;
  return (
    <>
      {grids.length === 0 ? say("noArea") : grids.join(say("comma"))}{" "}
      {may("patrol-areas.write") !== undefined && (
        <button type="button" aria-label={say("setOf", { name: username })} onClick={onSet}>
          {say("set")}
        </button>
      )}
    </>
  );
}

function Going({ patrol }: Pick<PatrolAreaItem, "patrol">) {
  if (patrol === undefined) return <>{say("notOn")}</>;
  const { startedAt, position } = patrol;
  return (
    <>
      <span class="tag good">{say("onSince", { since: sayTime(startedAt).slice(11) })}</span>
      <small>
        {position === undefined
          ? say("placeNone")
          : say("placeAge", { age: sayAge(now.value - Date.parse(position.at)) })}
      </small>
    </>
  );
}
