/** Opens and closes the camera that reads a QR code; the reader is loaded when somebody scans. */
import type { ComponentType } from "preact";
import { useRef, useState } from "preact/hooks";
import { Fault } from "./parts.tsx";
import type { ScannerProps } from "./scan/scanner.tsx";
import { say } from "./shared-words.ts";

interface ScanButtonProps {
  /** Answers whether it is a code that is wanted here: then the camera closes. */
  onCode(text: string): boolean;
}

export function ScanButton({ onCode }: ScanButtonProps) {
  const [open, setOpen] = useState<{ Scanner: ComponentType<ScannerProps> }>();
  const [fault, setFault] = useState<unknown>();
  const button = useRef<HTMLButtonElement>(null);

  async function toggle(): Promise<void> {
    setFault(undefined);
    if (open !== undefined) return setOpen(undefined);
    try {
      const { default: Scanner } = await import("./scan/scanner.tsx");
      setOpen({ Scanner });
    } catch (reason) {
      setFault(reason);
    }
  }

  function take(text: string): void {
    if (!onCode(text)) return;
    setOpen(undefined);
    button.current?.focus();
  }

  return (
    <>
      <button
        type="button"
        ref={button}
        aria-expanded={open !== undefined}
        onClick={() => void toggle()}
      >
        {say(open === undefined ? "scan" : "scanStop")}
      </button>
      {open !== undefined && <open.Scanner onCode={take} />}
      <Fault fault={fault} />
    </>
  );
}
