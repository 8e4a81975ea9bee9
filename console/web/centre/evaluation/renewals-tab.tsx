/** Assets whose fault comes back: to be renewed rather than repaired once more. */
import { path } from "../../shared/api.ts";
import { unitName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import type { RenewalItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { inLanguage } from "../../shared/words.ts";
import { say } from "./evaluation-words.ts";
import { WideTable } from "./wide-table.tsx";

export function RenewalsTab() {
  const paged = usePaged<RenewalItem>((cursor) => path("/api/v1/evaluation/renewals", { cursor }));
  return (
    <section aria-label={say("renewals")}>
      <PagedList paged={paged} empty={say("renewalsNone")}>
        {(items) => (
          <WideTable label={say("renewals")}>
            <thead>
              <tr>
                <th scope="col">{say("asset")}</th>
                <th scope="col">{say("condition")}</th>
                <th scope="col">{say("unit")}</th>
                <th scope="col" class="number">
                  {say("count")}
                </th>
                <th scope="col">{say("firstAt")}</th>
                <th scope="col">{say("lastAt")}</th>
                <th scope="col">{say("cases")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={`${item.assetId} ${item.conditionId}`} item={item} />
              ))}
            </tbody>
          </WideTable>
        )}
      </PagedList>
    </section>
  );
}

function Row({ item }: { item: RenewalItem }) {
  const { assetId, name = assetId, conditionId, title, unitId, count, caseNos } = item;
  return (
    <tr>
      <th scope="row">
        <a href={href("assets", assetId)}>{name}</a>
      </th>
      <td>{title === undefined ? conditionId : inLanguage(title)}</td>
      <td>{unitId === undefined ? "" : unitName(unitId)}</td>
      <td class="number">{count}</td>
      <td>{sayTime(item.firstAt)}</td>
      <td>{sayTime(item.lastAt)}</td>
      <td>
        <span class="evaluation-case-list">
          {caseNos.map((caseNo) => (
            <a key={caseNo} href={href("cases", caseNo)}>
              {caseNo}
            </a>
          ))}
        </span>
      </td>
    </tr>
  );
}
