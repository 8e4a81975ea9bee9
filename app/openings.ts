/**
 * Where frames that span uplinks begin. Until the store has a frame whole, the journal must keep
 * its first uplink, and whoever decodes again begins there.
 */

/** After the uplinks before `position`, a frame that began at `openFrom` was still open. */
export interface Opening {
  position: number;
  openFrom: number;
}

export interface Openings {
  add(opening: Opening): void;
  /** Drops those that the store has seen closed. */
  storedTo(position: number): void;
  /** The first uplink that is needed to decode again from the store's position on. */
  first(): number | undefined;
}

const OPENINGS_MAX = 1_000;

export function createOpenings(): Openings {
  let openings: Opening[] = [];
  const first = (): number | undefined =>
    openings.length === 0 ? undefined : Math.min(...openings.map(({ openFrom }) => openFrom));
  return {
    add(opening) {
      openings.push(opening);
      if (openings.length <= OPENINGS_MAX) return;
      // A store that is long away: the first of them is what the journal must keep.
      openings = [{ position: opening.position, openFrom: first() ?? opening.openFrom }];
    },
    storedTo(position) {
      openings = openings.filter((opening) => opening.position >= position);
    },
    first,
  };
}
