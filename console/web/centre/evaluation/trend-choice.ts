/** Whose lines a trend shows, as they stand in the address. Each period of it is a call. */
export const TREND_MAX = 4;
export const TREND_PERIODS = 12;

/** The name of a grid may have spaces in it. */
export const choiceText = (subjectIds: readonly string[]): string =>
  subjectIds.map(encodeURIComponent).join(" ");

export const chosenIn = (query: URLSearchParams): string[] =>
  (query.get("on") ?? "")
    .split(" ")
    .filter((each) => each !== "")
    .map(decoded)
    .slice(0, TREND_MAX);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
