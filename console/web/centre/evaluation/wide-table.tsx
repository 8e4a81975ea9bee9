/** A table that may be wider than the screen: it is moved by itself, also by the arrow keys. */
import type { ComponentChildren } from "preact";

export function WideTable({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus it could not be moved by keys
    <section class="evaluation-table" tabIndex={0} aria-label={label}>
      <table>{children}</table>
    </section>
  );
}
