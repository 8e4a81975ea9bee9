/** A long list, page after page: what has been shown stays, more comes when it is asked for. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Page } from "./api.ts";
import { afterFault, NOTHING_READ, type PagedState } from "./paged-state.ts";
import { Fault } from "./parts.tsx";
import { moveByRows } from "./row-keys.ts";
import { say } from "./shared-words.ts";

export interface Paged<T> extends Omit<PagedState<T>, "of"> {
  more(): void;
  /** What could not be read, once more. */
  again(): void;
  /** From its beginning. */
  reload(): void;
}

/** Asked anew when the path of the first page changes. */
export function usePaged<T>(pathOf: (cursor?: string) => string): Paged<T> {
  const first = pathOf();
  const turn = useRef(0);
  const asked = useRef<{ cursor: string | undefined; before: readonly T[] }>(FROM_THE_BEGINNING);
  const [state, setState] = useState<PagedState<T>>(NOTHING_READ);

  async function load(cursor: string | undefined, before: readonly T[]): Promise<void> {
    turn.current += 1;
    const mine = turn.current;
    asked.current = { cursor, before };
    setState((was) => ({ ...was, fault: undefined, isLoading: true }));
    try {
      const page = await get<Page<T>>(pathOf(cursor));
      if (turn.current !== mine) return;
      const items = [...before, ...page.items];
      setState({ of: first, items, next: page.next, fault: undefined, isLoading: false });
    } catch (fault) {
      if (turn.current === mine) setState((was) => afterFault(was, first, fault));
    }
  }
  useEffect(() => {
    void load(undefined, []);
    return () => {
      turn.current += 1;
    };
  }, [first]);
  return {
    ...state,
    more: () => void load(state.next, state.items ?? []),
    again: () => void load(asked.current.cursor, asked.current.before),
    reload: () => void load(undefined, []),
  };
}

const FROM_THE_BEGINNING = { cursor: undefined, before: [] };

export function PagedList<T>({
  paged,
  empty,
  children,
}: {
  paged: Paged<T>;
  empty: string;
  children: (items: readonly T[]) => ComponentChildren;
}) {
  const { items, next, fault, isLoading, more, again } = paged;
  return (
    <>
      <Fault fault={fault} onAgain={again} />
      {items === undefined && isLoading && <p class="quiet">{say("loading")}</p>}
      {items?.length === 0 && <p class="quiet">{empty}</p>}
      {items !== undefined && items.length > 0 && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the links within
        <div onKeyDown={moveByRows}>{children(items)}</div>
      )}
      {items !== undefined && items.length > 0 && (
        <p class="list-more" role="status">
          {say(next === undefined ? "shownAll" : "shown", { n: items.length })}
          {next !== undefined && (
            <button type="button" disabled={isLoading} onClick={more}>
              {say("more")}
            </button>
          )}
        </p>
      )}
    </>
  );
}
