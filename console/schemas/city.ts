/** What the city is judged by as it is now: its lighting and its plants. */
import { z } from "zod";
import { IsoTime } from "./common.ts";

export const CityFiguresAnswer = z
  .object({
    at: IsoTime,
    lighting: z.object({
      due: z.int().describe("lamps with a device that their plan wants lit now; by day 0"),
      heard: z.int().describe("of these, with a good value within three report periods"),
      lit: z.int().describe("of these, those that burn; the lighting rate is lit of heard"),
    }),
    outlets: z.object({
      all: z.int().describe("outlets of plants that have a device"),
      measured: z
        .int()
        .describe("with a good value within three report periods that has a discharge limit"),
      within: z
        .int()
        .describe("of these, on which no rule of a discharge limit stands that opens a case"),
    }),
  })
  .meta({ id: "CityFigures" });
