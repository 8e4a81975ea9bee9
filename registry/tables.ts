/**
 * The registry's tables. Devices, gateways, crews and services share one space of MQTT user names:
 * the key of `credentials` holds it. Keys, tokens and passwords are kept as digests only.
 */
import type { Migration } from "../model/database.ts";
import type { Asset, Crew, Device, Gateway, Service, Unit, User } from "../model/registry.ts";
import { contactMigration } from "./contact-migration.ts";
import { decoderMigrations } from "./decoders.ts";
import { deviceMigrations } from "./device-migrations.ts";
import { intakeMigration } from "./intakes.ts";
import { jsonSourceMigration } from "./json-sources.ts";
import { patrolMigrations } from "./patrols.ts";
import { placesMigration } from "./place-table.ts";
import { presenceMigration } from "./presence.ts";
import { type Column, recordTable } from "./record-table.ts";
import { rosterMigration } from "./roster-migration.ts";
import { shiftMigration } from "./shift-migration.ts";
import { signInCodeMigration } from "./sign-in-codes.ts";
import { stewardMigration } from "./stewards.ts";
import { slidingTokenMigration } from "./tokens.ts";

export const registryMigrations: readonly Migration[] = [
  {
    id: "registry-0001-tables",
    statements: [
      `create table units (
        unit_id text primary key, seq bigint not null, name text not null, kind text not null,
        parent_id text, peer_group text, calendar text)`,
      `create table crews (
        crew_id text primary key, seq bigint not null, name text not null, unit_id text not null,
        classes text)`,
      `create table users (
        username text primary key, seq bigint not null, roles text not null, unit_id text,
        crew_id text)`,
      `create table passwords (username text primary key, hash text not null)`,
      `create table tokens (
        digest text primary key, username text not null, expires_at bigint not null)`,
      `create table assets (
        asset_id text primary key, seq bigint not null, class text, component_code text not null,
        name text not null, lon double precision not null, lat double precision not null,
        grid_cell text, responsible_grid text, maintenance_unit_id text, owner_unit_id text,
        competent_unit_id text, parent_asset_id text, attributes text)`,
      `create table devices (
        device_id text primary key, seq bigint not null, asset_id text not null, gateway_id text,
        format text, external_id text, protocol_password text, decoder text)`,
      `create unique index devices_external_id on devices (format, external_id)
        where format is not null and external_id is not null`,
      `create table gateways (
        gateway_id text primary key, seq bigint not null, name text not null, unit_id text)`,
      `create table services (
        service_id text primary key, seq bigint not null, publish text not null,
        subscribe text not null)`,
      `create table credentials (
        username text primary key, kind text not null, digest text not null)`,
    ],
  },
  presenceMigration,
  {
    id: "registry-0003-device-transport",
    statements: ["alter table devices add column transport text"],
  },
  placesMigration,
  rosterMigration,
  contactMigration,
  shiftMigration,
  stewardMigration,
  intakeMigration,
  ...decoderMigrations,
  jsonSourceMigration,
  ...deviceMigrations,
  slidingTokenMigration,
  signInCodeMigration,
  ...patrolMigrations,
];

const text = (field: string, column: string): Column => ({ field, column, kind: "text" });
const shared = (field: string, column: string): Column => ({
  field,
  column,
  kind: "text",
  isShared: true,
});
const number = (field: string, column: string): Column => ({ field, column, kind: "number" });
const json = (field: string, column: string): Column => ({ field, column, kind: "json" });

export const unitTable = recordTable<Unit>("units", [
  text("unitId", "unit_id"),
  text("name", "name"),
  shared("kind", "kind"),
  text("parentId", "parent_id"),
  shared("peerGroup", "peer_group"),
  shared("calendar", "calendar"),
]);

export const crewTable = recordTable<Crew>("crews", [
  text("crewId", "crew_id"),
  text("name", "name"),
  shared("unitId", "unit_id"),
  json("classes", "classes"),
  json("skills", "skills"),
]);

export const userTable = recordTable<User>("users", [
  text("username", "username"),
  json("roles", "roles"),
  shared("unitId", "unit_id"),
  text("crewId", "crew_id"),
]);

export const assetTable = recordTable<Asset>("assets", [
  text("assetId", "asset_id"),
  shared("class", "class"),
  text("componentCode", "component_code"),
  shared("name", "name"),
  number("lon", "lon"),
  number("lat", "lat"),
  shared("gridCell", "grid_cell"),
  shared("responsibleGrid", "responsible_grid"),
  shared("maintenanceUnitId", "maintenance_unit_id"),
  shared("ownerUnitId", "owner_unit_id"),
  shared("competentUnitId", "competent_unit_id"),
  shared("parentAssetId", "parent_asset_id"),
  json("attributes", "attributes"),
]);

export const deviceTable = recordTable<Device>("devices", [
  text("deviceId", "device_id"),
  text("assetId", "asset_id"),
  shared("gatewayId", "gateway_id"),
  shared("format", "format"),
  text("externalId", "external_id"),
  text("protocolPassword", "protocol_password"),
  shared("decoder", "decoder"),
  shared("transport", "transport"),
  shared("life", "life"),
  shared("vendor", "vendor"),
  shared("model", "model"),
  shared("firmware", "firmware"),
  text("serialNumber", "serial_number"),
  number("installedAt", "installed_at"),
  number("calibratedAt", "calibrated_at"),
  number("calibrationDueAt", "calibration_due_at"),
]);

export const gatewayTable = recordTable<Gateway>("gateways", [
  text("gatewayId", "gateway_id"),
  text("name", "name"),
  shared("unitId", "unit_id"),
]);

export const serviceTable = recordTable<Service>("services", [
  text("serviceId", "service_id"),
  json("publish", "publish"),
  json("subscribe", "subscribe"),
]);
