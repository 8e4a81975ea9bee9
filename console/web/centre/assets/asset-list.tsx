/** The list of assets: searched by code, name, street, class and what is the matter. */
import { useEffect, useRef } from "preact/hooks";
import { get, type Page } from "../../shared/api.ts";
import { classes, unitName } from "../../shared/catalogue.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Field } from "../../shared/parts.tsx";
import type { AssetItem } from "../../shared/platform-types.ts";
import { href, route, setQuery } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { inLanguage } from "../../shared/words.ts";
import { ASSET_FILTERS, filtersOf, listPath } from "./asset-filters.ts";
import { say } from "./assets-words.ts";
import { className } from "./names.ts";
import { SearchField } from "./search-field.tsx";

interface UnitItem {
  unitId: string;
  name: string;
  kind: string;
}

export function AssetList() {
  const filters = filtersOf(route.value.query, ASSET_FILTERS);
  const paged = usePaged<AssetItem>((cursor) => listPath("assets", filters, cursor));
  return (
    <section aria-labelledby="assets-title">
      <header class="assets-actions">
        <h1 id="assets-title">{say("assets")}</h1>
        {may("registry.write") && (
          <a class="button" href={`${href("assets")}?view=new`}>
            {say("newAsset")}
          </a>
        )}
      </header>
      <AssetFilters />
      <PagedList paged={paged} empty={say("noneFound")}>
        {(items) => (
          <div class="assets-table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{say("name")}</th>
                  <th scope="col">{say("class")}</th>
                  <th scope="col">{say("code")}</th>
                  <th scope="col">{say("grid")}</th>
                  <th scope="col">{say("maintenance")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((asset) => (
                  <AssetRow key={asset.assetId} asset={asset} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PagedList>
    </section>
  );
}

function AssetRow({ asset }: { asset: AssetItem }) {
  return (
    <tr>
      <th scope="row">
        <a href={href("assets", asset.assetId)}>{asset.name}</a>
        <small>{asset.assetId}</small>
      </th>
      <td>{className(asset.class)}</td>
      <td class="assets-code">{asset.componentCode}</td>
      <td>{asset.responsibleGrid ?? asset.gridCell ?? "—"}</td>
      <td>{asset.maintenanceUnitId === undefined ? "—" : unitName(asset.maintenanceUnitId)}</td>
    </tr>
  );
}

function AssetFilters() {
  const { query } = route.value;
  const streets = useLoaded(async () => {
    const { items } = await get<Page<UnitItem>>("/api/v1/units?limit=1000");
    return items.filter(({ kind }) => kind === "street");
  }, []);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => search.current?.focus(), []);
  return (
    <search class="assets-filters">
      <SearchField name="q" label={say("search")} hint={say("searchHint")} input={search} />
      <Choice name="class" label={say("class")}>
        {classes().map(({ slug, title }) => (
          <option key={slug} value={slug}>
            {inLanguage(title)}
          </option>
        ))}
      </Choice>
      <Choice name="street" label={say("street")}>
        {streets.value?.map(({ unitId, name }) => (
          <option key={unitId} value={unitId}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice name="state" label={say("state")}>
        <option value="alarm">{say("withAlarm")}</option>
        <option value="case">{say("withCase")}</option>
      </Choice>
      <label class="assets-check">
        <input
          type="checkbox"
          checked={query.get("hasDevices") === "true"}
          onChange={(event) => setQuery({ hasDevices: event.currentTarget.checked ? "true" : "" })}
        />
        {say("withDevices")}
      </label>
    </search>
  );
}

/** A filter of the address with some values, or all. */
export function Choice({
  name,
  label,
  children,
}: {
  name: string;
  label: string;
  children: preact.ComponentChildren;
}) {
  return (
    <Field label={label}>
      <select
        name={name}
        value={route.value.query.get(name) ?? ""}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
      >
        <option value="">{say("all")}</option>
        {children}
      </select>
    </Field>
  );
}
