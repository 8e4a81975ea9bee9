/** The small parts of a rank: the name, the grade with its colour and its word, a change with its direction. */
import type { EvaluationItem } from "../../shared/platform-types.ts";
import { postText, say, sayGrade } from "./evaluation-words.ts";
import { changeText, nameOfItem, type Subject } from "./figures.ts";

export const itemText = (item: EvaluationItem, subject: Subject): string =>
  subject === "position" ? postText(item.subjectId) : nameOfItem(item);

export function GradeTag({ item: { score, grade, colour } }: { item: EvaluationItem }) {
  if (score === null || grade === null) return <>{say("unscored")}</>;
  return (
    <>
      {score}{" "}
      <span class="evaluation-grade" data-colour={colour}>
        {sayGrade(grade)}
      </span>
    </>
  );
}

/** Points, and places up or down. */
export function ChangeCell({ change: { score, rank } }: { change: EvaluationItem["change"] }) {
  return (
    <td class="number">
      {changeText(score)}
      {rank !== null && rank !== 0 && (
        <span class="evaluation-places">
          <span aria-hidden="true">
            {rank > 0 ? "▼" : "▲"}
            {Math.abs(rank)}
          </span>
          <span class="for-the-ear">{say(rank > 0 ? "down" : "up", { n: Math.abs(rank) })}</span>
        </span>
      )}
    </td>
  );
}
