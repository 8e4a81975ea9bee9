/**
 * What vendors' decoders call the measurements, beside their own names and titles: English, its usual
 * short forms, pinyin and Chinese; small letters, without anything between the words. As read in
 * published payload formatters and in thing models of NB-IoT platforms.
 */
const TILT = ["tilt", "angle", "inclination", "qingjiao", "jiaodu", "倾角", "角度"];
const LEVEL = ["level", "waterlevel", "liquidlevel", "depth", "yewei", "shuiwei", "液位", "水位"];
const DOOR = ["door", "dooropen", "lid", "lidopen", "xiangmen", "箱门", "门"];

export const TRADE_WORDS: Readonly<Record<string, readonly string[]>> = {
  tiltDeg: TILT,
  poleTiltDeg: TILT,
  isOpen: ["open", "opened", "cover", "coverstatus", "coverstate", "jinggai", "kaigai", "开盖"],
  waterLevelCm: LEVEL,
  wetWellCm: LEVEL,
  ch4LelPercent: ["ch4", "methane", "lel", "combustible", "jiawan", "keranqi", "甲烷", "可燃气"],
  h2sPpm: ["h2s", "hydrogensulfide", "hydrogensulphide", "liuhuaqing"],
  o2Percent: ["o2", "oxygen", "yangqi"],
  coPpm: ["co", "carbonmonoxide", "yiyanghuatan", "一氧化碳"],
  vibrationG: ["vibration", "vib", "zhendong"],
  temperatureC: ["temperature", "temp", "tem", "wendu"],
  waterTemperatureC: ["watertemp", "temperature", "temp", "shuiwen"],
  batteryPercent: ["battery", "batt", "bat", "batterylevel", "soc", "dianliang"],
  rssiDbm: ["rssi", "signal", "signalstrength", "xinhao", "信号"],
  snrDb: ["snr", "xinzaobi"],
  rsrpDbm: ["rsrp"],
  isLit: ["lit", "on", "lamp", "light", "lampstatus", "liangdeng", "kaideng", "开灯"],
  powerW: ["power", "activepower", "gonglv", "功率"],
  voltageV: ["voltage", "volt", "dianya", "电压"],
  currentA: ["current", "dianliu", "电流"],
  powerFactor: ["pf", "gonglvyinshu"],
  leakageMa: ["leakage", "residualcurrent", "loudian", "loudianliu", "漏电"],
  energyKwh: ["energy", "totalenergy", "consumption", "dianneng", "电能"],
  dimPercent: ["dim", "dimming", "brightness", "tiaoguang", "liangdu", "亮度"],
  fillPercent: ["fill", "filllevel", "full", "fullness", "manyi", "manyidu", "满溢"],
  isLidOpen: DOOR,
  doorOpen: DOOR,
  weightKg: ["weight", "load", "zhongliang"],
  codMgL: ["cod"],
  nh3nMgL: ["nh3n", "nh3", "ammonia", "andan"],
  tnMgL: ["tn", "totalnitrogen", "zongdan"],
  tpMgL: ["tp", "totalphosphorus", "zonglin"],
  ssMgL: ["ss", "tss", "suspendedsolids", "xuanfuwu"],
  bod5MgL: ["bod", "bod5"],
  ph: ["ph", "phvalue"],
  flowM3h: ["flow", "flowrate", "discharge", "liuliang"],
  doMgL: ["do", "dissolvedoxygen", "rongjieyang"],
  turbidityNtu: ["turbidity", "turb", "zhuodu"],
  pressureKpa: ["pressure", "press", "yali"],
  isValveOpen: ["valve", "valvestatus", "valvestate", "famen", "阀门"],
  isPowered: ["powered", "mains", "mainspower", "youdian"],
};

/** Too common to say anything within a longer name: `co2_level` is no level of water. */
export const WHOLE_NAMES: ReadonlySet<string> = new Set([
  ...["level", "depth", "open", "opened", "on", "light", "load", "full", "fill", "signal"],
  ...["power", "current", "energy", "door", "lid", "cover", "bat", "batt", "battery"],
]);

/** Words that stand for a state, in pairs: what is 1 and what is 0. */
export const STATE_WORDS: readonly (readonly [string, string])[] = [
  ["open", "close"],
  ["open", "closed"],
  ["opened", "closed"],
  ["on", "off"],
  ["yes", "no"],
  ["alarm", "normal"],
  ["tilt", "normal"],
  ["开", "关"],
  ["是", "否"],
];
