/**
 * A photo from the camera, made small on the phone: 1600 pixels on its longer side, upright, with what the
 * camera wrote of time and place, and what the phone itself knows of them.
 */
import { now } from "../../shared/clock.ts";
import { scaledPhoto } from "../../shared/scaled-photo.ts";
import { randomId } from "../secure.ts";
import { type KeptPhoto, keepPhoto } from "../store.ts";
import { here } from "../way/where.ts";
import { withExifOf } from "./exif.ts";

/** Younger than this it was taken just now, for the page. */
const FRESH_MS = 5 * 60_000;

/** @throws what the browser says of a file that is no photo */
export async function takePhoto(file: File, moment: KeptPhoto["moment"]): Promise<KeptPhoto> {
  const blob = await smaller(file);
  const isFresh = Math.abs(Date.now() - file.lastModified) < FRESH_MS;
  const place = isFresh ? here.value : undefined;
  const photo: KeptPhoto = {
    photoId: randomId(),
    blob,
    moment,
    name: `${moment}-${Math.round(now.value)}.jpg`,
    takenAt: new Date(isFresh ? now.value : file.lastModified).toISOString(),
    ...(place !== undefined && { lon: place.lon, lat: place.lat }),
  };
  await keepPhoto(photo);
  return photo;
}

async function smaller(file: File): Promise<Blob> {
  const bytes = new Uint8Array(await (await scaledPhoto(file)).arrayBuffer());
  const camera = new Uint8Array(await file.arrayBuffer());
  return new Blob([withExifOf(bytes, camera) as BlobPart], { type: "image/jpeg" });
}
