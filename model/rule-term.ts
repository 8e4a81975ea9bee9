/**
 * Tests put together with `all`, `any` and `not`, so deep and no deeper: the depth is bounded by the
 * shape itself, so that no input can nest without end. A fault is told by its own path, not as that
 * of a shape none of whose forms fits.
 */
import { z } from "zod";
import { valueAt } from "./field-text.ts";
import { LIMITS } from "./limits.ts";

export type TermOf<Test> =
  | Test
  | { all: TermOf<Test>[] }
  | { any: TermOf<Test>[] }
  | { not: TermOf<Test> };

type Shape<T> = z.ZodType<T, T>;

export function termOf<Test>(test: Shape<Test>): Shape<TermOf<Test>> {
  let term: Shape<TermOf<Test>> = test;
  for (let depth = 1; depth <= LIMITS.compoundDepthMax; depth += 1) {
    const inner = term;
    const several = z.array(inner).min(1).max(LIMITS.compoundTestsMax);
    term = z
      .union(
        [
          test,
          z.strictObject({ all: several }),
          z.strictObject({ any: several }),
          z.strictObject({ not: inner }),
        ],
        { error: ({ input, errors }) => faultText(input, errors as Issue[][] | undefined) },
      )
      .meta({ id: `RuleTerm${depth}` });
  }
  return term;
}

type Issue = z.core.$ZodIssue;

const FORMS = [undefined, "all", "any", "not"] as const;
const DEPTH = `${LIMITS.compoundDepthMax} deep at most`;
const WANTED = `a test with its 'kind', or 'all', 'any' or 'not' of such, ${DEPTH}`;

const isTest = (input: unknown): boolean =>
  typeof input === "object" && input !== null && "kind" in input;

/** Of the form that was meant, the first fault that has a place of its own. */
function faultText(input: unknown, errors: readonly Issue[][] | undefined): string {
  const keys = typeof input === "object" && input !== null ? Object.keys(input) : [];
  const meant = FORMS.findIndex((form) => form !== undefined && keys.includes(form));
  const issue = errors?.[meant < 0 && isTest(input) ? 0 : meant]?.[0];
  if (issue === undefined) return WANTED;
  // What a term within it has said already.
  const [, said = "", within] = AT.exec(issue.message) ?? [];
  const parts = [...issue.path, ...(within === undefined ? [] : [within])];
  // Where only a test may stand there is none: what is put together there is too deep.
  const isNone = issue.path.at(-1) === "kind" && !isTest(valueAt(input, issue.path.slice(0, -1)));
  const at = (isNone ? parts.slice(0, -1) : parts).join(".");
  return `${isNone ? WANTED : said}${at === "" ? "" : ` (at '${at}')`}`;
}

const AT = /^(.*?)(?: \(at '([^']*)'\))?$/;
