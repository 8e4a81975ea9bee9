/** An inspector's area: its components as dots, what of it was walked today, and how much that is. */
import { useEffect, useState } from "preact/hooks";
import { get, type Page, path } from "../../shared/api.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import { keep, kept } from "../store.ts";
import { type Spot, sayDistance } from "../way/distance.ts";
import { here } from "../way/where.ts";
import { coverageOf, isSeen, isStraight, type Step } from "./coverage.ts";
import { say } from "./patrol-words.ts";
import { PlanView } from "./plan-view.tsx";
import { walk } from "./walk.ts";

interface Area {
  grid: string;
  things: Spot[];
}
/** A page of the list; a responsibility grid that has more is shown in part. */
const THINGS_MAX = 1_000;

export default function AreaPage() {
  const [grid, setGrid] = useState("");
  const [area, setArea] = useState<Area>();
  const [fault, setFault] = useState<unknown>();
  useEffect(() => {
    void kept<Area>("area").then((found) => {
      if (found === undefined) return;
      setArea(found);
      setGrid(found.grid);
    });
  }, []);

  async function load(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    try {
      const query = { responsibleGrid: grid.trim(), limit: THINGS_MAX };
      const { items } = await get<Page<Spot>>(path("/api/v1/assets", query));
      const found = { grid: grid.trim(), things: items.map(({ lon, lat }) => ({ lon, lat })) };
      setArea(found);
      await keep("area", found);
    } catch (reason) {
      setFault(reason);
    }
  }

  return (
    <div class="phone-page" id="area">
      <h1>{say("areaTitle")}</h1>
      <form class="phone-card phone-form" onSubmit={(event) => void load(event)}>
        <Field label={say("areaChoose")} hint={say("areaHint")}>
          <input
            name="grid"
            required
            value={grid}
            onInput={(event) => setGrid(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="main">
          {say("areaLoad")}
        </button>
      </form>
      <Fault fault={fault} />
      {walk.value.length === 0 && <p class="phone-soft">{say("onPatrolFirst")}</p>}
      {area !== undefined && <Covered things={area.things} steps={walk.value} />}
    </div>
  );
}

function Covered({ things, steps }: { things: readonly Spot[]; steps: readonly Step[] }) {
  if (things.length === 0) return <p class="phone-soft">{say("areaMissing")}</p>;
  const { seen, of, walkedM } = coverageOf(things, steps);
  const legs = steps.flatMap((step, n) => {
    const before = steps[n - 1];
    return before !== undefined && isStraight(before, step) ? [[before, step] as const] : [];
  });
  const marked = things.map((thing) => ({ ...thing, isSeen: isSeen(thing, steps, legs) }));
  return (
    <>
      <p class="phone-shift">
        {say("coverage", { percent: Math.round((seen / of) * 100), far: sayDistance(walkedM) })}
      </p>
      <PlanView
        label={say("areaMap", { seen, of })}
        things={marked}
        walk={steps}
        here={here.value}
      />
    </>
  );
}
