/** A crew's orders: what it must do about, what nobody has, and what others have now. */
import { Fault } from "../../shared/parts.tsx";
import type { CaseItem } from "../../shared/platform-types.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { outbox } from "../outbox/outbox.ts";
import { here } from "../way/where.ts";
import { OrderCard } from "./order-card.tsx";
import { isInHand, sortOrders } from "./order-sort.ts";
import { say } from "./order-words.ts";
import type { Orders } from "./orders.ts";
import { type Predicted, predicted } from "./predict.ts";

export function OrdersPage({ orders: { mine, standing } }: { orders: Orders }) {
  const items = mine.items.value?.map((item) => predicted(item, outbox.value));
  const stand = (standing.items.value ?? []).map((item) => predicted(item, outbox.value));
  const open = items?.filter(isInHand) ?? [];
  // A step that was said on this phone: its order stays in sight.
  const taken = stand.filter((item) => item.unsent !== undefined);
  return (
    <div class="phone-page" id="orders">
      <Fault fault={mine.fault.value} onAgain={() => void mine.load()} />
      <h1>{say("inHand")}</h1>
      {items === undefined && mine.fault.value === undefined && (
        <p class="quiet">{sayShared("loading")}</p>
      )}
      {items !== undefined && open.length === 0 && <p class="phone-soft">{say("noOrders")}</p>}
      <Cards items={[...open, ...taken]} />
      <Part title={say("standing")} items={stand.filter((item) => item.unsent === undefined)} />
      <Part title={say("handedIn")} items={items?.filter((item) => !isInHand(item)) ?? []} />
    </div>
  );
}

function Part({ title, items }: { title: string; items: readonly Predicted[] }) {
  if (items.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <Cards items={items} />
    </>
  );
}

export function Cards({ items }: { items: readonly (CaseItem | Predicted)[] }) {
  return (
    <ul class="phone-orders">
      {sortOrders(items, here.value).map((item) => (
        <OrderCard key={item.caseNo} item={item} />
      ))}
    </ul>
  );
}
