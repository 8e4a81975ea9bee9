/** How somebody's score came about: points taken off with their cases, what people recorded, all figures. */
import { Dialog } from "../../shared/parts.tsx";
import type { EvaluationItem, ScoreModelItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { inLanguage } from "../../shared/words.ts";
import { say } from "./evaluation-words.ts";
import { changeText, type Subject } from "./figures.ts";
import { indicatorText } from "./indicator-words.ts";
import { GradeTag, itemText } from "./rank-parts.tsx";
import { Figure } from "./ranks-table.tsx";

interface DetailsProps {
  item: EvaluationItem;
  subject: Subject;
  model: ScoreModelItem["model"] | undefined;
  onClose: () => void;
}

export function ItemDetails({ item, subject, model, onClose }: DetailsProps) {
  const name = itemText(item, subject);
  return (
    <Dialog title={say("details", { name })} onClose={onClose}>
      <div class="evaluation-details">
        {item.basePoints !== null && <Points item={item} model={model} />}
        <table>
          <caption>{say("all")}</caption>
          <tbody>
            {Object.keys(item.indicators).map((indicator) => (
              <tr key={indicator}>
                <th scope="row">{indicatorText(indicator)}</th>
                <td class="number">
                  <Figure {...{ item, name, indicator }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}

function Points({ item, model }: Pick<DetailsProps, "item" | "model">) {
  const { basePoints, deductions, extras, marks } = item;
  const titleOf = (id: string): string => {
    const strike = model?.strikes.find(({ deductionId }) => deductionId === id);
    return strike === undefined ? id : inLanguage(strike.title);
  };
  const hasNothing = deductions.length === 0 && extras.length === 0;
  return (
    <>
      <p>
        {say("score")} <GradeTag item={item} /> · {say("basePoints")} {basePoints}
      </p>
      <h3>{say("deductions")}</h3>
      {hasNothing && <p>{say("nothing")}</p>}
      <ul>
        {deductions.map(({ deductionId, points, count, caseNos }) => (
          <li key={deductionId}>
            {titleOf(deductionId)}: {say("points", { n: changeText(-points), count })}
            <span class="evaluation-case-list">
              {caseNos.map((caseNo) => (
                <a key={caseNo} href={href("cases", caseNo)}>
                  {caseNo}
                </a>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {extras.length > 0 && (
        <>
          <h3>{say("extras")}</h3>
          <ul>
            {extras.map(({ itemId, kind, points, reason }) => (
              <li key={itemId}>
                {changeText(kind === "bonus" ? points : -points)} {reason}
              </li>
            ))}
          </ul>
        </>
      )}
      {Object.keys(marks).length > 0 && (
        <>
          <h3>{say("marks")}</h3>
          <ul>
            {Object.entries(marks).map(([markId, mark]) => (
              <li key={markId}>
                {markId}: {mark}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
