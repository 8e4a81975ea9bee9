/** An inspector's area: its components as dots, what of it was walked today, and how much that is. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { coverageOf, type Step } from "../../../../model/patrol-walk.ts";
import { Unreachable } from "../../shared/api.ts";
import { gridsOf } from "../../shared/grid-names.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import { type Spot, sayDistance } from "../way/distance.ts";
import { here } from "../way/where.ts";
import { area, fetchArea, openArea } from "./area.ts";
import { PatrolSwitch } from "./patrol-switch.tsx";
import { say } from "./patrol-words.ts";
import { PlanView } from "./plan-view.tsx";
import { walk } from "./walk.ts";

export default function AreaPage() {
  const [fault, setFault] = useState<unknown>();
  const known = area.value;

  async function ask(work: () => Promise<void>): Promise<void> {
    setFault(undefined);
    await work().catch(setFault);
  }
  useEffect(() => {
    void ask(openArea);
  }, []);

  return (
    <div class="phone-page" id="area">
      <h1>{say("areaTitle")}</h1>
      <PatrolSwitch />
      {known?.isSet ? (
        <p id="area-grids">{say("areaSet", { grids: known.grids.join(say("areaComma")) })}</p>
      ) : (
        <TypedGrids
          grids={known?.grids ?? []}
          onGrids={(grids) => void ask(() => fetchArea(grids, false))}
        />
      )}
      {/* Without network the area stands as it was last known, and the bar says so. */}
      {(known === undefined || !(fault instanceof Unreachable)) && <Fault fault={fault} />}
      {walk.value.length === 0 && <p class="phone-soft">{say("onPatrolFirst")}</p>}
      {known !== undefined && <Covered things={known.things} steps={walk.value} />}
      {known?.isPart && <p class="phone-soft">{say("areaPart", { n: known.things.length })}</p>}
    </div>
  );
}

interface TypedGridsProps {
  grids: readonly string[];
  onGrids: (grids: string[]) => void;
}

/** Where the platform has no area for him. */
function TypedGrids({ grids, onGrids }: TypedGridsProps) {
  const [typed, setTyped] = useState<string>();
  const text = typed ?? grids.join(say("areaComma"));
  const load = (event: Event): void => {
    event.preventDefault();
    onGrids(gridsOf(text));
  };
  return (
    <form class="phone-card phone-form" onSubmit={load}>
      <Field label={say("areaChoose")} hint={say("areaHint")}>
        <input
          name="grid"
          required
          value={text}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </Field>
      <button type="submit" class="main">
        {say("areaLoad")}
      </button>
    </form>
  );
}

function Covered({ things, steps }: { things: readonly Spot[]; steps: readonly Step[] }) {
  const { isSeen, seen, of, walkedM } = useMemo(() => coverageOf(things, steps), [things, steps]);
  if (things.length === 0) return <p class="phone-soft">{say("areaMissing")}</p>;
  const marked = things.map((thing, n) => ({ ...thing, isSeen: isSeen[n] === true }));
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
