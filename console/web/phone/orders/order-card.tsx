/** One case in a list: time left first, the whole card is the target. */
import { href } from "../../shared/router.ts";
import { Distance } from "../way/way-links.tsx";
import { GasLine } from "./hazards.tsx";
import { placeNameOf, titleOf } from "./order-name.ts";
import { Tags, TimeLeft } from "./order-tags.tsx";
import type { Predicted } from "./predict.ts";

export function OrderCard({ item }: { item: Predicted }) {
  return (
    <li>
      <a
        class="phone-order"
        href={href("case", item.caseNo)}
        data-danger={item.lifeSafety}
        data-case={item.caseNo}
      >
        <span class="phone-order-head">
          <TimeLeft item={item} />
          <Distance place={item} />
        </span>
        <span class="phone-order-title">{titleOf(item)}</span>
        <span class="phone-order-place">{placeNameOf(item)}</span>
        <GasLine caseNo={item.caseNo} />
        <Tags item={item} />
      </a>
    </li>
  );
}
