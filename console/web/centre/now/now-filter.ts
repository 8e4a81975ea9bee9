/** What *Now* shows, as it stands in the address: classes, states, people, a unit. Pure. */
export const STATES = ["danger", "alarm", "silent", "normal"] as const;
export type ShownState = (typeof STATES)[number];

export const PEOPLE = ["crew", "inspector"] as const;
type ShownPeople = (typeof PEOPLE)[number];

/** Stands for the components without a class. */
export const PLAIN = "-";

export interface NowFilter {
  /** undefined: all. */
  classes: ReadonlySet<string> | undefined;
  states: ReadonlySet<ShownState>;
  people: ReadonlySet<ShownPeople>;
  unitId: string | undefined;
}

export function filterOf(query: URLSearchParams): NowFilter {
  const classes = query.get("class");
  const states = query.get("state")?.split(",");
  const people = query.get("people")?.split(",");
  return {
    classes: classes === null ? undefined : new Set(classes.split(",")),
    states: new Set(STATES.filter((each) => states?.includes(each) ?? true)),
    people: new Set(PEOPLE.filter((each) => people?.includes(each) ?? true)),
    unitId: query.get("unit") ?? undefined,
  };
}

export const isClassShown = ({ classes }: NowFilter, slug: string | undefined): boolean =>
  classes?.has(slug ?? PLAIN) ?? true;

/** The address's value with one more or one less; "" where all are chosen again. */
export function toggled(all: readonly string[], chosen: ReadonlySet<string>, one: string): string {
  const next = all.filter((each) => (each === one ? !chosen.has(each) : chosen.has(each)));
  // Nothing at all is written as something that nothing has.
  if (next.length === 0) return "none";
  return next.length === all.length ? "" : next.join(",");
}
