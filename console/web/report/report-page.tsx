/** The page's frame: its three parts by the address, and the other language. */
import { useEffect, useState } from "preact/hooks";
import { language, switchLanguage } from "../shared/language.ts";
import { say as sayShared } from "../shared/shared-words.ts";
import { hrefOf, type Where, whereOf } from "./address.ts";
import { FollowPage } from "./follow/follow-page.tsx";
import { FormPage } from "./form-page.tsx";
import { PlacesPage } from "./places/places-page.tsx";
import { say } from "./report-words.ts";

const TABS = [
  { where: { kind: "form" }, word: "tabReport" },
  { where: { kind: "follow" }, word: "tabFollow" },
  { where: { kind: "places" }, word: "tabPlaces" },
] as const satisfies { where: Where; word: string }[];

export function ReportPage() {
  const where = useWhere();
  useEffect(() => {
    document.title = say("title");
  }, [language.value]);
  return (
    <>
      <header class="report-head">
        <h1>{say("title")}</h1>
        <button
          id="language"
          type="button"
          class="bare"
          aria-label={sayShared("switchLanguage")}
          onClick={switchLanguage}
        >
          {sayShared("otherLanguage")}
        </button>
      </header>
      <nav class="report-tabs" aria-label={say("sections")}>
        {TABS.map((tab) => (
          <a
            key={tab.word}
            href={hrefOf(tab.where)}
            aria-current={tab.where.kind === where.kind ? "page" : undefined}
          >
            {say(tab.word)}
          </a>
        ))}
      </nav>
      <main class="report-main">
        <Part where={where} />
      </main>
    </>
  );
}

function Part({ where }: { where: Where }) {
  if (where.kind === "follow") return <FollowPage publicNo={where.publicNo} link={where.link} />;
  if (where.kind === "places") return <PlacesPage layer={where.layer} />;
  return <FormPage code={where.code} />;
}

function useWhere(): Where {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = (): void => setHash(location.hash);
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return whereOf(hash);
}
