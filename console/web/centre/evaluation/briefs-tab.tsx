/** Briefs of periods that are over: read, printed, exported; a leader approves and withdraws. */
import { useState } from "preact/hooks";
import { part, path, post } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { language } from "../../shared/language.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Dialog, Fault, Field } from "../../shared/parts.tsx";
import type { PublicationItem } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import { periodText, say, sayBriefKind, sayBriefState } from "./evaluation-words.ts";
import { Verified } from "./verified.tsx";
import { WideTable } from "./wide-table.tsx";

const BASE = "/api/v1/evaluation/publications";
const addressOf = ({ publicationId }: PublicationItem, call: string): string =>
  `${BASE}/${part(publicationId)}/${call}`;

export function BriefsTab() {
  const paged = usePaged<PublicationItem>((cursor) => path(BASE, { cursor }));
  const [leaving, setLeaving] = useState<PublicationItem>();
  const [told, setTold] = useState("");
  const [fault, setFault] = useState<unknown>();

  async function approve(item: PublicationItem): Promise<void> {
    setFault(undefined);
    setTold("");
    try {
      await post(addressOf(item, "approve"), { version: item.version });
      setTold(say("approved", { period: periodText(item.period) }));
    } catch (reason) {
      setFault(reason);
    }
    paged.reload();
  }
  function withdrawn(item: PublicationItem): void {
    setLeaving(undefined);
    setTold(say("withdrawn", { period: periodText(item.period) }));
    paged.reload();
  }
  return (
    <section aria-label={say("briefs")}>
      <p role="status">{told}</p>
      <Fault fault={fault} />
      <PagedList paged={paged} empty={say("briefsNone")}>
        {(items) => <Briefs items={items} onApprove={approve} onWithdraw={setLeaving} />}
      </PagedList>
      {leaving !== undefined && (
        <Withdraw item={leaving} onClose={() => setLeaving(undefined)} onDone={withdrawn} />
      )}
    </section>
  );
}

interface BriefsProps {
  items: readonly PublicationItem[];
  onApprove: (item: PublicationItem) => Promise<void>;
  onWithdraw: (item: PublicationItem) => void;
}

function Briefs({ items, ...acts }: BriefsProps) {
  return (
    <WideTable label={say("briefs")}>
      <thead>
        <tr>
          <th scope="col">{say("period")}</th>
          <th scope="col">{say("state")}</th>
          <th scope="col">{say("made")}</th>
          <th scope="col">{say("export")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Brief key={item.publicationId} item={item} {...acts} />
        ))}
      </tbody>
    </WideTable>
  );
}

function Brief({ item, onApprove, onWithdraw }: Omit<BriefsProps, "items"> & ItemProps) {
  const { publicationId, kind, period, state, model, computedAt, approvedBy, withdrawnBy, reason } =
    item;
  const [isBusy, setBusy] = useState(false);
  const approve = async (): Promise<void> => {
    setBusy(true);
    await onApprove(item);
    setBusy(false);
  };
  const lang = language.value;
  const mayAct = may("publications.write") !== undefined && state !== "withdrawn";
  return (
    <tr>
      <th scope="row">
        {periodText(period)} {sayBriefKind(kind)}
        <small>
          {publicationId} · {say("model")} {model}
        </small>
      </th>
      <td>
        <span class={state === "approved" ? "tag good" : "tag"}>{sayBriefState(state)}</span>{" "}
        {state === "withdrawn" ? withdrawnBy : approvedBy}
        {reason !== undefined && <small>{reason}</small>}
        {!item.verified && <Verified answer={item} />}
      </td>
      <td>{sayTime(computedAt)}</td>
      <td>
        <div class="evaluation-tools">
          <a
            class="button"
            href={path(addressOf(item, "print"), { lang })}
            target="_blank"
            rel="noreferrer"
          >
            {say("print")}
          </a>
          <a class="button" href={path(addressOf(item, "xlsx"), { lang })} download="">
            {say("workbook")}
          </a>
          {mayAct && state === "draft" && item.verified && (
            <button type="button" class="main" disabled={isBusy} onClick={() => void approve()}>
              {say("approve")}
            </button>
          )}
          {mayAct && (
            <button type="button" onClick={() => onWithdraw(item)}>
              {say("withdraw")}
            </button>
          )}
        </div>
      </td>
    </tr>
  );
}

interface ItemProps {
  item: PublicationItem;
}

interface WithdrawProps extends ItemProps {
  onClose: () => void;
  onDone: (item: PublicationItem) => void;
}

/** A refusal leaves the reason as it was typed. */
function Withdraw({ item, onClose, onDone }: WithdrawProps) {
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<unknown>();

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    try {
      await post(addressOf(item, "withdraw"), { version: item.version, reason });
      onDone(item);
    } catch (refused) {
      setFault(refused);
    }
  }
  return (
    <Dialog title={`${say("withdraw")} ${item.publicationId}`} onClose={onClose}>
      <form class="evaluation-form" onSubmit={(event) => void submit(event)}>
        <Field label={say("reason")}>
          <textarea
            required
            maxLength={500}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </Field>
        <Fault fault={fault} />
        <button type="submit" class="danger">
          {say("withdraw")}
        </button>
      </form>
    </Dialog>
  );
}
