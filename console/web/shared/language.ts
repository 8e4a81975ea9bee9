/**
 * Which language is shown: kept in the browser, else as the browser's own. One that keeps nothing shows
 * the page all the same.
 */
import { signal } from "@preact/signals";

export type Language = "zh" | "en";
export interface Bilingual {
  zh: string;
  en: string;
}

const KEPT_AS = "gridwarden.language";

/** Whatever reads it is shown anew when it changes. */
export const language = signal<Language>("zh");

export function restoreLanguage(): void {
  const kept = read();
  const isKept = kept === "zh" || kept === "en";
  show(isKept ? kept : navigator.language.startsWith("zh") ? "zh" : "en");
}

export function switchLanguage(): void {
  const next = language.value === "zh" ? "en" : "zh";
  show(next);
  try {
    localStorage.setItem(KEPT_AS, next);
  } catch {
    // It holds as long as the page.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

function show(next: Language): void {
  language.value = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
}
