import { fileURLToPath } from 'node:url'
import { check } from 'recheck'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { leastMillis } from '../least-millis.ts'
import { BOUNDED, BUILT } from './bounded-expressions.ts'
import { type Expression, expressionsIn } from './regular-expressions.ts'

const FOLDER = fileURLToPath(new URL('../../../src', import.meta.url))
const THOUGHT_MS_MAX = 20_000
const TRIED_MS_MAX = 10
/** What those that cannot be thought through are tried on. */
const UNITS = ['a', ' ', '\t', '0', '"', '\\', '-', ';', ', ', 'a=', '= ', 'boundary=', ' ;', '1 '] as const
const TRIED_LENGTH = 100_000

/**
 * SEC-12r: every regular expression of the product takes time in proportion to its text, whatever the text. One that takes its square is known, with
 * what bounds its text, and takes 10 ms at most for the worst one of that length; one that takes more than any power is known nowhere.
 */
export async function linearTime(context: CheckContext): Promise<Measured> {
  const { expressions, built } = expressionsIn(FOLDER)
  const counted = { expressions: expressions.length, linear: 0, bounded: 0, tried: 0 }
  context.expect(
    (await check('^(a+)+$', '', { timeout: THOUGHT_MS_MAX })).status === 'vulnerable',
    'blind: the worst that there is is not seen',
  )
  for (const place of built) context.expect(BUILT.has(fileOf(place)), `${place} puts an expression together, and nobody wrote of what`)
  const known = new Set<string>()
  for (const expression of expressions) {
    const { source, flags, at } = expression
    const told = await check(source, flags, { timeout: THOUGHT_MS_MAX })
    if (told.status === 'safe') counted.linear += 1
    else if (told.status === 'unknown') counted.tried += tryOut(context, expression)
    else {
      const named = `${at} /${source}/${flags} takes ${told.complexity.summary} time`
      const bound = BOUNDED.get(`/${source}/${flags}`)
      known.add(`/${source}/${flags}`)
      counted.bounded += 1
      if (!context.expect(bound !== undefined && told.complexity.type === 'polynomial', named) || bound === undefined) continue
      // Millions of letters of our own are nobody's attack.
      if (bound.length === 'our own') continue
      const worst = told.attack.string.slice(0, bound.length - 1) + told.attack.string.slice(-1)
      const millis = millisOf(expression, worst)
      context.expect(context.tier === 'pr' || millis <= TRIED_MS_MAX, `${named}, ${millis} ms for ${worst.length} letters of ${bound.why}`)
    }
  }
  for (const written of BOUNDED.keys()) context.expect(known.has(written), `${written} is linear or gone and needs no word any more`)
  return { n: context.n, measured: counted }
}

const fileOf = (place: string): string => place.replace(/:\d+$/, '')

const millisOf = ({ source, flags }: Expression, text: string): number =>
  leastMillis(() => void new RegExp(source, flags.replace(/[gy]/g, '')).test(text))

function tryOut(context: CheckContext, expression: Expression): number {
  const prefixes = ['', /^\^?([\w ]*)/.exec(expression.source)?.[1] ?? '', 'multipart/form-data; boundary=']
  for (const text of prefixes.flatMap((prefix) => UNITS.map((unit) => `${prefix}${unit.repeat(TRIED_LENGTH / unit.length)}\n`))) {
    const millis = millisOf(expression, text)
    const named = `${expression.at} took ${millis} ms for ${JSON.stringify(text.slice(0, 40))}…`
    context.expect(context.tier === 'pr' || millis <= TRIED_MS_MAX, named)
  }
  return 1
}
