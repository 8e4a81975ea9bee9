/** The fields of an asset's form: what it is, in which grid it lies, and whose it is. */
import { useId } from "preact/hooks";
import { allUnits, classes } from "../../shared/catalogue.ts";
import type { AssetItem } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { FoundAssets, useFoundAssets } from "./asset-field.tsx";
import { say as sayAsset } from "./assets-words.ts";
import { CodeField } from "./code-field.tsx";
import { FormField } from "./form-field.tsx";
import { ChoiceLine, type FormPart, NO_CHOICE, TextLine } from "./form-lines.tsx";
import { say } from "./form-words.ts";

const UNITS = {
  maintenanceUnitId: "maintenance",
  ownerUnitId: "owner",
  competentUnitId: "competent",
} as const;

/** All but the attributes. */
export const ASSET_FIELDS = [
  ...["assetId", "class", "componentCode", "name", "lon", "lat", "gridCell", "responsibleGrid"],
  ...["parentAssetId", ...Object.keys(UNITS)],
];
const NAME_MAX = 200;

export function What({ asset, ...at }: FormPart & { asset: AssetItem | undefined }) {
  const { typed, faultAt, change } = at;
  return (
    <fieldset>
      <legend>{say("what")}</legend>
      <div class="assets-form">
        <ChoiceLine
          name="class"
          label={sayAsset("class")}
          options={[
            ["", sayAsset("plain")],
            ...classes().map(({ slug, title }) => [slug, inLanguage(title)] as const),
          ]}
          {...at}
        />
        <TextLine name="name" label={sayAsset("name")} maxLength={NAME_MAX} isNeeded {...at} />
        {asset === undefined && (
          <TextLine name="assetId" label={sayAsset("assetId")} hint={say("assetIdHint")} {...at} />
        )}
        <CodeField
          code={typed.componentCode ?? ""}
          assetId={asset?.assetId}
          fault={faultAt("componentCode")}
          onInput={(componentCode) => change({ componentCode })}
        />
      </div>
    </fieldset>
  );
}

export function Grids(at: FormPart) {
  return (
    <>
      <TextLine name="gridCell" label={sayAsset("gridCell")} hint={say("cellHint")} {...at} />
      <TextLine name="responsibleGrid" label={sayAsset("grid")} {...at} />
    </>
  );
}

export function Whose(at: FormPart) {
  const units = [NO_CHOICE, ...allUnits().map(({ unitId, name }) => [unitId, name] as const)];
  return (
    <fieldset>
      <legend>{say("whose")}</legend>
      <div class="assets-form">
        {(Object.keys(UNITS) as (keyof typeof UNITS)[]).map((name) => (
          <ChoiceLine
            key={name}
            name={name}
            label={sayAsset(UNITS[name])}
            options={units}
            {...at}
          />
        ))}
        <ParentField {...at} />
      </div>
    </fieldset>
  );
}

function ParentField({ typed, faultAt, change }: FormPart) {
  const listId = useId();
  const value = typed.parentAssetId ?? "";
  const found = useFoundAssets(value);
  const name = "parentAssetId";
  return (
    <FormField
      name={name}
      label={sayAsset("parent")}
      hint={say("parentHint")}
      fault={faultAt(name)}
    >
      {(control) => (
        <>
          <input
            {...control}
            maxLength={64}
            list={listId}
            value={value}
            onInput={(event) => change({ parentAssetId: event.currentTarget.value.trim() })}
          />
          <FoundAssets id={listId} found={found} />
        </>
      )}
    </FormField>
  );
}
