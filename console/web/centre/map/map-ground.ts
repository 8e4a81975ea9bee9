/** Draws what lies still: cells, borders and names of areas, dots or clusters of assets. */
import { type Cluster, gather, squareM } from "./map-clusters.ts";
import type { GridShapes } from "./map-grids.ts";
import type { MapItems } from "./map-items.ts";
import { paintGround } from "./map-pixels.ts";
import { type AssetsShown, dotOf } from "./map-shown.ts";
import { classColour, type MapTheme } from "./map-theme.ts";
import { isGathered, type Size, screenOf, type View } from "./map-view.ts";

const CLUSTER_PX_MIN = 9;
const CLUSTER_PX_PER_TENFOLD = 4;
const CLUSTER_PX_MAX = 25;
const RING_PX = 4;
const FROM_THIS_MANY = 2;
const NAME_PX_MIN = 110;
const BORDER_FROM_SCALE = 0.01;
const FONT = '"Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif';

export interface GroundScene {
  items: MapItems;
  shapes: GridShapes;
  shown: AssetsShown;
  theme: MapTheme;
  nameOf(grid: number): string;
}

export interface GroundPainter {
  draw(canvas: HTMLCanvasElement, size: Size, view: View, scene: GroundScene): void;
  /** The clusters that were drawn last. */
  clusters(): readonly Cluster[];
}

export function createGroundPainter(): GroundPainter {
  let picture: ImageData | undefined;
  let gathered:
    | { items: MapItems; shown: AssetsShown; widthM: number; clusters: Cluster[] }
    | undefined;

  function clustersOf({ items, shown }: GroundScene, view: View): readonly Cluster[] {
    if (!isGathered(view)) return [];
    const widthM = squareM(view.scale);
    const isSame = gathered?.items === items && gathered.shown === shown;
    if (gathered !== undefined && isSame && gathered.widthM === widthM) return gathered.clusters;
    const clusters = gather(
      {
        count: items.ids.length,
        placeOf: (n) =>
          dotOf(shown, items.ids[n] ?? "", items.classes[n] ?? -1) === "none"
            ? undefined
            : { x: items.x[n] ?? 0, y: items.y[n] ?? 0 },
        groupOf: (n) => items.classes[n] ?? -1,
      },
      widthM,
    );
    gathered = { items, shown, widthM, clusters };
    return clusters;
  }

  return {
    draw(canvas, size, view, scene) {
      const { items, shown, theme } = scene;
      const ratio = fitCanvas(canvas, size);
      const { width, height } = canvas;
      const context = canvas.getContext("2d");
      if (context === null || width === 0 || height === 0) return;
      if (picture?.width !== width || picture.height !== height) {
        picture = new ImageData(width, height);
      }
      const data = new Uint32Array(picture.data.buffer);
      paintGround({ data, width, height }, items, view, ratio, {
        ground: theme.ground,
        cellLightness: theme.cellLightness,
        colourOf: (classIndex) => classColour(theme, classIndex),
        dotOf: (n) => dotOf(shown, items.ids[n] ?? "", items.classes[n] ?? -1),
        hasDots: !isGathered(view),
      });
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.putImageData(picture, 0, 0);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (view.scale >= BORDER_FROM_SCALE) drawBorders(context, size, view, scene);
      const clusters = clustersOf(scene, view);
      for (const cluster of clusters) drawCluster(context, size, view, cluster, theme);
      drawNames(context, size, view, scene, clusters);
    },
    clusters: () => gathered?.clusters ?? [],
  };
}

/** Gives the canvas the screen's own resolution; answers the pixels for one of the page. */
export function fitCanvas(canvas: HTMLCanvasElement, { width, height }: Size): number {
  const ratio = window.devicePixelRatio;
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  return ratio;
}

const isOff = (size: Size, x: number, y: number, margin: number): boolean =>
  x < -margin || y < -margin || x > size.width + margin || y > size.height + margin;

function drawBorders(
  context: CanvasRenderingContext2D,
  size: Size,
  view: View,
  { shapes: { borders }, theme }: GroundScene,
): void {
  context.beginPath();
  for (let n = 0; n < borders.length; n += 4) {
    const [x1, y1] = screenOf(view, size, { x: borders[n] ?? 0, y: borders[n + 1] ?? 0 });
    const [x2, y2] = screenOf(view, size, { x: borders[n + 2] ?? 0, y: borders[n + 3] ?? 0 });
    if (isOff(size, x1, y1, 0) && isOff(size, x2, y2, 0)) continue;
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
  context.strokeStyle = theme.border;
  context.lineWidth = 1;
  context.stroke();
}

export const clusterPx = (count: number): number =>
  Math.min(CLUSTER_PX_MAX, CLUSTER_PX_MIN + CLUSTER_PX_PER_TENFOLD * Math.log10(count));

/** A ring of the classes' shares around the count; a single asset is a dot. */
function drawCluster(
  context: CanvasRenderingContext2D,
  size: Size,
  view: View,
  cluster: Cluster,
  theme: MapTheme,
): void {
  const [x, y] = screenOf(view, size, cluster);
  if (isOff(size, x, y, CLUSTER_PX_MAX)) return;
  const isOne = cluster.count < FROM_THIS_MANY;
  const radius = isOne ? 3.5 : clusterPx(cluster.count);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = isOne ? classColour(theme, [...cluster.groups.keys()][0] ?? -1) : theme.paper;
  context.fill();
  if (isOne) return;
  let angle = -Math.PI / 2;
  context.lineWidth = RING_PX;
  for (const [classIndex, count] of [...cluster.groups].sort(([a], [b]) => a - b)) {
    const next = angle + (2 * Math.PI * count) / cluster.count;
    context.beginPath();
    context.arc(x, y, radius, angle, next);
    context.strokeStyle = classColour(theme, classIndex);
    context.stroke();
    angle = next;
  }
  context.fillStyle = theme.ink;
  context.font = `600 11px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(shortCount(cluster.count), x, y + 0.5);
}

/** `987`, `1.2k`, `12k` */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  return count < 10_000
    ? `${(Math.floor(count / 100) / 10).toFixed(1)}k`
    : `${Math.floor(count / 1000)}k`;
}

interface Taken {
  x: number;
  y: number;
  halfWidth: number;
  halfHeight: number;
}

const NAME_HALF_HEIGHT = 9;
/** Where a name may stand, from its area's middle. */
const NAME_OFFSETS_PX = [0, -34, 34];

/** The names of areas that have room for one, the widest first, none over another or over a cluster. */
function drawNames(
  context: CanvasRenderingContext2D,
  size: Size,
  view: View,
  { shapes, theme, nameOf }: GroundScene,
  clusters: readonly Cluster[],
): void {
  const taken = clusters.map((cluster): Taken => {
    const [x, y] = screenOf(view, size, cluster);
    const half = cluster.count < FROM_THIS_MANY ? 0 : clusterPx(cluster.count);
    return { x, y, halfWidth: half, halfHeight: half };
  });
  context.font = `600 13px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { grid, middle, widthM } of [...shapes.areas].sort((a, b) => b.widthM - a.widthM)) {
    if (widthM * view.scale < NAME_PX_MIN) return;
    const [x, middleY] = screenOf(view, size, middle);
    if (isOff(size, x, middleY, 0)) continue;
    const name = nameOf(grid);
    const halfWidth = context.measureText(name).width / 2 + 4;
    const isFree = (y: number): boolean =>
      taken.every(
        (each) =>
          Math.abs(each.x - x) > each.halfWidth + halfWidth ||
          Math.abs(each.y - y) > each.halfHeight + NAME_HALF_HEIGHT,
      );
    const y = NAME_OFFSETS_PX.map((offset) => middleY + offset).find(isFree);
    if (y === undefined) continue;
    taken.push({ x, y, halfWidth, halfHeight: NAME_HALF_HEIGHT });
    context.lineWidth = 4;
    context.strokeStyle = theme.halo;
    context.strokeText(name, x, y);
    context.fillStyle = theme.ink;
    context.fillText(name, x, y);
  }
}
