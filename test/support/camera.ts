/** What a browser's camera sees in a test: labels as the platform draws them, held in the hand. */
import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { picture } from "../../files/doubles/pictures.ts";

interface Held {
  /** Of the picture; the label takes two thirds of it. */
  widthPx: number;
  degrees: number;
  /** Standard deviation, in pixels. */
  blur: number;
}

const FILM = { width: 640, height: 480 };

/** A browser that has a camera, which shows the film, and that asks nobody whether it may. */
export const seeing = (film: string): string[] => [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  `--use-file-for-fake-video-capture=${film}`,
];

/** A film of one picture in Y4M with 4:2:0 planes, which a browser plays round and round. */
export async function writeFilm(path: string, label: string): Promise<void> {
  const held = await heldBefore(label, { widthPx: FILM.width, degrees: 7, blur: 0.6 });
  const grey = await sharp(held).greyscale().raw().toBuffer();
  const colourless = Buffer.alloc((FILM.width * FILM.height) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), grey, colourless]);
  const head = `YUV4MPEG2 W${FILM.width} H${FILM.height} F10:1 Ip A1:1 C420jpeg\n`;
  writeFileSync(path, Buffer.concat([Buffer.from(head), frame, frame]));
}

/** As a file input takes it. */
export async function photoOf(label: string, held: Held) {
  const buffer = await sharp(await heldBefore(label, held))
    .jpeg({ quality: 80 })
    .toBuffer();
  return { name: "label.jpg", mimeType: "image/jpeg", buffer };
}

/** The label over a ground with lights, turned and not quite sharp; a PNG of 4:3. */
async function heldBefore(label: string, { widthPx, degrees, blur }: Held): Promise<Buffer> {
  const size = { width: widthPx, height: (widthPx * FILM.height) / FILM.width };
  const drawn = await sharp(Buffer.from(label), { density: 300 })
    .resize({ width: Math.round((widthPx * 2) / 3) })
    .png()
    .toBuffer();
  const input = await sharp(drawn)
    .rotate(degrees, { background: "#00000000" })
    .resize({ ...size, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
  const scene = await picture(7, size).composite([{ input }]).png().toBuffer();
  return sharp(scene).blur(blur).png().toBuffer();
}
