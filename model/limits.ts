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
  /** Fields of one mapping, markers of no value of a field, letters of a path: more are refused. */
  mappingFieldsMax: 200,
  mappingMarkersMax: 32,
  mappingPathLengthMax: 200,
  /** Numbers of an uplink that are kept though nothing maps them; more are left out. */
  mappingRestMax: 64,
  /** Metrics of one Sparkplug message; with more it is put aside whole. */
  sparkplugMetricsPerUplinkMax: 5_000,
  /** Metrics that the births of a node and its devices declare; what comes of more is put aside. */
  sparkplugMetricsPerNodeMax: 10_000,
  /** Letters of a metric's name; one with more is put aside. */
  sparkplugNameLengthMax: 200,
  /** Messages of a node that wait for one before them; with more the gap is given up. */
  sparkplugHeldPerNodeMax: 32,
  /** So long they wait, then the gap is given up. */
  sparkplugReorderMsMax: 5_000,
  /** A node is not asked more often for its births. */
  sparkplugRebirthMsMin: 60_000,
  /** How often it is saved what gateway formats remember from one uplink to the next. */
  gatewayMemoryMs: 30_000,
  /** Of a LoRaWAN network server: devices of whose newest frame, and events of which, it is saved. */
  lorawanDevicesRememberedMax: 10_000,
  lorawanEventsRememberedMax: 5_000,
  /** Decoders, and of each its letters of script and its examples: more are refused. */
  decodersMax: 1_000,
  /** How often the folder is looked at into which decoders are dropped; files rest so long first. */
  decoderFolderLookMs: 3_000,
  decoderSourceLengthMax: 512 * 1024,
  decoderExamplesMax: 100,
  /** Bytes of one frame that a decoder is given; more are put aside. */
  decoderFrameBytesMax: 4_096,
  /** Faults of a decoder's script at which it is switched off. */
  decoderFaultsMax: 20,
  /** Answers of a script that make up for one of its faults. */
  decoderAnswersPerFault: 20,
  /** Frames in a row that a script fails on before a life-safety device counts as one that cannot be read. */
  unreadFramesMax: 3,
  /** How often it is said again that life-safety devices cannot be read. */
  unreadRepeatMs: 1_800_000,
  /** Of them so many are named. */
  unreadDevicesTold: 50,
  /** Time of the wall that a decoder's script may take of one batch; then it is given up for it. */
  decoderBatchMsMax: 10_000,
  /** Values of an answer that somebody who tries a decoder is shown; more are left out. */
  decoderLeavesMax: 500,
  /** Inputs of one try; with more it is refused. Of a device its last uplinks, looked for so far back. */
  decoderTryInputsMax: 20,
  decoderTryRecordsMax: 20_000,
  /** Steps of one call of a script, and of reading it: each ten thousand calls and turns of loops. */
  scriptStepsMax: 500,
  scriptReadStepsMax: 2_000,
  /** Jobs of promises that are waited for in one call; then it is unsettled. */
  scriptJobsMax: 1_000,
  /** Memory that one call may take beside what its script holds, and what reading it may take. */
  scriptMemoryBytesMax: 1024 * 1024,
  scriptReadMemoryBytesMax: 6 * 1024 * 1024,
  /** Letters of JSON of what a script is given and answers, and levels of its answer. */
  scriptInputLengthMax: 65_536,
  scriptOutputLengthMax: 65_536,
  scriptOutputDepthMax: 16,
  /** Errors and warnings of one answer, and the letters of each; the rest is cut off. */
  scriptSentencesMax: 10,
  scriptSentenceLengthMax: 300,
  /** Of the wall; a call that takes longer, counting no steps, is ended from outside. */
  scriptCallMsMax: 5_000,
  /** After so many a decoder's further asks of the same round are not tried. */
  scriptTimeFaultsPerRunMax: 3,
  /** Asks that are handed to the thread at once, and that wait; further ones are refused. */
  scriptAsksAtOnceMax: 500,
  scriptAsksWaitingMax: 50_000,
  /** Scripts that are kept, and bytes of memory that are kept of them read; the oldest go first. */
  scriptsKeptMax: 200,
  scriptImagesBytesMax: 128 * 1024 * 1024,
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
  /** Dead letters that one call tries again. */
  deadLettersRetriedMax: 1_000,
  /** Raw uplinks that are kept to be decoded again: days, and bytes on disk; the oldest go first. */
  rawDays: 30,
  rawBytesMax: 2 * 1024 * 1024 * 1024,
  /** Devices that one re-decoding may name. */
  redecodingDevicesMax: 1_000,
  /** Re-decodings that have not ended; more are refused. Of those that have, the newest are kept. */
  redecodingsWaitingMax: 10,
  redecodingsKeptMax: 100,
  /** Keys that a re-decoding remembers, so that the first value at each counts. */
  redecodingKeysMax: 200_000,
  /** Measurements, by decoder or format, of which a re-decoding tells whether they still come. */
  redecodingNamesMax: 1_000,
  /** Unknown devices, gateways and MNs that are remembered as knocking; the oldest go first. */
  knockingMax: 1_000,
  /** Days before its date from which on a device's calibration counts as due. */
  calibrationDueDays: 30,
  /** Devices in one file or one list to import. */
  deviceImportRowsMax: 100_000,
  /** Labels of devices in one answer. */
  labelsPerSheetMax: 240,
  /** Devices whose newest values are asked for in one call. */
  latestDevicesMax: 100,
  /** Fields of what is wanted of a device's settings, and of what it reports; and their texts. */
  twinFieldsMax: 64,
  twinTextLengthMax: 200,
  /** Steps of a device's life that are remembered; the oldest go first. */
  lifeEntriesPerDeviceMax: 100,
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
  /** Places by name that are kept; of an import beyond it the rows are rejected. */
  placesMax: 200_000,
  /** Places that one search answers. */
  placesFoundMax: 100,
  /** So far assets are looked for around a place that somebody stands at. */
  assetsAroundMMax: 300,
  /** So far a valve or a feeder is looked for around a case. */
  cutOffDistanceMMax: 1_000,
  /** Characters of a search for places. */
  placeSearchLengthMax: 100,
  /** So near, an asset's grid cell is that of a place without one. */
  placeGridDistanceMMax: 100,
  listDefault: 100,
  listMax: 1_000,
  /** Doors at which other platforms push; a further one is refused. */
  intakesMax: 50,
  /** Sources of vendors' JSON; a further one is refused. */
  jsonSourcesMax: 200,
  /** Topics whose last messages are remembered, to try a source on; the longest silent go first. */
  lastMessageTopicsMax: 200,
  /** Messages of one such topic, the newest, and bytes of one; a larger one is not remembered. */
  lastMessagesPerTopicMax: 3,
  lastMessageBytesMax: 16 * 1024,
  /** Messages on which one call tries a source, the newest. */
  jsonTriesMax: 20,
  /** Bytes of one request's body; an import may be larger. */
  requestBytesMax: 1024 * 1024,
  /** Levels of JSON of a request's body; one that is nested deeper is refused. */
  requestDepthMax: 32,
  importBytesMax: 64 * 1024 * 1024,
  /** Sign-ins that may fail for one user name and address before it must wait. */
  loginFailuresMax: 10,
  loginFailureWindowMs: 5 * 60_000,
  tokenAgeMsMax: 12 * 3_600_000,
  /** For so long a crew's sign-in code holds, and so many of one crew hold at once. */
  signInCodeAgeMsMax: 30 * 60_000,
  signInCodesPerCrewMax: 20,
  /** A phone's session ends when it was not used for so long. */
  crewSessionAgeMsMax: 30 * 24 * 3_600_000,
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
  /** Commands of a device that have not ended; a further one is refused with COMMAND_QUEUE_FULL. */
  commandsPerDeviceMax: 20,
  /** Devices of one call; with more it is refused. */
  commandBatchMax: 5_000,
  /** How long a command may wait; where a call says nothing, and at most. */
  commandTtlSecondsDefault: 900,
  commandTtlSecondsMax: 7 * 86_400,
  /** Until it is acknowledged a command goes out again after so long, twice as long each time. */
  commandRetryMsMin: 5_000,
  commandRetryMsMax: 300_000,
  /** Bytes of a command that are a device's own; more are refused. */
  commandRawBytesMax: 242,
  /** Characters of the fields from which a device's encoder makes them. */
  commandFieldsLengthMax: 2_000,
  /** Times of day of one schedule of a lamp; more are refused. */
  commandScheduleEntriesMax: 24,
  /** Days that a command is kept after its end. */
  commandDaysMax: 90,
  /** Of a batch's failures the first are told; all are counted. */
  commandFailuresToldMax: 100,
  /** An operator's platform that has not answered a command by then has failed; a longer answer, too. */
  cloudAnswerMsMax: 10_000,
  cloudAnswerBytesMax: 64 * 1024,
  /** A lamp platform that has not answered by then has failed; a longer answer is not read. */
  lampPlatformAnswerMsMax: 10_000,
  lampPlatformAnswerBytesMax: 1024 * 1024,
  /** So much is read of an answer that was asked for one report, to pass it over. */
  lampPlatformReportBytesMax: 16 * 1024 * 1024,
  /** One that fails is asked again after 5 s, twice as long each time, up to this. */
  lampPlatformRetryMsMax: 300_000,
  /** Of the places of a crew, or of an inspector on patrol, in one such period the newest is kept. */
  crewPositionPeriodMs: 60_000,
  /** Where a crew or an inspector was longer ago is forgotten. */
  crewPositionDaysMax: 90,
  /** Grids of one inspector's patrol area; more are refused. */
  patrolGridsMax: 20,
  /** Places of a patrol in one call; more are refused. */
  patrolPlacesPerCallMax: 500,
  /** A place of a patrol that lies so far ahead of the platform's time is left out. */
  patrolAheadMsMax: 5 * 60_000,
  /** Where a crew was longer ago says nothing of where it is now: no way is measured from there. */
  crewPositionFreshMs: 15 * 60_000,
  /** Of a life-safety case an order that a crew has in hand counts like so much of a way. */
  orderInHandM: 3_000,
  /** Weeks of a duty roster that come round in turn; a roster with more is refused. */
  rosterWeeksMax: 8,
  rosterTurnsPerDayMax: 24,
  rosterCrewsPerTurnMax: 50,
  /** Dates of a roster that differ, and turns that are taken over; more are refused. */
  rosterDatesMax: 400,
  /** The next turn of a crew is looked for in so many days. */
  rosterDaysAhead: 70,
  /** Of the warnings about a roster the first are told, and how many there are beside. */
  rosterWarningsMax: 50,
  /** An order that no crew has accepted for so long goes to the next; a roster may say otherwise. */
  acceptLifeSafetyMs: 5 * 60_000,
  acceptMs: 30 * 60_000,
  /** A roster may not allow longer. */
  acceptMinutesMax: 1_440,
  /** So often an order that nobody accepts is given to the next crew; then the unit's lead is told. */
  redispatchesMax: 3,
  /** A crew that signed on without a turn is on duty for so long at most, an inspector on patrol. */
  shiftMsMax: 16 * 3_600_000,
  /** A sign-on so long before a turn belongs to it, and is late so long after its beginning. */
  earlyShiftMs: 2 * 3_600_000,
  lateShiftMs: 10 * 60_000,
  /** Days of attendance in one answer. */
  attendanceDaysMax: 62,
  /** Ways to reach one person. */
  contactPointsMax: 8,
  /** People that one call of an escalation tells, those after it not. */
  calledAtOnceMax: 20,
  /** Messages of one channel that are on their way at once. */
  channelParallelMax: 16,
  /** Items and marks in one call. */
  evaluationItemsPerCallMax: 1_000,
  /** Receipts in one call of a gateway. */
  receiptsPerCallMax: 500,
  /** A message that no channel has taken by then has failed. */
  messageAgeMsMax: 86_400_000,
  /** So long a channel has for a message before another way is tried beside it. */
  fallbackMs: 3_000,
  /** Series of InfluxDB that readings may make; InfluxDB 1.x refuses more than 1,000,000 as shipped. */
  influxSeriesMax: 500_000,
  /** Assets with alarms and cases that a map of InfluxDB's shows; the worst come first. */
  mapPlacesMax: 5_000,
  /** Kinds of devices that InfluxDB is told apart; beyond it their vendor, model and firmware are left out. */
  fleetSeriesMax: 2_000,
  /** Rows of readings in one answer of InfluxDB to a roll-up; more of them are asked for in parts. */
  rollupRowsMax: 10_000,
  /** How many times as long as its readings the roll-ups of a class are kept. */
  rolled5mRetentionTimes: 2,
  rolledHourRetentionTimes: 5,
  /** Those of a day at least so long, and never shorter than those of an hour. */
  rolledDayRetentionDays: 3_650,
  /** The largest budget of messages an hour that a city can give to a person or a crew. */
  messagesHourlyMax: 10_000,
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
  /** Series and points of each in the curve of a case; more are thinned, every peak is kept. */
  caseCurveSeriesMax: 16,
  caseCurvePointsMax: 1_000,
  /** A working calendar has at least so many minutes a day, so that a deadline comes. */
  calendarMinutesPerDayMin: 60,
  /** Rows of the table by which classes and areas have a calendar; a longer one is refused. */
  calendarOverridesMax: 1_000,
  /** Extensions that a case may be granted; refused ones do not count. */
  caseExtensionsMax: 2,
  /** Assists of one case, with those that have ended; a further one is refused. */
  caseAssistsMax: 50,
  /** Hours or days of an assist's limit; a longer one is refused. */
  assistLimitValueMax: 1_000,
  /** A case that is returned so often needs a consultation. */
  caseReturnsConsulted: 3,
  /** A case may be suspended until so long after it is asked for. */
  caseSuspendMsMax: 365 * 24 * 3_600_000,
  /** So long after its close a reporter may say that a case is not solved; then it is a new one. */
  caseDisputeMsMax: 30 * 24 * 3_600_000,
  /** So near and so new, an open case is offered as a duplicate of a report. */
  duplicateDistanceMMax: 50,
  duplicateAgeMsMax: 24 * 3_600_000,
  /** Duplicates that are offered, the nearest first; more are left out. */
  similarCasesMax: 10,
  /** Cases around a place that are compared, the newest; older ones are left out. */
  similarComparedMax: 500,
  /** Reports that join a case and get a line in its history; further ones are counted alone. */
  reportJoinsNotedMax: 100,
  /** Days after a case has ended for which it is kept who reported it. */
  reporterDaysMax: 3 * 365,
  /** Telephone calls that are written down at one case; a further one is refused. */
  callsPerCaseMax: 200,
  /** Around a place within which standing alarms are shown to whoever takes a call. */
  alarmsNearMMax: 200,
  /** Of those, the nearest; more are left out. */
  alarmsNearMax: 50,
  /** Reports under one telephone number that are shown, the newest. */
  callersReportsMax: 20,
  /** Lines of one section of a handover; more are counted and left out. */
  handoverLinesMax: 200,
  /** Pledges of shifts that nobody has ticked; a further one is refused. */
  pledgesOpenMax: 200,
  /** So long after its close a reporter's answer is taken; then the question has expired. */
  questionMsMax: 7 * 24 * 3_600_000,
  /** Reports of a case of which reporters are asked at its close, the oldest; further ones are not. */
  questionsPerCloseMax: 50,
  /** Characters of a reporter's note; a longer one is refused. */
  answerNoteLengthMax: 500,
  /** Bytes of a reporter's answer; a larger one is refused. */
  publicAnswerBytesMax: 8 * 1024,
  /** Calls for public numbers from one address in `publicCallsWindowMs`; more are RATE_LIMITED. */
  publicCallsMax: 600,
  publicCallsWindowMs: 60_000,
  /** Numbers and links from one address that are none, in `publicMissesWindowMs`; the same. */
  publicMissesMax: 20,
  publicMissesWindowMs: 10 * 60_000,
  /** Addresses for which these are remembered; the oldest are forgotten first. */
  publicCallersMax: 10_000,
  /** Reports of citizens from one address in `publicReportsWindowMs`, and from all; the same. */
  publicReportsPerAddressMax: 30,
  publicReportsMax: 300,
  publicReportsWindowMs: 10 * 60_000,
  /** Such reports that are taken in at once, and of these from one address; more are RATE_LIMITED. */
  publicReportsAtOnceMax: 6,
  publicReportsAtOncePerAddressMax: 2,
  /** Bytes of such a report with its photos in base64; a larger one is refused. */
  publicReportBytesMax: 12_650_000,
  /** Photos of such a report, and bytes of each; more are refused. */
  publicPhotosMax: 3,
  publicPhotoBytesMax: 3 * 1024 * 1024,
  /** Characters of its description; a longer one is refused. */
  publicTextLengthMax: 1_000,
  /** Metres from the next component at which a place is in the city still. */
  publicReachMMax: 5_000,
  /** Public layers, and what one has; more are left out. */
  publicLayersMax: 50,
  publicLayerFeaturesMax: 10_000,
  /** Orders of a hotline in one call; more are refused. */
  hotlineOrdersPerCallMax: 500,
  /** Places that are offered where an order's address does not name one alone. */
  addressPlacesShownMax: 5,
  /** Days that a list of Open311 spans; more are refused. */
  open311SpanDaysMax: 90,
  /** Requests of such a list, the newest; older ones are left out. */
  open311RequestsMax: 1_000,
  /** Requests that are asked for by number in one call; more are refused. */
  open311IdsMax: 50,
  /** Cases that are looked through for some services; more are refused. */
  open311CasesReadMax: 50_000,
  /** Bytes of a form of Open311; a larger one is refused. */
  open311FormBytesMax: 64 * 1024,
  /** Rows of one file of such orders; a longer file is refused. */
  hotlineImportRowsMax: 10_000,
  /** What the same camera sees of the same kind within it joins. */
  videoRepeatMs: 10 * 60_000,
  /** A video event that was seen longer ago is refused and counted. */
  videoEventAgeMsMax: 24 * 3_600_000,
  /** Cases that one supervision order covers; one over more is refused. */
  supervisionCasesMax: 500,
  /** Extensions of one order; a further one is refused. */
  supervisionExtensionsMax: 2,
  /** Days from now in which an order's deadline must lie; a later one is refused. */
  supervisionDaysMax: 365,
  /** Working days after its deadline on which leaders are told of it; then it only stands as overdue. */
  supervisionLeaderNoticesMax: 5,
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
  /** Bytes of one photo or document; a larger one is refused. */
  fileBytesMax: 10 * 1024 * 1024,
  /** Pixels that a photo may unfold to; the same. */
  filePixelsMax: 40_000_000,
  /** Files that one step of a case attaches; more are refused. */
  filesPerStepMax: 20,
  /** Files that are received at once; further ones are refused with RATE_LIMITED. */
  fileUploadsMax: 64,
  /** Photos that are decoded at once, and that wait for it; more are refused with RATE_LIMITED. */
  fileDecodesMax: 2,
  fileDecodesWaitingMax: 128,
  /** Free bytes on the disk under which no file is taken: they are the readings'. */
  fileDiskFreeBytesMin: 1024 * 1024 * 1024,
  /** Files of one user that are attached to nothing; further ones are refused with RATE_LIMITED. */
  filesLoosePerUserMax: 200,
  /** Days after which such a file is removed. */
  fileLooseDaysMax: 7,
  /** Farther from its case a photo is flagged as far away. */
  photoDistanceMMax: 200,
  /** Days for which it is known that a photo was another case's. */
  photoReuseDays: 90,
  /** Bits of 64 in which two perceptual hashes may differ and still count as one photo. */
  photoReuseBitsMax: 6,
  /** Photos with a like quarter of the hash that are compared, the newest; older ones are not. */
  photoComparedMax: 2_000,
  /** Rows of a table that a city replaces; a longer file is refused. */
  cityTableRowsMax: 5_000,
  /** Bytes of its file; the same. */
  cityTableBytesMax: 4 * 1024 * 1024,
  /** Faults of a file that are listed; all are counted. */
  cityTableFaultsShownMax: 200,
  /** Versions of such a table that are kept; the oldest go first. */
  cityTableVersionsMax: 200,
  /** Days of the longest limit that a filing condition may have; a longer one is refused. */
  filingLimitDaysMax: 366,
  /** A longer hold time is refused. */
  filingHoldMsMax: 30 * 86_400_000,
  /** Cases that are named as the evidence of one deduction; all are counted. */
  evaluationEvidenceMax: 20,
  /** Records that were not as written, kept for evaluations; the first ones. */
  evaluationFaultsMax: 1_000,
  /** Channels of a city. */
  channelsMax: 50,
  /** Of the wall; a channel that has not answered by then has failed. */
  channelAnswerMsMax: 10_000,
  /** Of one answer to a channel. */
  channelAnswerBytesMax: 65_536,
  /** A server that wants a longer rest is asked again after this one. */
  channelRetryAfterMsMax: 3_600_000,
  /** Cases that are named of one fault in the renewal list, the newest; all are counted. */
  renewalCaseNosMax: 20,
  /** After the end of a period it is counted; what was written at its end is committed by then. */
  publicationWaitMs: 60_000,
  /** Days after the end of a period for which its brief is made up; then it is left out. */
  publicationMakeUpDaysMax: 400,
  /** Renewals that a brief names, its first. */
  briefRenewalsMax: 100,
  /** Approved periods that the public list of ranks names, the newest. */
  publicRanksListedMax: 200,
  /** Public pages of ranks that one address may ask for in a minute; further ones are refused. */
  publicRanksPerMinuteMax: 120,
  /** An HJ 212 frame: 2 + 4 + 1024 + 4 + 2 bytes. */
  hj212FrameBytesMax: 1_036,
  /** Connections of data loggers. */
  hj212ConnectionsMax: 2_000,
  /** An open frame or packet group older than this is put aside. */
  hj212OpenFrameMsMax: 120_000,
} as const;
