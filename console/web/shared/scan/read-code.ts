/**
 * Reads a QR code off a picture, in JavaScript alone. A browser's own `BarcodeDetector` is missing on most
 * desktops and in Safari, and on an Android phone without Google's services it is there and finds nothing.
 */
import { decodeQR } from "qr/decode.js";

interface Look {
  /** A larger picture is made smaller first: what a phone's canvas can hold, and what is worth its time. */
  sideMaxPx: number;
  /** How many guesses at a picture that did not read at once, and for how long. */
  effort: number;
  timeLimit: number;
}
/** One of many: the next frame may be sharper. */
const FRAME: Look = { sideMaxPx: 1_280, effort: 1, timeLimit: 30 };
/** The only one. */
const PHOTO: Look = { sideMaxPx: 3_000, effort: Number.POSITIVE_INFINITY, timeLimit: 2_000 };

/** Reads one frame after the other; answers what ends it. */
export function readFrames(video: HTMLVideoElement, onCode: (text: string) => void): () => void {
  const canvas = document.createElement("canvas");
  const timer = setInterval(() => {
    const { videoWidth: width, videoHeight: height } = video;
    const text = width === 0 ? undefined : codeOn(canvas, video, { width, height }, FRAME);
    if (text !== undefined) onCode(text);
  }, EACH_MS);
  return () => clearInterval(timer);
}
const EACH_MS = 250;

/**
 * undefined: there is no code on it, or none that can be read.
 * @throws what the browser says of a file that is no photo
 */
export async function codeOnPhoto(file: Blob): Promise<string | undefined> {
  const photo = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    return codeOn(document.createElement("canvas"), photo, photo, PHOTO);
  } finally {
    photo.close();
  }
}

function codeOn(
  canvas: HTMLCanvasElement,
  picture: CanvasImageSource,
  { width, height }: { width: number; height: number },
  { sideMaxPx, ...retries }: Look,
): string | undefined {
  const scale = Math.min(1, sideMaxPx / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return undefined;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), retries);
  } catch {
    // What is no code it throws.
    return undefined;
  }
}
