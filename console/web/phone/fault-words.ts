/** What the browser of a phone says of its storage and of photos, by the names that all browsers give. */
import { type Say, speaker } from "../shared/words.ts";

export const sayStoreFault = speaker({
  InvalidStateError: { zh: "存储已断开", en: "its storage was closed" },
  NotFoundError: { zh: "存储已损坏", en: "its storage is damaged" },
  QuotaExceededError: { zh: "存储空间已满", en: "no room is left" },
  UnknownError: { zh: "存储读写出错", en: "its storage failed" },
  VersionError: { zh: "页面版本太旧，请刷新", en: "the page is too old, reload it" },
});

export const sayPhotoFault = speaker({
  EncodingError: { zh: "不是照片，或已损坏", en: "it is no photo, or damaged" },
  InvalidStateError: { zh: "不是照片，或已损坏", en: "it is no photo, or damaged" },
  NotFoundError: { zh: "文件已不在", en: "the file is gone" },
  NotReadableError: { zh: "文件读不出来", en: "the file cannot be read" },
  QuotaExceededError: { zh: "手机存储空间已满", en: "no room is left on the phone" },
});

/** What no browser has a name for is told as it says it. */
export function browserText<Word extends string>(say: Say<Word>, fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return Object.hasOwn(say.words, fault.name) ? say(fault.name as Word) : fault.message;
}
