import type { SeededRandom } from '../../../sim/index.ts'

type Holder = { [name: string]: unknown }

/** Values that stand where others were meant. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, '', 'x', '\u0000', '\ud800', '渡', [], {}, [[]], [null], { type: 'text' }],
  ...['0', '-0.000000001', '1e9', '9'.repeat(30), '0x1f', `0x${'0'.repeat(64)}`, '__proto__', 'a'.repeat(300)],
]

/** Changes one place of a JSON text: a member that goes, comes twice, is called otherwise or holds something else; undefined: it is none. */
export function editJson(text: string, random: SeededRandom, words: readonly string[]): string | undefined {
  const root = parsed(text)
  if (root === undefined) return undefined
  const places: [Holder, string][] = []
  collect(root, places)
  const place = places[random.below(places.length)]
  if (place === undefined) return JSON.stringify(otherValue(random, words))
  const [holder, name] = place
  const other = places[random.below(places.length)]
  const kind = random.below(7)
  if (kind === 0) {
    if (Array.isArray(holder)) holder.splice(Number(name), 1)
    else delete holder[name]
  } else if (kind === 1) rename(holder, name, words[random.below(words.length)] ?? 'x')
  else if (kind === 2) holder[name] = other === undefined ? [] : structuredClone(other[0][other[1]])
  else if (kind === 3) holder[name] = random.below(2) === 0 ? [holder[name]] : { [words[random.below(words.length)] ?? 'x']: holder[name] }
  else if (kind === 4 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(name)]))
  else holder[name] = otherValue(random, words)
  return JSON.stringify(root)
}

const otherValue = (random: SeededRandom, words: readonly string[]): unknown =>
  random.below(3) === 0 ? words[random.below(words.length)] : VALUES[random.below(VALUES.length)]

function rename(holder: Holder, name: string, other: string): void {
  const value = holder[name]
  // Of a list it takes numbers alone.
  if (Array.isArray(holder) && other === 'length') return
  if (!Array.isArray(holder)) delete holder[name]
  Object.defineProperty(holder, other, { value, enumerable: true, configurable: true, writable: true })
}

function parsed(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Holder) : undefined
  } catch {
    return undefined
  }
}

const DEPTH_MAX = 12

function collect(value: unknown, places: [Holder, string][], depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return
  const holder = value as Holder
  for (const name of Object.keys(holder)) {
    places.push([holder, name])
    collect(holder[name], places, depth + 1)
  }
}
