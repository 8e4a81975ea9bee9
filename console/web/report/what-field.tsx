/** What it is: the city's groups as big buttons, then the categories of one; or by a word. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../shared/api.ts";
import { language } from "../shared/language.ts";
import { useLoaded } from "../shared/loaded.ts";
import { Loading } from "../shared/parts.tsx";
import type { PublicCategory } from "../shared/platform-types.ts";
import { inLanguage } from "../shared/words.ts";
import { draft, write } from "./draft.ts";
import { say, sayGroup } from "./report-words.ts";

const FOUND_MAX = 12;

export function WhatField() {
  const loaded = useLoaded(() => get<{ items: PublicCategory[] }>("/api/v1/public/categories"), []);
  return <Loading loaded={loaded}>{({ items }) => <Choice items={items} />}</Loading>;
}

function Choice({ items }: { items: readonly PublicCategory[] }) {
  const [group, setGroup] = useState<string>();
  const [word, setWord] = useState("");
  const { category: wanted, code } = draft.value;
  const [isOpen, setOpen] = useState(wanted === undefined);
  const chosen = items.find(({ category }) => category === wanted);
  const own = items.find(({ category }) => category === categoryOf(code));
  useEffect(() => {
    // A plate says what stands there; something else may be chosen all the same.
    if (own === undefined || draft.value.category !== undefined) return;
    write({ category: own.category });
    setOpen(false);
  }, [own]);
  const found = word.trim() === "" ? undefined : matching(items, word);
  const shown = found ?? items.filter((each) => each.group === group);
  const choose = (category: string): void => {
    write({ category });
    setOpen(false);
    setWord("");
  };
  if (chosen !== undefined && !isOpen) {
    return (
      <p class="report-chosen" role="status">
        {say("chosen", { title: inLanguage(chosen.title) })}
        <button type="button" class="bare" onClick={() => setOpen(true)}>
          {say("change")}
        </button>
      </p>
    );
  }
  return (
    <div class="report-what">
      <label class="field">
        <span>{say("find")}</span>
        <input
          type="search"
          name="find"
          value={word}
          onInput={(event) => setWord(event.currentTarget.value)}
        />
      </label>
      {found?.length === 0 && <p role="status">{say("noKind")}</p>}
      <fieldset class="report-kinds">
        <legend class="for-the-ear">{say("kinds")}</legend>
        {found === undefined && group === undefined
          ? groupsOf(items).map((each) => (
              <button key={each.group} type="button" onClick={() => setGroup(each.group)}>
                {groupTitle(each)}
              </button>
            ))
          : shown.map(({ category, title }) => (
              <button
                key={category}
                type="button"
                aria-pressed={category === wanted}
                data-category={category}
                onClick={() => choose(category)}
              >
                {inLanguage(title)}
              </button>
            ))}
      </fieldset>
      {found === undefined && group !== undefined && (
        <button type="button" class="bare" onClick={() => setGroup(undefined)}>
          {say("other")}
        </button>
      )}
    </div>
  );
}

/** A component's code has its category behind the area's six digits. */
const categoryOf = (code: string): string => `c-${code.trim().slice(6, 10)}`;

/** In either language. */
function matching(items: readonly PublicCategory[], word: string): PublicCategory[] {
  const wanted = word.trim().toLowerCase();
  const isLike = ({ title }: PublicCategory): boolean =>
    title.zh.includes(wanted) || title.en.toLowerCase().includes(wanted);
  return items.filter(isLike).slice(0, FOUND_MAX);
}

const groupsOf = (items: readonly PublicCategory[]): PublicCategory[] =>
  items.filter(({ group }, at) => items.findIndex((each) => each.group === group) === at);

function groupTitle({ group, groupTitle: title }: PublicCategory): string {
  const words: Record<string, { en: string }> = sayGroup.words;
  return language.value === "en" ? (words[group]?.en ?? title) : title;
}
