/** Words of taking photos. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  after: { zh: "处置后照片", en: "Photo after" },
  before: { zh: "处置前照片", en: "Photo before" },
  other: { zh: "拍照", en: "Take a photo" },
  notTaken: {
    zh: "这张照片无法读取（{message}）。请再拍一张。",
    en: "This photo cannot be read ({message}). Take another.",
  },
  photoOf: { zh: "照片 {n}", en: "Photo {n}" },
  remove: { zh: "删除照片 {n}", en: "Remove photo {n}" },
});
