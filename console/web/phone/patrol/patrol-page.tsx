/** What an inspector has to look at, the nearest first. */
import { Fault } from "../../shared/parts.tsx";
import type { CaseState } from "../../shared/platform-types.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import type { KeptList } from "../kept-list.ts";
import { Cards } from "../orders/orders-page.tsx";
import { type Predicted, predicted } from "../orders/predict.ts";
import { outbox } from "../outbox/outbox.ts";
import { say } from "./patrol-words.ts";

const PARTS = [
  ["VERIFYING", "toVerify"],
  ["CHECKING", "toCheck"],
  ["REPORTED", "toSettle"],
] as const satisfies readonly (readonly [CaseState, string])[];

export function PatrolPage({ todo }: { todo: KeptList }) {
  const items = todo.items.value?.map((item) => predicted(item, outbox.value));
  const of = (state: CaseState): Predicted[] =>
    items?.filter((item) => item.state === state && item.unsent === undefined) ?? [];
  return (
    <div class="phone-page" id="patrol">
      <Fault fault={todo.fault.value} onAgain={() => void todo.load()} />
      {items === undefined && todo.fault.value === undefined && (
        <p class="quiet">{sayShared("loading")}</p>
      )}
      {items?.length === 0 && <p class="phone-soft">{say("nothingToDo")}</p>}
      {PARTS.map(([state, title]) => {
        const part = of(state);
        return (
          part.length > 0 && (
            <section key={state}>
              <h1>{say(title)}</h1>
              <Cards items={part} />
            </section>
          )
        );
      })}
    </div>
  );
}
