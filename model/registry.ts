/**
 * What is registered: units and their crews, people, assets (部件) and the devices on them,
 * gateways that speak for devices, and services, in the shapes of the API; places are WGS-84
 * degrees.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import { DeviceLife } from "./device-life.ts";
import {
  AssetId,
  ComponentCode,
  CrewId,
  DeviceId,
  GatewayId,
  GridCell,
  ServiceId,
  UnitId,
  Username,
} from "./ids.ts";
import { TimeParameter } from "./time-parameter.ts";

const Name = z.string().trim().min(1).max(200);

/** The tree of an administration, and who works for it. */
export const UnitKind = z.enum([
  "city",
  "county",
  "street",
  "community",
  "department",
  "enterprise",
  "contractor",
]);

export const Unit = z.strictObject({
  unitId: UnitId,
  name: Name,
  kind: UnitKind,
  parentId: UnitId.optional(),
  peerGroup: z.string().max(64).optional(),
  /** Name of a working calendar; the office's when absent. */
  calendar: z.string().max(64).optional(),
});
export type Unit = z.infer<typeof Unit>;

/** The centre's emergency unit is always there; a case that nobody owns goes to it. */
export const CENTRE_UNIT_ID = UnitId.parse("centre");

export const Crew = z.strictObject({
  crewId: CrewId,
  name: Name,
  unitId: UnitId,
  /** Class slugs the crew takes; all when absent. */
  classes: z.array(z.string()).max(50).optional(),
  /** What it can do beside: `gas`, `confined-space`, `height`, `electrical`. */
  skills: z
    .array(z.string().regex(/^[a-z0-9-]{1,40}$/, "small letters, digits and -"))
    .max(20)
    .optional(),
});
export type Crew = z.infer<typeof Crew>;

export const Role = z.enum([
  "admin",
  "acceptor",
  "shift-lead",
  "dispatcher",
  "unit",
  "crew",
  "inspector",
  "leader",
  "engineer",
  "viewer",
]);
export type Role = z.infer<typeof Role>;

export const User = z.strictObject({
  username: Username,
  roles: z.array(Role).min(1).max(10),
  unitId: UnitId.optional(),
  crewId: CrewId.optional(),
});
export type User = z.infer<typeof User>;

export const NewUser = User.extend({
  password: z.string().min(4, "at least 4 characters").max(200),
});

export const AttributeValue = z.union([z.string().max(500), z.number(), z.boolean()]);

export const Asset = z.strictObject({
  assetId: AssetId,
  /** Slug of an asset class; a component without one is a plain component. */
  class: z.string().max(40).optional(),
  componentCode: ComponentCode,
  name: Name,
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  gridCell: GridCell.optional(),
  responsibleGrid: z.string().max(64).optional(),
  maintenanceUnitId: UnitId.optional(),
  ownerUnitId: UnitId.optional(),
  competentUnitId: UnitId.optional(),
  parentAssetId: AssetId.optional(),
  attributes: z.record(z.string().max(64), AttributeValue).optional(),
});
export type Asset = z.infer<typeof Asset>;

/** Gateway formats a device may speak. More join with their decoders. */
export const DeviceFormat = z.enum([
  "native",
  "hj212",
  "chirpstack",
  "things-stack",
  "senml",
  "sparkplug",
  "ctwing",
  "onenet",
  "json",
  "lamp-platform",
]);
export type DeviceFormat = z.infer<typeof DeviceFormat>;
/** Those in which a device has an external id. */
export type ForeignFormat = Exclude<DeviceFormat, "native">;

/** What feeds it, and so how often it may speak: from the mains it need not save its radio. */
export const Transport = z.enum(["mains", "battery"]);

/** What a vendor prints on it. */
const DeviceWord = z
  .string()
  .trim()
  .regex(/^[^\p{C}]{1,64}$/u, "1 to 64 printable characters");

export const Device = z.strictObject({
  deviceId: DeviceId,
  assetId: AssetId,
  gatewayId: GatewayId.optional(),
  format: DeviceFormat.optional(),
  /** Who the device is in its format: MN of HJ 212, DevEUI of LoRaWAN (lower case, as it is kept). */
  externalId: z.string().min(1).max(128).optional(),
  /** PW of HJ 212. */
  protocolPassword: z.string().min(1).max(64).optional(),
  decoder: z.string().max(64).optional(),
  transport: Transport.optional(),
  /** Where it stands in its life; in service when absent. */
  life: DeviceLife.optional(),
  vendor: DeviceWord.optional(),
  model: DeviceWord.optional(),
  firmware: DeviceWord.optional(),
  serialNumber: DeviceWord.optional(),
  installedAt: TimeParameter.optional(),
  calibratedAt: TimeParameter.optional(),
  calibrationDueAt: TimeParameter.optional(),
});
export type Device = z.infer<typeof Device>;

export const Gateway = z.strictObject({
  gatewayId: GatewayId,
  name: Name,
  unitId: UnitId.optional(),
});
export type Gateway = z.infer<typeof Gateway>;

export const Service = z.strictObject({
  serviceId: ServiceId,
  /** MQTT topic filters. */
  publish: z.array(z.string().min(1).max(200)).max(50),
  subscribe: z.array(z.string().min(1).max(200)).max(50),
});
export type Service = z.infer<typeof Service>;

/** Devices that a list names; all of what is given must hold. */
export interface DeviceFilter {
  assetId?: string | undefined;
  gatewayId?: string | undefined;
  format?: DeviceFormat | undefined;
  externalId?: string | undefined;
  life?: DeviceLife | undefined;
  vendor?: string | undefined;
  model?: string | undefined;
  firmware?: string | undefined;
  serialNumber?: string | undefined;
  /** Slug of its asset's class. */
  class?: string | undefined;
  /** Exclusive; those of which none is known are left out. */
  calibrationDueBefore?: Instant | undefined;
  /** Any part of its id, external id or serial number, in either case. */
  q?: string | undefined;
}

/** A device with what the hot path asks of it. Its `asset` is replaced when the asset changes. */
export interface DeviceEntry {
  device: Device;
  asset: Asset;
}

/** The look-ups that other rooms are handed; all answer from memory. */
export interface RegistryView {
  device(deviceId: string): DeviceEntry | undefined;
  deviceByExternalId(format: ForeignFormat, externalId: string): DeviceEntry | undefined;
  devices(): Iterable<DeviceEntry>;
  asset(assetId: string): Asset | undefined;
  devicesOf(assetId: string): readonly DeviceEntry[];
  devicesOfGateway(gatewayId: string): readonly DeviceEntry[];
  /** Ids of the assets whose parent it is. */
  partsOf(assetId: string): Iterable<AssetId>;
  unit(unitId: string): Unit | undefined;
  crewsOf(unitId: string): readonly Crew[];
  crew(crewId: string): Crew | undefined;
}
