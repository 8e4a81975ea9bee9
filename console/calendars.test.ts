import { afterEach, beforeEach, expect, test } from "vitest";
import { createDoubles, type Doubles } from "./doubles.ts";
import { buildServer, type Server } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

let doubles: Doubles;
let server: Server;

beforeEach(async () => {
  doubles = createDoubles();
  server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
});
afterEach(() => server.close());

const call = (method: "GET" | "PUT", url: string, body?: string | object, type?: string) =>
  server.inject({
    method,
    url: `/api/v1/${url}`,
    headers: {
      authorization: "Bearer admin",
      ...(type !== undefined && { "content-type": type }),
    },
    ...(body !== undefined && { payload: body }),
  });
const asked = (what: string) => doubles.asked.find((each) => each.what === what)?.with;

test("a year's holidays come as a file or as JSON; the source of a file stands in the address", async () => {
  const text = "date,kind,name\n2027-01-01,off,元旦\n";
  const put = await call("PUT", "holidays/2027?source=a%20notice&version=0", text, "text/csv");
  expect(put.statusCode).toBe(200);
  expect(asked("calendars.putHolidays")).toEqual({
    year: 2027,
    said: { source: "a notice", version: 0, csv: text },
    by: "admin",
  });
  expect(put.json()).toMatchObject({ version: 1, warnings: [{ row: 2 }] });
  const both = await call("PUT", "holidays/2027", { days: [], csv: text });
  expect(both.json()).toMatchObject({ code: "REQUEST_INVALID" });
  expect((await call("PUT", "holidays/27", { days: [] })).json().message).toMatch(
    /field 'year': got '27', wanted a year from 2000 to 2199/,
  );
});

test("they are read as JSON and as a file that can be put again", async () => {
  expect((await call("GET", "holidays/2027")).json()).toMatchObject({ year: 2027, version: 0 });
  const file = await call("GET", "holidays/2027?format=csv");
  expect(file.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(file.body).toBe("\uFEFFdate,kind,name\r\n2027-01-01,off,元旦\r\n");
  const overrides = await call("GET", "calendar-overrides?format=csv");
  expect(overrides.body).toBe("\uFEFFclass,areaPrefix,calendar\r\nwaste-bin,,office\r\n");
});

test("a calendar is named by its address; a body of another shape is refused by its field", async () => {
  const body = {
    title: { zh: "夜班", en: "night" },
    days: "every-day",
    hours: [{ from: "20:00", to: "24:00" }],
    source: "a test",
  };
  const put = await call("PUT", "calendars/night", { ...body, version: 3 });
  expect(put.json()).toMatchObject({ name: "night", version: 1, changedBy: "admin" });
  expect(asked("calendars.put")).toMatchObject({ said: { by: "admin", version: 3 } });
  const bad = await call("PUT", "calendars/night", {
    ...body,
    hours: [{ from: "8", to: "12:00" }],
  });
  expect(bad.json().message).toMatch(/field 'hours.0.from': got '8', wanted HH:mm/);
});

test("the audit trail names what was put", async () => {
  await call("PUT", "holidays/2027", { days: [{ date: "2027-01-01", kind: "off" }] });
  expect(doubles.audits[0]).toMatchObject({ action: "calendars.write", subject: "2027" });
});
