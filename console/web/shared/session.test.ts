import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { post } from "./api.ts";
import { belongsTo, restoreSession, signInByCode, signOut, user } from "./session.ts";

const OWN = "/api/v1/session";
const CODE = "/api/v1/session/code";
const STEP = "/api/v1/step";
const REFUSED = { code: "TOKEN_REFUSED", message: "no" };

const of = (username: string) => ({ user: { username, roles: ["crew"] }, actions: {} });
const json = (status: number, body: object) => async () => Response.json(body, { status });
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const reload = vi.fn();
let answers: Record<string, () => Promise<Response>> = {};
let steps = 0;

beforeEach(async () => {
  reload.mockReset();
  answers = {};
  steps = 0;
  vi.stubGlobal("location", { reload });
  vi.stubGlobal("fetch", async (path: string) => {
    if (path === STEP) steps += 1;
    return await (answers[path] ?? json(404, {}))();
  });
  await signOut();
  user.value = undefined;
});
afterEach(() => vi.unstubAllGlobals());

test("only where the platform says so is nobody signed in", async () => {
  answers[OWN] = json(401, REFUSED);
  await restoreSession();
  expect(user.value).toBeNull();
});

test.each([429, 502, 503])("an answer of %d says nothing of who it is", async (status) => {
  answers[OWN] = async () => new Response("<html>", { status });
  await expect(restoreSession()).rejects.toMatchObject({ status });
  expect(user.value).toBeUndefined();
});

test("who signed in meanwhile is not thrown out by the answer of before", async () => {
  let late: (answer: Response) => void = () => undefined;
  answers[OWN] = () => new Promise((resolve) => (late = resolve));
  answers[CODE] = json(200, of("crew-b"));
  const asked = restoreSession();
  await signInByCode("BBBB");
  late(await json(401, REFUSED)());
  await asked;
  expect(user.value?.username).toBe("crew-b");
});

/** A step of `crew-a`, whose page was opened without network and whose session has ended. */
async function stepWaits(): Promise<void> {
  belongsTo("crew-a");
  answers[STEP] = json(401, REFUSED);
  answers[OWN] = json(401, REFUSED);
  void post(STEP, {});
  await restoreSession();
  await settled();
  expect(steps).toBe(1);
  answers[STEP] = json(200, {});
}

test("what waits for one person is not sent under the next one's name", async () => {
  await stepWaits();
  answers[CODE] = json(200, of("crew-b"));
  await signInByCode("BBBB");
  await settled();
  expect(steps).toBe(1);
  expect(reload).toHaveBeenCalledOnce();
});

test("what waits goes on when the same person has signed in again", async () => {
  await stepWaits();
  answers[CODE] = json(200, of("crew-a"));
  await signInByCode("AAAA");
  await settled();
  expect(steps).toBe(2);
  expect(reload).not.toHaveBeenCalled();
});

test("whoever signs out of a session that has ended already is out all the same", async () => {
  user.value = { username: "li", roles: ["dispatcher"], actions: {} };
  answers[OWN] = json(401, REFUSED);
  void signOut();
  await settled();
  await settled();
  expect(user.value).toBeNull();
});
