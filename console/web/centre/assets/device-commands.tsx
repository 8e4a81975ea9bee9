/** What a lamp may be told, and what became of what it was told; nothing else is commanded here. */
import { useEffect, useState } from "preact/hooks";
import { againEach } from "../../shared/again.ts";
import { get, type Page, part, post, remove } from "../../shared/api.ts";
import { sayTime } from "../../shared/clock.ts";
import { commandText } from "../../shared/faults/command-words.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { Fault, Field, Loading } from "../../shared/parts.tsx";
import type { CommandItem, DeviceItem } from "../../shared/platform-types.ts";
import { hasRole } from "../../shared/session.ts";
import { scheduleOf } from "./command-schedule.ts";
import { say, sayCommandState } from "./device-words.ts";

const ENDS = ["done", "refused", "expired", "cancelled"];
const LOOK_MS = 2_000;
const READERS = ["engineer", "dispatcher", "shift-lead", "leader"];

export function DeviceCommands({ device }: { device: DeviceItem }) {
  const { deviceId } = device;
  const isLamp = device.class === "streetlight";
  const mayRead = hasRole(...READERS);
  const list = useLoaded(
    async () =>
      mayRead ? (await get<Page<CommandItem>>(`${pathOf(deviceId)}?limit=20`)).items : [],
    [deviceId],
  );
  const isWaiting = list.value?.some(({ state }) => !ENDS.includes(state)) ?? false;
  useEffect(() => {
    if (!isWaiting) return undefined;
    return againEach(LOOK_MS, list.reload);
  }, [isWaiting, list.reload]);
  return (
    <section class="card" aria-labelledby="device-commands">
      <h2 id="device-commands">{say("commands")}</h2>
      {!isLamp && <p class="assets-hint">{say("notCommanded")}</p>}
      {isLamp && hasRole("engineer", "dispatcher") && (
        <Tell deviceId={deviceId} onTold={() => void list.reload()} />
      )}
      <Loading loaded={list}>
        {(items) => <Told items={items} onChange={() => void list.reload()} />}
      </Loading>
    </section>
  );
}

const pathOf = (deviceId: string): string => `/api/v1/devices/${part(deviceId)}/commands`;

function Tell({ deviceId, onTold }: { deviceId: string; onTold(): void }) {
  const [percent, setPercent] = useState("60");
  const [schedule, setSchedule] = useState("");
  const [fault, setFault] = useState<unknown>();
  const entries = scheduleOf(schedule);
  async function tell(name: string, args: object = {}): Promise<void> {
    setFault(undefined);
    try {
      await post(pathOf(deviceId), { name, args, replaces: true });
      onTold();
    } catch (refused) {
      setFault(refused);
    }
  }
  return (
    <div class="assets-tell">
      <p class="assets-actions">
        <button type="button" onClick={() => void tell("on")}>
          {say("on")}
        </button>
        <button type="button" onClick={() => void tell("off")}>
          {say("off")}
        </button>
      </p>
      <form
        class="assets-actions"
        onSubmit={(event) => {
          event.preventDefault();
          void tell("dim", { percent: Number(percent) });
        }}
      >
        <Field label={say("percent")}>
          <input
            name="percent"
            type="number"
            min={0}
            max={100}
            required
            value={percent}
            onInput={(event) => setPercent(event.currentTarget.value)}
          />
        </Field>
        <button type="submit">{say("dim")}</button>
      </form>
      <form
        class="assets-actions"
        onSubmit={(event) => {
          event.preventDefault();
          if (entries !== undefined) void tell("schedule", { entries });
        }}
      >
        <Field
          label={say("schedule")}
          hint={say(schedule !== "" && entries === undefined ? "invalidSchedule" : "scheduleHint")}
        >
          <textarea
            name="schedule"
            rows={3}
            placeholder={"18:30 100\n23:00 40\n05:30 0"}
            value={schedule}
            onInput={(event) => setSchedule(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" disabled={entries === undefined}>
          {say("send")}
        </button>
      </form>
      <Fault fault={fault} />
    </div>
  );
}

const NAMES = ["on", "off", "dim", "schedule"] as const;

/** A lamp's by their words, any other by its name. */
function toldText({ name, args }: CommandItem): string {
  const known = NAMES.find((each) => each === name);
  const text = known === undefined ? name : say(known);
  if (name === "dim") return `${text} ${String(args.percent)} %`;
  return Object.keys(args).length === 0 ? text : `${text} ${JSON.stringify(args)}`;
}

const LOOKS: Record<string, string> = {
  done: "tag good",
  refused: "tag danger",
  expired: "tag warn",
};

function Told({ items, onChange }: { items: readonly CommandItem[]; onChange(): void }) {
  const [fault, setFault] = useState<unknown>();
  if (items.length === 0) return <p class="quiet">{say("noCommands")}</p>;
  const takeBack = ({ deviceId, commandId }: CommandItem): void => {
    remove(`${pathOf(deviceId)}/${part(commandId)}`).then(onChange, setFault);
  };
  return (
    <div class="assets-table">
      <Fault fault={fault} />
      <table>
        <thead>
          <tr>
            <th scope="col">{say("at")}</th>
            <th scope="col">{say("told")}</th>
            <th scope="col">{say("state")}</th>
            <th scope="col">{say("actions")}</th>
          </tr>
        </thead>
        <tbody aria-live="polite">
          {items.map((item) => (
            <tr key={item.commandId}>
              <td>{`${sayTime(item.createdAt)} · ${item.createdBy}`}</td>
              <td>{toldText(item)}</td>
              <td>
                <span class={LOOKS[item.state] ?? "tag"}>{sayCommandState(item.state)}</span>
                {item.message !== undefined && <small>{commandText(item.message)}</small>}
              </td>
              <td>
                {!ENDS.includes(item.state) && hasRole("engineer", "dispatcher") && (
                  <button type="button" onClick={() => takeBack(item)}>
                    {say("cancelCommand")}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
