/** A new urgent order: the phone shakes, and a notification comes where they are allowed. */
import type { CaseItem } from "../shared/platform-types.ts";
import { href } from "../shared/router.ts";
import { titleOf } from "./orders/order-name.ts";
import { isUrgent } from "./orders/order-sort.ts";
import { say } from "./phone-words.ts";

const SHAKE_MS = [400, 150, 400, 150, 400];

/** What to say in the page; nothing of an order that can wait. */
export function announce(item: CaseItem): string | undefined {
  if (!isUrgent(item)) return undefined;
  const text = say("newUrgent", { what: titleOf(item) });
  navigator.vibrate?.(SHAKE_MS);
  if ("Notification" in window && Notification.permission === "granted") {
    void notify(text, item.caseNo);
  }
  return text;
}

async function notify(text: string, caseNo: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/phone/");
  await registration?.showNotification(text, {
    tag: caseNo,
    icon: "/phone/icon-192.png",
    data: { href: `/phone/${href("case", caseNo)}` },
  });
}
