/** What hangs on an asset: its alarms, its cases open and past, its devices. */
import { ALARM_STATES_OPEN, sayAlarmState, saySeverity } from "../../shared/alarm-words.ts";
import { hasEnded } from "../../shared/case-due.ts";
import { timeLeft } from "../../shared/case-times.ts";
import { sayState } from "../../shared/case-words.ts";
import { conditionText } from "../../shared/catalogue.ts";
import { now, sayTime } from "../../shared/clock.ts";
import { sayLife } from "../../shared/life-words.ts";
import type { AlarmItem, CaseItem, DeviceItem, RuleItem } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { hasRole, may } from "../../shared/session.ts";
import { sayAge } from "../../shared/time-words.ts";
import { inLanguage } from "../../shared/words.ts";
import { AlarmAction } from "../watch/alarm-action.tsx";
import { say } from "./assets-words.ts";

const isStanding = ({ state }: AlarmItem): boolean =>
  (ALARM_STATES_OPEN as readonly string[]).includes(state);

interface AlarmTableProps {
  alarms: readonly AlarmItem[];
  rules: readonly RuleItem[];
}

export function AlarmTable({ alarms, rules }: AlarmTableProps) {
  const titleOf = (ruleId: string): string => {
    const found = rules.find((rule) => rule.ruleId === ruleId);
    return found === undefined ? ruleId : inLanguage(found.title);
  };
  const sorted = [...alarms].sort((a, b) => Number(isStanding(b)) - Number(isStanding(a)));
  return (
    <section class="card" aria-labelledby="asset-alarms">
      <h2 id="asset-alarms">{say("alarms", { n: alarms.filter(isStanding).length })}</h2>
      {alarms.length === 0 && <p class="quiet">{say("noAlarms")}</p>}
      {alarms.length > 0 && (
        <div class="assets-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{say("rule")}</th>
                <th scope="col">{say("severity")}</th>
                <th scope="col">{say("state")}</th>
                <th scope="col">{say("raisedAt")}</th>
                <th scope="col">{say("device")}</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((alarm) => (
                <tr key={alarm.alarmId}>
                  <td>
                    <a href={href("rules", alarm.ruleId)}>{titleOf(alarm.ruleId)}</a>
                  </td>
                  <td>
                    <span
                      class={
                        alarm.severity === "critical" && isStanding(alarm) ? "tag danger" : "tag"
                      }
                    >
                      {saySeverity(alarm.severity)}
                    </span>
                  </td>
                  <td>
                    {sayAlarmState(alarm.state)} <AlarmAction alarm={alarm} />
                  </td>
                  <td>{sayTime(alarm.raisedAt)}</td>
                  <td>{alarm.deviceId ?? "—"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const isOpen = (item: CaseItem): boolean => !hasEnded(item);

export function CaseTable({ cases }: { cases: readonly CaseItem[] }) {
  const sorted = [...cases].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
  return (
    <section class="card" aria-labelledby="asset-cases">
      <h2 id="asset-cases">{say("cases", { n: cases.filter(isOpen).length })}</h2>
      {cases.length === 0 && <p class="quiet">{say("noCases")}</p>}
      <ul class="assets-cases">
        {sorted.map((item) => {
          const { text, due } = timeLeft(item, now.value);
          return (
            <li key={item.caseNo}>
              <a href={href("cases", item.caseNo)}>{conditionText(item)}</a>
              <span class="tag">{sayState(item.state)}</span>
              {isOpen(item) && <strong class={`assets-due ${due}`}>{text}</strong>}
              <small>{`${item.caseNo} · ${sayTime(item.openedAt)}`}</small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function DeviceTable({
  devices,
  assetId,
}: {
  devices: readonly DeviceItem[];
  assetId: string;
}) {
  return (
    <section class="card" aria-labelledby="asset-devices">
      <h2 id="asset-devices">{say("devicesOf", { n: devices.length })}</h2>
      {devices.length === 0 && <p class="quiet">{say("noDevices")}</p>}
      <ul class="assets-cases">
        {devices.map((device) => (
          <li key={device.deviceId}>
            <a href={href("devices", device.deviceId)}>{device.deviceId}</a>
            <span class={device.life === "in-service" ? "tag good" : "tag warn"}>
              {sayLife(device.life)}
            </span>
            <small>{[device.vendor, device.model].filter(Boolean).join(" ")}</small>
            <small>{heardText(device)}</small>
          </li>
        ))}
      </ul>
      {may("registry.write") && (
        <a class="button" href={`${href("assets", assetId)}?view=device`}>
          {say("addDevice")}
        </a>
      )}{" "}
      {hasRole("engineer") && (
        <a class="button" href={`${href("assets")}?view=scan&asset=${encodeURIComponent(assetId)}`}>
          {say("installHere")}
        </a>
      )}
    </section>
  );
}

export function heardText({ lastHeardAt, status }: DeviceItem): string {
  if (lastHeardAt === undefined) return say("neverHeard");
  const age = sayAge(now.value - Date.parse(lastHeardAt));
  return status?.state === "offline" ? say("heardOffline", { age }) : say("heard", { age });
}
