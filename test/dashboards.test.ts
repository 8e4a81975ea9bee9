/**
 * What can be said of the boards without Grafana and without InfluxDB: what is committed is what the code makes,
 * each panel has its place, words and unit, every link leads somewhere, every variable is there and used, and every
 * name in a query is one of the layout in docs/influxdb.md. That queries have rows is
 * dashboards.server.test.ts' to say.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { allBoards } from "../dashboards/boards/all.ts";
import { filesOf } from "../dashboards/files.ts";
import { GRAFANA_UNITS } from "../dashboards/units.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import {
  BUILT_IN,
  type Json,
  namesIn,
  panelsOf,
  queriesOf,
  textsOf,
} from "./support/board-json.ts";
import { faultsOfQuery, readLayout } from "./support/influx-names.ts";

const root = fileURLToPath(new URL("../dashboards/", import.meta.url));
const files = filesOf(allBoards());
const boards: Json[] = [...files]
  .filter(([path]) => path.startsWith("json/"))
  .map(([path, text]) => ({ path, ...(JSON.parse(text) as Json) }));
const uids = boards.map(({ uid }) => uid);
const SLUGS = ASSET_CLASSES.map(({ slug }) => slug);

test("what is committed is what the code makes: npm run dashboards", () => {
  const differing = [...files]
    .filter(([path, text]) => {
      const file = join(root, path);
      return !existsSync(file) || readFileSync(file, "utf8") !== text;
    })
    .map(([path]) => path);
  expect(differing).toEqual([]);
  expect(
    readdirSync(join(root, "json"))
      .map((name) => `json/${name}`)
      .sort(),
  ).toEqual(boards.map(({ path }) => path).sort());
});

test("the compose file gives Grafana what the provisioning asks of it", () => {
  const compose = parse(readFileSync(join(root, "../deploy/compose.yaml"), "utf8"));
  const { environment, secrets, volumes } = compose.services.grafana;
  const [source] = parse(files.get("provisioning/datasources/gridwarden.yaml") ?? "").datasources;
  const [provider] = parse(files.get("provisioning/dashboards/gridwarden.yaml") ?? "").providers;
  const { url, user, jsonData } = source;
  const wanted = [url, user, jsonData.dbName].map((name: string) => name.replace(/^\$/, ""));
  expect(wanted.filter((name) => environment[name] === undefined)).toEqual([]);
  const file = source.secureJsonData.password.match(/^\$__file\{\/run\/secrets\/(.+)\}$/)?.[1];
  expect(secrets).toContain(file);
  expect(volumes).toContain(`../dashboards/json:${provider.options.path}:ro`);
  expect(volumes).toContain("../dashboards/provisioning:/etc/grafana/provisioning:ro");
});

test("another console's address stands wherever the shipped one stood", () => {
  const other = [...filesOf(allBoards(), "https://console.city.example/").values()].join("\n");
  expect(other).not.toContain("127.0.0.1");
  expect(other).toContain(`"https://console.city.example"`);
});

test("a board has a uid of its own that an address may carry, and a class has two boards", () => {
  expect(new Set(uids).size).toBe(uids.length);
  expect(uids.filter((uid) => !/^gridwarden-[a-z-]{1,29}$/.test(uid))).toEqual([]);
  for (const slug of SLUGS) {
    expect(uids).toContain(`gridwarden-class-${slug}`);
    expect(uids).toContain(`gridwarden-asset-${slug}`);
  }
});

test("every unit of a measurement is known to Grafana", () => {
  const units = ASSET_CLASSES.flatMap(({ measurements }) => measurements.map(({ unit }) => unit));
  expect([...new Set(units)].filter((unit) => !(unit in GRAFANA_UNITS))).toEqual([]);
});

test("what provisions the boards has no secret, and the source that every query names", () => {
  const [source] = parse(files.get("provisioning/datasources/gridwarden.yaml") ?? "").datasources;
  expect(source.secureJsonData).toEqual({ password: expect.stringMatching(/^\$__file\{/) });
  const asked = boards.flatMap((board) => panelsOf(board).flatMap(({ targets = [] }) => targets));
  const sources = new Set(asked.map(({ datasource }) => `${datasource.type} ${datasource.uid}`));
  expect([...sources]).toEqual([`${source.type} ${source.uid}`]);
});

describe.each(boards)("$uid", (board) => {
  const panels = panelsOf(board);
  const shown = panels.filter(({ type }) => type !== "row");
  const variables: Json[] = board.templating.list;
  const names = variables.map(({ name }) => name as string);

  test("no two panels have one title", () => {
    const titles = shown.map(({ title, type }) => `${type}: ${title}`);
    expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
  });

  test("panels have ids of their own, lie on the grid and on nobody else", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Map<string, string>();
    const faults: string[] = [];
    for (const { title, gridPos } of panels) {
      const { x, y, w, h } = gridPos;
      if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > 24) faults.push(`'${title}' is off the grid`);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          const other = taken.get(`${column} ${line}`);
          if (other !== undefined) faults.push(`'${title}' lies on '${other}'`);
          taken.set(`${column} ${line}`, title);
        }
      }
    }
    expect([...new Set(faults)]).toEqual([]);
  });

  test("every panel has a title and a description in both languages, a unit and a query", () => {
    const isTwofold = (text = ""): boolean =>
      /\p{Script=Han}/u.test(text) && /[A-Za-z]{2}/.test(text);
    const faults = shown.flatMap(({ title, description = "", fieldConfig, targets = [] }) => [
      ...(isTwofold(title) || /^pH|^RSSI/.test(title) ? [] : [`'${title}' is no title`]),
      ...(description.split("\n\n").length === 2 && isTwofold(description)
        ? []
        : [`'${title}' is described as '${description}'`]),
      ...((fieldConfig.defaults.unit ?? "") === "" ? [`'${title}' has no unit`] : []),
      ...(targets.length === 0 ? [`'${title}' asks nothing`] : []),
    ]);
    expect(faults).toEqual([]);
    expect(isTwofold(board.title) && isTwofold(board.description)).toBe(true);
    expect(board.title.length).toBeLessThanOrEqual(80);
  });

  test("every variable that is named is there, and every one that is there is named", () => {
    const named = new Set(textsOf(board).flatMap(namesIn));
    expect([...named].filter((name) => !names.includes(name) && !BUILT_IN.test(name))).toEqual([]);
    expect(names.filter((name) => !named.has(name))).toEqual([]);
  });

  test("every link leads to a board or the console, and carries what is there", () => {
    const faults = shown.flatMap((panel) =>
      textsOf(panel)
        .filter((text) => /^\/|^\$\{console\}/.test(text))
        .flatMap((url) => linkFaults(url, panel).map((fault) => `'${panel.title}': ${fault}`)),
    );
    expect(faults).toEqual([]);
    const tags = new Set(boards.flatMap((each) => each.tags as string[]));
    const listed: string[] = board.links.flatMap((link: Json) => link.tags);
    expect(listed.filter((tag) => !tags.has(tag))).toEqual([]);
  });

  test("every name in its queries is in the layout", () => {
    const layout = readLayout();
    const chosen = Object.fromEntries(
      variables.map(({ name, options = [] }) => [name, options.map(({ value }: Json) => value)]),
    );
    const faults = queriesOf(board).flatMap((query) => faultsOfQuery(query, layout, chosen));
    expect([...new Set(faults)]).toEqual([]);
  });
});

const CLASS_OF_ROW = `\${__data.fields.class}`;
const TO_CASE = `\${console}/#case=`;

function linkFaults(url: string, panel: Json): string[] {
  const asked = (panel.targets ?? []).map(({ query }: Json) => query as string).join("\n");
  const carried = [...url.matchAll(/\$\{__(?:data\.fields|field\.labels)\.(\w+)\}/g)];
  const missing = carried.filter(([, column]) => !asked.includes(`"${column}"`));
  const faults = missing.map(([text]) => `${text} is no column of its query`);
  if (!url.startsWith("/d/")) return url.startsWith(TO_CASE) ? faults : [...faults, url];
  const [, uid = "", parameters = ""] = url.match(/^\/d\/([^?]*)\?(.*)$/) ?? [];
  const targets = uid.includes(CLASS_OF_ROW)
    ? SLUGS.map((slug) => uid.replace(CLASS_OF_ROW, slug))
    : [uid];
  for (const target of targets) {
    const board = boards.find((each) => each.uid === target);
    if (board === undefined) faults.push(`there is no board '${target}'`);
    for (const [, name] of parameters.matchAll(/var-(\w+)=/g)) {
      const isThere = board?.templating.list.some((each: Json) => each.name === name);
      if (isThere !== true) faults.push(`board '${target}' has no variable '${name}'`);
    }
  }
  return faults;
}
