/** Is it solved? Asked after the close of whoever has the report's own link; answered once. */
import { useState } from "preact/hooks";
import { part, post, Refused } from "../../shared/api.ts";
import { Fault } from "../../shared/parts.tsx";
import type { PublicReport } from "../../shared/platform-types.ts";
import { say } from "./follow-words.ts";

interface AnswerProps {
  report: PublicReport;
  link: string | undefined;
  onAnswered: () => Promise<void>;
}

export function Answer({ report, link, onAnswered }: AnswerProps) {
  const [said, setSaid] = useState<"yes" | "no">();
  const state = report.question?.state;
  if (said !== undefined) {
    return (
      <p class="card report-thanks" role="status">
        {say(said === "yes" ? "thanksYes" : "thanksNo")}
      </p>
    );
  }
  if (state === "asked" && link !== undefined) {
    const answered = (solved: "yes" | "no"): void => {
      setSaid(solved);
      void onAnswered();
    };
    return (
      <AnswerForm
        publicNo={report.publicNo}
        link={link}
        onAnswered={answered}
        onClosed={onAnswered}
      />
    );
  }
  if (state === "answered") return <p class="quiet">{say("answered")}</p>;
  if (state === "expired" && report.standing === "closed") {
    return <p class="quiet">{say("expired")}</p>;
  }
  return null;
}

const SATISFIED = [
  [5, "satisfied5"],
  [4, "satisfied4"],
  [3, "satisfied3"],
  [2, "satisfied2"],
  [1, "satisfied1"],
] as const;
const SOLVED = ["yes", "no"] as const;
const LETTERS_MAX = 500;

interface FormProps {
  publicNo: string;
  link: string;
  onAnswered: (solved: "yes" | "no") => void;
  onClosed: () => Promise<void>;
}

function AnswerForm({ publicNo, link, onAnswered, onClosed }: FormProps) {
  const [solved, setSolved] = useState<"yes" | "no">();
  const [satisfied, setSatisfied] = useState<number>();
  const [note, setNote] = useState("");
  const [isLacking, setLacking] = useState(false);
  const [fault, setFault] = useState<unknown>();

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    const isWhole = solved !== undefined && satisfied !== undefined;
    setLacking(!isWhole);
    if (!isWhole) return;
    const text = note.trim();
    const body = { token: link, solved, satisfied, ...(text && { note: text }) };
    try {
      await post(`/api/v1/public/reports/${part(publicNo)}/answer`, body);
      onAnswered(solved);
    } catch (reason) {
      if (reason instanceof Refused && reason.code === "QUESTION_CLOSED") return onClosed();
      setFault(reason);
    }
  }

  return (
    <form class="card report-answer" onSubmit={(event) => void submit(event)}>
      <fieldset class="report-solved">
        <legend>{say("solvedAsk")}</legend>
        {SOLVED.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="solved"
              value={each}
              checked={solved === each}
              onChange={() => setSolved(each)}
            />
            {say(each)}
          </label>
        ))}
      </fieldset>
      <fieldset class="report-satisfied">
        <legend>{say("satisfied")}</legend>
        {SATISFIED.map(([mark, word]) => (
          <label key={mark}>
            <input
              type="radio"
              name="satisfied"
              value={mark}
              checked={satisfied === mark}
              onChange={() => setSatisfied(mark)}
            />
            {say(word)}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{say("note")}</span>
        <textarea
          name="note"
          rows={2}
          maxLength={LETTERS_MAX}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {isLacking && (solved === undefined || satisfied === undefined) && (
        <p class="fault" role="alert">
          {say("choose")}
        </p>
      )}
      <Fault fault={fault} />
      <button type="submit" class="main">
        {say("answer")}
      </button>
    </form>
  );
}
