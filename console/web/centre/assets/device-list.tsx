/** The list of devices: what each is, where it stands in its life, when it was heard, battery and radio. */
import { get, path } from "../../shared/api.ts";
import { classes } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { LIVES, sayLife } from "../../shared/life-words.ts";
import { type Loaded, useLoaded } from "../../shared/loaded.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import type { DeviceItem, LatestItem } from "../../shared/platform-types.ts";
import { href, route } from "../../shared/router.ts";
import { inLanguage } from "../../shared/words.ts";
import { DEVICE_FILTERS, type Filters, filtersOf, listPath, pagesOf } from "./asset-filters.ts";
import { Choice } from "./asset-list.tsx";
import { heardText } from "./asset-lists.tsx";
import { say as sayAssets } from "./assets-words.ts";
import { say } from "./device-words.ts";
import { className, latestText } from "./names.ts";
import { SearchField } from "./search-field.tsx";

const FORMATS = [
  "native",
  "chirpstack",
  "things-stack",
  "ctwing",
  "onenet",
  "hj212",
  "senml",
  "sparkplug",
  "json",
  "lamp-platform",
];
const HEADS = ["device", "asset", "product", "life", "heard", "battery", "radio"] as const;

export function DeviceList() {
  const filters = filtersOf(route.value.query, ["q", ...DEVICE_FILTERS]);
  const paged = usePaged<DeviceItem>((cursor) => listPath("devices", filters, cursor));
  return (
    <section aria-labelledby="devices-title">
      <h1 id="devices-title">{sayAssets("devices")}</h1>
      <DeviceFilters />
      <p class="assets-actions">
        <a class="button" href={labelsAddress(filters)} target="_blank" rel="noreferrer">
          {say("labels")}
        </a>
      </p>
      <PagedList paged={paged} empty={sayAssets("noneFound")}>
        {(items) => (
          <div class="assets-table">
            <table>
              <thead>
                <tr>
                  {HEADS.map((head) => (
                    <th key={head} scope="col">
                      {say(head)}
                    </th>
                  ))}
                </tr>
              </thead>
              {pagesOf(items).map((devices, n) => (
                <DeviceRows key={n} devices={devices} />
              ))}
            </table>
          </div>
        )}
      </PagedList>
    </section>
  );
}

/** A sheet of labels of what the list shows, page by page of A4. */
const labelsAddress = (filters: Filters): string =>
  path("/api/v1/devices/labels.svg", { ...filters, base: location.origin });

const RADIO = ["rssiDbm", "rsrpDbm", "snrDb"];
const BATTERY = ["batteryPercent", "batteryV"];
const MEASUREMENTS = [...BATTERY, ...RADIO].join();

type Latest = Loaded<{ items: LatestItem[] }>;

/** A page of the list; what its devices last said of battery and radio is one call. */
function DeviceRows({ devices }: { devices: readonly DeviceItem[] }) {
  const deviceIds = devices.map(({ deviceId }) => deviceId).join();
  const latest: Latest = useLoaded(
    () => get(path("/api/v1/readings/latest", { deviceIds, measurements: MEASUREMENTS })),
    [deviceIds],
  );
  return (
    <tbody>
      {devices.map((device) => (
        <DeviceRow key={device.deviceId} device={device} latest={latest} />
      ))}
    </tbody>
  );
}

interface RowProps {
  device: DeviceItem;
  latest: Latest;
}

function DeviceRow({ device, latest }: RowProps) {
  const { deviceId, assetId, life, vendor, model, firmware, format = "native" } = device;
  const made = [vendor, model, firmware].filter(Boolean).join(" ");
  return (
    <tr>
      <th scope="row">
        <a href={href("devices", deviceId)}>{deviceId}</a>
        <small>{format}</small>
      </th>
      <td>
        <a href={href("assets", assetId)}>{assetId}</a>
        <small>{className(device.class)}</small>
      </td>
      <td>{made === "" ? "—" : made}</td>
      <td>
        <span class={life === "in-service" ? "tag good" : "tag warn"}>{sayLife(life)}</span>
      </td>
      <td title={device.lastHeardAt === undefined ? undefined : sayTime(device.lastHeardAt)}>
        {heardText(device)}
      </td>
      <Health device={device} latest={latest} />
    </tr>
  );
}

function Health({ device: { deviceId, class: slug }, latest }: RowProps) {
  const own = (latest.value?.items ?? []).filter((item) => item.deviceId === deviceId);
  const cell = (names: readonly string[]): string => {
    const found = names.flatMap((name) => own.filter(({ measurement }) => measurement === name));
    if (found.length === 0) return latest.isLoading ? "…" : "—";
    return found.map((item) => latestText(slug, item)).join(" / ");
  };
  return (
    <>
      <td>{cell(BATTERY)}</td>
      <td>{cell(RADIO)}</td>
    </>
  );
}

function DeviceFilters() {
  return (
    <search class="assets-filters">
      <SearchField name="q" label={say("search")} hint={say("searchHint")} />
      <Choice name="class" label={sayAssets("class")}>
        {classes().map(({ slug, title }) => (
          <option key={slug} value={slug}>
            {inLanguage(title)}
          </option>
        ))}
      </Choice>
      <Choice name="life" label={say("life")}>
        {LIVES.map((life) => (
          <option key={life} value={life}>
            {sayLife(life)}
          </option>
        ))}
      </Choice>
      <Choice name="format" label={say("format")}>
        {FORMATS.map((format) => (
          <option key={format} value={format}>
            {format}
          </option>
        ))}
      </Choice>
      <SearchField name="vendor" label={say("vendor")} />
      <SearchField name="model" label={say("model")} />
      <SearchField name="firmware" label={say("firmware")} />
    </search>
  );
}
