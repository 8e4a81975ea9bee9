/** The curve of a case: one drawing for each measurement, with limits and times of alarm drawn in. */
import { useMemo } from "preact/hooks";
import { measurementOf } from "../../shared/catalogue.ts";
import { Curve } from "../../shared/curve.tsx";
import type { CaseDetail } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { say } from "./case-page-words.ts";
import { type EvidenceData, type EvidencePlot, marksOf, plotsOf } from "./evidence-data.ts";

export function EvidenceCurve({ data, detail }: { data: EvidenceData; detail: CaseDetail }) {
  const plots = useMemo(() => plotsOf(data), [data]);
  const from = Date.parse(data.curve.from);
  const to = Date.parse(data.curve.to);
  return (
    <>
      <h3>{say("curve")}</h3>
      {plots.map((plot) => (
        <Plot key={plot.measurement} plot={plot} detail={detail} from={from} to={to} />
      ))}
    </>
  );
}

interface PlotProps {
  plot: EvidencePlot;
  detail: CaseDetail;
  from: number;
  to: number;
}

function Plot({ plot, detail, from, to }: PlotProps) {
  const found = measurementOf(detail.class, plot.measurement);
  const name = found === undefined ? plot.measurement : inLanguage(found.title);
  const series = useMemo(
    () =>
      plot.series.map(({ deviceId, unit, points }) => ({
        name: say("curveOf", { device: deviceId, measurement: name }),
        unit,
        points,
        ...(found?.kind === "boolean" && { states: [say("no"), say("yes")] as const }),
      })),
    [plot, name],
  );
  const limits = useMemo(
    () => plot.limits.map(({ value, title }) => ({ value, label: inLanguage(title) })),
    [plot, name],
  );
  const words = { alarm: say("curveAlarm"), case: say("curveCase") };
  const marks = useMemo(
    () =>
      marksOf(detail).map((mark) => ({
        ...mark,
        kindName: words[mark.kind],
        label: words[mark.kind],
      })),
    [detail, name],
  );
  return (
    <Curve
      series={series}
      limits={limits}
      marks={marks}
      from={from}
      to={to}
      height={200}
      label={name}
    />
  );
}
