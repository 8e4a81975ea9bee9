/**
 * The second signature: by the session of whoever comes, or at the desk of whoever leaves with the
 * name and password of whoever comes. That makes a session of its own, which ends with the signature.
 */
import { useState } from "preact/hooks";
import { part, post, send } from "../../shared/api.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import type { HandoverDetail } from "../../shared/platform-types.ts";
import { may, user } from "../../shared/session.ts";
import { say as sayShared } from "../../shared/shared-words.ts";
import { say } from "./handover-words.ts";

interface Given {
  handover: HandoverDetail;
  onSigned: () => void;
}

export function Sign({ handover: { handoverId, by }, onSigned }: Given) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const me = user.value?.username ?? "";
  const address = `/api/v1/handovers/${part(handoverId)}/sign`;

  async function act(work: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      await work();
      onSigned();
    } catch (refused) {
      setFault(refused);
    }
    setPassword("");
    setBusy(false);
  }

  return (
    <div class="card handover-sign">
      {me !== by && may("handovers.write") !== undefined && (
        <button
          type="button"
          class="main"
          disabled={isBusy}
          onClick={() => void act(() => post(address))}
        >
          {say("signAs", { name: me })}
        </button>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act(() => signWith(address, username, password));
        }}
      >
        <p>{say("signHere")}</p>
        <Field label={sayShared("username")}>
          <input
            type="text"
            required
            autoComplete="off"
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </Field>
        <Field label={sayShared("password")}>
          <input
            type="password"
            required
            autoComplete="off"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" disabled={isBusy}>
          {say("signWith")}
        </button>
      </form>
      <Fault fault={fault} />
    </div>
  );
}

const mine = { signInIsMine: true };

/** @throws Refused, Unreachable */
async function signWith(address: string, username: string, password: string): Promise<void> {
  const { token } = await post<{ token: string }>("/api/v1/login", { username, password }, mine);
  const asThem = { ...mine, headers: { authorization: `Bearer ${token}` } };
  try {
    await post(address, undefined, asThem);
  } finally {
    await send("DELETE", "/api/v1/session", undefined, asThem).catch(() => undefined);
  }
}
