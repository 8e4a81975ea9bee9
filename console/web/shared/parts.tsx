/** The small parts that all pages are made of. */
import type { ComponentChildren, TargetedEvent, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { faultSaid } from "./fault-text.ts";
import type { RefusalSaid } from "./faults/said.ts";
import type { Loaded } from "./loaded.ts";
import { say } from "./shared-words.ts";

export function Fault({ fault, onAgain }: { fault: unknown; onAgain?: () => void }) {
  if (fault === undefined) return null;
  return (
    <p class="fault" role="alert">
      <Said {...faultSaid(fault)} />
      {onAgain && (
        <button type="button" onClick={onAgain}>
          {say("again")}
        </button>
      )}
    </p>
  );
}

/** The words of the page, and small the platform's own sentence where it says more. */
export function Said({ text, original }: RefusalSaid) {
  return (
    <>
      {text}
      {original !== undefined && original !== "" && (
        <small class="original">{say("faultOriginal", { message: original })}</small>
      )}
    </>
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

/**
 * A dialog over the page: the focus stays in it, and goes back to where it was when it is closed.
 * Escape closes it where `onClose` is given.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it is taken away: only a dialog that is closed gives the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const pressed = (event: TargetedKeyboardEvent<HTMLDialogElement>): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose?.();
  };
  const cancelled = (event: TargetedEvent<HTMLDialogElement>): void => {
    event.preventDefault();
    onClose?.();
  };
  /** By another way than the key a browser asks once before it closes, and the second time does. */
  const closed = ({ currentTarget: shown }: TargetedEvent<HTMLDialogElement>): void => {
    if (!shown.isConnected) return;
    if (onClose === undefined) shown.showModal();
    else onClose();
  };
  return (
    <dialog
      ref={dialog}
      onKeyDown={pressed}
      onCancel={cancelled}
      onClose={closed}
      aria-label={title}
    >
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
