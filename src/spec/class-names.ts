import { COUNTED_CLASSES, FIRST_CLASSES, NO_USAGE, USAGE_CLASSES, type Usage, type UsageClass } from './usage.ts'

/** What classes of usage are called where people meet them: in receipts, bills and price lists. */
export const CLASS_NAMES = {
  input: 'input',
  cacheRead: 'cache_read',
  cacheWrite5m: 'cache_write_5m',
  cacheWrite1h: 'cache_write_1h',
  output: 'output',
  reasoning: 'reasoning',
  imageInput: 'image_input',
  audioInput: 'audio_input',
  imageOutput: 'image_output',
  audioOutput: 'audio_output',
  embedding: 'embedding',
  images: 'images',
  webSearches: 'web_searches',
  toolCalls: 'tool_calls',
  calls: 'calls',
  audioSeconds: 'audio_seconds',
  characters: 'characters',
} as const satisfies Readonly<Record<UsageClass, string>>
export type ClassName = (typeof CLASS_NAMES)[UsageClass]

/** Columns of the database in which a `Usage` lies: one for each class of tokens that is common, and one for all that are rare. */
export const USAGE_COLUMNS: readonly string[] = [...FIRST_CLASSES.map((name) => CLASS_NAMES[name]), 'more']

/** A class and its name, in the order of the names, which is that of canonical JSON. */
export type NamedClass = { readonly class: UsageClass; readonly name: ClassName }

/** All classes in the order of their names. */
export const NAMED_CLASSES: readonly NamedClass[] = USAGE_CLASSES.map((name) => ({ class: name, name: CLASS_NAMES[name] })).toSorted(
  (a, b) => (a.name < b.name ? -1 : 1),
)

/** Something for each class, under the names of the classes. */
export function byName<Value>(valueFor: (name: UsageClass) => Value): Readonly<Record<ClassName, Value>> {
  const entries: readonly (readonly [ClassName, Value])[] = NAMED_CLASSES.map((named) => [named.name, valueFor(named.class)])
  return Object.fromEntries(entries) as Record<ClassName, Value>
}

/** The usage whose classes are given by their names; what is absent is zero. */
export function usageOfNames(named: Readonly<Partial<Record<ClassName, number | undefined>>>): Usage {
  const usage: Record<UsageClass, number> = { ...NO_USAGE }
  for (const { class: key, name } of NAMED_CLASSES) usage[key] = named[name] ?? 0
  return usage
}

/** What a rate is for: a million tokens, or one piece. */
export const UNITS = ['million tokens', 'piece'] as const
export type Unit = (typeof UNITS)[number]

/** What the rate of a class is for. */
export const unitOfClass = (name: UsageClass): Unit => (COUNTED.has(name) ? 'piece' : 'million tokens')

const COUNTED: ReadonlySet<UsageClass> = new Set(COUNTED_CLASSES)
