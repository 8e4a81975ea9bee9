/**
 * A photo made small in the browser: 1600 pixels on its longer side, upright, and without anything that
 * the camera wrote of it.
 */
const SIDE_MAX = 1_600;
const QUALITY = 0.8;

/** @throws what the browser says of a file that is no photo */
export async function scaledPhoto(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, "image/jpeg", QUALITY),
  );
  if (made === null) {
    throw new DOMException(`no picture could be made of '${file.name}'`, "EncodingError");
  }
  return made;
}
