/** Who may sign in and as what; the administrator makes new users. */
import { useState } from "preact/hooks";
import { path, post } from "../../shared/api.ts";
import { allUnits, unitName } from "../../shared/catalogue.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Dialog, Fault, Field } from "../../shared/parts.tsx";
import type { UserItem } from "../../shared/platform-types.ts";
import { ROLE_NAMES, type RoleName, sayRole } from "../../shared/role-words.ts";
import { may } from "../../shared/session.ts";
import { say } from "./operations-words.ts";
import { PersonAccess } from "./person-access.tsx";

export function PeopleTab() {
  const paged = usePaged<UserItem>((cursor) => path("/api/v1/users", { cursor }));
  const [isAdding, setAdding] = useState(false);
  const [done, setDone] = useState<string>();
  const mayWrite = may("users.write") !== undefined;
  return (
    <>
      {mayWrite && (
        <button type="button" class="main" onClick={() => setAdding(true)}>
          {say("add")}
        </button>
      )}
      <p role="status">{done}</p>
      {isAdding && (
        <NewUser
          onClose={() => setAdding(false)}
          onAdded={(name) => {
            setAdding(false);
            setDone(say("added", { name }));
            paged.reload();
          }}
        />
      )}
      <PagedList paged={paged} empty={say("none")}>
        {(items) => (
          <div class="operations-table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{say("name")}</th>
                  <th scope="col">{say("role")}</th>
                  <th scope="col">{say("unit")}</th>
                  {mayWrite && <th scope="col">{say("access")}</th>}
                </tr>
              </thead>
              <tbody>
                {items.map(({ username, roles, unitId }) => (
                  <tr key={username}>
                    <td>{username}</td>
                    <td>{roles.map((role) => sayRole(role)).join(", ")}</td>
                    <td>{unitId === undefined ? "" : unitName(unitId)}</td>
                    {mayWrite && (
                      <td>
                        <PersonAccess username={username} onDone={setDone} />
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PagedList>
    </>
  );
}

function NewUser({ onClose, onAdded }: { onClose(): void; onAdded(name: string): void }) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<RoleName[]>([]);
  const [unitId, setUnitId] = useState("");
  const [fault, setFault] = useState<unknown>();

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    try {
      const body = { username, password, roles, ...(unitId === "" ? {} : { unitId }) };
      await post("/api/v1/users", body);
      onAdded(username);
    } catch (reason) {
      setFault(reason);
    }
  }
  const toggle = (role: RoleName): void =>
    setRoles((had) => (had.includes(role) ? had.filter((each) => each !== role) : [...had, role]));

  return (
    <Dialog title={say("add")} onClose={onClose}>
      <form class="operations-form" onSubmit={(event) => void submit(event)}>
        <Field label={say("name")}>
          <input
            required
            value={username}
            autoComplete="off"
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </Field>
        <Field label={say("password")}>
          <input
            required
            type="password"
            autoComplete="new-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        <fieldset>
          <legend>{say("role")}</legend>
          {ROLE_NAMES.map((role) => (
            <label key={role}>
              <input type="checkbox" checked={roles.includes(role)} onChange={() => toggle(role)} />{" "}
              {sayRole(role)}
            </label>
          ))}
        </fieldset>
        <Field label={say("unit")}>
          <select value={unitId} onChange={(event) => setUnitId(event.currentTarget.value)}>
            <option value="" />
            {allUnits().map((unit) => (
              <option key={unit.unitId} value={unit.unitId}>
                {unit.name}
              </option>
            ))}
          </select>
        </Field>
        <Fault fault={fault} />
        <button type="submit" class="main" disabled={roles.length === 0}>
          {say("add")}
        </button>
      </form>
    </Dialog>
  );
}
