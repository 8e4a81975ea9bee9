/**
 * Filing conditions, categories and limit classes of areas: each to read as JSON or as a file, and
 * to replace whole by a file; every version is kept.
 */
import { z } from "zod";
import { LIMITS } from "../../model/limits.ts";
import { actorOf } from "../access.ts";
import { CSV_TYPE } from "../file-bodies.ts";
import { pageOfList, present } from "../list-page.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  Category,
  CategoryPutQuery,
  FilingConditionRow,
  LimitArea,
  TableCsvQuery,
  TableFile,
  TablePutAnswer,
  TablePutQuery,
  TableQuery,
  TableVersions,
  tablePageOf,
} from "../schemas/filing-tables.ts";
import type { RouteDeps, Server } from "../server.ts";
import type { TableDoor } from "../table-door.ts";

interface Table<Item extends z.ZodType> {
  name: string;
  called: string;
  item: Item;
  putQuery: typeof TablePutQuery | typeof CategoryPutQuery;
  door: TableDoor<z.infer<Item>>;
}

export function addFilingTableRoutes(server: Server, { deps }: RouteDeps): void {
  const { conditions, categories, areas } = deps.filingTables;
  const { zone } = deps;
  addTable({
    name: "filing-conditions",
    called: "filing conditions",
    item: FilingConditionRow,
    putQuery: TablePutQuery,
    door: conditions,
  });
  addTable({
    name: "categories",
    called: "categories of components and events",
    item: Category,
    putQuery: CategoryPutQuery,
    door: categories,
  });
  addTable({
    name: "limit-areas",
    called: "limit classes of areas",
    item: LimitArea,
    putQuery: TablePutQuery,
    door: areas,
  });

  function addTable<Item extends z.ZodType>(table: Table<Item>): void {
    addReads(table);
    addVersions(table);
    // Its own scope, since it alone takes CSV.
    void server.register(async (scope) => addPut(scope as Server, table));
  }

  function addReads<Item extends z.ZodType>({ name, called, item, door }: Table<Item>): void {
    server.route({
      method: "GET",
      url: `/api/v1/${name}`,
      config: { action: "filing-tables.read" },
      schema: {
        tags: ["filing tables"],
        summary: `The ${called} as they stand`,
        querystring: TableQuery,
        response: { 200: tablePageOf(item), ...ERROR_ANSWERS },
      },
      handler: async (request) => {
        const { rows, version, setting } = door.state();
        const page = pageOfList(rows, request.query);
        return present({ ...page, version, codeSystem: setting }) as never;
      },
    });
    server.route({
      method: "GET",
      url: `/api/v1/${name}.csv`,
      config: { action: "filing-tables.read" },
      schema: {
        tags: ["filing tables"],
        summary: `The ${called} as a file for a spreadsheet; its version is the ETag`,
        produces: [CSV_TYPE],
        querystring: TableCsvQuery,
        response: { 200: z.string(), ...ERROR_ANSWERS },
      },
      handler: async (request, reply) => {
        const { version, text } = await door.csv(request.query.version);
        return reply
          .type(`${CSV_TYPE}; charset=utf-8`)
          .header("etag", `"${version}"`)
          .header("content-disposition", `attachment; filename="${name}-${version}.csv"`)
          .send(text);
      },
    });
  }

  function addVersions<Item extends z.ZodType>({ name, called, door }: Table<Item>): void {
    server.route({
      method: "GET",
      url: `/api/v1/${name}/versions`,
      config: { action: "filing-tables.read" },
      schema: {
        tags: ["filing tables"],
        summary: `Every version of the ${called} that was put, the newest first`,
        response: { 200: TableVersions, ...ERROR_ANSWERS },
      },
      handler: async () => ({
        items: (await door.versions()).map((each) => ({
          ...each,
          changedAt: zone.iso(each.changedAt),
        })),
      }),
    });
  }

  function addPut<Item extends z.ZodType>(
    scope: Server,
    { name, called, putQuery, door }: Table<Item>,
  ): void {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(CSV_TYPE, { parseAs: "string" }, (_request, body, done) =>
      done(null, body),
    );
    scope.route({
      method: "PUT",
      url: `/api/v1/${name}`,
      config: { action: "filing-tables.write" },
      bodyLimit: LIMITS.cityTableBytesMax,
      schema: {
        tags: ["filing tables"],
        summary: `Replace the ${called} by a file; any fault refuses it whole. What runs keeps what it has`,
        consumes: [CSV_TYPE],
        querystring: putQuery,
        body: TableFile,
        response: { 200: TablePutAnswer, ...ERROR_ANSWERS },
      },
      handler: async (request) => {
        const { version, reason, confirm, dryRun } = request.query;
        const { setting, ...verdict } = await door.put(request.body, {
          version,
          reason,
          by: actorOf(request).username,
          isLifeSafetyConfirmed: confirm === "life-safety",
          setting: "codeSystem" in request.query ? request.query.codeSystem : undefined,
          isDryRun: dryRun,
        });
        return present({ ...verdict, dryRun, codeSystem: setting as never });
      },
    });
  }
}
