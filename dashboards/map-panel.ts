/** A map with one layer of points, each as large and as coloured as a column says. */
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as geomap from "@grafana/grafana-foundation-sdk/geomap";
import { fill, NEUTRAL, type Panel, type PanelSpec, placed } from "./panel.ts";

export function map(
  spec: PanelSpec & { lat: string; lon: string; colorBy: string; sizeBy: string },
): Panel {
  const { width = 12, height = 16, lat, lon, colorBy, sizeBy } = spec;
  const place = new common.FrameGeometrySourceBuilder()
    .mode(common.FrameGeometrySourceMode.Coords)
    .latitude(lat)
    .longitude(lon);
  const points = new common.MapLayerOptionsBuilder()
    .type("markers")
    .name("places")
    .location(place)
    .tooltip(true)
    .config({
      showLegend: true,
      style: {
        color: { field: colorBy, fixed: NEUTRAL },
        size: { field: sizeBy, fixed: 6, min: 4, max: 14 },
        opacity: 0.7,
        symbol: { mode: "fixed", fixed: "img/icons/marker/circle.svg" },
      },
    });
  const builder = fill(new geomap.PanelBuilder(), spec, "blue")
    .basemap(new common.MapLayerOptionsBuilder().type("default").name("base"))
    .view(new geomap.MapViewConfigBuilder().id(geomap.MapCenterID.Fit).allLayers(true).zoom(15))
    .controls(new geomap.ControlsOptionsBuilder().showZoom(true).mouseWheelZoom(true))
    .tooltip(new geomap.TooltipOptionsBuilder().mode(geomap.TooltipMode.Details))
    .layers([points]);
  return placed(builder, { width, height });
}
