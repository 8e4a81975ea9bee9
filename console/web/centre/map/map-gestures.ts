/** What hands do on the map: drag, tap, wheel, two fingers, keys. */
export interface Gestures {
  drag(dx: number, dy: number): void;
  /** Around a place on the screen, which stays where it is. */
  zoomAt(factor: number, left: number, top: number): void;
  tap(left: number, top: number): void;
  /** The asset nearest to the middle. */
  chooseMiddle(): void;
  showAll(): void;
}

const TAP_PX_MAX = 5;
const KEY_STEP_PX = 80;
const ZOOM_STEP = 1.25;

export function listenTo(canvas: HTMLCanvasElement, gestures: Gestures): void {
  listenToPointers(canvas, gestures);
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const factor = event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP;
      gestures.zoomAt(factor, event.offsetX, event.offsetY);
    },
    { passive: false },
  );
  const zoom = (factor: number): void =>
    gestures.zoomAt(factor, canvas.clientWidth / 2, canvas.clientHeight / 2);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => gestures.drag(KEY_STEP_PX, 0),
    ArrowRight: () => gestures.drag(-KEY_STEP_PX, 0),
    ArrowUp: () => gestures.drag(0, KEY_STEP_PX),
    ArrowDown: () => gestures.drag(0, -KEY_STEP_PX),
    "+": () => zoom(ZOOM_STEP),
    "=": () => zoom(ZOOM_STEP),
    "-": () => zoom(1 / ZOOM_STEP),
    "0": () => gestures.showAll(),
    Enter: () => gestures.chooseMiddle(),
  };
  canvas.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

function listenToPointers(canvas: HTMLCanvasElement, gestures: Gestures): void {
  const fingers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    if (fingers.size === 0) moved = 0;
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.offsetX, y: event.offsetY };
    fingers.set(event.pointerId, now);
    moved += Math.hypot(now.x - before.x, now.y - before.y);
    if (fingers.size === 1 && moved > TAP_PX_MAX) {
      gestures.drag(now.x - before.x, now.y - before.y);
    }
    if (fingers.size !== 2) return;
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1] ?? now;
    const apart = (at: { x: number; y: number }): number =>
      Math.max(1, Math.hypot(at.x - other.x, at.y - other.y));
    gestures.zoomAt(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
  });
  const end = (event: PointerEvent): void => {
    const wasOnly = fingers.delete(event.pointerId) && fingers.size === 0;
    if (event.type === "pointerup" && wasOnly && moved <= TAP_PX_MAX) {
      gestures.tap(event.offsetX, event.offsetY);
    }
    // After two fingers the one that stays must not tap.
    if (!wasOnly) moved = Infinity;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}
