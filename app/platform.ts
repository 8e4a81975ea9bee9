/**
 * The platform: every room made, wired, started in order and stopped in reverse. The only place
 * that knows who talks to whom.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createAlerts } from "../alerts/alerts.ts";
import {
  chainOldHistory,
  createCases,
  createFilingTables,
  fillCrewWork,
  fillPublicNumbers,
  noEffects,
  provenAtEarliest,
  unitsOfGrid,
} from "../cases/cases.ts";
import { createConsole } from "../console/console.ts";
import { createFiles } from "../files/files.ts";
import { createScriptRunner } from "../ingest/decoders/script-runner.ts";
import { createChirpstackGateway } from "../ingest/gateways/chirpstack.ts";
import { createCtwingGateway } from "../ingest/gateways/ctwing.ts";
import { createHj212Gateway } from "../ingest/gateways/hj212-gateway.ts";
import { createLampPlatformGateway } from "../ingest/gateways/lamp-platform.ts";
import { createOnenetGateway } from "../ingest/gateways/onenet.ts";
import { createSenmlGateway } from "../ingest/gateways/senml.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import { createThingsStackGateway } from "../ingest/gateways/things-stack.ts";
import { createVendorJsonGateway } from "../ingest/gateways/vendor-json.ts";
import { createIngest } from "../ingest/ingest.ts";
import { createJournal } from "../journal/journal.ts";
import { ASSET_CLASSES, classBySlug } from "../model/asset-classes/all.ts";
import { caseView } from "../model/case-view.ts";
import { GATEWAY_CLASS } from "../model/gateway-class.ts";
import { timeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { AcceptUplink } from "../model/uplink.ts";
import { createNotify } from "../notify/notify.ts";
import { createRegistry, type Registry, readRecords } from "../registry/registry.ts";
import { createAckMeter } from "./ack-meter.ts";
import { createAlarmFigures } from "./alarm-figures.ts";
import { createAsking } from "./asking.ts";
import { createAssetFinder } from "./asset-finder.ts";
import { createAuditTrail } from "./audit-trail.ts";
import { createBackInService } from "./back-in-service.ts";
import { createBacktests } from "./backtests.ts";
import { openCalendars } from "./calendars.ts";
import { createCalibrations } from "./calibrations.ts";
import { createCaseCurves } from "./case-curves.ts";
import { channelsIfAny } from "./channels.ts";
import { createCityDatabase } from "./city-database.ts";
import { openClock } from "./clock.ts";
import { createClouds } from "./command-clouds.ts";
import { createCommandDesk } from "./commands.ts";
import type { Config } from "./config.ts";
import { consoleDeps } from "./console-deps.ts";
import { createDecoderFolder } from "./decoder-folder.ts";
import { createDecoderWatch } from "./decoder-watch.ts";
import { createDecoderDesk } from "./decoders.ts";
import { createTwinSender } from "./device-twins.ts";
import { devicesInService } from "./devices-in-service.ts";
import { createDuty } from "./duty.ts";
import { createEngine, type Engine } from "./engine.ts";
import { createEvaluationDoor } from "./evaluation.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { silentDevices } from "./happening-counts.ts";
import { createHappenings, type HappeningDeps } from "./happenings.ts";
import { forgetCallers } from "./intake-desk.ts";
import { createLampPlatform } from "./lamp-platform.ts";
import { createLastMessages } from "./last-messages.ts";
import { createLastPlacesDoor } from "./last-places.ts";
import { openBroker, openHj212 } from "./listening.ts";
import { createMaintenance } from "./maintenance.ts";
import { assetPages } from "./map-data.ts";
import { createMetrics } from "./metrics.ts";
import { allMigrations } from "./migrations.ts";
import { packageVersion } from "./package-version.ts";
import { dataPaths } from "./paths.ts";
import { createPublications } from "./publications.ts";
import { createRawUplinks } from "./raw-uplinks.ts";
import { openReaching } from "./reaching.ts";
import { createReadingStore } from "./reading-store.ts";
import { readingsDoor } from "./readings.ts";
import { createRedecodings } from "./redecode.ts";
import { createRenewalsDoor } from "./renewals.ts";
import { placesOf } from "./report-place.ts";
import { createSelfWatch } from "./self-watch.ts";
import { createStream } from "./stream.ts";
import { openUnreadWatch } from "./unread-calls.ts";
import { createWaitingCases } from "./waiting-cases.ts";

export interface Ports {
  mqtt?: number;
  mqtts?: number;
  ws?: number;
  hj212?: number;
  http: number;
}

export interface Platform {
  start(): Promise<{ ports: Ports; madeAdminPassword?: string }>;
  stop(): Promise<void>;
  readonly engine: Engine;
  readonly registry: Registry;
}

const PASSWORD_LENGTH_GOOD = 8;
const TURN_AWAY_WALL_MS = 250;
/** So long a stop waits for scripts of decoders. */
const SCRIPTS_STOP_WALL_MS = 3_000;

export function createPlatform(config: Config, log: Log): Platform {
  mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
  const paths = dataPaths(config.dataDirectory);
  const clock = openClock(config, log);
  const zone = timeZone(config.timeZone);
  const metrics = createMetrics();
  const common = { clock, log, metrics };

  const database = createCityDatabase(common, config);
  const trail = createAuditTrail({ ...common, database });
  const registry = createRegistry(
    { ...common, database: trail.database },
    {
      areaCode: config.areaCode,
      classes: ASSET_CLASSES.map((each) => each.slug),
      unitsOfGrid,
      ...(config.adminPassword === undefined ? {} : { adminPassword: config.adminPassword }),
      // On disk before the administrator is: nobody else could ever sign in.
      keepAdminPassword: (password) => {
        writeFileSync(paths.adminPassword, `${password}\n`, { mode: 0o600, flush: true });
      },
    },
  );
  const filing = createFilingTables({
    classes: ASSET_CLASSES,
    registry,
    rules: () => alerts.rules(),
    readRecords,
  });
  const journal = createJournal(common, {
    directory: paths.journal,
    bytesMax: config.journalBytesMax,
    // The copier of raw uplinks is done with it at once; the engine speaks when its store is open.
    consumers: ["engine"],
  });
  const store = createReadingStore({ ...common, registry }, config, paths);
  const scripts = createScriptRunner({ log });
  // What somebody tries never stands in the way of what devices say.
  const triedScripts = createScriptRunner({ log });
  const ingest = createIngest(
    {
      ...common,
      registry,
      classes: ASSET_CLASSES,
      zone,
      decoders: registry.decoders,
    },
    {
      gateways: [
        createHj212Gateway,
        createChirpstackGateway,
        createThingsStackGateway,
        createSenmlGateway,
        createSparkplugGateway,
        createCtwingGateway,
        createOnenetGateway,
        createLampPlatformGateway,
        () => createVendorJsonGateway(registry.jsonSources),
      ],
      retentionDays: config.retentionDays,
      isTrustedSender: (sender) => registry.services.get(sender) !== undefined,
      runScripts: scripts.run,
      onScriptRuns: (runs) => {
        decoderWatch.note(runs);
        unreadWatch.note(runs);
      },
    },
  );
  const alerts = createAlerts({
    ...common,
    registry: devicesInService(registry),
    gatewayOf: (deviceId) => registry.device(deviceId)?.device.gatewayId,
    classes: [...filing.classes, GATEWAY_CLASS],
    zone,
    latest: (assetId) => engine.latest(assetId),
  });
  const duty = createDuty({
    registry,
    clock,
    zone,
    isHoliday: (day) => cases.isHoliday(day),
    reader: database.reader,
    cases: () => cases,
  });
  const files = createFiles({ ...common, database, zone }, { directory: paths.files });
  const assetFinder = createAssetFinder(registry);
  const cases = createCases(
    {
      duty: duty.view,
      ...common,
      registry,
      classes: ASSET_CLASSES,
      conditions: filing.book,
      zone,
      latest: (assetId) => engine.latest(assetId),
      health: (assetId, conditionId) => alerts.health(assetId, conditionId),
      isAlarming: (assetId, conditionId) => alerts.isAlarming(assetId, conditionId),
      isDeviceFault: (ruleId) => alerts.rule(ruleId)?.isDeviceFault === true,
      ruleVersion: (ruleId) => alerts.rule(ruleId)?.version,
      sentFiles: files,
      stewards: registry.stewards,
      assetsNear: assetFinder.near,
      assetByCode: assetFinder.byCode,
      placesOf: (address) => placesOf(address, registry.places),
    },
    { areaCode: config.areaCode, precisionFloor: config.precisionFloor },
  );

  const ackMeter = createAckMeter(() => performance.now());
  const lastMessages = createLastMessages();
  const accept: AcceptUplink = (uplink, done) => {
    lastMessages.saw(uplink);
    journal.append(ingest.encodeUplink(uplink), ackMeter.timed(done));
  };
  const broker = openBroker(
    {
      ...{ ...common, accept, registry },
      sawMessage: (topic, payload) => lastMessages.saw({ topic, payload, receivedAt: clock.now() }),
      onDelivered: (message) => notify.delivered(message),
      onSubscribed: ({ identity, filter }) => {
        if (identity.kind === "crew") notify.crewSubscribed(identity.crewId);
        else commandDesk.subscribed({ identity, filter });
        twins.subscribed(filter);
      },
    },
    config,
    paths.broker,
  );
  const twins = createTwinSender({
    ...{ registry, log },
    publish: (topic, payload) => broker.publish({ topic, payload, qos: 1 }),
  });
  const lampPlatform =
    config.lampPlatform && createLampPlatform({ ...common, database, accept }, config.lampPlatform);
  const commandDesk = createCommandDesk({
    ...{ ...common, zone, database, registry, trail, lampPlatform },
    clouds: createClouds(common, config.clouds),
    broker: () => broker,
    encode: (deviceId, fields) => decoderDesk.encode(deviceId, fields),
  });
  const notify = createNotify({
    ...common,
    zone,
    database,
    publish: (topic, payload) => broker.publish({ topic, payload, qos: 1 }),
    view: (theCase) => caseView(theCase, zone),
  });
  const book = channelsIfAny(paths.channels, clock);
  const reaching = openReaching({
    ...{ ...common, database, zone, registry, filing, cases, notify, trail, book },
    engine: () => engine,
  });
  const asking = createAsking({
    ...{ clock, log, database, reaching, questions: cases.sources.questions },
    citizens: book.citizens,
  });
  const figures = createAlarmFigures({
    ...common,
    reader: database.reader,
    unitOf: (assetId) => registry.asset(assetId)?.maintenanceUnitId,
  });
  const stream = createStream();
  const happenings = config.influx && createHappenings(happeningDeps(), config.influx);
  const engine = createEngine({
    ...common,
    journal,
    ingest,
    alerts,
    cases,
    figures: {
      async saveTold(tx, told) {
        await figures.saveTold(tx, told);
        await happenings?.save(tx, told);
      },
    },
    notify,
    reaching,
    store,
    database: trail.database,
    answer: (topic, payload) => {
      broker.publish({ topic, payload, qos: 0 }).catch((error) => {
        log.debug("an answer could not be sent", { topic, error: String(error) });
      });
    },
    presence: {
      async save(tx, batch) {
        const acks = await commandDesk.commands.take(tx, batch);
        await registry.presence.save(tx, { ...batch, acks });
        await registry.deviceTwins.saveReported(tx, batch.reports);
      },
    },
    reported: (reports) => twins.reported(reports),
    // Its acknowledgement goes first: a sender that never had it would send the same again.
    turnAway: (sender) => {
      setTimeout(() => broker.disconnect(sender, "turned-away"), TURN_AWAY_WALL_MS).unref();
    },
    canHear: () => (isListening ? broker.stats().isConnected && !journal.stats().isRefusing : true),
    watch: stream,
  });
  const raw = createRawUplinks(
    { ...common, journal },
    { directory: paths.rawUplinks, ...config.raw },
  );
  const redecodings = createRedecodings({
    ...{ ...common, raw, ingest, engine, store, registry, database, trail },
    written: trail.database,
  });
  const decoderWatch = createDecoderWatch({
    ...common,
    decoders: registry.decoders,
    tell: ({ made, done }) =>
      engine
        .write(async () => {
          const effects = noEffects();
          if (made !== undefined) effects.notices.push(made);
          if (done !== undefined) {
            effects.settled.push({ caseNo: undefined, kind: "decoder-off", ...done });
          }
          return { value: undefined, effects };
        })
        .then(() => unreadWatch.look()),
  });
  const unreadWatch = openUnreadWatch({
    ...{ ...common, zone, registry, alerts, engine, notify, reaching, reader: database.reader },
  });
  const decoderDesk = createDecoderDesk({
    ...{ registry, ingest, journal, zone, classes: ASSET_CLASSES, watch: decoderWatch },
    run: triedScripts.run,
  });
  const decoderFolder = createDecoderFolder(
    { ...common, decoders: registry.decoders, desk: decoderDesk, trail },
    config.decoderFolder ?? paths.decoders,
  );
  const selfWatch = createSelfWatch({ ...common, zone, journal, engine });
  const readings = readingsDoor(engine, store);
  const caseCurves = createCaseCurves({
    ...common,
    curves: cases.curves,
    readings,
    engine,
    reader: database.reader,
  });
  const backInService = createBackInService({
    ...{ alerts, registry, engine, clock, log },
    reader: database.reader,
  });
  const waitingCases = createWaitingCases({
    cases,
    registry,
    engine,
    reader: database.reader,
    log,
  });
  const backtests = createBacktests({
    plan: (request) => alerts.backtest(request, (hold, at) => provenAtEarliest(hold, at, zone)),
    line: () => engine.storeLine(),
    store,
    zone,
    log,
  });
  const maintenance = createMaintenance({
    ...common,
    store,
    presence: registry.presence,
    files,
    reporters: {
      forget: (now) =>
        database.transaction(async (tx) => {
          await forgetCallers(tx, now);
          await cases.sources.forgetReporters(tx, now);
        }),
    },
    calibrations: createCalibrations({
      ...{ registry, engine, reader: database.reader },
      tasks: cases.calibrationTasks,
    }),
  });
  const { areaCode } = config;
  const evaluation = createEvaluationDoor({ database, clock, zone, areaCode });
  const lastPlaces = createLastPlacesDoor({ evaluation, zone });
  const renewals = createRenewalsDoor({
    ...{ database, clock, zone, registry, conditions: filing.book },
  });
  const publications = createPublications({
    ...{ ...common, database, engine, evaluation, lastPlaces, renewals, zone },
  });
  const hj212 = openHj212(
    {
      ...{ ...common, registry, accept, zone },
      onKnock: (id) => ingest.knock({ format: "hj212", id }, "", clock.now()),
    },
    config,
  );
  let isListening = false;

  const httpConsole = createConsole(
    consoleDeps({
      ...{ ...common, zone, reader: database.reader, trail, registry, filing, ingest, accept },
      ...{ alerts, cases, files, engine, notify, reaching, raw, assetFinder, figures, stream },
      ...{ lastMessages, book, duty, backtests, caseCurves, commandDesk, decoderDesk, readings },
      ...{ evaluation, lastPlaces, renewals, publications, redecodings, areaCode },
      onHolidays: waitingCases.look,
      health: () => selfWatch.health(isListening && broker.stats().isConnected !== false),
      clockPair: config.clock?.text,
    }),
    {
      port: config.httpPort,
      trustedProxies: config.trustedProxies,
      version: packageVersion(),
      webDirectory: fileURLToPath(new URL("../console/web", import.meta.url)),
      ...(config.bind === undefined ? {} : { bind: config.bind }),
      ...(config.tls === undefined ? {} : { tls: config.tls }),
    },
  );
  let lock: FolderLock | undefined;
  let starting: ReturnType<Platform["start"]> | undefined;

  /** A crew that is new takes the cases that stand at its unit; a changed key ends its sessions. */
  function onRegistryChange(change: { kind: string; id: string }): void {
    // A device's topics follow its class and format; it signs in again with the new ones.
    if (change.kind === "key" || change.kind === "device") broker.disconnect(change.id);
    if (change.kind === "crew" || change.kind === "roster") waitingCases.look();
    if (change.kind === "twin") twins.changed(change.id);
    if (change.kind === "in-service") backInService.came(change.id);
    if (change.kind === "json-source") onSourceChange();
  }

  /** Topics of devices that sign in themselves follow it; they sign in again with the new ones. */
  function onSourceChange(): void {
    broker.sourcesChanged();
    for (const { device } of registry.devices()) {
      if (device.format === "json") broker.disconnect(device.deviceId);
    }
  }

  function happeningDeps(): HappeningDeps {
    return {
      ...{ database, clock, log, registry, zone, classBySlug },
      assetPages: () => assetPages(registry),
      isLatestKnown: () => engine.stats().isLatestKnown,
      latest: (assetId) => engine.latest(assetId),
      usualSkewMs: (deviceId) => engine.usualSkewMs(deviceId),
      titles: {
        rule: (ruleId) => alerts.rule(ruleId)?.title,
        condition: (slug, conditionId) => filing.book.find(slug, conditionId)?.title,
      },
      silentDevices: () => silentDevices(database.reader, alerts.rules()),
      figures: () => ({
        ...engine.stats().ledger,
        pendingUplinks: engine.stats().pendingUplinks,
        unjudgedUplinks: journal.end() - engine.stats().judgedTo,
        journalBytes: journal.stats().bytes,
        connections: broker.stats().connections,
        ...ackMeter.read(),
        residentBytes: process.memoryUsage.rss(),
      }),
    };
  }

  async function start(): ReturnType<Platform["start"]> {
    lock = lockFolder(config.dataDirectory);
    if ((config.adminPassword?.length ?? PASSWORD_LENGTH_GOOD) < PASSWORD_LENGTH_GOOD) {
      log.warn(`GRIDWARDEN_ADMIN_PASSWORD is shorter than ${PASSWORD_LENGTH_GOOD} characters`);
    }
    await database.open(allMigrations);
    await chainOldHistory(database);
    await openCalendars(cases.calendars, database, clock);
    await fillCrewWork(database);
    await fillPublicNumbers(database);
    await filing.load(database.reader);
    const { madeAdminPassword } = await registry.open();
    // Also over a restart the clock may have been set back.
    await registry.presence.notAfter(clock.now());
    clock.onSetBack(({ to }) => {
      registry.presence.notAfter(to).catch((error) => {
        log.error(
          "what devices told before the clock was set back stands in the way of what comes",
          {
            error: String(error),
          },
        );
      });
    });
    await files.open();
    await journal.open();
    await raw.open();
    await backInService.open();
    await engine.start();
    backInService.start();
    await decoderWatch.remind();
    registry.onChange(onRegistryChange);
    waitingCases.look();
    const mqtt = await broker.start();
    const plants = await hj212?.start();
    await notify.start();
    await commandDesk.commands.start();
    await lampPlatform?.start();
    await reaching.start();
    asking.start();
    const http = await httpConsole.start();
    isListening = true;
    selfWatch.start();
    figures.start();
    caseCurves.start();
    maintenance.start();
    redecodings.start();
    decoderFolder.start();
    unreadWatch.start();
    publications.tick.start();
    happenings?.start();
    return {
      ports: {
        ...mqtt,
        ...(plants === undefined ? {} : { hj212: plants.port }),
        http: http.port,
      },
      ...(madeAdminPassword === undefined ? {} : { madeAdminPassword }),
    };
  }

  return {
    engine,
    registry,
    start() {
      starting = start();
      return starting;
    },
    async stop() {
      // What is on its way up is stopped when it stands.
      await starting?.catch(() => {});
      isListening = false;
      // What asked a script that hangs is asked again at the next start.
      const patience = setTimeout(() => {
        void scripts.close();
        void triedScripts.close();
      }, SCRIPTS_STOP_WALL_MS);
      waitingCases.stop();
      backInService.stop();
      await maintenance.stop();
      await happenings?.stop();
      await publications.tick.stop();
      selfWatch.stop();
      await figures.stop();
      await caseCurves.stop();
      await backtests.stop();
      await decoderFolder.stop();
      await unreadWatch.stop();
      await httpConsole.stop();
      await hj212?.stop();
      await lampPlatform?.stop();
      await commandDesk.commands.stop();
      await broker.stop();
      await asking.stop();
      await reaching.stop();
      await notify.stop();
      await redecodings.stop();
      await engine.stop();
      await scripts.close();
      await triedScripts.close();
      clearTimeout(patience);
      await raw.stop();
      await trail.stop();
      await journal.close();
      await database.close();
      lock?.release();
    },
  };
}
