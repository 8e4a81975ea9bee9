/** What the console is handed: each of its doors, made of the parts that the platform has. */
import type { Alerts } from "../alerts/alerts.ts";
import type { Cases, FilingTables } from "../cases/cases.ts";
import type { ConsoleDeps } from "../console/console.ts";
import type { Files } from "../files/files.ts";
import type { Ingest } from "../ingest/ingest.ts";
import { ASSET_CLASSES, classBySlug } from "../model/asset-classes/all.ts";
import type { Clock } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { AcceptUplink } from "../model/uplink.ts";
import type { Notify, Reaching } from "../notify/notify.ts";
import { type Registry, readRecords } from "../registry/registry.ts";
import { createAlarmCalls, createRuleCalls } from "./alarm-calls.ts";
import type { AlarmFigures } from "./alarm-figures.ts";
import type { AssetFinder } from "./asset-finder.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { createBacktests } from "./backtests.ts";
import { createCalendarCalls } from "./calendars.ts";
import type { createCaseCurves } from "./case-curves.ts";
import { createFileWrites } from "./case-files.ts";
import { createPositions, createSites } from "./case-site.ts";
import { createCaseWrites } from "./case-writes.ts";
import type { channelsIfAny } from "./channels.ts";
import { createCitizenReports } from "./citizen-reports.ts";
import { createCitizens } from "./citizens.ts";
import { createCityFigures } from "./city-figures.ts";
import type { createCommandDesk } from "./commands.ts";
import { createRetries } from "./dead-letter-retries.ts";
import type { createDecoderDesk } from "./decoders.ts";
import { createDeviceOnboarding, createDeviceRegister } from "./device-onboarding.ts";
import type { createDuty } from "./duty.ts";
import type { Engine } from "./engine.ts";
import { createEvaluationMarks } from "./evaluation-marks.ts";
import { createFilingDoor } from "./filing-tables.ts";
import { createHandoverSource } from "./handover-source.ts";
import { createHandovers } from "./handovers.ts";
import { createIntake } from "./intake.ts";
import { createIntakeDesk } from "./intake-desk.ts";
import { createJsonSourceDoor } from "./json-sources.ts";
import type { LastMessages } from "./last-messages.ts";
import { assetPages, createClassData, createMapData } from "./map-data.ts";
import type { PrometheusMetrics } from "./metrics.ts";
import { createNoticeCalls } from "./notice-calls.ts";
import { createOpen311 } from "./open311.ts";
import { createPublicLayers } from "./public-layers.ts";
import type { RawUplinks } from "./raw-uplinks.ts";
import { createReachedDoor } from "./reached.ts";
import { peopleView } from "./reaching.ts";
import { placesOf } from "./report-place.ts";
import { createSourceWrites } from "./source-writes.ts";
import { createSupervisionDoor } from "./supervision.ts";
import { createTogetherCalls } from "./together.ts";

/** Doors that the platform has made and the console takes as they are. */
type MadeDoors = Pick<
  ConsoleDeps,
  | "readings"
  | "evaluation"
  | "lastPlaces"
  | "renewals"
  | "publications"
  | "redecodings"
  | "stream"
  | "health"
  | "clockPair"
>;

export interface ConsoleParts extends MadeDoors {
  areaCode: string;
  clock: Clock;
  zone: TimeZone;
  log: Log;
  metrics: PrometheusMetrics;
  reader: Sql;
  trail: AuditTrail;
  registry: Registry;
  filing: FilingTables;
  ingest: Ingest;
  accept: AcceptUplink;
  alerts: Alerts;
  cases: Cases;
  files: Files;
  engine: Engine;
  notify: Notify;
  reaching: Reaching;
  raw: RawUplinks;
  assetFinder: AssetFinder;
  figures: AlarmFigures;
  lastMessages: LastMessages;
  book: ReturnType<typeof channelsIfAny>;
  duty: ReturnType<typeof createDuty>;
  backtests: ReturnType<typeof createBacktests>;
  caseCurves: ReturnType<typeof createCaseCurves>;
  commandDesk: ReturnType<typeof createCommandDesk>;
  decoderDesk: ReturnType<typeof createDecoderDesk>;
  onHolidays(): void;
}

export function consoleDeps(parts: ConsoleParts): ConsoleDeps {
  const { clock, zone, log, reader, trail, registry, alerts, cases, engine, ingest } = parts;
  const { notify, reaching, raw, filing, files, duty, figures, book, accept, assetFinder } = parts;
  const calls = { alerts, engine, reader };
  const notices = createNoticeCalls({ registry, notify, engine, reader });
  const together = createTogetherCalls({ cases, engine, reader, clock, trail });
  const caseWrites = createCaseWrites({ cases, engine, trail, places: registry.places });
  const fileWrites = createFileWrites({ files, engine, trail, reader });
  const supervisions = createSupervisionDoor({
    ...{ engine, trail, reader, clock },
    supervisions: cases.supervisions,
    under: (unitId) => registry.units.under(unitId),
  });
  return {
    registry: { ...registry, deviceRegister: createDeviceRegister({ registry, clock, trail }) },
    readings: parts.readings,
    rules: createRuleCalls({ ...calls, fieldTruth: cases.fieldTruth, backtests: parts.backtests }),
    alarms: createAlarmCalls(calls),
    duty,
    reaching: createReachedDoor({
      ...{ registry, book, reaching, engine, duty, clock, zone, reader },
      classes: ASSET_CLASSES,
    }),
    performance: { alarms: figures.read, load: notify.floods },
    evaluation: parts.evaluation,
    evaluationMarks: createEvaluationMarks({
      ...{ engine, trail, zone, readRecords, registry, reader },
    }),
    lastPlaces: parts.lastPlaces,
    renewals: parts.renewals,
    publications: parts.publications,
    cases: {
      list: (filter) => cases.list(reader, filter),
      get: together.caseWithStewards,
      curve: parts.caseCurves.of,
      turn: (theCase, actor) => cases.turn(reader, theCase, actor, clock.now()),
      ...caseWrites,
    },
    sites: createSites({
      ...{ clock, registry, finder: assetFinder, hazards: cases.hazards },
      latest: (assetId) => engine.latest(assetId),
      rules: () => alerts.rules(),
      people: peopleView(registry),
    }),
    positions: createPositions({
      ...{ clock, accept, crew: registry.crew },
      isOnDuty: ({ crewId, unitId }) => duty.roster(unitId).onDuty.includes(crewId),
    }),
    tasks: {
      list: (filter) => cases.tasks.list(reader, filter),
      done: (said, actor) =>
        engine.write(async (tx, now) => ({
          value: await cases.tasks.done(tx, said, actor, now),
        })),
    },
    sources: createSourceWrites({
      cases,
      engine,
      trail,
      reader,
      clock,
      zone,
      readRecords,
    }),
    decoders: parts.decoderDesk,
    intakes: createIntake({
      clock,
      metrics: parts.metrics,
      intakes: registry.intakes,
      accept,
    }),
    jsonSources: createJsonSourceDoor({
      ...{ registry, classes: ASSET_CLASSES, zone, last: parts.lastMessages },
      deadLetters: (limit) => ingest.listDeadLetters(reader, { limit }),
    }),
    open311: createOpen311({
      areaCode: parts.areaCode,
      unit: (unitId) => registry.unit(unitId),
      assetByCode: assetFinder.byCode,
      placesOf: (address) => placesOf(address, registry.places),
      report: caseWrites.report,
    }),
    citizens: createCitizens({ cases, engine, trail, reader, clock }),
    citizenReports: createCitizenReports({
      ...{ cases, engine, registry, finder: assetFinder, classes: ASSET_CLASSES },
      placesOf: (address) => placesOf(address, registry.places),
      report: caseWrites.report,
      clean: files.clean,
      receive: fileWrites.receive,
    }),
    publicLayers: createPublicLayers(registry),
    assists: together.assists,
    rulings: together.rulings,
    supervisions,
    intakeDesk: createIntakeDesk({
      ...{ engine, trail, finder: assetFinder, reader },
      alarm: (alarmId) => alerts.get(reader, alarmId),
    }),
    handovers: createHandovers({
      ...{ engine, trail, clock, reader },
      source: createHandoverSource({
        cases: (page) => cases.list(reader, page),
        shelved: (page) => alerts.list(reader, page),
        supervisions,
        notices,
        devices: () => registry.devices(),
      }),
    }),
    notices,
    redecodings: parts.redecodings,
    retries: createRetries({
      ...{ raw, ingest, engine, alerts, registry, reader },
    }),
    deadLetters: { list: (page) => ingest.listDeadLetters(reader, page) },
    files: fileWrites,
    calendars: createCalendarCalls({
      cases,
      engine,
      trail,
      reader,
      readRecords,
      onHolidays: parts.onHolidays,
    }),
    audit: trail,
    commands: parts.commandDesk,
    stream: parts.stream,
    cityFigures: createCityFigures({
      ...{ reader, clock, registry, zone, classBySlug },
      assetPages: () => assetPages(registry),
      latest: (assetId) => engine.latest(assetId),
    }),
    map: createMapData(registry, filing.classes),
    classes: createClassData(filing.classes),
    filingTables: createFilingDoor({ filing, engine, trail, reader }),
    heardAt: (deviceId) => engine.heardAt(deviceId),
    knocking: () => ingest.knocking(),
    onboarding: createDeviceOnboarding({ registry, ingest, trail }),
    health: parts.health,
    metrics: async () => {
      // Without its database the platform still tells of everything else.
      await cases.fieldTruth.refresh(reader).catch((error) => {
        log.warn("precisions of rules could not be read", { error: String(error) });
      });
      return await parts.metrics.text();
    },
    clockPair: parts.clockPair,
    clock,
    zone,
    log,
    meters: parts.metrics,
  };
}
