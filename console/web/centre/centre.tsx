/** The centre's frame: who is signed in, where one may go, whether the platform is heard; the page inside. */
import { useComputed } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import { keepCatalogue } from "../shared/catalogue.ts";
import { now, offsetMinutes } from "../shared/clock.ts";
import { switchLanguage } from "../shared/language.ts";
import { liveState, startLive, stopLive } from "../shared/live.ts";
import { OwnPasswordButton } from "../shared/own-password-button.tsx";
import { Fault } from "../shared/parts.tsx";
import { formatTime } from "../shared/platform-time.ts";
import { href, leaveBy, route } from "../shared/router.ts";
import { hasRole, restoreFault, signOut, user } from "../shared/session.ts";
import { say as sayShared } from "../shared/shared-words.ts";
import { SignInAgain, SignInPage } from "../shared/sign-in.tsx";
import { say } from "./centre-words.ts";
import { type CentrePage, PAGES } from "./pages.ts";
import { DangerBar } from "./watch/danger-bar.tsx";

export function Centre() {
  const who = user.value;
  if (who === undefined) return <Restoring />;
  if (who === null) return <SignInPage />;
  return <Frame key={who.username} />;
}

/** It is asked again by itself; meanwhile it is said why nothing is shown. */
function Restoring() {
  return (
    <main class="quiet">
      <p>{sayShared("loading")}</p>
      <Fault fault={restoreFault.value} />
    </main>
  );
}

function Frame() {
  useEffect(() => {
    const endCatalogue = keepCatalogue();
    startLive();
    return () => {
      stopLive();
      endCatalogue();
    };
  }, []);
  const page = pageOf(route.value.parts[0] ?? "now");
  return (
    <>
      <button type="button" class="skip" onClick={focusContent}>
        {say("skip")}
      </button>
      <Bar shown={page} />
      <main id="content" tabIndex={-1}>
        {page === undefined ? (
          <p class="quiet">{say("nowhere")}</p>
        ) : (
          <Whole key={page.name}>
            <Shown page={page} />
          </Whole>
        )}
      </main>
      <SignInAgain />
    </>
  );
}

function focusContent(): void {
  document.getElementById("content")?.focus();
}

const pageOf = (name: string): CentrePage | undefined =>
  PAGES.find((page) => page.name === name || page.also?.includes(name));

function Bar({ shown }: { shown: CentrePage | undefined }) {
  const mine = PAGES.filter(({ roles }) => roles === undefined || hasRole(...roles));
  return (
    <header class="bar">
      <a class="brand" href={href("now")}>
        <img src="/icon.svg" alt="" /> <span class="bar-more">gridwarden</span>
      </a>
      <nav aria-label={say("pages")}>
        {mine.map(({ name }) => (
          <a key={name} href={href(name)} aria-current={shown?.name === name ? "page" : undefined}>
            {say(name)}
          </a>
        ))}
      </nav>
      <DangerBar />
      <Connection />
      <Clock />
      <Who />
      <button
        type="button"
        id="language"
        class="bare"
        aria-label={sayShared("switchLanguage")}
        onClick={switchLanguage}
      >
        {sayShared("otherLanguage")}
      </button>
      <button
        type="button"
        id="sign-out"
        class="bare"
        onClick={() => leaveBy(() => void signOut())}
      >
        {sayShared("signOut")}
      </button>
    </header>
  );
}

/** The name leads to one's own password, where one has any. */
function Who() {
  const who = user.value;
  if (who?.hasPassword !== true) return <span class="who">{who?.username}</span>;
  return <OwnPasswordButton class="who bare">{who.username}</OwnPasswordButton>;
}

function Connection() {
  const state = liveState.value;
  const words = {
    live: "connectionLive",
    lost: "connectionLost",
    waiting: "connectionWaiting",
  } as const;
  return (
    <span id="connection" role="status" data-state={state}>
      {sayShared(words[state])}
    </span>
  );
}

function Clock() {
  const text = useComputed(() => formatTime(now.value, offsetMinutes()));
  const [date = "", ...time] = text.value.split(" ");
  return (
    <span id="clock">
      <span class="bar-more">{`${date} `}</span>
      {time.join(" ")}
    </span>
  );
}

/** A page that fails takes neither the bar nor its dangers along. */
function Whole({ children }: { children: ComponentChildren }) {
  const [fault] = useErrorBoundary((reason) => console.error(reason));
  if (fault === undefined) return <>{children}</>;
  return <Fault fault={fault} onAgain={() => location.reload()} />;
}

/** Loads the page's code when it is first shown. */
function Shown({ page }: { page: CentrePage }) {
  const [loaded, setLoaded] = useState<{ page: CentrePage; Page: ComponentType }>();
  const [fault, setFault] = useState<unknown>();
  useEffect(() => {
    let isOver = false;
    setFault(undefined);
    page.load().then(
      (module) => isOver || setLoaded({ page, Page: module.default }),
      (reason: unknown) => isOver || setFault(reason),
    );
    return () => {
      isOver = true;
    };
  }, [page]);
  if (fault !== undefined) return <Fault fault={fault} onAgain={() => location.reload()} />;
  if (loaded === undefined || loaded.page !== page) {
    return <p class="quiet">{sayShared("loading")}</p>;
  }
  return <loaded.Page />;
}
