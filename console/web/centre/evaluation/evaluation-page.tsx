/** Evaluation: who handled how much, in time or not, where that ranks them, and the cases behind it. */
import "./evaluation.css";
import { route } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { addressOf } from "./asked.ts";
import { BriefsTab } from "./briefs-tab.tsx";
import { CasesTab } from "./cases-tab.tsx";
import { say } from "./evaluation-words.ts";
import { LastPlacesTab } from "./last-places-tab.tsx";
import { RanksTab } from "./ranks-tab.tsx";
import { RenewalsTab } from "./renewals-tab.tsx";

const TABS = [
  { name: "ranks", Tab: RanksTab, action: "evaluation.read" },
  { name: "briefs", Tab: BriefsTab, action: "publications.read" },
  { name: "lastPlaces", Tab: LastPlacesTab, action: "evaluation.read" },
  { name: "renewals", Tab: RenewalsTab, action: "evaluation.read" },
] as const;

export default function EvaluationPage() {
  const asked = route.value.parts[1];
  const mine = TABS.filter(({ action }) => may(action) !== undefined);
  const chosen = mine.find(({ name }) => name === asked) ?? mine[0];
  const isCases = asked === "cases";
  return (
    <div class="evaluation">
      <nav aria-label={say("sections")}>
        {mine.map(({ name }) => (
          <a
            key={name}
            href={addressOf(name)}
            aria-current={!isCases && name === chosen?.name ? "page" : undefined}
          >
            {say(name)}
          </a>
        ))}
      </nav>
      {isCases ? <CasesTab /> : chosen && <chosen.Tab />}
    </div>
  );
}
