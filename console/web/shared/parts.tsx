/** The small parts that all pages are made of. */
import type { ComponentChildren, TargetedEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { faultText } from "./fault-text.ts";
import type { Loaded } from "./loaded.ts";
import { say } from "./shared-words.ts";

export function Fault({ fault, onAgain }: { fault: unknown; onAgain?: () => void }) {
  if (fault === undefined) return null;
  return (
    <p class="fault" role="alert">
      {faultText(fault)}
      {onAgain && (
        <button type="button" onClick={onAgain}>
          {say("again")}
        </button>
      )}
    </p>
  );
}

/** Shows what was loaded; while it loads for the first time says so, and what went wrong above it. */
export function Loading<T>({
  loaded,
  children,
}: {
  loaded: Loaded<T>;
  children: (value: T) => ComponentChildren;
}) {
  const { value, fault, isLoading, reload } = loaded;
  return (
    <>
      <Fault fault={fault} onAgain={() => void reload()} />
      {value === undefined && isLoading && <p class="quiet">{say("loading")}</p>}
      {value !== undefined && children(value)}
    </>
  );
}

/** A labelled field; `children` is the control. */
export function Field({ label, hint, children }: FieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="field">
      <span>{label}</span>
      {children}
      {hint !== undefined && <small>{hint}</small>}
    </label>
  );
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  children: ComponentChildren;
}

/** A dialog over the page: the focus stays in it, Escape closes it where `onClose` is given. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const cancelled = (event: TargetedEvent<HTMLDialogElement>): void => {
    event.preventDefault();
    onClose?.();
  };
  return (
    <dialog ref={dialog} onCancel={cancelled} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {onClose && (
          <button type="button" class="bare" aria-label={say("close")} onClick={onClose}>
            ×
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}

interface DialogProps {
  title: string;
  onClose?: () => void;
  children: ComponentChildren;
}
