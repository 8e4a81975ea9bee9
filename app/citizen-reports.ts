/**
 * A citizen's report without a sign-in: its place is looked for in the city, its photos become
 * pictures that say nothing of their maker, and then it goes through the same door as every other
 * report. The reporter stands where a call of his was written down before, with the acceptor.
 */
import type { Cases } from "../cases/cases.ts";
import type { ConsoleDeps } from "../console/console.ts";
import type { AssetClass } from "../model/asset-class.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Place } from "../model/geography.ts";
import { LIMITS } from "../model/limits.ts";
import type { AddressSaid } from "../model/place.ts";
import type { Asset } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { AssetFinder } from "./asset-finder.ts";
import type { createFileWrites } from "./case-files.ts";
import type { createCaseWrites } from "./case-writes.ts";
import type { Engine } from "./engine.ts";

type CitizenReports = ConsoleDeps["citizenReports"];
type Said = Parameters<CitizenReports["take"]>[0];

interface Deps {
  cases: { sources: { questions: Pick<Cases["sources"]["questions"], "linkOf"> } };
  engine: Pick<Engine, "write">;
  registry: Pick<Registry, "unit"> & { assets: Pick<Registry["assets"], "list"> };
  finder: Pick<AssetFinder, "byCode" | "around">;
  classes: readonly Pick<AssetClass, "slug" | "title">[];
  placesOf(address: string): AddressSaid;
  report: ReturnType<typeof createCaseWrites>["report"];
  clean(bytes: Uint8Array): Promise<Uint8Array>;
  receive: ReturnType<typeof createFileWrites>["receive"];
}

/** No user has a name with a space. */
const REPORTER = { username: "the reporter", roles: ["acceptor" as const] };
/** Digits of a grid cell that name its street. */
const STREET_DIGITS = 9;
/** In a city the first look finds something. */
const REACHES_M = [100, 1_000, LIMITS.publicReachMMax];

export function createCitizenReports(deps: Deps): CitizenReports {
  const { finder, registry } = deps;

  /** By its plate, else by degrees, else by an address that names one place and no other. */
  function placed({ assetCode, lon, lat, address }: Said) {
    if (assetCode !== undefined) return { assetId: needAsset(assetCode).assetId };
    if (lon !== undefined && lat !== undefined) return inCity({ lon, lat });
    const [place, another] = address === undefined ? [] : deps.placesOf(address).named;
    if (place !== undefined && another === undefined) {
      const { name: placedAt, gridCell, responsibleGrid } = place;
      return { placedAt, lon: place.lon, lat: place.lat, gridCell, responsibleGrid };
    }
    const got = address === undefined ? "nothing" : "an address that names no place, or several";
    throw new GridwardenError(
      "REQUEST_INVALID",
      `where it is: got ${got}, wanted lon and lat, the code on a plate, or the name of one place`,
    );
  }

  /** @throws GridwardenError ASSET_NOT_FOUND */
  function needAsset(code: string): Asset {
    const asset = finder.byCode(code);
    if (asset !== undefined) return asset;
    throw new GridwardenError(
      "ASSET_NOT_FOUND",
      `no component has the code '${code}'; read it on the plate again, or say where it is`,
    );
  }

  /** Before the first component is registered everywhere is. @throws GridwardenError PLACE_OUTSIDE */
  function inCity(place: Place): Place {
    const isNear = REACHES_M.some((metres) => finder.around(place, metres).length > 0);
    if (isNear || registry.assets.list({ limit: 1 }).items.length === 0) return place;
    throw new GridwardenError(
      "PLACE_OUTSIDE",
      "the place is not in this city; check it, or report it where it is",
    );
  }

  async function keepPhoto(bytes: Uint8Array): Promise<string> {
    const picture = await deps.clean(bytes);
    const upload = { parts: once(picture), moment: "before" as const, contentType: "image/jpeg" };
    return (await deps.receive(upload, REPORTER)).fileId;
  }

  return {
    async take(said, key) {
      const { photos, assetCode: _, phone, ...words } = said;
      const place = placed(said);
      const files: string[] = [];
      // One after the other: a report is not to fill the gate of those who work here.
      for (const photo of photos) files.push(await keepPhoto(photo));
      const reporter = phone === undefined ? {} : { reporter: { phone } };
      const report = { ...words, ...place, ...reporter, source: "citizen" as const, hasLink: true };
      const made = await deps.report({ ...report, files }, REPORTER, key);
      const publicNo = made.publicNo ?? "";
      const link = await deps.engine.write(async (tx) => ({
        value: await deps.cases.sources.questions.linkOf(tx, publicNo),
      }));
      return { publicNo, link, isJoined: made.joined === true };
    },
    component(code) {
      const asset = finder.byCode(code);
      if (asset === undefined) return undefined;
      const title = deps.classes.find(({ slug }) => slug === asset.class)?.title;
      const street = asset.gridCell && registry.unit(asset.gridCell.slice(0, STREET_DIGITS))?.name;
      return {
        code: asset.componentCode,
        ...(title && { title }),
        ...(street !== undefined && { street }),
      };
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
