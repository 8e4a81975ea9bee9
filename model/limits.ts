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
  listDefault: 100,
  listMax: 1_000,
  /** Bytes of one request's body; an import may be larger. */
  requestBytesMax: 1024 * 1024,
  importBytesMax: 64 * 1024 * 1024,
  /** Sign-ins that may fail for one user name and address before it must wait. */
  loginFailuresMax: 10,
  loginFailureWindowMs: 5 * 60_000,
  tokenAgeMsMax: 12 * 3_600_000,
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
  /** An HJ 212 frame: 2 + 4 + 1024 + 4 + 2 bytes. */
  hj212FrameBytesMax: 1_036,
  /** Connections of data loggers. */
  hj212ConnectionsMax: 2_000,
  /** An open frame or packet group older than this is put aside. */
  hj212OpenFrameMsMax: 120_000,
} as const;
