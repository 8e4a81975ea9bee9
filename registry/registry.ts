/**
 * Door of the registry: assets and the devices on them, gateways, services, units, crews, people.
 * Everything stands in SQL tables and in memory; look-ups answer from memory, a write is in both
 * when its promise settles. It never speaks to a device and knows no rule.
 */
import type { Clock } from "../model/clock.ts";
import type { Database, Migration } from "../model/database.ts";
import type { Identity } from "../model/identity.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { DeviceEntry, ForeignFormat, RegistryView, User } from "../model/registry.ts";
import { type Assets, createAssets } from "./assets.ts";
import { type ContactBook, createContacts } from "./contacts.ts";
import { type Credential, matchKey } from "./credentials.ts";
import { createDecoders, type Decoders } from "./decoders.ts";
import { createDeviceImports, type DeviceImports } from "./device-import.ts";
import { createDeviceLives, type DeviceLives } from "./device-lives.ts";
import { createReplaceDevice, type ReplaceDevice } from "./device-replacement.ts";
import { createDeviceTwins, type DeviceTwins } from "./device-twins.ts";
import { createDevices, type Devices, formatTopics } from "./devices.ts";
import { createHoldings, externalKey, type Holdings, loadHoldings } from "./holdings.ts";
import { createImportAssets, type ImportAssets } from "./import.ts";
import { createIntakes, type Intakes } from "./intakes.ts";
import { createJsonSources, type JsonSources } from "./json-sources.ts";
import { replaceKey } from "./new-key.ts";
import type { PasswordWrites } from "./password-writes.ts";
import { createPatrols, type Patrols } from "./patrols.ts";
import { createPeople, type Users } from "./people.ts";
import { createPlaces, type GridUnits, type Places } from "./places.ts";
import { createPresence, type Presence } from "./presence.ts";
import { createRosters, type Rosters } from "./rosters.ts";
import { createGateways, createServices, type Gateways, type Services } from "./senders.ts";
import { createServiceSignIn, type Service } from "./service-sign-in.ts";
import type { SessionLimits, Sessions, SignedIn } from "./sessions.ts";
import { createShifts, type Shifts } from "./shifts.ts";
import { createStewards, type Stewards } from "./stewards.ts";
import { registryMigrations } from "./tables.ts";
import { type Crews, createCrews, createUnits, ensureCentre, type Units } from "./units.ts";
import { type Change, createWriter } from "./writer.ts";

export { attendanceOf } from "./attendance.ts";
export { readRecords } from "./csv-records.ts";
export { readDeviceAssets } from "./device-rows.ts";
export { type DutyCalendar, dutyEndsAt, gapsOf, nextDutyAt, onDuty, turnsBetween } from "./duty.ts";
export { readPeople } from "./people-rows.ts";
export type { Places } from "./places.ts";
export type { Presence } from "./presence.ts";
export { unnamedCrews } from "./rosters.ts";
export { saidByMark, shiftEndsAt, withMarks } from "./shifts.ts";
export { registryMigrations } from "./tables.ts";

export interface RegistryOptions {
  /** The city's own area; assets whose code begins with another are counted. */
  areaCode: string;
  /** Password of the first `admin`; where it is absent, one is made. */
  adminPassword?: string | undefined;
  /** Called with the made password before `admin` is committed; if it throws, nobody is made. */
  keepAdminPassword?: (password: string) => void;
  /** Slugs of the declared asset classes; absent: any class is taken. */
  classes?: readonly string[];
  limits?: Partial<SessionLimits>;
  /** Street and community of a grid; absent: a place has those of its own row alone. */
  unitsOfGrid?: (
    grid: { gridCell?: string | undefined; responsibleGrid?: string | undefined },
    units: Pick<RegistryView, "unit">,
  ) => GridUnits;
}

export interface Registry extends RegistryView {
  readonly migrations: readonly Migration[];
  /** Loads everything; the database is open and migrated. */
  open(): Promise<{ madeAdminPassword?: string }>;
  /** MQTT sign-in; answers from memory. */
  authenticate(username: string, password: string): Promise<Identity | undefined>;
  /** A service that calls over HTTP. @throws GridwardenError RATE_LIMITED after many failures */
  authenticateService(serviceId: string, key: string, from: string): Promise<Service | undefined>;
  /** Is the device registered under the gateway? `id`: its own, or its external id in `format`. */
  gatewayMayUse(gatewayId: string, id: string, format?: ForeignFormat): boolean;
  login(username: string, password: string, from: string): Promise<SignedIn>;
  userOfToken(token: string): Promise<User | undefined>;
  /** How long sign-ins hold, and how crews' phones come to theirs. */
  readonly sessions: Sessions;
  /** How users come to other passwords than their first. */
  readonly passwords: PasswordWrites;
  /** Another key for a device, gateway, crew or service; the old one ends at once. */
  newKey(username: string): Promise<{ key: string }>;
  readonly units: Units;
  readonly crews: Crews;
  /** When which crew is on duty. */
  readonly rosters: Rosters;
  /** What crews said of their shifts. */
  readonly shifts: Shifts;
  /** How users, crews and units are reached. */
  readonly contacts: ContactBook;
  /** Named persons who answer for a place over a time. */
  readonly stewards: Stewards;
  /** Which grids inspectors patrol. */
  readonly patrols: Patrols;
  readonly users: Users;
  readonly assets: Assets;
  /** `devices` of the view are the entries; these are the calls on them. */
  readonly deviceRegister: Devices;
  /** Where devices stand in their lives. */
  readonly deviceLives: DeviceLives;
  /** How devices should be set, and how they say they are. */
  readonly deviceTwins: DeviceTwins;
  replaceDevice: ReplaceDevice;
  readonly gateways: Gateways;
  readonly services: Services;
  /** Where other platforms push. */
  readonly intakes: Intakes;
  /** How what vendors' devices send becomes measurements. */
  readonly decoders: Decoders;
  /** What vendors' JSON means. */
  readonly jsonSources: JsonSources;
  /** Places by name, and assets by theirs. */
  readonly places: Places;
  /** What devices and crews last told of themselves. */
  readonly presence: Presence;
  importAssets: ImportAssets;
  importDevices: DeviceImports["importDevices"];
  importDeviceFile: DeviceImports["importDeviceFile"];
  onChange(listener: (change: Change) => void): void;
}

export function createRegistry(
  deps: { database: Database; clock: Clock; log: Log; metrics: Metrics },
  options: RegistryOptions,
): Registry {
  const log = deps.log.of("registry");
  const holdings = createHoldings();
  const { write, onChange } = createWriter({ database: deps.database, log });
  const classes = options.classes === undefined ? undefined : new Set(options.classes);
  const people = createPeople({ ...deps, holdings, write }, options.limits);
  const assets = createAssets(holdings, write, classes);
  const deviceRegister = createDevices(holdings, write);
  const rosters = createRosters(holdings, write);
  const contacts = createContacts(holdings, write);
  const intakes = createIntakes(write);
  const decoders = createDecoders(holdings, write);
  const jsonSources = createJsonSources(write);
  const shifts = createShifts(holdings, write, deps.database.reader);
  const places = createPlaces(
    holdings,
    write,
    (grid) => options.unitsOfGrid?.(grid, { unit: holdings.units.get }) ?? {},
  );
  onChange(({ kind, id }) => {
    if (kind === "asset") places.assetChanged(id);
  });
  const stewards = createStewards(holdings, write, deps.clock);
  const patrols = createPatrols({
    ...{ holdings, write, clock: deps.clock, reader: deps.database.reader },
  });
  const presence = createPresence(deps.database);
  const count = countThings(deps.metrics, holdings, options.areaCode);

  function identify(username: string, key: string): Identity | undefined {
    const kind = matchKey(holdings.credentials, username, key);
    const found = kind === undefined ? undefined : identityOf(holdings, kind, username);
    const entry = found?.kind === "device" ? holdings.devices.get(username) : undefined;
    if (found?.kind !== "device" || entry === undefined) return found;
    return { ...found, publish: [...found.publish, ...jsonSources.topicsOf(entry.device)] };
  }

  async function counted(signingIn: Promise<SignedIn>): Promise<SignedIn> {
    try {
      const signedIn = await signingIn;
      count.login("accepted");
      return signedIn;
    } catch (error) {
      count.login("refused");
      throw error;
    }
  }

  return {
    migrations: registryMigrations,
    ...viewOf(holdings),
    units: createUnits(holdings, write),
    crews: createCrews(holdings, write, classes),
    rosters,
    contacts,
    intakes,
    decoders,
    jsonSources,
    shifts,
    stewards,
    patrols,
    users: people.users,
    assets,
    deviceRegister,
    deviceLives: createDeviceLives(holdings, write, {
      clock: deps.clock,
      reader: deps.database.reader,
    }),
    deviceTwins: createDeviceTwins(holdings, write, {
      clock: deps.clock,
      reader: deps.database.reader,
    }),
    replaceDevice: createReplaceDevice(holdings, write, deps.clock),
    gateways: createGateways(holdings, write),
    services: createServices(holdings, write),
    places,
    presence: {
      ...presence,
      notAfter: async (now) => {
        await presence.notAfter(now);
        await patrols.notAfter(now);
      },
      tidy: async (now) => {
        await presence.tidy(now);
        await patrols.tidy(now);
      },
    },
    importAssets: createImportAssets(holdings, write, assets, classes),
    ...createDeviceImports(holdings, write, log),
    userOfToken: people.userOfToken,
    sessions: {
      ...people.sessions,
      signInByCode: (code, from, onKnown) =>
        counted(people.sessions.signInByCode(code, from, onKnown)),
    },
    passwords: people.passwords,
    onChange,

    async open() {
      await loadHoldings(deps.database.reader, holdings);
      await rosters.load(deps.database.reader);
      await contacts.load(deps.database.reader);
      await intakes.load(deps.database.reader);
      await decoders.load(deps.database.reader);
      await jsonSources.load(deps.database.reader);
      await shifts.load(deps.database.reader);
      await places.load(deps.database.reader);
      await stewards.load(deps.database.reader);
      await patrols.load(deps.database.reader);
      await people.load();
      await ensureCentre(holdings, write);
      const madeAdminPassword = await people.ensureAdmin(
        options.adminPassword,
        options.keepAdminPassword,
      );
      log.info("registry loaded", { assets: holdings.assets.size, devices: holdings.devices.size });
      return madeAdminPassword === undefined ? {} : { madeAdminPassword };
    },

    authenticateService: createServiceSignIn(deps, { ...LIMITS, ...options.limits }, identify),

    async authenticate(username, password) {
      const identity = identify(username, password);
      count.signIn(identity?.kind ?? "refused");
      return identity;
    },

    gatewayMayUse(gatewayId, id, format) {
      const entry =
        format === undefined
          ? holdings.devices.get(id)
          : holdings.devicesByExternalId.get(externalKey(format, id));
      return entry?.device.gatewayId === gatewayId;
    },

    login: (username, password, from) => counted(people.login(username, password, from)),

    newKey: (username) => write((writing) => replaceKey(holdings, writing, username)),
  };
}

function viewOf(holdings: Holdings): RegistryView {
  const none: readonly DeviceEntry[] = [];
  return {
    device: holdings.devices.get,
    deviceByExternalId: (format, externalId) =>
      holdings.devicesByExternalId.get(externalKey(format, externalId)),
    devices: () => holdings.devices.values(),
    asset: holdings.assets.get,
    devicesOf: (assetId) => holdings.devicesOfAsset.get(assetId) ?? none,
    devicesOfGateway: (gatewayId) => holdings.devicesOfGateway.get(gatewayId) ?? none,
    partsOf: (assetId) => holdings.partsOfAsset.get(assetId) ?? [],
    unit: holdings.units.get,
    crewsOf: (unitId) => holdings.crewsOfUnit.get(unitId) ?? [],
    crew: holdings.crews.get,
  };
}

function identityOf(
  holdings: Holdings,
  kind: Credential["kind"],
  username: string,
): Identity | undefined {
  switch (kind) {
    case "device": {
      const entry = holdings.devices.get(username);
      if (entry === undefined) return undefined;
      const { deviceId } = entry.device;
      return { kind, deviceId, class: entry.asset.class, ...formatTopics(entry) };
    }
    case "gateway": {
      const gateway = holdings.gateways.get(username);
      return gateway && { kind, gatewayId: gateway.gatewayId };
    }
    case "crew": {
      const crew = holdings.crews.get(username);
      return crew && { kind, crewId: crew.crewId };
    }
    case "service": {
      const service = holdings.services.get(username);
      return service && { kind, ...service };
    }
  }
}

function countThings(
  metrics: Metrics,
  holdings: Holdings,
  areaCode: string,
): { signIn(result: string): void; login(result: string): void } {
  const signIns = metrics.counter(
    "gridwarden_registry_sign_ins_total",
    "MQTT sign-ins by the kind of identity, or refused.",
    ["result"],
  );
  const logins = metrics.counter(
    "gridwarden_registry_logins_total",
    "Sign-ins of people by result.",
    ["result"],
  );
  metrics.gaugeBy("gridwarden_registry_things", "What is registered, by kind.", "kind", () => ({
    units: holdings.units.size,
    crews: holdings.crews.size,
    users: holdings.users.size,
    assets: holdings.assets.size,
    devices: holdings.devices.size,
    gateways: holdings.gateways.size,
    services: holdings.services.size,
  }));
  metrics.gauge(
    "gridwarden_registry_foreign_assets",
    `Assets whose component code does not begin with the area's code ${areaCode}.`,
    () => {
      let foreign = 0;
      for (const asset of holdings.assets.values()) {
        if (!asset.componentCode.startsWith(areaCode)) foreign++;
      }
      return foreign;
    },
  );
  return {
    signIn: (result) => signIns.add(1, { result }),
    login: (result) => logins.add(1, { result }),
  };
}
