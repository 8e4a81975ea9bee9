/** The platform's own state: is it well, what could not be read, who is flooded, who may what, who did what. */
import "./operations.css";
import { href, route } from "../../shared/router.ts";
import { may } from "../../shared/session.ts";
import { AuditTab } from "./audit-tab.tsx";
import { FloodTab } from "./flood-tab.tsx";
import { HealthTab } from "./health-tab.tsx";
import { KnockingTab } from "./knocking-tab.tsx";
import { LettersTab } from "./letters-tab.tsx";
import { say } from "./operations-words.ts";
import { PatrolTab } from "./patrol-tab.tsx";
import { PeopleTab } from "./people-tab.tsx";

const TABS = [
  { name: "state", Tab: HealthTab, isMine: () => true },
  { name: "letters", Tab: LettersTab, isMine: () => may("dead-letters.read") !== undefined },
  { name: "knocking", Tab: KnockingTab, isMine: () => may("dead-letters.read") !== undefined },
  { name: "flood", Tab: FloodTab, isMine: () => may("alarms.read") !== undefined },
  { name: "patrol", Tab: PatrolTab, isMine: () => may("patrols.read") !== undefined },
  { name: "people", Tab: PeopleTab, isMine: () => may("users.read") !== undefined },
  { name: "audit", Tab: AuditTab, isMine: () => may("audit.read") !== undefined },
] as const;

export default function OperationsPage() {
  const mine = TABS.filter(({ isMine }) => isMine());
  const chosen = mine.find(({ name }) => name === route.value.parts[1]) ?? mine[0];
  return (
    <div class="operations">
      <nav aria-label={say("sections")}>
        {mine.map(({ name }) => (
          <a
            key={name}
            href={href("operations", name)}
            aria-current={name === chosen?.name ? "page" : undefined}
          >
            {say(name)}
          </a>
        ))}
      </nav>
      {chosen !== undefined && (
        <section aria-label={say(chosen.name)}>
          <chosen.Tab />
        </section>
      )}
    </div>
  );
}
