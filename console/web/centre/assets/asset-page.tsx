/** One asset: its identity card, curves, newest values, alarms, cases and devices. */

import type { ComponentChildren } from "preact";
import { get, type Page, part } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type {
  AlarmItem,
  AssetItem,
  CaseItem,
  DeviceItem,
  RuleItem,
} from "../../shared/platform-types.ts";
import { IdentityCard } from "./asset-card.tsx";
import { AssetCurves } from "./asset-curves.tsx";
import { AlarmTable, CaseTable, DeviceTable } from "./asset-lists.tsx";
import { say } from "./assets-words.ts";
import { rulesOfClass } from "./class-rules.ts";
import { useFresh } from "./use-fresh.ts";

const LISTED_MAX = 100;

export function AssetPage({ assetId }: { assetId: string }) {
  const id = part(assetId);
  const fresh = useFresh(assetId, ["alarm", "case"]);
  const asset = useLoaded(() => get<AssetItem>(`/api/v1/assets/${id}`), [id]);
  const lists = useLoaded(async () => {
    const of = `assetId=${id}&limit=${LISTED_MAX}`;
    const [alarms, cases, devices, parts] = await Promise.all([
      get<Page<AlarmItem>>(`/api/v1/alarms?${of}`),
      get<Page<CaseItem>>(`/api/v1/cases?${of}`),
      get<Page<DeviceItem>>(`/api/v1/devices?${of}`),
      get<Page<AssetItem>>(`/api/v1/assets?parentAssetId=${id}&limit=${LISTED_MAX}`),
    ]);
    return { alarms, cases, devices, parts };
  }, [id, fresh]);
  const isCut = Object.values(lists.value ?? {}).some(({ next }) => next !== undefined);
  return (
    <Loading loaded={asset}>
      {(known) => (
        <div class="assets-one">
          <IdentityCard asset={known} parts={lists.value?.parts.items ?? []} />
          {isCut && <p class="assets-hint">{say("listsCut", { n: LISTED_MAX })}</p>}
          <WithRules asset={known}>
            {(rules) => (
              <>
                <Loading loaded={lists}>
                  {({ alarms, cases }) => (
                    <div class="assets-two">
                      <AlarmTable alarms={alarms.items} rules={rules} />
                      <CaseTable cases={cases.items} />
                    </div>
                  )}
                </Loading>
                {known.class === undefined ? (
                  <p class="card quiet">{say("noSensor")}</p>
                ) : (
                  <AssetCurves
                    asset={known}
                    rules={rules}
                    alarms={lists.value?.alarms.items ?? NONE}
                    cases={lists.value?.cases.items ?? NONE}
                  />
                )}
              </>
            )}
          </WithRules>
          {lists.value !== undefined && (
            <DeviceTable devices={lists.value.devices.items} assetId={assetId} />
          )}
        </div>
      )}
    </Loading>
  );
}

const NONE: readonly never[] = [];

/** What is judged at it, by which its alarms and limits are named. */
function WithRules({ asset, children }: WithRulesProps) {
  const slug = asset.class;
  const rules = useLoaded(() => rulesOfClass(slug), [slug]);
  return <Loading loaded={rules}>{children}</Loading>;
}

interface WithRulesProps {
  asset: AssetItem;
  children(rules: readonly RuleItem[]): ComponentChildren;
}
