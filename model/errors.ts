/**
 * Every error the outside may see has one code, one HTTP status and one meaning, in this table;
 * `docs/errors.md` holds the same rows and a test keeps them equal.
 * An error's text says what, which one, what was got, what was wanted, then the cure.
 */
export const ERRORS = {
  ASSET_EXISTS: { status: 409, means: "an asset with this id is already registered" },
  ASSET_NOT_FOUND: { status: 404, means: "no asset has this id" },
  ASSIST_NOT_FOUND: { status: 404, means: "no assist has this id" },
  ASSIST_STATE_REFUSED: {
    status: 409,
    means: "the state of the assist, or of its case, does not take this",
  },
  ASSIST_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else changed the assist first; read it again",
  },
  ALARM_NOT_FOUND: { status: 404, means: "no alarm has this id" },
  ALARM_STATE_REFUSED: { status: 409, means: "the alarm's state does not take this action" },
  BACKTEST_NO_DATA: {
    status: 409,
    means: "the store has no reading of these devices in the span; the message says what it has",
  },
  BACKTEST_TOO_LARGE: {
    status: 413,
    means: "the backtest reads more readings, or raises more alarms, than the limit",
  },
  CALENDAR_NOT_FOUND: { status: 404, means: "no calendar has this name, or this year no holidays" },
  CASE_NOT_FOUND: { status: 404, means: "no case has this number" },
  CASE_TRANSITION_REFUSED: {
    status: 409,
    means: "the case's state or guard does not take this event; details.allowed lists what it does",
  },
  CASE_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else changed the case first; read it again",
  },
  COMMAND_NOT_FOUND: { status: 404, means: "no command of this device, or no batch, has this id" },
  COMMAND_QUEUE_FULL: {
    status: 429,
    means: "the device has as many commands that have not ended as it may have",
  },
  COMMAND_REFUSED: {
    status: 409,
    means: "nothing of the kind is sent to the device; the message says why",
  },
  COMMAND_STATE_REFUSED: { status: 409, means: "the command has ended; it cannot be cancelled" },
  CONFIG_INVALID: { status: 500, means: "the configuration has faults; each is listed" },
  CREW_EXISTS: { status: 409, means: "a crew with this id is already registered" },
  CREW_NOT_FOUND: { status: 404, means: "no crew has this id" },
  CSRF_REFUSED: {
    status: 403,
    means: "a write by cookie that does not come from the platform's own page",
  },
  DATABASE_FAILED: { status: 503, means: "the registry's and cases' database did not answer" },
  DATABASE_SCHEMA_MISMATCH: {
    status: 500,
    means: "the database was made by another version, or by hand, and is not what this one expects",
  },
  DEAD_LETTER_NOT_FOUND: { status: 404, means: "no dead letter has this id" },
  DECODER_EXAMPLES_DIFFER: {
    status: 400,
    means: "the decoder does not answer what its examples say; details.differences lists where",
  },
  DECODER_IN_USE: { status: 409, means: "devices name the decoder; details.devices lists some" },
  DECODER_NOT_FOUND: { status: 404, means: "no decoder has this id" },
  DEVICE_EXISTS: { status: 409, means: "a device with this id is already registered" },
  DEVICE_LIFE_REFUSED: {
    status: 409,
    means: "the device's life does not take this; details.allowed lists what it does",
  },
  DEVICE_NOT_FOUND: { status: 404, means: "no device has this id" },
  ESCALATION_OVER: { status: 409, means: "nobody is called about this case any more" },
  FILE_DAMAGED: {
    status: 422,
    means: "the file begins as what it says and cannot be read to its end",
  },
  FILE_NOT_FOUND: { status: 404, means: "no file has this id; what nobody attached is removed" },
  FILE_NOT_YOURS: {
    status: 409,
    means: "the file is another case's, or somebody else sent it and has not attached it",
  },
  FILE_STORE_FAILED: { status: 503, means: "the disk did not take or give the file's bytes" },
  FILE_STORE_FULL: { status: 507, means: "the disk has no room for files" },
  FILE_TYPE_REFUSED: {
    status: 415,
    means: "the file's bytes are of a type that is not taken, or not what its header or name says",
  },
  GATEWAY_EXISTS: { status: 409, means: "a gateway with this id is already registered" },
  GATEWAY_NOT_FOUND: { status: 404, means: "no gateway has this id" },
  HANDOVER_NOT_FOUND: { status: 404, means: "no handover has this id" },
  HANDOVER_SIGN_REFUSED: {
    status: 409,
    means: "the handover is signed already, or by whoever hands over",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    means: "the Idempotency-Key was used for another call or another body",
  },
  ID_IN_USE: {
    status: 409,
    means:
      "devices, gateways, crews and services sign in by their id, and another of them has this one; services and users, whom the history names alike, share no name",
  },
  INTERNAL: {
    status: 500,
    means: "a fault of the platform's own; the log has it under the request's id",
  },
  INTAKE_NOT_FOUND: { status: 404, means: "no intake has this id" },
  INTAKE_REFUSED: {
    status: 401,
    means: "the push bears no signature or secret of an intake of its format",
  },
  JOURNAL_CORRUPT: { status: 500, means: "a record in the middle of the journal is damaged" },
  JOURNAL_FULL: { status: 503, means: "the journal has reached its bound on disk" },
  JOURNAL_WRITE_FAILED: { status: 503, means: "the disk did not take the journal's write" },
  JSON_SOURCE_NOT_FOUND: { status: 404, means: "no source of JSON has this id" },
  ITEM_NOT_FOUND: { status: 404, means: "no item of an evaluation has this id" },
  ITEM_REVOKED: { status: 409, means: "the item was revoked already" },
  KNOCK_NOT_FOUND: { status: 404, means: "nobody knocks under this id in this format" },
  LOGIN_REFUSED: { status: 401, means: "the user name or the password is wrong" },
  MEDIA_TYPE_REFUSED: { status: 415, means: "the body's content type is not taken here" },
  NOTICE_NOT_FOUND: { status: 404, means: "no notice of the user's has this id" },
  NOT_FOUND: { status: 404, means: "there is nothing at this address" },
  OLD_PASSWORD_WRONG: { status: 403, means: "the password that is to be changed is another one" },
  ORDER_NOT_FOUND: {
    status: 404,
    means: "no order of another system, as a hotline, has this number",
  },
  PASSWORD_REFUSED: {
    status: 409,
    means:
      "no password is set so: one's own is changed with the old one, a crew's account has none",
  },
  PAYLOAD_TOO_LARGE: { status: 413, means: "the request is larger than the limit" },
  PLACE_NOT_FOUND: { status: 404, means: "no place has this id" },
  PLACE_OUTSIDE: { status: 422, means: "the place of a citizen's report is not in the city" },
  PLEDGE_DONE: { status: 409, means: "the pledge is ticked already" },
  PLEDGE_NOT_FOUND: { status: 404, means: "no pledge has this id" },
  PUBLICATION_NOT_FOUND: { status: 404, means: "no publication has this id" },
  PUBLICATION_STATE_REFUSED: {
    status: 409,
    means: "the publication's state does not take this, or its figures are not verified",
  },
  PUBLICATION_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else changed the publication first; read it again",
  },
  QUESTION_CLOSED: {
    status: 409,
    means: "the question was answered, its time is over, or its case was taken up again",
  },
  QUESTION_NOT_FOUND: { status: 404, means: "no question to a reporter has this id" },
  RATE_LIMITED: { status: 429, means: "too many requests; wait and try again" },
  RAW_NOT_KEPT: { status: 409, means: "the uplink's bytes are not, or no longer, all kept" },
  RECEIPT_INVALID: { status: 400, means: "a gateway's receipt cannot be read" },
  RECEIPT_REFUSED: {
    status: 401,
    means: "the receipt's key is not the channel's, or the channel takes no receipts",
  },
  REDECODING_NOT_FOUND: { status: 404, means: "no re-decoding has this id, or it is forgotten" },
  REPORT_NOT_FOUND: {
    status: 404,
    means: "no report has this public number, or the link of its question is not this one",
  },
  REQUEST_INVALID: { status: 400, means: "the request does not have the shape that is wanted" },
  ROLE_REFUSED: { status: 403, means: "the user's roles do not allow this" },
  RULE_INVALID: {
    status: 400,
    means: "the rule is no sense; details.faults lists why, path by path",
  },
  RULE_NOT_FOUND: { status: 404, means: "no rule has this id" },
  RULE_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else changed the rule first; read it again",
  },
  RULING_NOT_FOUND: { status: 404, means: "no ruling has this id" },
  RULING_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else changed the ruling first; read it again",
  },
  SERVICE_EXISTS: { status: 409, means: "a service with this id is already registered" },
  SIGN_IN_CODE_REFUSED: {
    status: 401,
    means: "the sign-in code is unknown, was used already, or has ended; ask for another one",
  },
  STEWARD_EXISTS: { status: 409, means: "a steward with this id is already registered" },
  STEWARD_NOT_FOUND: { status: 404, means: "no steward has this id" },
  STORE_FAILED: { status: 503, means: "the store of readings did not answer" },
  SUPERVISION_NOT_FOUND: { status: 404, means: "no supervision order has this number" },
  SUPERVISION_TRANSITION_REFUSED: {
    status: 409,
    means:
      "the order's state or guard does not take this event; details.allowed lists what it does",
  },
  SUPERVISION_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else changed the order first; read it again",
  },
  TABLE_INVALID: {
    status: 400,
    means: "the file of a table has faults; details.faults lists them, and nothing was changed",
  },
  TABLE_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else replaced the table first; read it again",
  },
  TABLE_VERSION_NOT_FOUND: { status: 404, means: "the table has no such version, or no longer" },
  TASK_NOT_FOUND: { status: 404, means: "no device-repair task has this id" },
  TOKEN_REFUSED: {
    status: 401,
    means: "the token is missing, unknown or has ended; sign in again",
  },
  TWIN_VERSION_CONFLICT: {
    status: 409,
    means: "somebody else changed what is wanted of the device first; read it again",
  },
  UNIT_EXISTS: { status: 409, means: "a unit with this id is already registered" },
  UNIT_NOT_FOUND: { status: 404, means: "no unit has this id" },
  USER_EXISTS: { status: 409, means: "a user with this name is already registered" },
  USER_NOT_FOUND: { status: 404, means: "no user has this name" },
} as const satisfies Record<string, { status: number; means: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An operating error or a refusal: has a code of the table, and a context that may be shown. */
export class GridwardenError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "GridwardenError";
    this.code = code;
    this.details = more.details;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

export function isErrorCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof GridwardenError && error.code === code;
}

/**
 * Why an uplink or one of its values was put aside. Data faults are values, never thrown;
 * `docs/errors.md` lists these too.
 */
export const DEAD_LETTER_REASONS = {
  CLASS_MISMATCH: "the topic's class is not the class of the device's asset",
  DECODER_FAILED: "the script of the device's decoder failed, or answered nothing that can be read",
  DECODER_OFF: "the device's decoder was switched off after repeated faults",
  DECODER_REFUSED: "the device's decoder says that the frame holds no values",
  DEVICE_UNKNOWN: "no registered device of this sender has the id in the topic",
  EMPTY: "the payload has no bytes, no elements or no values",
  ELEMENT_INVALID: "an element is not an object of the expected shape",
  FRAME_CRC: "the frame's checksum or its length does not fit its bytes",
  FRAME_INVALID: "the frame's fields cannot be read",
  FRAME_NOISE: "bytes that belong to no frame",
  FRAME_STALE: "the message is older than what its node has said since",
  FRAME_UNSUPPORTED: "the frame's command carries nothing that is kept",
  METRIC_UNKNOWN: "no birth of its node or device has declared the metric",
  NOT_CBOR: "the payload is not CBOR",
  NOT_JSON: "the payload is not JSON",
  NOT_UTF8: "the payload is not UTF-8",
  PASSWORD_WRONG: "the frame's PW is not the device's, or differs from what it must be over TCP",
  TIME_INVALID: "the time of observation cannot be read",
  TOO_DEEP: "the payload is nested deeper than is read",
  TOO_MANY_ELEMENTS: "more elements than one uplink may carry",
  TOO_MANY_MEASUREMENTS: "the device has more measurements beyond its class than are kept",
  TOPIC_UNKNOWN: "the topic is of no format that is read",
  VALUE_INVALID: "a value is neither a finite number nor a boolean",
} as const;

export type DeadLetterReason = keyof typeof DEAD_LETTER_REASONS;
