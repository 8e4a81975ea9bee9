/**
 * One device alive: its model's state, the faults that hold, when it reports next. Turns the wheel's
 * time into samples and hands them to its line; knows nothing of sockets or encodings.
 */
import type { DurationMs, Instant, Timer } from "../model/clock.ts";
import type { DeviceCommand, Obeyed } from "./encoders/commands.ts";
import type { PlannedFault } from "./faults.ts";
import type { FleetDevice } from "./fleet.ts";
import { isNoticedAtOnce, modelOf } from "./models/all.ts";
import type { ActiveFault, DeviceModel, Surroundings, Values } from "./models/model.ts";
import { applySensorFaults } from "./models/sensor-faults.ts";
import { isTelling } from "./models/telling.ts";
import { type Random, seededRandom } from "./random.ts";
import type { Weather } from "./weather.ts";
import type { Wheel } from "./wheel.ts";

/** What a device has measured, on its way out. */
export interface Reported {
  deviceId: string;
  /** When it happened; `observedAt` is what the device's clock said. */
  at: Instant;
  observedAt: Instant;
  seq: number;
  values: Values;
  faults: readonly ActiveFault[];
  /** Not to be held back. */
  isUrgent: boolean;
  isText: boolean;
}

/** The way a device's samples take. Of a gateway's line many devices share one. */
export interface Line {
  connect(): void;
  /** Dead without a word, until `connect`. */
  cut(): void;
  take(sample: Reported): void;
  /** Keeps what this device reports until it is let go. */
  hold(deviceId: string, isHeld: boolean): void;
  /** Who obeys the commands that come for this device; undefined: it does not answer. */
  listen(deviceId: string, obey: (command: DeviceCommand) => Obeyed | undefined): void;
  /** Sends each of this device's messages twice. */
  repeat(deviceId: string, isRepeated: boolean): void;
}

export interface ActorDeps {
  wheel: Wheel;
  weatherAt(now: Instant): Weather;
  line: Line;
  /** The first reading that shows a fault has been taken. */
  onTelling?(fault: PlannedFault, at: Instant): void;
}

export interface ActorOptions {
  device: FleetDevice;
  seed: number | string;
  start: Instant;
  periodMs?: DurationMs;
  noise: number;
  /** How wrong its clock usually is. */
  skewMs: number;
}

export class Actor {
  readonly device: FleetDevice;
  readonly #deps: ActorDeps;
  readonly #options: ActorOptions;
  readonly #model: DeviceModel;
  readonly #random: Random;
  readonly #faults = new Map<PlannedFault, ActiveFault>();
  /** Of those that hold, which no reading has shown yet. */
  readonly #untold = new Set<PlannedFault>();
  #active: readonly ActiveFault[] = [];
  #state: unknown;
  #before: Values | undefined;
  #seq = 0;
  #clockOffsetMs: number;
  #isOn = false;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(deps: ActorDeps, options: ActorOptions) {
    this.device = options.device;
    this.#deps = deps;
    this.#options = options;
    this.#model = modelOf(options.device.class);
    this.#random = seededRandom(options.seed, options.device.deviceId);
    this.#state = this.#model.begin(options.start, this.#random, options.device.attributes);
    this.#clockOffsetMs = options.skewMs;
    deps.line.listen(options.device.deviceId, (command) => this.#obey(command));
  }

  /** Switched on: reports at once, then at its own phase of the period. */
  boot(now: Instant): void {
    this.#isOn = true;
    this.#report(now);
    this.#schedule(now + this.#random.next() * this.#periodMs());
  }

  begin(fault: PlannedFault, now: Instant): void {
    this.#faults.set(fault, {
      what: fault.what,
      since: now,
      size: fault.size,
      ...(fault.measurement === undefined ? {} : { measurement: fault.measurement }),
      ...(fault.value === undefined ? {} : { value: fault.value }),
    });
    this.#active = [...this.#faults.values()];
    this.#untold.add(fault);
    if (fault.what === "clock-jump") this.#clockOffsetMs += fault.byMs ?? 0;
    if (fault.what === "device-dead") this.#switchOff();
    if (fault.what === "link-down") this.#isolate(true);
    if (fault.what === "gateway-outage") this.#deps.line.cut();
    if (fault.what === "duplicates") this.#deps.line.repeat(this.device.deviceId, true);
    if (isNoticedAtOnce(this.device.class, fault.what)) this.#notice(now);
  }

  end(fault: PlannedFault, now: Instant): void {
    if (!this.#faults.delete(fault)) return;
    this.#untold.delete(fault);
    this.#active = [...this.#faults.values()];
    if (fault.what === "clock-jump") this.#clockOffsetMs -= fault.byMs ?? 0;
    if (fault.what === "device-dead") this.#switchOn(now);
    if (fault.what === "link-down") this.#isolate(false);
    if (fault.what === "gateway-outage") this.#deps.line.connect();
    if (fault.what === "duplicates") this.#deps.line.repeat(this.device.deviceId, false);
    if (isNoticedAtOnce(this.device.class, fault.what)) this.#notice(now);
  }

  /** What it did shows at once. */
  #obey({ name, args }: DeviceCommand): Obeyed | undefined {
    if (!this.#isOn) return undefined;
    if (name === "reboot") return { ok: true };
    const after = this.#model.obey?.(this.#state, { name, args });
    if (after === undefined) return { ok: false, message: `it knows no command '${name}'` };
    this.#state = after;
    // The wheel may stand between two commands: of two readings at one moment only the first counts.
    this.#notice(Math.max(this.#deps.wheel.now(), this.#reportedAt + 1));
    return { ok: true };
  }

  #periodMs(): DurationMs {
    return this.#options.periodMs ?? this.#model.periodMs;
  }

  #notice(now: Instant): void {
    if (!this.#isOn) return;
    this.#schedule(now + this.#report(now));
  }

  #schedule(due: Instant): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.wheel.at(Math.round(due), (now) => {
      this.#schedule(now + this.#report(now));
    });
  }

  /** Answers the time to the next report. */
  #report(now: Instant): DurationMs {
    this.#reportedAt = now;
    const surroundings: Surroundings = {
      weather: this.#deps.weatherAt(now),
      faults: this.#active,
      noise: this.#options.noise,
    };
    const slug = this.device.class;
    const step = this.#model.next(this.#state, now, this.#random, surroundings);
    this.#state = step.state;
    const values = applySensorFaults(step.values, this.#before, this.#active, this.#random, now);
    if (!this.#active.some(({ what }) => what === "sensor-stuck")) this.#before = step.values;
    this.#seq += 1;
    const isUrgent = step.isUrgent || this.#active.some(({ what }) => isNoticedAtOnce(slug, what));
    // What is urgent is repeated until it is acknowledged.
    if (isUrgent || !this.#isLost()) {
      this.#deps.line.take({
        deviceId: this.device.deviceId,
        at: now,
        observedAt: Math.round(now + this.#clockOffsetMs),
        seq: this.#seq,
        values,
        faults: this.#active,
        isUrgent,
        isText: this.#active.some((fault) => fault.what === "text-values"),
      });
      this.#noteTelling(values, surroundings.weather, now);
    }
    return step.isUrgent
      ? Math.min(this.#model.urgentPeriodMs, this.#periodMs())
      : this.#periodMs();
  }

  #isLost(): boolean {
    const loss = this.#active.find(({ what }) => what === "radio-loss");
    return loss !== undefined && this.#random.isLucky(loss.value ?? 0);
  }

  #noteTelling(values: Values, weather: Weather, now: Instant): void {
    const { class: slug, attributes } = this.device;
    for (const fault of this.#untold) {
      if (!isTelling(fault, { slug, values, attributes, weather })) continue;
      this.#untold.delete(fault);
      this.#deps.onTelling?.(fault, now);
    }
  }

  #switchOff(): void {
    this.#isOn = false;
    this.#timer?.cancel();
    if (this.device.gatewayId === undefined) this.#deps.line.cut();
  }

  #switchOn(now: Instant): void {
    if (this.device.gatewayId === undefined) this.#deps.line.connect();
    this.boot(now);
  }

  #isolate(isAway: boolean): void {
    if (this.device.gatewayId !== undefined) this.#deps.line.hold(this.device.deviceId, isAway);
    else if (isAway) this.#deps.line.cut();
    else this.#deps.line.connect();
  }
}
