/**
 * Payload formatters in the manners of the trade, written for the tests: channels of type and value as
 * Milesight's sensors send them, fixed frames by port as Dragino's, and a counter whose text has units
 * glued on and readings of before with their own times.
 */

/** Channel, type, value, one after another; little-endian; all of today's and yesterday's calls. */
export const CHANNELS_SCRIPT = `
/**
 * Payload Decoder
 */
// Chirpstack v4
function decodeUplink(input) {
  var decoded = deviceDecode(input.bytes);
  return { data: decoded };
}
// Chirpstack v3
function Decode(fPort, bytes) { return deviceDecode(bytes); }
// The Things Network
function Decoder(bytes, port) { return deviceDecode(bytes); }

function deviceDecode(bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length; ) {
    var channel_id = bytes[i++];
    var channel_type = bytes[i++];
    if (channel_id === 0x01 && channel_type === 0x75) {
      decoded.battery = bytes[i];
      i += 1;
    } else if (channel_id === 0x03 && channel_type === 0x67) {
      decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10;
      i += 2;
    } else if (channel_id === 0x04 && channel_type === 0x82) {
      decoded.distance = readUInt16LE(bytes.slice(i, i + 2));
      i += 2;
    } else if (channel_id === 0x05 && channel_type === 0x00) {
      decoded.position = bytes[i] === 0 ? "normal" : "tilt";
      i += 1;
    } else {
      break;
    }
  }
  return decoded;
}
function readUInt16LE(bytes) {
  var value = (bytes[1] << 8) + bytes[0];
  return value & 0xffff;
}
function readInt16LE(bytes) {
  var ref = readUInt16LE(bytes);
  return ref > 0x7fff ? ref - 0x10000 : ref;
}

function normalizeUplink(input) {
  return { data: { air: { temperature: input.data.temperature }, battery: input.data.battery } };
}

function encodeDownlink(input) {
  var interval = input.data.report_interval;
  if (typeof interval !== "number") return { errors: ["report_interval must be a number"] };
  return { fPort: 85, bytes: [0xff, 0x03, interval & 0xff, interval >> 8] };
}

if (typeof module !== "undefined") {
  module.exports = { decodeUplink: decodeUplink };
}
`;

/** A frame of fixed places whose meaning the port says; another port answers nothing. */
export const PORTS_SCRIPT = `
function decodeUplink(input) {
  var port = input.fPort;
  var bytes = input.bytes;
  var data = {};
  switch (port) {
    case 2:
      if (bytes.length < 8) return { errors: ["payload too short: " + bytes.length] };
      data.BatV = (((bytes[0] << 8) | bytes[1]) & 0x3fff) / 1000;
      data.Distance = ((bytes[2] << 8) | bytes[3]) + " mm";
      data.Interrupt_flag = bytes[4];
      data.TempC_DS18B20 = parseFloat((((bytes[5] << 24) >> 16 | bytes[6]) / 10).toFixed(2));
      data.Sensor_flag = bytes[7];
      if (data.Distance === "0 mm") data.Distance = "Invalid Reading";
      return { data: data, warnings: bytes[4] ? ["woken by its interrupt"] : [] };
    case 5:
      return { data: { Firm_ver: (bytes[1] & 0x0f) + "." + ((bytes[2] >> 4) & 0x0f), Freq: "CN470" } };
  }
}
`;

/** Units in its texts, the moment of the uplink as its own, and the readings of the last hours. */
export const PAST_SCRIPT = `
const HOUR_MS = 3600 * 1000;
const unit = (value, name) => \`\${value} \${name}\`;

export function decodeUplink({ bytes, recvTime }) {
  const view = new DataView(new Uint8Array(bytes).buffer);
  const at = recvTime.getTime() - (recvTime.getTime() % HOUR_MS);
  const past = [];
  for (let offset = 4, back = 1; offset + 1 < bytes.length; offset += 2, back += 1) {
    past.push({
      time: new Date(at - back * HOUR_MS).toISOString(),
      volume: unit(view.getUint16(offset), "L"),
    });
  }
  return {
    data: {
      total: { value: view.getUint32(0) / 1000, unit: "m³" },
      water_temperature: unit(21.5, "℃"),
      past,
    },
  };
}
`;
