/** Opens the dialog of one's own password, whose code is loaded when it is first wanted. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Fault } from "./parts.tsx";
import { say } from "./shared-words.ts";

type OwnPassword = typeof import("./password/own-password.tsx").default;

/** @param children what stands on it where that is not what it does */
export function OwnPasswordButton({
  class: name,
  children,
}: {
  class?: string;
  children?: ComponentChildren;
}) {
  const [shown, setShown] = useState<{ Dialog: OwnPassword }>();
  const [fault, setFault] = useState<unknown>();
  const open = async (): Promise<void> => {
    setFault(undefined);
    try {
      setShown({ Dialog: (await import("./password/own-password.tsx")).default });
    } catch (reason) {
      setFault(reason);
    }
  };
  return (
    <>
      <button
        type="button"
        id="own-password"
        class={name ?? ""}
        title={say("ownPassword")}
        onClick={() => void open()}
      >
        {children ?? say("ownPassword")}
      </button>
      <Fault fault={fault} />
      {shown !== undefined && <shown.Dialog onClose={() => setShown(undefined)} />}
    </>
  );
}
