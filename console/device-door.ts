/** What the console asks of the registry about devices, in its own words. */
import type { RequestKey } from "../model/audit.ts";
import type { Instant } from "../model/clock.ts";
import type { LifeEntry, LifeEvent } from "../model/device-life.ts";
import type { DeviceTwin } from "../model/device-twin.ts";
import type { Device, DeviceFilter } from "../model/registry.ts";
import type { Page, PageRequest, RejectedRow } from "./deps.ts";
import type { AdoptBody } from "./schemas/device-adoption.ts";
import type { ReplacementBody } from "./schemas/device-replacement.ts";
import type { TwinBody } from "./schemas/device-twin.ts";
import type { DevicePatchBody } from "./schemas/devices.ts";

export interface DevicesDoor {
  readonly deviceRegister: {
    list(request: PageRequest & DeviceFilter): Page<Device>;
    /**
     * Under a key that was used for the same call nothing is made: another key takes the place of the
     * first. @throws as checks of a device do, IDEMPOTENCY_KEY_REUSED
     */
    create(device: Device, key?: RequestKey): Promise<{ deviceId: string; key: string }>;
    /** @throws DEVICE_NOT_FOUND, ASSET_NOT_FOUND, GATEWAY_NOT_FOUND, DEVICE_EXISTS, REQUEST_INVALID */
    patch(deviceId: string, patch: DevicePatchBody): Promise<Device>;
    remove(deviceId: string): Promise<void>;
  };
  readonly deviceLives: {
    /** @throws DEVICE_NOT_FOUND, DEVICE_LIFE_REFUSED, REQUEST_INVALID */
    move(
      deviceId: string,
      said: {
        event: LifeEvent;
        at?: Instant | undefined;
        note?: string | undefined;
        by: string;
      },
    ): Promise<Device>;
    /** Newest first. */
    historyOf(deviceId: string): Promise<readonly LifeEntry[]>;
  };
  readonly deviceTwins: {
    /** Of one that nothing was said of both sides are empty. @throws DEVICE_NOT_FOUND */
    of(deviceId: string): Promise<DeviceTwin>;
    /** @throws DEVICE_NOT_FOUND, TWIN_VERSION_CONFLICT */
    want(deviceId: string, said: TwinBody & { by: string }): Promise<DeviceTwin>;
  };
  /** @throws REQUEST_INVALID where it is no file of devices */
  importDeviceFile(text: string): Promise<{
    created: number;
    updated: number;
    rejected: RejectedRow[];
    ignored: string[];
    keys: { deviceId: string; key: string }[];
  }>;
  /** @throws DEVICE_NOT_FOUND, DEVICE_EXISTS, ID_IN_USE, DEVICE_LIFE_REFUSED, REQUEST_INVALID */
  replaceDevice(
    deviceId: string,
    said: ReplacementBody,
    by: string,
  ): Promise<{ deviceId: string; key?: string; replaced: string }>;
}

export interface OnboardingDoor {
  /**
   * Registers somebody who knocks; he is listed as knocking no more.
   * @throws KNOCK_NOT_FOUND, and as registering a device does
   */
  adopt(said: AdoptBody): Promise<{ deviceId: string; key: string }>;
}
