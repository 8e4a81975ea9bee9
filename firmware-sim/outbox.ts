/**
 * A device's memory for what could not be sent yet: in order, bounded, the oldest out first and
 * counted. Store-and-forward begins here; what the line has taken is the line's to repeat.
 */
export interface Outbox<T> {
  push(item: T): void;
  /** Up to `max` of the oldest, taken out. */
  take(max: number): T[];
  size(): number;
  /** How many were lost at the bound. */
  shed(): number;
}

export function createOutbox<T>(itemsMax: number): Outbox<T> {
  const items: T[] = [];
  let shed = 0;
  return {
    push(item) {
      items.push(item);
      if (items.length <= itemsMax) return;
      items.shift();
      shed += 1;
    },
    take: (max) => items.splice(0, max),
    size: () => items.length,
    shed: () => shed,
  };
}
