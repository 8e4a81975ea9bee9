/** The boards there are. A new one is one file beside this and one line here. */
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import type { Board } from "../board.ts";
import { alarmsBoard } from "./alarms.ts";
import { assetBoard } from "./asset.ts";
import { casesBoard } from "./cases.ts";
import { classBoard } from "./class.ts";
import { cleansingBoard } from "./cleansing.ts";
import { fleetBoard } from "./fleet.ts";
import { lightingBoard } from "./lighting.ts";
import { overviewBoard } from "./overview.ts";
import { plantsBoard } from "./plants.ts";
import { platformBoard } from "./platform.ts";

export const allBoards = (): Board[] => [
  overviewBoard(),
  casesBoard(),
  alarmsBoard(),
  lightingBoard(),
  cleansingBoard(),
  plantsBoard(),
  fleetBoard(),
  platformBoard(),
  ...ASSET_CLASSES.flatMap((assetClass) => [classBoard(assetClass), assetBoard(assetClass)]),
];
