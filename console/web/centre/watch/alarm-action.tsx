/**
 * What one may say to an alarm as it stands: that it was seen, or of one that latched, which is
 * normal again and waits for a person, that it may go. To the platform both are one call, and what
 * has become abnormal again meanwhile stays an alarm.
 */
import { useState } from "preact/hooks";
import { part, post } from "../../shared/api.ts";
import { Fault } from "../../shared/parts.tsx";
import type { AlarmItem } from "../../shared/platform-types.ts";
import { may } from "../../shared/session.ts";
import { say } from "./alarm-action-words.ts";
import { isToBeAcknowledged } from "./watched.ts";

export function AlarmAction({ alarm }: { alarm: Pick<AlarmItem, "alarmId" | "state"> }) {
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const acknowledge = async (): Promise<void> => {
    setIsBusy(true);
    setFault(undefined);
    try {
      await post(`/api/v1/alarms/${part(alarm.alarmId)}/acknowledge`);
    } catch (reason) {
      setFault(reason);
    }
    setIsBusy(false);
  };
  const isToBeReset = alarm.state === "latched";
  const isAsked = isToBeReset || isToBeAcknowledged(alarm);
  if (!isAsked || may("alarms.acknowledge") === undefined) return null;
  return (
    <>
      <button
        type="button"
        title={isToBeReset ? say("resetHint") : undefined}
        disabled={isBusy}
        onClick={() => void acknowledge()}
      >
        {say(isToBeReset ? "reset" : "acknowledge")}
      </button>
      <Fault fault={fault} />
    </>
  );
}
