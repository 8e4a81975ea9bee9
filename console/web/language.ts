/** Which language is shown: kept in the browser, else as the browser's own. */
import { currentLanguage, say, setLanguage, WORDS, type Word } from "./words.ts";

const KEPT_AS = "gridwarden.language";

export function restoreLanguage(): void {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "zh" || kept === "en") setLanguage(kept);
  else setLanguage(navigator.language.startsWith("zh") ? "zh" : "en");
}

export function switchLanguage(): void {
  const next = currentLanguage() === "zh" ? "en" : "zh";
  setLanguage(next);
  localStorage.setItem(KEPT_AS, next);
}

/** Says what the document itself marks: `data-say` as text, `data-say-label` as its name. */
export function sayDocument(): void {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
    element.textContent = saidBy(element.dataset.say);
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-say-label]")) {
    element.setAttribute("aria-label", saidBy(element.dataset.sayLabel));
    if (element.tagName === "BUTTON") element.title = saidBy(element.dataset.sayLabel);
  }
}

function saidBy(word: string | undefined): string {
  return word !== undefined && word in WORDS ? say(word as Word) : "";
}
