/**
 * The county at a glance. Of a city with 57,906 components and seven days each query reads counts of minutes
 * and five minutes, never readings.
 */
import { type Board, board, consoleVariable } from "../board.ts";
import { UIDS } from "../links.ts";
import {
  binsFull,
  clearedDaily,
  litAll,
  litOn,
  online,
  plantsWithin,
} from "../panels/city-shares.ts";
import { placesMap } from "../panels/places.ts";
import { shareBars, shareCurve, shareFigure } from "../panels/shares.ts";
import { alarmRate, totalFigure, totalsCurve } from "../panels/totals.ts";

/** The last night that is over, or the one that is. */
const LAST_NIGHT = "24h";

export function overviewBoard(): Board {
  return board({
    uid: UIDS.overview,
    title: { zh: "县域总览", en: "County overview" },
    description: {
      zh: "案卷、报警、亮灯、垃圾桶和污水处理厂，一屏看全。",
      en: "Cases, alarms, lamps, bins and plants at a glance.",
    },
    from: "now-7d",
    variables: [consoleVariable()],
    sections: [
      {
        panels: [
          totalFigure("open"),
          totalFigure("overdue"),
          totalFigure("life_safety"),
          totalFigure("due_soon"),
          totalFigure("alarms"),
          shareFigure(online),
          shareFigure(litOn("trunk"), 4, LAST_NIGHT),
          shareFigure(litOn("other"), 4, LAST_NIGHT),
          shareFigure(plantsWithin),
          shareFigure(binsFull),
          shareFigure(clearedDaily),
          shareFigure(litAll, 4, LAST_NIGHT),
        ],
      },
      {
        title: { zh: "何处", en: "Where" },
        panels: [placesMap(), totalsCurve(), alarmRate("class")],
      },
      {
        title: { zh: "变化", en: "Through time" },
        panels: [
          shareCurve(litAll),
          alarmRate("severity"),
          shareCurve(binsFull),
          shareCurve(plantsWithin),
          shareBars(clearedDaily, "street", 12),
          shareBars(online, "class", 12),
        ],
      },
    ],
  });
}
