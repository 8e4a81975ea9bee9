/** A long list as far as it was read. Pure. */
export interface PagedState<T> {
  /** The path of the first page, by which it was asked for. */
  of: string;
  items: readonly T[] | undefined;
  next: string | undefined;
  fault: unknown;
  isLoading: boolean;
}

export const NOTHING_READ: PagedState<never> = {
  of: "",
  items: undefined,
  next: undefined,
  fault: undefined,
  isLoading: true,
};

/** What was shown stays, unless it answers another question. */
export function afterFault<T>(was: PagedState<T>, of: string, fault: unknown): PagedState<T> {
  const shown = was.of === of ? was : { ...NOTHING_READ, of };
  return { ...shown, fault, isLoading: false };
}
