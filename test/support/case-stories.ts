/**
 * Stories of cases, each told to a running platform by the people whose part it is, over the API
 * and MQTT, and written down from the case's history as the API answers it.
 * `npx tsx test/support/case-stories.ts` writes them into docs/case-stories.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MqttClient } from "mqtt";
import sharp from "sharp";
import { type City, connect, foundCity } from "./city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./platform.ts";

/** Ten minutes in a second. */
const CLOCK = "2026-11-23T09:00:00+08:00,600";
const TABLE_BEGIN = "<!-- rendered by test/support/case-stories.ts -->";
const TABLE_END = "<!-- end -->";
const PEOPLE = ["acceptor", "shift-lead", "dispatcher", "leader", "inspector"] as const;

interface Step {
  event: string;
  from?: string;
  to: string;
  actor: string;
  role: string;
  note?: string;
  reason?: string;
  outcome?: string;
}

interface ShownCase {
  caseNo: string;
  state: string;
  history: Step[];
  linkedCaseNo?: string;
}

type Person = (typeof PEOPLE)[number] | "crew" | "other-crew";

interface World {
  /** An event of the case; fails when it is refused. */
  say(who: Person, caseNo: string, event: string, more?: object): Promise<ShownCase>;
  report(): Promise<ShownCase>;
  /** A photo of its own, by somebody; answers its id. */
  photo(who: Person): Promise<string>;
  /** A device that says values from then on, until it is told others. */
  sensor(slug: string, values: object): Promise<(values: object) => void>;
  /** The open case of the device's asset. */
  caseOf(slug: string): Promise<ShownCase>;
  reached(caseNo: string, state: string): Promise<ShownCase>;
  /** The platform's time so many minutes on. */
  later(minutes: number): Promise<string>;
}

/** A case that its sensor opened and that its crew has begun to handle. */
async function begun(world: World, slug: string, values: object) {
  const sensor = await world.sensor(slug, values);
  const { caseNo } = await world.caseOf(slug);
  await world.say("crew", caseNo, "acceptOrder");
  await world.say("crew", caseNo, "start");
  return { caseNo, sensor };
}

const OPEN = { tiltDeg: 40, isOpen: true };
const SHUT = { tiltDeg: 0.4, isOpen: false };

interface Story {
  title: string;
  tell(world: World): Promise<string>;
}

const STORIES: readonly Story[] = [
  {
    title: "Through every stage: a citizen's report",
    async tell(world) {
      const { caseNo } = await world.report();
      await world.say("acceptor", caseNo, "sendVerify");
      await world.say("inspector", caseNo, "verifyResult", { note: "the lid is broken" });
      await world.say("acceptor", caseNo, "accept");
      await world.say("shift-lead", caseNo, "file");
      await world.say("dispatcher", caseNo, "dispatch", { unitId: "works" });
      await world.say("crew", caseNo, "acceptOrder");
      await world.say("crew", caseNo, "start");
      await world.say("crew", caseNo, "arrive");
      const files = [await world.photo("crew")];
      await world.say("crew", caseNo, "feedback", { note: "new lid", outcome: "repaired", files });
      const reason = "looked at on the spot";
      await world.say("inspector", caseNo, "checkPass", { reason });
      await world.say("shift-lead", caseNo, "close");
      return caseNo;
    },
  },
  {
    title: "From a sensor to its proof: an open cover",
    async tell(world) {
      const { caseNo, sensor } = await begun(world, "manhole-cover", OPEN);
      await world.say("crew", caseNo, "arrive");
      sensor(SHUT);
      await world.say("crew", caseNo, "feedback", { note: "put back", outcome: "repaired" });
      await world.reached(caseNo, "PENDING_CLOSE");
      await world.say("shift-lead", caseNo, "close");
      return caseNo;
    },
  },
  {
    title: "Return: not this unit's work",
    async tell(world) {
      const { caseNo } = await world.report();
      await world.say("shift-lead", caseNo, "confirm");
      await world.say("crew", caseNo, "return", { reason: "the road belongs to the district" });
      await world.say("dispatcher", caseNo, "acceptReturn");
      await world.say("dispatcher", caseNo, "dispatch", { unitId: "roads" });
      await world.say("other-crew", caseNo, "start");
      return caseNo;
    },
  },
  {
    title: "Extension: granted once by the shift lead, a second time by the leader",
    async tell(world) {
      const { caseNo } = await world.report();
      await world.say("shift-lead", caseNo, "confirm");
      for (const who of ["shift-lead", "leader"] as const) {
        await world.say("crew", caseNo, "requestExtension", { reason: "the part is on its way" });
        await world.say(who, caseNo, "approveExtension");
      }
      return caseNo;
    },
  },
  {
    title: "Suspension: until a date, then it goes on by itself",
    async tell(world) {
      const { caseNo } = await world.report();
      await world.say("shift-lead", caseNo, "confirm");
      await world.say("crew", caseNo, "start");
      const until = await world.later(30);
      await world.say("crew", caseNo, "requestSuspend", { reason: "the road is closed", until });
      await world.say("leader", caseNo, "approveSuspend");
      await world.reached(caseNo, "HANDLING");
      return caseNo;
    },
  },
  {
    title: "Rework: the sensor denies the repair",
    async tell(world) {
      const { caseNo, sensor } = await begun(world, "manhole-cover", OPEN);
      await world.say("crew", caseNo, "feedback", { note: "put back", outcome: "repaired" });
      await world.reached(caseNo, "HANDLING");
      sensor(SHUT);
      await world.say("crew", caseNo, "feedback", { note: "put back", outcome: "repaired" });
      await world.reached(caseNo, "PENDING_CLOSE");
      return caseNo;
    },
  },
  {
    title: "Relapse: closed, and the cover is open again",
    async tell(world) {
      const { caseNo, sensor } = await begun(world, "manhole-cover", OPEN);
      sensor(SHUT);
      await world.say("crew", caseNo, "feedback", { note: "put back", outcome: "repaired" });
      await world.reached(caseNo, "PENDING_CLOSE");
      await world.say("shift-lead", caseNo, "close");
      sensor(OPEN);
      await world.reached(caseNo, "HANDLING");
      return caseNo;
    },
  },
  {
    title: "Made safe: the fence first, the repair as a case of its own",
    async tell(world) {
      const { caseNo } = await begun(world, "gas-line", { ch4LelPercent: 35 });
      await world.say("crew", caseNo, "arrive");
      const said = { note: "valve shut, fenced off", outcome: "madeSafe" };
      await world.say("crew", caseNo, "feedback", said);
      return caseNo;
    },
  },
  {
    title: "Nothing found: a false report, with a photo that says so",
    async tell(world) {
      const { caseNo } = await begun(world, "manhole-cover", OPEN);
      await world.say("crew", caseNo, "arrive");
      const files = [await world.photo("crew")];
      const said = { note: "the lid lies shut", outcome: "nothingFound", files };
      await world.say("crew", caseNo, "feedback", said);
      await world.say("shift-lead", caseNo, "void", { reason: "a false report" });
      return caseNo;
    },
  },
  {
    title: "Settled on the spot by an inspector",
    async tell(world) {
      const { caseNo } = await world.report();
      const [before, after] = [await world.photo("inspector"), await world.photo("inspector")];
      const said = { note: "picked up and taken along", files: [before, after] };
      await world.say("inspector", caseNo, "settle", said);
      return caseNo;
    },
  },
];

/** Each with its title and its steps, as the API answers them. */
export async function toldStories(): Promise<string> {
  const rig = await startPlatform({ GRIDWARDEN_CLOCK: CLOCK });
  const city = await foundCity(rig.api);
  const people = await hire(rig);
  const texts: string[] = [];
  try {
    for (const [n, story] of STORIES.entries()) {
      const world = worldOf(rig, city, people, n);
      try {
        const caseNo = await story.tell(world);
        const parts = await casesFrom(rig.api, caseNo);
        texts.push(`### ${story.title}`, "", ...parts, "");
      } finally {
        await world.end();
      }
    }
  } finally {
    await rig.stop();
  }
  return texts.join("\n").trimEnd();
}

async function hire({ api, ports }: TestPlatform): Promise<Record<Person, Api>> {
  const ok = async (asked: Promise<{ status: number; body: unknown }>): Promise<void> => {
    const { status, body } = await asked;
    if (status >= 300) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  };
  await ok(api.post("/api/v1/units", { unitId: "roads", name: "Roads", kind: "department" }));
  const other = { crewId: "crew-2", name: "Crew 2", unitId: "roads" };
  await ok(api.post("/api/v1/crews", other));
  const hired: [string, Api][] = [];
  const take = async (name: Person, more: object): Promise<void> => {
    const password = `${name}-password`;
    await ok(api.post("/api/v1/users", { username: name, password, ...more }));
    hired.push([name, await signIn(ports.http, name, password)]);
  };
  for (const role of PEOPLE) await take(role, { roles: [role] });
  await take("crew", { roles: ["crew"], unitId: "works", crewId: "crew-1" });
  await take("other-crew", { roles: ["crew"], unitId: "roads", crewId: "crew-2" });
  return Object.fromEntries(hired) as Record<Person, Api>;
}

function worldOf(rig: TestPlatform, city: City, people: Record<Person, Api>, n: number) {
  const saying: { client: MqttClient; timer: NodeJS.Timeout }[] = [];
  let photos = 0;
  const caseNow = async (caseNo: string): Promise<ShownCase> =>
    (await rig.api.get<ShownCase>(`/api/v1/cases/${caseNo}`)).body;
  const world: World & { end(): Promise<void> } = {
    async say(who, caseNo, event, more = {}) {
      const path = `/api/v1/cases/${caseNo}/transitions`;
      const { status, body } = await people[who].post<ShownCase>(path, { event, ...more });
      if (status >= 300) throw new Error(`'${event}' by ${who}: ${JSON.stringify(body)}`);
      return body;
    },
    async report() {
      const asset = { conditionId: "cover-broken", source: "hotline" };
      await city.addDevice("manhole-cover", `reported-${n}`);
      const said = { ...asset, assetId: `asset-of-reported-${n}`, description: "a broken lid" };
      const { status, body } = await people.acceptor.post<ShownCase>("/api/v1/cases", said);
      if (status >= 300) throw new Error(`the report: ${JSON.stringify(body)}`);
      return body;
    },
    async photo(who) {
      photos += 1;
      const moment = who === "inspector" && photos === 1 ? "before" : "after";
      return await sendPhoto(people[who], moment, n * 10 + photos);
    },
    async sensor(slug, values) {
      const deviceId = `${slug}-${n}`;
      const key = await city.addDevice(slug, deviceId);
      const client = await connect(rig.ports.mqtt ?? 0, deviceId, key);
      let said = values;
      const say = (): void => {
        client.publish(`v1/${slug}/${deviceId}/telemetry`, JSON.stringify({ values: said }), {
          qos: 1,
        });
      };
      say();
      saying.push({ client, timer: setInterval(say, 100) });
      return (next) => {
        said = next;
      };
    },
    caseOf: (slug) =>
      until(async () => {
        const path = `/api/v1/cases?status=open&assetId=asset-of-${slug}-${n}`;
        return (await rig.api.get<{ items: ShownCase[] }>(path)).body.items[0];
      }, `a case of ${slug}-${n}`),
    reached: (caseNo, state) =>
      until(async () => {
        const found = await caseNow(caseNo);
        return found.state === state && found;
      }, `case ${caseNo} to be ${state}`),
    async later(minutes) {
      const { body } = await rig.api.get<{ now: string }>("/healthz");
      return new Date(Date.parse(body.now) + minutes * 60_000).toISOString();
    },
    async end() {
      for (const { client, timer } of saying) {
        clearInterval(timer);
        await client.endAsync(true);
      }
    },
  };
  return world;
}

/** A picture that looks like no other. */
async function sendPhoto(api: Api, moment: string, seed: number): Promise<string> {
  const size = 64;
  const pixels = Buffer.alloc(size * size * 3);
  let at = seed * 7_919 + 1;
  for (const [index] of pixels.entries()) {
    at = (at * 48_271) % 2_147_483_647;
    pixels[index] = at % 256;
  }
  const raw = { width: size, height: size, channels: 3 } as const;
  const bytes = await sharp(pixels, { raw }).jpeg().toBuffer();
  const { status, body } = await api.put<{ fileId: string }>(
    `/api/v1/files?moment=${moment}`,
    bytes,
    "image/jpeg",
  );
  if (status >= 300) throw new Error(`the photo: ${JSON.stringify(body)}`);
  return body.fileId;
}

/** The case, and the one that it is linked with. */
async function casesFrom(api: Api, caseNo: string): Promise<string[]> {
  const { body } = await api.get<ShownCase>(`/api/v1/cases/${caseNo}`);
  const tables = [tableOf(body)];
  if (body.linkedCaseNo !== undefined) {
    const linked = (await api.get<ShownCase>(`/api/v1/cases/${body.linkedCaseNo}`)).body;
    tables.push(["", "The linked repair:", ""], tableOf(linked));
  }
  return tables.flat();
}

function tableOf({ history }: ShownCase): string[] {
  return [
    "| event | from | to | by | said |",
    "| --- | --- | --- | --- | --- |",
    ...history.map(
      ({ event, from = "", to, actor, role, note, reason, outcome }) =>
        `| \`${event}\` | ${from} | ${to} | ${actor === role ? role : `${actor}, ${role}`} | ${named(
          [outcome, note, reason].filter((text) => text).join("; "),
        )} |`,
    ),
  ];
}

/** Numbers of cases and alarms differ from run to run. */
const named = (text: string): string =>
  text.replaceAll(/\b\d{19}\b/g, "…").replaceAll(/alarm '[^']+'/g, "alarm '…'");

/** The page with the stories as the platform tells them now. */
export async function withStories(page: string): Promise<string> {
  const begin = page.indexOf(TABLE_BEGIN) + TABLE_BEGIN.length;
  const end = page.indexOf(TABLE_END);
  return `${page.slice(0, begin)}\n\n${await toldStories()}\n\n${page.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = fileURLToPath(new URL("../../docs/case-stories.md", import.meta.url));
  writeFileSync(page, await withStories(readFileSync(page, "utf8")));
}
