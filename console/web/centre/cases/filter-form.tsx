/** The filters of the lists; they stand in the address. Sets of them are saved by name. */
import { useState } from "preact/hooks";
import { classes } from "../../shared/catalogue.ts";
import { SOURCES, saySource } from "../../shared/event-words.ts";
import { Field } from "../../shared/parts.tsx";
import { href, route, setQuery } from "../../shared/router.ts";
import { user } from "../../shared/session.ts";
import { inLanguage } from "../../shared/words.ts";
import { CrewSelect, UnitSelect } from "./case-parts.tsx";
import { type Filter, type FilterName, filterOf, isEmptyFilter, queryOf } from "./cases-filter.ts";
import { say } from "./cases-words.ts";
import { forgetFilter, savedFilters, saveFilter } from "./saved-filters.ts";

const put = (name: FilterName, value: string): void => setQuery({ [name]: value });

export function FilterForm() {
  const filter = filterOf(route.value.query);
  const [isWide] = useState(() => matchMedia("(min-width: 60rem)").matches);
  return (
    <form
      class="cases-filter"
      aria-label={say("filters")}
      onSubmit={(event) => event.preventDefault()}
    >
      <details open={isWide}>
        <summary>{say("filters")}</summary>
        <div class="cases-filter-row">
          <Words filter={filter} />
          <Choices filter={filter} />
          <Marks filter={filter} />
          {!isEmptyFilter(filter) && (
            <button type="button" onClick={() => setQuery(queryOf({}))}>
              {say("clear")}
            </button>
          )}
          <Saved />
        </div>
      </details>
    </form>
  );
}

function Words({ filter }: { filter: Filter }) {
  return (
    <>
      <Field label={say("text")}>
        <input
          type="search"
          value={filter.text ?? ""}
          onInput={(event) => put("text", event.currentTarget.value)}
        />
      </Field>
      <Field label={say("place")}>
        <input
          type="text"
          value={filter.place ?? ""}
          onInput={(event) => put("place", event.currentTarget.value)}
        />
      </Field>
    </>
  );
}

function Choices({ filter }: { filter: Filter }) {
  const { unit } = filter;
  return (
    <>
      <Field label={say("class")}>
        <select
          value={filter.class ?? ""}
          onChange={(event) => put("class", event.currentTarget.value)}
        >
          <option value="">{say("all")}</option>
          {classes().map(({ slug, title }) => (
            <option key={slug} value={slug}>
              {inLanguage(title)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={say("unit")}>
        <UnitSelect
          value={unit ?? ""}
          none={say("all")}
          onChoose={(value) => setQuery({ unit: value, crew: "" })}
        />
      </Field>
      <Field label={say("crew")}>
        <CrewSelect
          value={filter.crew ?? ""}
          none={say("all")}
          {...(unit !== undefined && { unitId: unit })}
          onChoose={(value) => put("crew", value)}
        />
      </Field>
      <Field label={say("source")}>
        <select
          value={filter.source ?? ""}
          onChange={(event) => put("source", event.currentTarget.value)}
        >
          <option value="">{say("all")}</option>
          {SOURCES.map((source) => (
            <option key={source} value={source}>
              {saySource(source)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={say("drill")}>
        <select
          value={filter.drill ?? ""}
          onChange={(event) => put("drill", event.currentTarget.value)}
        >
          <option value="">{say("all")}</option>
          <option value="none">{say("drillNone")}</option>
          <option value="only">{say("drillOnly")}</option>
        </select>
      </Field>
    </>
  );
}

function Marks({ filter }: { filter: Filter }) {
  return (
    <div class="cases-marks">
      {(["life", "late"] as const).map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={filter[name] !== undefined}
            onChange={(event) => put(name, event.currentTarget.checked ? "yes" : "")}
          />
          {say(name)}
        </label>
      ))}
    </div>
  );
}

function Saved() {
  const username = user.value?.username ?? "";
  const [saved, setSaved] = useState(() => savedFilters(username));
  const [name, setName] = useState("");
  const query = route.value.query.toString();
  const current = saved.find((each) => each.query === query);
  const keep = (): void => {
    if (name.trim() === "") return;
    setSaved(saveFilter(username, { name: name.trim(), query }));
    setName("");
  };
  return (
    <div class="cases-saved">
      <Field label={say("saved")}>
        <select
          value={current?.name ?? ""}
          onChange={(event) => {
            const found = saved.find((each) => each.name === event.currentTarget.value);
            location.hash = `${href("cases")}?${found?.query ?? ""}`;
          }}
        >
          <option value="">–</option>
          {saved.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </Field>
      {current === undefined ? (
        <>
          <Field label={say("saveAs")}>
            <input
              type="text"
              value={name}
              maxLength={40}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </Field>
          <button type="button" disabled={name.trim() === ""} onClick={keep}>
            {say("save")}
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setSaved(forgetFilter(username, current.name))}>
          {say("forget")}
        </button>
      )}
    </div>
  );
}
