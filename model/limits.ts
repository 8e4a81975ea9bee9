/**
 * Every bound of the platform has its name here, with what happens at it.
 * Units are last in a name; a room takes what it needs as a default that its options may change.
 */
export const LIMITS = {
  /** An uplink with more elements is put aside whole as TOO_MANY_ELEMENTS. */
  uplinkElementsMax: 500,
  /** Beyond it a payload is put aside as TOO_DEEP. */
  uplinkDepthMax: 8,
  /** A device's measurements that its class does not name; more are put aside. */
  extraMeasurementsPerDeviceMax: 64,
  /** A larger packet closes the connection and is counted. */
  packetBytesMax: 256 * 1024,
  /** Further connections are refused and counted. */
  connectionsMax: 60_000,
  /** A client beyond it is slowed: its socket is not read until the second is over. */
  messagesPerSecondPerClientMax: 2_000,
  /** Oldest out first, per session that is away. */
  offlineMessagesPerSessionMax: 1_000,
  /** Sessions that are away longer than this, or beyond the number, are forgotten, oldest first. */
  sessionsMax: 100_000,
  sessionAgeMsMax: 30 * 86_400_000,
  /** Retained topics; a new one beyond it is refused retention and counted. */
  retainedMessagesMax: 200_000,
  /** A subscriber whose socket has not taken this much is disconnected; its session keeps. */
  subscriberPendingBytesMax: 4 * 1024 * 1024,
  /** A segment of the journal is closed at this size and a new one begun. */
  journalSegmentBytesMax: 64 * 1024 * 1024,
  /** At this size nothing more is acknowledged. */
  journalBytesMax: 8 * 1024 * 1024 * 1024,
  /** From this share of the bound on, the platform raises an alarm of its own. */
  journalWarnShare: 0.8,
  /** Recent records kept in memory for consumers that follow closely. */
  journalMemoryBytesMax: 32 * 1024 * 1024,
  /** Kept dead letters; the oldest go first. */
  deadLettersMax: 10_000,
  /** Bytes of a dead letter's payload that are kept. */
  deadLetterPayloadBytesMax: 64 * 1024,
  /** Unknown devices, gateways and MNs that are remembered as knocking; the oldest go first. */
  knockingMax: 1_000,
  /** Identity of a reading is known for at least so long. */
  identityDaysMin: 30,
  /** Points of one raw series in one answer; more are cut and `truncated` is set. */
  pointsPerSeriesMax: 50_000,
  /** Series in one answer. */
  seriesPerQueryMax: 200,
  /** Days that a backtest may span. */
  backtestDaysMax: 400,
  /** Readings that one backtest reads; beyond it, it is refused with BACKTEST_TOO_LARGE. */
  backtestReadingsMax: 50_000_000,
  /** Alarms that the rules of one backtest raise; the same. */
  backtestAlarmsMax: 1_000_000,
  /** Alarms in one list of its answer, the newest; older ones are left out and counted. */
  backtestAlarmsListedMax: 1_000,
  /** Readings of one series that a rule may look back on; the oldest go first. */
  lookBackPointsMax: 2_000,
  /** Tests of one compound condition, and levels of all, any and not around them. */
  compoundTestsMax: 12,
  compoundDepthMax: 3,
  /** Parts of an asset whose values a test takes together; of an asset with more it says nothing. */
  partsTakenMax: 1_000,
  /** Assets that a device is held against; of more the first by their ids. */
  neighboursMax: 500,
  /** How often a device is held against its neighbours. */
  neighbourSampleMs: 10 * 60_000,
  listDefault: 100,
  listMax: 1_000,
  /** Bytes of one request's body; an import may be larger. */
  requestBytesMax: 1024 * 1024,
  importBytesMax: 64 * 1024 * 1024,
  /** Sign-ins that may fail for one user name and address before it must wait. */
  loginFailuresMax: 10,
  loginFailureWindowMs: 5 * 60_000,
  tokenAgeMsMax: 12 * 3_600_000,
  /** Characters of an `Idempotency-Key`; a longer one is refused. */
  idempotencyKeyLengthMax: 128,
  /** For so long the answer under a key is given again. */
  idempotencyKeyAgeMsMax: 24 * 3_600_000,
  /** Keys with their answers that are kept; the oldest go first. */
  idempotencyKeysMax: 50_000,
  /** Days for which it is kept who wrote what over the API. */
  auditEntryDaysMax: 730,
  /** Entries of it that are kept; the oldest go first. */
  auditEntriesMax: 1_000_000,
  /** Entries of refused writes that wait to be written; further ones are dropped and counted. */
  auditEntriesWaitingMax: 1_000,
  /** Records of the history that one call checks; it answers where the next one goes on. */
  auditVerifyRecordsMax: 100_000,
  /** Clients of the live stream; one that does not read this much is dropped. */
  streamClientsMax: 500,
  streamPendingBytesMax: 1024 * 1024,
  /** A longer shelf is refused: an alarm that nobody wants is a rule to change. */
  shelveMsMax: 30 * 86_400_000,
  /** A rule may not tell people of the same alarm more often. */
  realarmMsMin: 60_000,
  /** Answers of a device to commands that are kept; the oldest go first. */
  commandAnswersPerDeviceMax: 20,
  /** Of a crew's places in one such period the newest is kept. */
  crewPositionPeriodMs: 60_000,
  /** Where a crew was longer ago is forgotten. */
  crewPositionDaysMax: 90,
  /** Orders of one crew that wait for it; beyond it is logged and counted, none is dropped. */
  outboxWarnPerCrew: 100,
  /** New orders to one recipient in the window; more of them are a flood. */
  floodOrdersPer10Min: 10,
  /** With fewer new orders in the window a flood is over. */
  floodEndsBelowPer10Min: 5,
  floodWindowMs: 10 * 60_000,
  /** In a flood a crew is told of its orders at most so often; life safety at once. */
  digestPeriodMs: 2 * 60_000,
  /** Cases that one digest names; the others are counted and stand on the crew's case list. */
  digestCasesMax: 30,
  /** Extensions that a case may be granted; refused ones do not count. */
  caseExtensionsMax: 2,
  /** A case that is returned so often needs a consultation. */
  caseReturnsConsulted: 3,
  /** A case may be suspended until so long after it is asked for. */
  caseSuspendMsMax: 365 * 24 * 3_600_000,
  /** So many raises of one device and rule within the window are chatter. */
  chatterRaises: 5,
  chatterWindowMs: 10 * 60_000,
  /** For so long chatter is shelved by itself. */
  chatterShelfMs: 3_600_000,
  /** Raises of one device and rule that are remembered for it; the oldest go first. */
  chatterRaisesKept: 50,
  /** Days that the figures of alarms may span; more are refused. */
  performanceDaysMax: 31,
  /** An alarm that is active for longer is stale. */
  staleAlarmMs: 24 * 3_600_000,
  /** Stale alarms that are named, the oldest first; all are counted. */
  staleAlarmsListedMax: 100,
  /** Devices and rules with the most alarms that are named. */
  worstActorsListed: 10,
  /** With fewer labels from the field a rule version stays as trusted as it was. */
  fieldLabelsMin: 10,
  /** Its newest labels alone count; older ones are kept and shown. */
  fieldLabelsRecentMax: 20,
  /** An HJ 212 frame: 2 + 4 + 1024 + 4 + 2 bytes. */
  hj212FrameBytesMax: 1_036,
  /** Connections of data loggers. */
  hj212ConnectionsMax: 2_000,
  /** An open frame or packet group older than this is put aside. */
  hj212OpenFrameMsMax: 120_000,
} as const;
