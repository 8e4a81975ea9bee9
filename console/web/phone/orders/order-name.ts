/** How a case and its place are called. */
import { conditionText } from "../../shared/catalogue.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { say } from "./order-words.ts";
import { known } from "./orders.ts";

export const titleOf = (item: CaseItem): string =>
  (item.isDrill === true ? say("drill") : "") + conditionText(item);

export function placeNameOf(item: CaseItem): string {
  const asset = known.value.get(item.caseNo)?.site?.asset;
  const named = [item.address, asset?.name].filter((each) => each !== undefined && each !== "");
  return named.length > 0 ? named.join(" · ") : (item.assetId ?? item.caseNo);
}
