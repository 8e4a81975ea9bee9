/** Shift handover: what the next shift must know, handed over and signed by two; and those before. */
import "./handover.css";
import { useState } from "preact/hooks";
import { get, part, path, post } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Fault, Field, Loading } from "../../shared/parts.tsx";
import type {
  HandoverDetail,
  HandoverItem,
  HandoverLineItem,
  HandoverSectionName,
  HandoverSnapshot,
} from "../../shared/platform-types.ts";
import { createRequestKeys } from "../../shared/request-key.ts";
import { go, href, route } from "../../shared/router.ts";
import { may, user } from "../../shared/session.ts";
import { say } from "./handover-words.ts";
import { PledgeForm } from "./pledge-form.tsx";
import { Sign } from "./sign.tsx";
import { Snapshot } from "./snapshot.tsx";

export default function HandoverPage() {
  const [, handoverId] = route.value.parts;
  return (
    <div class="handover">
      {handoverId === undefined ? <Next /> : <One key={handoverId} handoverId={handoverId} />}
    </div>
  );
}

function Next() {
  const loaded = useLoaded(() => get<HandoverSnapshot>("/api/v1/handovers/next"), []);
  const [fault, setFault] = useState<unknown>();
  const mayWrite = may("handovers.write") !== undefined;
  const again = (): void => void loaded.reload();

  async function tick({ id }: HandoverLineItem): Promise<void> {
    setFault(undefined);
    await post(`/api/v1/pledges/${part(id)}/done`).catch(setFault);
    again();
  }

  const action = (section: HandoverSectionName, line: HandoverLineItem) =>
    section === "pledges" && (
      <button type="button" onClick={() => void tick(line)}>
        {say("done")}
      </button>
    );

  return (
    <>
      <header class="handover-head">
        <h1>{say("title")}</h1>
        <Times at={loaded.value?.at} />
        <button type="button" onClick={again}>
          {say("reload")}
        </button>
      </header>
      <Fault fault={fault} />
      <Loading loaded={loaded}>
        {(snapshot) => <Snapshot snapshot={snapshot} action={mayWrite ? action : undefined} />}
      </Loading>
      {mayWrite && <PledgeForm onAdded={again} />}
      {mayWrite && <HandOver />}
      <Past />
    </>
  );
}

function Times({ at }: { at: string | undefined }) {
  return (
    <p>
      {say("now")} {at !== undefined && <time>{sayTime(at)}</time>}
    </p>
  );
}

/** In this tab and of this person, so that a reload costs no note. */
const notePlace = (): string => `gridwarden-handover.${user.value?.username ?? ""}`;

function HandOver() {
  const [note, setNote] = useState(() => sessionStorage.getItem(notePlace()) ?? "");
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [keyOf] = useState(() => createRequestKeys());

  function typed(text: string): void {
    setNote(text);
    sessionStorage.setItem(notePlace(), text);
  }

  async function handOver(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    const body = note.trim() === "" ? {} : { note: note.trim() };
    const headers = { "idempotency-key": keyOf(JSON.stringify(body)) };
    try {
      const made = await post<HandoverDetail>("/api/v1/handovers", body, { headers });
      typed("");
      go("handover", made.handoverId);
    } catch (refused) {
      setFault(refused);
    }
    setBusy(false);
  }

  return (
    <form class="card handover-form" onSubmit={(event) => void handOver(event)}>
      <Field label={say("note")}>
        <textarea
          rows={3}
          maxLength={4000}
          value={note}
          onInput={(event) => typed(event.currentTarget.value)}
        />
      </Field>
      <Fault fault={fault} />
      <button type="submit" class="main" disabled={isBusy}>
        {say("handOver")}
      </button>
    </form>
  );
}

function One({ handoverId }: { handoverId: string }) {
  const address = `/api/v1/handovers/${part(handoverId)}`;
  const loaded = useLoaded(() => get<HandoverDetail>(address), [address]);
  return (
    <>
      <p class="handover-back">
        <a href={href("handover")}>← {say("back")}</a>
      </p>
      <header class="handover-head">
        <h1>{say("numberOf", { id: handoverId })}</h1>
        <button type="button" onClick={() => print()}>
          {say("print")}
        </button>
      </header>
      <Loading loaded={loaded}>
        {(handover) => (
          <>
            <Signatures handover={handover} />
            {handover.note !== undefined && <p class="card handover-note">{handover.note}</p>}
            {handover.signedBy === undefined && (
              <Sign handover={handover} onSigned={() => void loaded.reload()} />
            )}
            <Snapshot snapshot={handover.snapshot} />
            <p class="handover-back">{say("stillNow")}</p>
          </>
        )}
      </Loading>
    </>
  );
}

function Signatures({ handover: { at, by, signedAt, signedBy } }: { handover: HandoverItem }) {
  return (
    <p role="status" class="handover-signatures">
      {say("handedOver", { by, at: sayTime(at) })}{" "}
      {signedBy === undefined || signedAt === undefined ? (
        <span class="tag warn">{say("unsigned")}</span>
      ) : (
        say("signed", { by: signedBy, at: sayTime(signedAt) })
      )}
    </p>
  );
}

function Past() {
  const paged = usePaged<HandoverItem>((cursor) =>
    path("/api/v1/handovers", { limit: 20, cursor }),
  );
  return (
    <section class="handover-past">
      <h2>{say("past")}</h2>
      <PagedList paged={paged} empty={say("none")}>
        {(items) => (
          <table>
            <thead>
              <tr>
                <th scope="col">{say("when")}</th>
                <th scope="col">{say("from")}</th>
                <th scope="col">{say("to")}</th>
                <th scope="col">{say("note")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ handoverId, at, by, note, signedBy }) => (
                <tr key={handoverId}>
                  <td>
                    <a href={href("handover", handoverId)}>{sayTime(at)}</a>
                  </td>
                  <td>{by}</td>
                  <td>{signedBy ?? <span class="tag warn">{say("unsigned")}</span>}</td>
                  <td>{note}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </PagedList>
    </section>
  );
}
