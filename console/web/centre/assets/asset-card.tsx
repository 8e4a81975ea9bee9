/** The identity card of an asset (CJ/T 214, GB/T 30428.2): its code in its parts, where it is, whose it is. */
import type { ComponentChildren } from "preact";
import { unitName } from "../../shared/catalogue.ts";
import type { AssetItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { codeParts } from "./asset-filters.ts";

import { say } from "./assets-words.ts";
import { className } from "./names.ts";

const UNITS = ["maintenance", "owner", "competent"] as const;

export function IdentityCard({ asset, parts }: { asset: AssetItem; parts: readonly AssetItem[] }) {
  const { maintenanceUnitId, ownerUnitId, competentUnitId, attributes = {} } = asset;
  const unitIds = {
    maintenance: maintenanceUnitId,
    owner: ownerUnitId,
    competent: competentUnitId,
  };
  return (
    <section class="card assets-card" aria-labelledby="asset-name">
      <header>
        <h1 id="asset-name">{asset.name}</h1>
        <span class="tag">{className(asset.class)}</span>
        <a class="button" href={`${href("now")}?asset=${encodeURIComponent(asset.assetId)}`}>
          {say("onMap")}
        </a>
        {may("registry.write") && (
          <a class="button" href={`${href("assets", asset.assetId)}?view=edit`}>
            {say("editAsset")}
          </a>
        )}
      </header>
      <Code code={asset.componentCode} />
      <dl>
        <Row label={say("assetId")}>{asset.assetId}</Row>
        <Row label={say("place")}>{`${asset.lon.toFixed(6)}, ${asset.lat.toFixed(6)}`}</Row>
        <Row label={say("gridCell")}>{asset.gridCell}</Row>
        <Row label={say("grid")}>{asset.responsibleGrid}</Row>
        {UNITS.map((name) => (
          <Row key={name} label={say(name)}>
            {unitIds[name] === undefined ? undefined : unitName(unitIds[name])}
          </Row>
        ))}
        {asset.parentAssetId !== undefined && (
          <Row label={say("parent")}>
            <a href={href("assets", asset.parentAssetId)}>{asset.parentAssetId}</a>
          </Row>
        )}
        {Object.entries(attributes).map(([name, value]) => (
          <Row key={name} label={name}>
            {typeof value === "boolean" ? say(value ? "yes" : "no") : String(value)}
          </Row>
        ))}
      </dl>
      {parts.length > 0 && <Parts parts={parts} />}
    </section>
  );
}

export function Row({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children ?? "—"}</dd>
    </div>
  );
}

const CODE_PARTS = ["area", "major", "minor", "no"] as const;
const CODE_WORDS = {
  area: "codeArea",
  major: "codeMajor",
  minor: "codeMinor",
  no: "codeNo",
} as const;

function Code({ code }: { code: string }) {
  const found = codeParts(code);
  return (
    <dl class="assets-code-parts" aria-label={say("code")}>
      {CODE_PARTS.map((name) => (
        <Row key={name} label={say(CODE_WORDS[name])}>
          {found[name]}
        </Row>
      ))}
    </dl>
  );
}

function Parts({ parts }: { parts: readonly AssetItem[] }) {
  return (
    <details>
      <summary>{say("parts", { n: parts.length })}</summary>
      <ul class="assets-parts">
        {parts.map(({ assetId, name }) => (
          <li key={assetId}>
            <a href={href("assets", assetId)}>{name}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}
