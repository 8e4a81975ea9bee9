/** A form that is sent: faults are told at their fields once it was tried, and the first of them has the focus. */
import { useEffect, useRef, useState } from "preact/hooks";
import { faultText } from "../../shared/fault-text.ts";
import { faultFields } from "./fault-fields.ts";

export interface Sending {
  form: { current: HTMLFormElement | null };
  isBusy: boolean;
  /** What the platform has said that is about no field of the form. */
  fault: unknown;
  faultAt(field: string): string | undefined;
  /** It was typed in: what the platform said of it holds no longer. */
  changed(fields: readonly string[]): void;
  send(event: Event): void;
}

interface Sent {
  /** What a field lacks, in words; nothing is sent while one lacks something. */
  lacks: ReadonlyMap<string, string>;
  fields: readonly string[];
  send(): Promise<void>;
}

interface Refusal {
  fault: unknown;
  /** At which it is told. */
  fields: readonly string[];
  /** It is about none of them. */
  isOfForm: boolean;
}
const NOT_REFUSED: Refusal = { fault: undefined, fields: [], isOfForm: false };

export function useSending({ lacks, fields, send }: Sent): Sending {
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refusal>(NOT_REFUSED);
  useEffect(() => {
    if (tries > 0 && !isBusy) {
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
  }, [tries, isBusy]);

  async function sendNow(): Promise<void> {
    setTries((n) => n + 1);
    setRefused(NOT_REFUSED);
    if (isBusy || lacks.size > 0) return;
    setBusy(true);
    try {
      await send();
    } catch (fault) {
      const known = faultFields(fault).filter((field) => fields.includes(field));
      setRefused({ fault, fields: known, isOfForm: known.length === 0 });
    }
    setBusy(false);
  }

  return {
    form,
    isBusy,
    fault: refused.isOfForm ? refused.fault : undefined,
    faultAt(field) {
      if (refused.fields.includes(field)) return faultText(refused.fault, field);
      return tries > 0 ? lacks.get(field) : undefined;
    },
    changed: (changed) =>
      setRefused((was) => ({
        ...was,
        fields: was.fields.filter((field) => !changed.includes(field)),
      })),
    send(event) {
      event.preventDefault();
      void sendNow();
    },
  };
}
