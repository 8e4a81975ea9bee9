/**
 * Of questions that are asked again before they were answered: whether an answer is newer than the one
 * that is shown. Pure.
 */
export interface Turns {
  begin(): number;
  /** Once for each turn: its answer counts as shown. */
  isNews(turn: number): boolean;
  isLast(turn: number): boolean;
  /** Whatever was asked until now is no news any more. */
  forget(): void;
}

export function createTurns(): Turns {
  let begun = 0;
  let shown = 0;
  return {
    begin() {
      begun += 1;
      return begun;
    },
    isNews(turn) {
      if (turn <= shown) return false;
      shown = turn;
      return true;
    },
    isLast: (turn) => turn === begun,
    forget() {
      shown = begun;
    },
  };
}
