/**
 * Which places an address names: those of whose names, or aliases, the whole stands in it. A name
 * within a longer one that is there, too, is not meant, and a number is whole or is another one.
 * Pure, in memory; a look-up tries the parts of the address, so it costs the same among many places.
 */
import type { NamedPlace } from "../model/place.ts";
import { searchable } from "./place-index.ts";

type Labelled = Pick<NamedPlace, "placeId" | "name" | "aliases">;

export interface PlaceNames {
  put(place: Labelled): void;
  remove(placeId: string): void;
  /** Ids, in the order in which the address names them. */
  inAddress(address: string): string[];
}

/** A single character names nothing in a longer text. */
const NAME_CHARACTERS_MIN = 2;
const LATIN_OR_DIGIT = /[a-z0-9]/;

export function createPlaceNames(): PlaceNames {
  /** Ids by a name as it is compared. */
  const ids = new Map<string, string[]>();
  const namesOf = new Map<string, string[]>();
  let longest = 0;

  function remove(placeId: string): void {
    for (const name of namesOf.get(placeId) ?? []) {
      const left = (ids.get(name) ?? []).filter((id) => id !== placeId);
      if (left.length === 0) ids.delete(name);
      else ids.set(name, left);
    }
    namesOf.delete(placeId);
  }

  /** The longest name that begins there; nothing where none does. */
  function nameAt(text: string, from: number): string | undefined {
    for (let to = Math.min(text.length, from + longest); to - from >= NAME_CHARACTERS_MIN; to--) {
      const part = text.slice(from, to);
      if (ids.has(part) && !isCut(text, from) && !isCut(text, to)) return part;
    }
    return undefined;
  }

  return {
    put(place) {
      remove(place.placeId);
      const names = [...new Set([place.name, ...(place.aliases ?? [])].map(searchable))];
      namesOf.set(place.placeId, names);
      for (const name of names) {
        ids.set(name, [...(ids.get(name) ?? []), place.placeId]);
        longest = Math.max(longest, name.length);
      }
    },
    remove,
    inAddress(address) {
      const text = searchable(address);
      const found = new Set<string>();
      let end = 0;
      for (let from = 0; from < text.length; from += 1) {
        const name = nameAt(text, from);
        if (name === undefined || from + name.length <= end) continue;
        end = from + name.length;
        for (const placeId of ids.get(name) ?? []) found.add(placeId);
      }
      return [...found];
    },
  };
}

/** Is a word or a number cut in two there? */
function isCut(text: string, at: number): boolean {
  return LATIN_OR_DIGIT.test(text[at - 1] ?? "") && LATIN_OR_DIGIT.test(text[at] ?? "");
}
