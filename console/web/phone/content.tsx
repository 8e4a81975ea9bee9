/** What is shown between the bars: one page of the phone, which has the focus once it was gone to. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Until the first step to another page the focus is where the browser has it. */
let isFirstContent = true;

/** A new page has the focus, so that a keyboard and a reader go on from there. */
export function Content({ children }: { children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isFirstContent) main.current?.focus();
    isFirstContent = false;
  }, []);
  return (
    <main id="content" tabIndex={-1} ref={main}>
      {children}
    </main>
  );
}
