/** The door of decoding again: raw uplinks, re-decodings and dead letters that are tried again. */
export {
  lettersBeside,
  lettersToRetry,
  type RetriedUplink,
  settleLetters,
  uplinksOf,
} from "./dead-letter-retry.ts";
export { decodeRaw, encodeRaw, isKeptRaw, isRemembered, type RawUplink } from "./raw-record.ts";
export { isSelected, NOT_SELECTED, type Redecoded } from "./redecoder.ts";
export {
  addCounts,
  addFaults,
  addNames,
  countPast,
  findRedecoding,
  NO_COUNTS,
  openRedecodings,
  saveRedecoding,
} from "./redecodings.ts";
export { besides, namesOf } from "./unanswered.ts";
