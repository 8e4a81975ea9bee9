/** Assets and devices: which of their pages the address asks for. */
import "./assets.css";
import { get, part } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Loading } from "../../shared/parts.tsx";
import type { AssetItem } from "../../shared/platform-types.ts";
import { href, route } from "../../shared/router.ts";
import { hasRole } from "../../shared/session.ts";
import { AssetForm } from "./asset-form.tsx";
import { AssetList } from "./asset-list.tsx";
import { AssetPage } from "./asset-page.tsx";
import { say } from "./assets-words.ts";
import { DeviceForm } from "./device-form.tsx";
import { DeviceList } from "./device-list.tsx";
import { DevicePage } from "./device-page.tsx";
import { ImportPage } from "./import-page.tsx";
import { Knocking } from "./knocking.tsx";
import { ScanPage } from "./scan-page.tsx";

const VIEWS = ["assets", "devices", "knocking", "scan", "import"] as const;
type View = (typeof VIEWS)[number];

export default function AssetsPage() {
  const { parts, query } = route.value;
  const [list = "assets", id] = parts;
  const asked = query.get("view");
  const view = VIEWS.find((each) => each === asked) ?? (list === "devices" ? "devices" : "assets");
  return (
    <div class="assets">
      <Tabs shown={id === undefined && asked !== "new" ? view : undefined} />
      {id === undefined && asked === "new" ? (
        <AssetForm />
      ) : id === undefined ? (
        <Shown view={view} />
      ) : list === "devices" ? (
        <DevicePage key={id} deviceId={id} />
      ) : (
        <OfAsset key={id} assetId={id} view={asked} />
      )}
    </div>
  );
}

/** Its page, or a form for it. */
function OfAsset({ assetId, view }: { assetId: string; view: string | null }) {
  if (view !== "edit" && view !== "device") return <AssetPage assetId={assetId} />;
  return <AssetForms assetId={assetId} view={view} />;
}

function AssetForms({ assetId, view }: { assetId: string; view: "edit" | "device" }) {
  const asset = useLoaded(() => get<AssetItem>(`/api/v1/assets/${part(assetId)}`), [assetId]);
  return (
    <Loading loaded={asset}>
      {(known) => (view === "edit" ? <AssetForm asset={known} /> : <DeviceForm asset={known} />)}
    </Loading>
  );
}

function Shown({ view }: { view: View }) {
  switch (view) {
    case "assets":
      return <AssetList />;
    case "devices":
      return <DeviceList />;
    case "knocking":
      return <Knocking />;
    case "scan":
      return <ScanPage />;
    case "import":
      return <ImportPage />;
  }
}

const mayOf: Partial<Record<View, string[]>> = {
  knocking: ["engineer"],
  scan: ["engineer"],
  import: [],
};

function Tabs({ shown }: { shown: View | undefined }) {
  const open = VIEWS.filter((view) => mayOf[view] === undefined || hasRole(...(mayOf[view] ?? [])));
  const address = (view: View): string =>
    view === "assets" || view === "devices" ? href(view) : `${href("assets")}?view=${view}`;
  return (
    <nav class="assets-tabs" aria-label={say("tabs")}>
      {open.map((view) => (
        <a key={view} href={address(view)} aria-current={view === shown ? "page" : undefined}>
          {say(view)}
        </a>
      ))}
    </nav>
  );
}
