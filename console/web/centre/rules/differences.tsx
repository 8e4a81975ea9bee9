/** What is otherwise between two versions, as a table. */
import { sayDuration } from "../../shared/time-words.ts";
import { choiceText, pathText } from "./field-words.ts";
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
              <td>{shown(path, before)}</td>
              <td>{shown(path, after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shown(path: string, value: Value): string {
  if (value === undefined) return say("none");
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (typeof value === "number" && path.endsWith("Ms")) return sayDuration(value);
  return typeof value === "string" ? choiceText(value) : JSON.stringify(value);
}
