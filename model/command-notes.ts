/**
 * What the platform itself says of a command: why it is refused, and how it ended. It is kept as text
 * beside what devices and their carriers say, so a page that speaks another language knows it again by
 * its template here. Pure.
 */
import { filled, type TextPart, templateReader, type Values } from "./template.ts";

const BY_HAND = "valves and pumps are moved by who stands before them, never from here";

export const COMMAND_NOTES = {
  "not-reached": "the device could not be reached in its time",
  "delivered-unanswered": "sent {often} and delivered by its carrier; the device did not answer",
  "sent-unanswered": "sent {often}; nobody answered, the device may have done it",
  "may-be-done": "it had been sent, the device may have done it",
  replaced: "replaced by {commandId}",
  cancelled: "cancelled by {by}",
  "queue-full":
    "device '{deviceId}' has {max} commands that have not ended; wait for them, or cancel some",
  "not-acknowledged": "the device did not acknowledge it to its network",
  "no-bytes": "the device's encoder makes no bytes of it",
  "not-encoded": "decoder '{decoderId}' does not encode it: {said}",
  "device-code": "the device answered code {code}",
  "ctwing-declined": "CTWing answered {status}: {said}",
  "onenet-declined": "OneNET answered {status}: {said}",
  "lamp-platform-declined": "the lamp platform answered {status}: {said}",
  "no-ctwing-key":
    "no MasterKey of CTWing's product '{productId}' is known; add it to GRIDWARDEN_CTWING_MASTER_KEYS",
  "no-onenet-key":
    "no access key of OneNET's product '{productId}' is known; add it to GRIDWARDEN_ONENET_KEYS",
  "no-class": "device '{deviceId}' is on an asset of no class, to which nothing is sent",
  "class-takes-nothing": `nothing is sent to devices of class '{class}': ${BY_HAND}`,
  "no-command-of-class": `'{name}' is no command of class '{class}', which takes {known}; ${BY_HAND}`,
  "moved-by-hand": `'{name}' is not sent: ${BY_HAND}`,
  "format-tells-nothing":
    "device '{deviceId}' speaks '{format}', in which the platform can tell it nothing",
  "format-lacks": "device '{deviceId}' speaks '{format}', which carries no '{name}'",
  "not-in-use": "device '{deviceId}' is '{life}'; it is told nothing",
  "in-maintenance": "somebody works on device '{deviceId}'; tell it alone, by its own address",
  "ctwing-form":
    "CTWing has no form of its own for '{name}'; give the device a decoder with encodeDownlink, or send raw with 'base64', or with 'fields' {example} of the product's thing model",
  "onenet-bytes":
    "device '{deviceId}': OneNET takes no bytes; name properties of its thing model in 'fields': {example}",
  "metrics-of": "device '{deviceId}': {said}",
  "metric-bytes": "metrics take no bytes; name each with its value in 'fields': {example}",
  "metric-undeclared":
    "its birth declares no metric '{name}', but {known}; name one of those, or have the node declare it",
  "metric-untyped": "metric '{name}' has no datatype in its birth; have the node declare one",
  "metric-type": "metric '{name}' is of the datatype {code}, which is no single value",
  "metric-value": "metric '{name}' is {datatype} and takes {wanted}; got {got}",
  "wants-whole": "a whole number from {min} to {max}",
  "wants-float": "a number that 32 bits hold",
  "wants-number": "a number",
  "wants-boolean": "true or false",
  "wants-text": "a text",
} as const;

export type CommandNote = keyof typeof COMMAND_NOTES;

export const commandNote = <Note extends CommandNote>(
  note: Note,
  values: Values<(typeof COMMAND_NOTES)[Note]>,
): string => filled<string>(COMMAND_NOTES[note], values);

/** What is said of a command, part by part. Whatever no template knows is a device's or a carrier's. */
export const readCommandNote = templateReader<CommandNote>(COMMAND_NOTES);

export type CommandNotePart = TextPart<CommandNote>;
