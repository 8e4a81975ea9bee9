/**
 * Sentences of the platform that are kept as text: a template is filled where one is written, and a page
 * that speaks another language knows it again by the template. Pure.
 */

/** Names of the `{holes}` of a template. */
export type Holes<Text extends string> = Text extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | Holes<Rest>
  : never;

export type Values<Text extends string> = Readonly<Record<Holes<Text>, string | number>>;

export function filled<Text extends string>(template: Text, values: Values<Text>): string {
  const given: Readonly<Record<string, string | number>> = values;
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => `${given[name] ?? hole}`);
}

/** A part of a text: one of the templates, or what somebody else has said. */
export type TextPart<Name extends string> =
  | { readonly note: Name; readonly values: Readonly<Record<string, string>> }
  | { readonly said: string };

const BETWEEN = "; ";

/** What a text is made of, in its order. Whatever no template knows is somebody else's. */
export function templateReader<Name extends string>(
  templates: Readonly<Record<Name, string>>,
): (text: string) => TextPart<Name>[] {
  /** The more of a template is given, the sooner it is tried. */
  const patterns = (Object.keys(templates) as Name[])
    .map((note) => ({ note, given: templates[note].length, pattern: patternOf(templates[note]) }))
    .sort((one, other) => other.given - one.given);

  function knownAt(text: string): { part: TextPart<Name>; length: number } | undefined {
    for (const { note, pattern } of patterns) {
      const match = pattern.exec(text);
      if (match !== null)
        return { part: { note, values: { ...match.groups } }, length: match[0].length };
    }
    return undefined;
  }

  return function read(text: string): TextPart<Name>[] {
    const found = knownAt(text);
    if (found !== undefined) {
      const rest = text.slice(found.length);
      return [found.part, ...(rest === "" ? [] : read(rest.slice(BETWEEN.length)))];
    }
    const end = text.indexOf(BETWEEN);
    const rest = end < 0 ? [] : read(text.slice(end + BETWEEN.length));
    const said = end < 0 ? text : text.slice(0, end);
    const [next, ...others] = rest;
    // Their words may have the same sign between them.
    if (next !== undefined && "said" in next)
      return [{ said: said + BETWEEN + next.said }, ...others];
    return [{ said }, ...rest];
  };
}

/** `said` is somebody's and goes to the end; a name in quotes has none in it. */
function patternOf(template: string): RegExp {
  const parts = template.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return name === "said" ? `(?<${name}>[^]*)` : `(?<${name}>[^;]*?)`;
  });
  return new RegExp(`^${parts.join("")}(?=; |$)`);
}
