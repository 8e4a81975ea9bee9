/**
 * What a lamp's controller was told, and what it makes of it. Pure. An order by name holds until the
 * sun's times would switch the lamp anew; a schedule holds until another comes.
 */
export interface LampTold {
  order?: { share: number; isLampTime?: boolean };
  /** In order of the minute of the day. */
  schedule?: readonly { minute: number; share: number }[];
}

type Args = Readonly<Record<string, unknown>>;

/** Undefined where a lamp knows no such command. */
export function toldBy(name: string, args: Args, before: LampTold = {}): LampTold | undefined {
  switch (name) {
    case "on":
      return { ...before, order: { share: 1 } };
    case "off":
      return { ...before, order: { share: 0 } };
    case "dim":
      return { ...before, order: { share: Number(args.percent) / 100 } };
    case "schedule":
      return { schedule: scheduleOf(args) };
    default:
      return undefined;
  }
}

function scheduleOf({ entries }: Args): LampTold["schedule"] & object {
  return (entries as { at: string; percent: number }[])
    .map(({ at, percent }) => {
      const [hour = 0, minute = 0] = at.split(":").map(Number);
      return { minute: hour * 60 + minute, share: percent / 100 };
    })
    .sort((a, b) => a.minute - b.minute);
}

/** The first look notes at which side of the sun's times the order came. */
export function stillTold(told: LampTold | undefined, isLampTime: boolean): LampTold | undefined {
  if (told?.order === undefined) return told;
  const { order, ...rest } = told;
  if (order.isLampTime === undefined) return { ...rest, order: { ...order, isLampTime } };
  return order.isLampTime === isLampTime ? told : rest;
}

/** Of its full power at this minute; undefined where nobody told it anything. */
export function toldShare(told: LampTold | undefined, minuteOfDay: number): number | undefined {
  if (told?.order !== undefined) return told.order.share;
  const { schedule = [] } = told ?? {};
  return (schedule.findLast(({ minute }) => minute <= minuteOfDay) ?? schedule.at(-1))?.share;
}
