/** Where it is: the code of a plate, where the phone is, or an address. */
import { useState } from "preact/hooks";
import { get, part, Refused } from "../shared/api.ts";
import { componentCodeOf } from "../shared/label-code.ts";
import { useLoaded } from "../shared/loaded.ts";
import { Fault } from "../shared/parts.tsx";
import type { PublicComponent } from "../shared/platform-types.ts";
import { ScanButton } from "../shared/scan-button.tsx";
import { inLanguage } from "../shared/words.ts";
import { draft, write } from "./draft.ts";
import { say } from "./report-words.ts";

const CODE = /^\d{16}$/;
const FIX_MS_MAX = 20_000;

export function WhereField() {
  const code = draft.value.code.trim();
  return (
    <div class="report-where">
      <label class="field">
        <span>{say("plate")}</span>
        <input
          name="code"
          inputMode="numeric"
          value={draft.value.code}
          aria-describedby="plate-hint"
          onInput={(event) => write({ code: event.currentTarget.value })}
        />
        <small id="plate-hint">{say("plateHint")}</small>
      </label>
      <ScanPlate />
      {CODE.test(code) && <Plate code={code} />}
      {code === "" && (
        <>
          <Position />
          <label class="field">
            <span>{say("address")}</span>
            <input
              name="address"
              autoComplete="off"
              maxLength={200}
              value={draft.value.address}
              aria-describedby="address-hint"
              onInput={(event) => write({ address: event.currentTarget.value })}
            />
            <small id="address-hint">{say("addressHint")}</small>
          </label>
        </>
      )}
    </div>
  );
}

function ScanPlate() {
  const [isOther, setOther] = useState(false);
  function take(text: string): boolean {
    const code = componentCodeOf(text);
    setOther(code === undefined);
    if (code !== undefined) write({ code });
    return code !== undefined;
  }
  return (
    <>
      <ScanButton onCode={take} />
      {isOther && (
        <p class="fault" role="alert">
          {say("notAPlate")}
        </p>
      )}
    </>
  );
}

/** What stands there, so that nobody reports the wrong one. */
function Plate({ code }: { code: string }) {
  const { value, fault } = useLoaded(
    () => get<PublicComponent>(`/api/v1/public/components/${part(code)}`),
    [code],
  );
  if (fault instanceof Refused && fault.status === 404) {
    return (
      <p class="fault" role="alert">
        {say("plateUnknown")}
      </p>
    );
  }
  if (value === undefined) return <Fault fault={fault} />;
  const { title, street } = value;
  const what = [title === undefined ? value.code : inLanguage(title), street];
  return (
    <p class="report-chosen" role="status">
      {say("plateKnown", { what: what.filter((text) => text !== undefined).join(" · ") })}
      <button type="button" class="bare" onClick={() => write({ code: "" })}>
        {say("elsewhere")}
      </button>
    </p>
  );
}

function Position() {
  const [state, setState] = useState<"" | "locating" | "notLocated">("");
  const { place } = draft.value;

  function locate(): void {
    setState("geolocation" in navigator ? "locating" : "notLocated");
    if (!("geolocation" in navigator)) return;
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude: lon, latitude: lat, accuracy: accuracyM } }) => {
        write({ place: { lon, lat, accuracyM } });
        setState("");
      },
      () => setState("notLocated"),
      { enableHighAccuracy: true, timeout: FIX_MS_MAX, maximumAge: 10_000 },
    );
  }

  if (place !== undefined) {
    return (
      <p class="report-chosen" role="status">
        {say("located", { n: Math.max(1, Math.round(place.accuracyM)) })}
        <button type="button" class="bare" onClick={dropPlace}>
          {say("unlocate")}
        </button>
      </p>
    );
  }
  return (
    <>
      <button type="button" id="locate" disabled={state === "locating"} onClick={locate}>
        {state === "locating" ? say("locating") : say("locate")}
      </button>
      {state === "notLocated" && (
        <p class="fault" role="alert">
          {say("notLocated")}
        </p>
      )}
    </>
  );
}

function dropPlace(): void {
  const { place: _, ...rest } = draft.value;
  draft.value = rest;
  write({});
}
