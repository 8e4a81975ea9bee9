/**
 * What belongs to which fault of the simulator: rules, named without their class, whose alarms a fault
 * brings beside the one that it is to be found by. Written from what the fault is, so that an alarm
 * that is not here was raised for nothing.
 */
const GAS = ["ch4-notice", "ch4-leak", "ch4-explosive"];
const FACTORS = ["cod", "nh3n", "tp", "ss"].flatMap((factor) =>
  ["instant", "hour", "day", "day-computed"].map((of) => `${factor}-${of}`),
);
const STATION = [
  "wet-well-high",
  "overflow-soon",
  "level-held",
  "no-flow",
  "pump-1-idle",
  "pump-2-idle",
];

export const COMES_WITH: Readonly<Record<string, readonly string[]>> = {
  "cover-stolen": ["open", "tilt"],
  "cover-tilted": ["tilt"],
  "sewer-gas": [...GAS, "h2s-level-1", "h2s-level-2", "o2-low"],
  // Of the station; a well's own alarm belongs to the station's.
  "pump-failure": STATION,
  "pump-stopped": STATION,
  "pump-clogged": STATION,
  "bin-fire": ["fire", "fire-rise"],
  "bin-full": ["fill-high", "full", "full-soon"],
  // What the cabinet itself sees; a lamp's own alarm belongs to the cabinet's.
  "feeder-outage": ["mains-lost", "lamps-dark", "feeder-1-lost", "feeder-2-lost", "feeder-3-lost"],
  "gas-leak": [...GAS, "pressure-low", "suspected-break"],
  "dosing-fault": FACTORS,
  "acid-inflow": ["ph-low"],
  leakage: ["leakage-notice", "leakage"],
  // A device that was away for longer than its class allows was silent in truth.
  "device-dead": ["no-data"],
  "link-down": ["no-data"],
  // No value of it can be read.
  "text-values": ["no-data"],
  "gateway-outage": ["silent"],
};

/** They say how things stand and ask nobody for anything: no case, no task, the lowest severity. */
export const INFORMING: ReadonlySet<string> = new Set([
  "waste-bin.fill-high",
  "waste-bin.full-soon",
  "waste-bin.not-emptied",
  "pump-station.pump-1-idle",
  "pump-station.pump-2-idle",
]);

/** Filing conditions of what endangers life. */
export const LIFE_SAFETY: ReadonlySet<string> = new Set([
  "cover-displaced",
  "gas-leak-fence",
  "bin-fire",
  "pole-leakage",
  "feeder-leakage",
]);
