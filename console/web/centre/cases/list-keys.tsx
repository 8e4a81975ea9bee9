/** The keys of a list of cases: j and k go through it, x chooses, Enter opens (it is a link's own). */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "../../shared/parts.tsx";
import { say } from "./cases-words.ts";

const KEYS = [
  ["j ↓", "keyDown"],
  ["k ↑", "keyUp"],
  ["x", "keyChoose"],
  ["Enter", "keyOpen"],
  ["/", "keyFind"],
  ["?", "keyHelp"],
] as const;

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={say("keys")} onClose={onClose}>
      <dl class="cases-keys">
        {KEYS.map(([key, word]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{say(word)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** Whoever types, or has a dialog open, types. */
function isTyping(target: EventTarget | null): boolean {
  const element = target instanceof HTMLElement ? target : undefined;
  if (document.querySelector("dialog[open]") !== null) return true;
  if (element instanceof HTMLInputElement) return element.type !== "checkbox";
  return element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement;
}

export function useListKeys(
  room: RefObject<HTMLElement | null>,
  toggle: (caseNo: string) => void,
  help: () => void,
): void {
  const told = useRef({ toggle, help });
  told.current = { toggle, help };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey || isTyping(event.target)) return;
      const done = act(room.current, key, told.current);
      if (done) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [room]);
}

function act(
  room: HTMLElement | null,
  key: string,
  told: { toggle: (caseNo: string) => void; help: () => void },
): boolean {
  if (room === null) return false;
  const links = [...room.querySelectorAll<HTMLElement>(".cases-open")];
  const row = document.activeElement?.closest("tr");
  const index = links.findIndex((link) => link.closest("tr") === row);
  switch (key) {
    case "j":
    case "ArrowDown":
      if (index === links.length - 1) room.querySelector<HTMLElement>(".cases-more")?.click();
      focus(links[Math.min(index + 1, links.length - 1)]);
      return true;
    case "k":
    case "ArrowUp":
      focus(links[Math.max(index - 1, 0)]);
      return true;
    case "x": {
      const caseNo = links[index]?.dataset.case;
      if (caseNo !== undefined) told.toggle(caseNo);
      return true;
    }
    case "/":
      room.closest(".cases")?.querySelector<HTMLElement>("input[type=search]")?.focus();
      return true;
    case "?":
      told.help();
      return true;
    default:
      return false;
  }
}

function focus(link: HTMLElement | undefined): void {
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}
