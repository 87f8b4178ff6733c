/** A stream of numbers that is the same for the same seed; for fakes and tests, never for secrets. */
export type SeededRandom = {
  /** A number from 0 up to, not including, 1. */
  readonly next: () => number
  /** A whole number from 0 up to, not including, `limit`. */
  readonly below: (limit: number) => number
  /** One of the items. */
  readonly pick: <T>(items: readonly [T, ...T[]]) => T
  /** `length` characters of letters and digits. */
  readonly word: (length: number) => string
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Seeded random numbers by the mulberry32 generator (public domain, Tommy Ettinger 2017). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0]
  const word = (length: number): string => Array.from({ length }, () => ALPHABET.charAt(below(ALPHABET.length))).join('')
  return { next, below, pick, word }
}

const SUBJECTS = ['The harbour', 'A patient reader', 'Every second lamp', 'Our oldest map', 'The clerk', 'A small boat'] as const
const VERBS = ['keeps', 'forgets', 'measures', 'carries', 'returns', 'counts', 'redraws', 'outlives'] as const
const OBJECTS = ['the tide tables', 'seven tickets', 'an unread letter', 'the slow morning', 'its own shadow', 'the fare'] as const
const ENDINGS = ['before noon', 'without a sound', 'as it always did', 'for 12.50 a day', 'in the rain', 'twice over'] as const
const FOREIGN = [
  '今日は港まで歩いて、切符を三枚買いました',
  '我们在渡口等了一个小时，船还没有来',
  '배는 아침 일찍 떠났고 아무도 기억하지 않았다',
  'Паром ушёл на рассвете, и никто его не помнит',
  'العبّارة تغادر عند الفجر',
  'Das Fährgeld beträgt fünf Öre, naïvely speaking',
] as const
const SYMBOLS = ['🎟️ ⛴️', '👩‍👩‍👧‍👦 waved 👋🏽', '𝄞 and 𝕏', '🇳🇿 → 🇯🇵', 'ﬁ ≠ fi', 'é = e\u0301'] as const
const CODE = [
  '`const fare = rides.reduce((sum, ride) => sum + ride.price, 0n)`',
  '`if (left < 0) {\n  throw new RangeError("no seats")\n}`',
  '`{"route":"A→B","stops":[1,2,3],"open":true}`',
  '`SELECT day, count(*) FROM rides\n  GROUP BY day`',
  '`<p class="fare">&pound;2</p>`',
  '`C:\\rides\\today.txt\t"quoted"`',
] as const

/** One sentence of mixed matter: English mostly, then other scripts, emoji and code. Ends in a full stop. */
export function sentence(random: SeededRandom): string {
  const kind = random.below(10)
  if (kind === 0) return `${random.pick(FOREIGN)}.`
  if (kind === 1) return `${random.pick(SYMBOLS)} ${random.pick(VERBS)} ${random.pick(OBJECTS)}.`
  if (kind === 2) return `${random.pick(SUBJECTS)} ${random.pick(VERBS)} ${random.pick(CODE)}.`
  return `${random.pick(SUBJECTS)} ${random.pick(VERBS)} ${random.pick(OBJECTS)} ${random.pick(ENDINGS)}.`
}

/** Mixed text of at least `charactersMin` UTF-16 units; whole sentences, so a little more. */
export function prose(random: SeededRandom, charactersMin: number): string {
  const parts: string[] = []
  for (let length = 0; length < charactersMin; length += 1 + (parts.at(-1)?.length ?? 0)) parts.push(sentence(random))
  return parts.join(' ')
}

/** A JSON object as a model would write it into a tool call: at least `charactersMin` UTF-16 units. */
export function toolArguments(random: SeededRandom, charactersMin: number): string {
  return JSON.stringify({ city: random.pick(OBJECTS), count: random.below(100), note: prose(random, Math.max(1, charactersMin - 40)) })
}

/** The text cut into pieces of one to six characters, never inside a character; what a token-wise stream looks like. */
export function cutIntoPieces(random: SeededRandom, text: string, lengthMax = 6): string[] {
  const characters = [...text]
  const pieces: string[] = []
  for (let at = 0; at < characters.length; ) {
    const length = 1 + random.below(lengthMax)
    pieces.push(characters.slice(at, at + length).join(''))
    at += length
  }
  return pieces
}
