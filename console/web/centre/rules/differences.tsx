/** What is otherwise between two versions, as a table. */
import { pathText } from "./field-words.ts";
import type { Difference } from "./rule-diff.ts";
import type { Value } from "./rule-schema.ts";
import { say } from "./rules-words.ts";

export function Differences({ found }: { found: readonly Difference[] }) {
  if (found.length === 0) return <p class="quiet">{say("noChanges")}</p>;
  return (
    <div class="rules-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{say("name")}</th>
            <th scope="col">{say("before")}</th>
            <th scope="col">{say("after")}</th>
          </tr>
        </thead>
        <tbody>
          {found.map(({ path, before, after }) => (
            <tr key={path}>
              <th scope="row">{pathText(path)}</th>
              <td>{shown(before)}</td>
              <td>{shown(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shown(value: Value): string {
  if (value === undefined) return say("none");
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  return typeof value === "string" ? value : JSON.stringify(value);
}
