/** Calendars, the holidays of a year, and which class or area has which calendar: read and replaced. */
import type { CalendarOverride, HolidayDay, Kept, RowFault } from "../../model/calendar.ts";
import { csvText } from "../../model/csv.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { actorOf } from "../access.ts";
import { CSV_TYPE } from "../file-bodies.ts";
import { pageOfList, present } from "../list-page.ts";
import {
  CalendarAnswer,
  CalendarBody,
  CalendarPage,
  CalendarParams,
  CalendarQuery,
  FileQuery,
  HolidaysAnswer,
  HolidaysBody,
  OverridesAnswer,
  OverridesBody,
  TableQuery,
  VersionQuery,
  YearParams,
} from "../schemas/calendars.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

const CSV_ANSWER = `${CSV_TYPE}; charset=utf-8`;

export function addCalendarRoutes(server: Server, given: RouteDeps): void {
  addNamedRoutes(server, given);
  // Its own scope, since it alone takes these files.
  void server.register(async (scope) => {
    scope.addContentTypeParser(CSV_TYPE, { parseAs: "string" }, (_request, body, done) =>
      done(null, { csv: body }),
    );
    addHolidayRoutes(scope as Server, given);
    addOverrideRoutes(scope as Server, given);
  });
}

function addNamedRoutes(server: Server, { deps: { calendars, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/calendars",
    config: { action: "calendars.read" },
    schema: {
      tags: ["calendars"],
      summary: "Working calendars as they stand, by name",
      querystring: CalendarQuery,
      response: { 200: CalendarPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { items, next } = pageOfList(await calendars.list(), request.query);
      return present({ items: items.map((each) => showKept(each, zone)), next });
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/calendars/:name",
    config: { action: "calendars.read" },
    schema: {
      tags: ["calendars"],
      summary: "One working calendar",
      params: CalendarParams,
      querystring: VersionQuery,
      response: { 200: CalendarAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showKept(await calendars.get(request.params.name, request.query.version), zone),
  });
  server.route({
    method: "PUT",
    url: "/api/v1/calendars/:name",
    config: { action: "calendars.write" },
    schema: {
      tags: ["calendars"],
      summary: "Replace a calendar or add one; a case that is dispatched keeps the one it has",
      params: CalendarParams,
      body: CalendarBody,
      response: { 200: CalendarAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { version, ...body } = request.body;
      const calendar = { ...body, name: request.params.name };
      const { username: by } = actorOf(request);
      return showKept(await calendars.put(calendar, { by, version }), zone);
    },
  });
}

function addHolidayRoutes(server: Server, { deps: { calendars, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/holidays/:year",
    config: { action: "calendars.read" },
    schema: {
      tags: ["calendars"],
      summary: "Days off and make-up working days of a year; `format=csv` for a spreadsheet",
      params: YearParams,
      querystring: TableQuery,
      response: { 200: HolidaysAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { format, version } = request.query;
      const kept = await calendars.holidays(Number(request.params.year), version);
      if (format === "json") return showKept(kept, zone);
      return reply.type(CSV_ANSWER).send(holidaysCsv(kept.days) as never);
    },
  });
  server.route({
    method: "PUT",
    url: "/api/v1/holidays/:year",
    config: { action: "calendars.write" },
    schema: {
      tags: ["calendars"],
      summary:
        "Replace the holidays of a year, as JSON or CSV (`date,kind,name`); deadlines that touch it are counted again",
      consumes: ["application/json", CSV_TYPE],
      params: YearParams,
      querystring: FileQuery,
      body: HolidaysBody,
      response: { 200: HolidaysAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const said = { ...request.query, ...present(request.body) };
      const year = Number(request.params.year);
      const put = await calendars.putHolidays(year, said, actorOf(request).username);
      return showPut(put, zone);
    },
  });
}

function addOverrideRoutes(server: Server, { deps: { calendars, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/calendar-overrides",
    config: { action: "calendars.read" },
    schema: {
      tags: ["calendars"],
      summary:
        "Classes and areas that have another calendar than their unit; the first row that fits counts",
      querystring: TableQuery,
      response: { 200: OverridesAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const kept = await calendars.overrides(request.query.version);
      if (request.query.format === "json") return showKept(kept, zone);
      return reply.type(CSV_ANSWER).send(overridesCsv(kept.rows) as never);
    },
  });
  server.route({
    method: "PUT",
    url: "/api/v1/calendar-overrides",
    config: { action: "calendars.write" },
    schema: {
      tags: ["calendars"],
      summary: "Replace that table, as JSON or CSV (`class,areaPrefix,calendar`)",
      consumes: ["application/json", CSV_TYPE],
      querystring: FileQuery.omit({ source: true }),
      body: OverridesBody,
      response: { 200: OverridesAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const said = { ...request.query, ...present(request.body) };
      return showPut(await calendars.putOverrides(said, actorOf(request).username), zone);
    },
  });
}

function holidaysCsv(days: readonly HolidayDay[]): string {
  return csvText([
    ["date", "kind", "name"],
    ...days.map(({ date, kind, name = "" }) => [date, kind, name]),
  ]);
}

function overridesCsv(rows: readonly CalendarOverride[]): string {
  return csvText([
    ["class", "areaPrefix", "calendar"],
    ...rows.map(({ class: slug = "", areaPrefix = "", calendar }) => [slug, areaPrefix, calendar]),
  ]);
}

function showKept<T extends object>({ changedAt, ...kept }: Kept<T>, zone: TimeZone) {
  const shown = kept as unknown as T & { version: number; changedBy?: string };
  return changedAt === undefined ? shown : { ...shown, changedAt: zone.iso(changedAt) };
}

function showPut<T extends object>(
  { kept, warnings }: { kept: Kept<T>; warnings: RowFault[] },
  zone: TimeZone,
) {
  return { ...showKept(kept, zone), ...(warnings.length > 0 && { warnings }) };
}
