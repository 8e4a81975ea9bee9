/**
 * What stands in the sandbox before a vendor's script is read, in the sandbox's own JavaScript: the
 * few things of a host that scripts expect (`console`, `module`), a clock that shows the uplink's time,
 * chance that is the same each time, and the calls by which the host reaches the script. Nothing here
 * guards anything: the limits are outside, where no script can reach them.
 *
 * The value of the text is `{bind, start, finish, describe}`; what goes in and out is text in JSON.
 */

/** Today's call, then those of older network servers. */
export const UPLINK_NAMES = ["decodeUplink", "Decoder", "Decode"] as const;
export const DOWNLINK_NAMES = ["encodeDownlink", "Encoder", "Encode"] as const;
const CALL_NAMES = [...UPLINK_NAMES, "normalizeUplink", ...DOWNLINK_NAMES];

export const PRELUDE = `
(() => {
  "use strict";
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { apply, construct } = Reflect;
  const { exec } = RegExp.prototype;
  const RealDate = Date;
  const RealPromise = Promise;
  const RealInternalError = InternalError;
  const RealSyntaxError = SyntaxError;
  const keysOf = Object.keys;
  const textOf = String;
  const numberOf = Number;
  let now = 0;

  const Clock = function Date(...parts) {
    if (new.target === undefined) return new RealDate(now).toString();
    return construct(RealDate, parts.length === 0 ? [now] : parts, new.target);
  };
  Clock.prototype = RealDate.prototype;
  Clock.prototype.constructor = Clock;
  Clock.now = () => now;
  Clock.parse = RealDate.parse;
  Clock.UTC = RealDate.UTC;
  globalThis.Date = Clock;

  let seed = 1;
  Math.random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };

  const nothing = () => {};
  globalThis.console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace", "table"]) console[name] = nothing;
  globalThis.module = { exports: {} };
  globalThis.exports = globalThis.module.exports;

  /** The uppermost line of the script, where the error knows it. */
  const lineOf = ({ stack }) => {
    const at = apply(exec, /decoder\\.js:([0-9]+)/, [textOf(stack)]);
    return at === null ? "" : " (line " + at[1] + ")";
  };

  const describe = (error) => {
    try {
      // Null where the engine has not even the room for an error.
      const isOut = error instanceof RealInternalError && error.message === "out of memory";
      if (isOut || error === null) return { out: "memory" };
      const isError = typeof error === "object" && "message" in error;
      const kind = error instanceof RealSyntaxError ? "syntax" : "error";
      if (!isError) return { kind, text: textOf(error) };
      return { kind, text: textOf(error.name) + ": " + textOf(error.message) + lineOf(error) };
    } catch {
      return { text: "an error that cannot be read" };
    }
  };

  /** Scripts put their calls in the global scope, or give them out as a module of either kind. */
  const found = {};
  const names = ${JSON.stringify(CALL_NAMES)};
  const bind = (globals, namespace) => {
    const exported = typeof module === "object" && module !== null ? module.exports : undefined;
    const places = [globals, namespace, namespace && namespace.default, exported];
    for (const place of places) {
      if (place === null || typeof place !== "object") continue;
      for (const name of names) {
        if (found[name] === undefined && typeof place[name] === "function") found[name] = place[name];
      }
    }
    return keysOf(found).join(" ");
  };

  const decode = (input) => {
    const { bytes, fPort, variables } = input;
    if (found.decodeUplink) return found.decodeUplink(input);
    if (found.Decoder) return { data: found.Decoder(bytes, fPort, variables) };
    return { data: found.Decode(fPort, bytes, variables) };
  };
  const encode = (input) => {
    const { data, fPort, variables } = input;
    if (found.encodeDownlink) return found.encodeDownlink(input);
    if (found.Encoder) return { bytes: found.Encoder(data, fPort, variables) };
    return { bytes: found.Encode(fPort, data, variables) };
  };

  const start = (call, text) => {
    try {
      const input = parse(text);
      if (input.recvTime !== undefined) {
        input.recvTime = new RealDate(input.recvTime);
        now = numberOf(input.recvTime) || 0;
      }
      const answer = call === "decodeUplink" ? decode(input) : encode(input);
      return answer instanceof RealPromise ? answer : finish(call, answer);
    } catch (error) {
      return stringify({ threw: describe(error) });
    }
  };

  const list = (value) => {
    if (value === undefined || value === null) return [];
    return isArray(value) ? value.map((each) => textOf(each)) : [textOf(value)];
  };

  /** Its text, and what it has to say; it never costs the answer that it is made of. */
  const normalize = (answer) => {
    if (found.normalizeUplink === undefined) return { errors: [] };
    try {
      const { data, errors } = found.normalizeUplink(answer);
      return { text: stringify(data), errors: list(errors) };
    } catch (error) {
      return { errors: [describe(error).text || "out of memory"] };
    }
  };

  const bytesOf = ({ bytes, fPort }) => ({
    bytes: bytes && !isArray(bytes) ? [...bytes] : bytes,
    fPort,
  });

  const finish = (call, answer) => {
    try {
      const type = answer === null ? "null" : typeof answer;
      if (type !== "object") return stringify({ type });
      const errors = list(answer.errors);
      const told = { type, errors, warnings: list(answer.warnings) };
      if (errors.length > 0) return stringify(told);
      const output = stringify(call === "decodeUplink" ? answer.data : bytesOf(answer));
      if (output === undefined) return stringify(told);
      const normalized = call === "decodeUplink" ? normalize(answer) : { errors: [] };
      told.normalizeErrors = normalized.errors;
      const head = stringify(told);
      return '{"told":' + head + ',"output":' + output +
        (normalized.text === undefined ? "" : ',"normalized":' + normalized.text) + "}";
    } catch (error) {
      return stringify({ unreadable: describe(error) });
    }
  };

  return { bind, start, finish, describe: (error) => stringify(describe(error)) };
})()
`;

/** `let` and `const` of a script are no properties of anything, but its later scripts see them. */
export const GLOBALS = `({${CALL_NAMES.map(
  (name) => `${name}: typeof ${name} === "function" ? ${name} : undefined`,
).join(", ")}})`;
