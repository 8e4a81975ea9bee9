/**
 * A field with a list under it: what is typed is searched, arrows choose, Enter takes the chosen one
 * and goes on, also where the list has yet to come.
 */
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import "./combo.css";

export interface Choice {
  key: string;
  shown: ComponentChildren;
}

interface Props {
  label: string;
  hint: string;
  text: string;
  choices: readonly Choice[];
  isChosen: boolean;
  isSearching: boolean;
  searching: string;
  nothing: string;
  field: RefObject<HTMLInputElement | null>;
  onText(text: string): void;
  onChoose(key: string): void;
  onNext(): void;
  /** Where it is given, Escape takes out what was typed. */
  onEscape?(): void;
}

export function Combo(props: Props) {
  const { label, hint, text, choices, isChosen, isSearching, field, onText, onChoose } = props;
  const id = useId();
  const [at, setAt] = useState(0);
  const isAwaited = useRef(false);
  const isOpen = !isChosen && text.trim() !== "";
  const chosen = choices[Math.min(at, choices.length - 1)];

  // Enter came before the list: its first is taken when it is there.
  useEffect(() => {
    if (isSearching || !isAwaited.current) return;
    isAwaited.current = false;
    if (choices[0] !== undefined) onChoose(choices[0].key);
  }, [isSearching, choices]);

  function take(): void {
    const isSettled = isChosen || text.trim() === "";
    // Nothing is found, so there is nothing to go on with.
    if (!isSettled && !isSearching && chosen === undefined) return;
    if (!isSettled && isSearching) isAwaited.current = true;
    else if (!isSettled && chosen !== undefined) onChoose(chosen.key);
    props.onNext();
  }

  function typed(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.altKey) return;
    if (event.key === "Enter") take();
    else if (event.key === "ArrowDown") setAt(Math.min(at + 1, choices.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Escape" && text !== "" && props.onEscape) props.onEscape();
    else return;
    event.preventDefault();
  }

  return (
    <div class="intake-combo">
      <label class="field">
        <span>{label}</span>
        <input
          ref={field}
          data-step
          type="text"
          role="combobox"
          autoComplete="off"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={isOpen && chosen ? `${id}-${chosen.key}` : undefined}
          aria-describedby={`${id}-hint`}
          data-chosen={isChosen}
          value={text}
          onInput={(event) => {
            isAwaited.current = false;
            setAt(0);
            onText(event.currentTarget.value);
          }}
          onKeyDown={typed}
        />
      </label>
      <small id={`${id}-hint`}>{hint}</small>
      <div id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen}>
        {choices.map(({ key, shown }) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={key}
            id={`${id}-${key}`}
            role="option"
            tabIndex={-1}
            aria-selected={key === chosen?.key}
            onClick={() => {
              onChoose(key);
              props.onNext();
            }}
          >
            {shown}
          </div>
        ))}
        {choices.length === 0 && (
          <div role="option" tabIndex={-1} aria-selected="false" aria-disabled="true">
            {isSearching ? props.searching : props.nothing}
          </div>
        )}
      </div>
    </div>
  );
}
