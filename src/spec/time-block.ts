/** Names of the blocks of a day that seats are sold in, by where it is day then; only ever added to, as their places cross the control channel. */
export const TIME_BLOCKS = ['asia', 'europe', 'americas'] as const
export type TimeBlockName = (typeof TIME_BLOCKS)[number]

/** A block of each day, in minutes since midnight UTC; one that ends before it begins goes over midnight. */
export type TimeBlock = { readonly name: TimeBlockName; readonly fromMinute: number; readonly toMinute: number }

/** The hours that blocks have where a pool says nothing else. */
export const USUAL_BLOCKS: Readonly<Record<TimeBlockName, Omit<TimeBlock, 'name'>>> = {
  asia: { fromMinute: 0, toMinute: 480 },
  europe: { fromMinute: 480, toMinute: 960 },
  americas: { fromMinute: 960, toMinute: 1440 },
}

const MINUTE_BITS = 11
const MINUTE_MASK = (1 << MINUTE_BITS) - 1

/** A block as one number of 32 bits, as the control channel takes no words. */
export const packBlock = ({ name, fromMinute, toMinute }: TimeBlock): number =>
  TIME_BLOCKS.indexOf(name) * 2 ** (2 * MINUTE_BITS) + (fromMinute << MINUTE_BITS) + toMinute

/** The block of a number; undefined when it is none. */
export function unpackBlock(packed: number): TimeBlock | undefined {
  const name = TIME_BLOCKS[Math.floor(packed / 2 ** (2 * MINUTE_BITS))]
  const [fromMinute, toMinute] = [(packed >>> MINUTE_BITS) & MINUTE_MASK, packed & MINUTE_MASK]
  return name === undefined || fromMinute > 1439 || toMinute > 1440 ? undefined : { name, fromMinute, toMinute }
}

/** A minute of the day as people write it: 480 → "08:00", 1440 → "24:00". */
export const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The minute of the day that "08:00" is. */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
