import { type PublishedPrice, pricePage, pricePublished } from '../api/contract/index.ts'
import { readListedPrice, type ToldPrice } from './bill-prices.ts'
import type { CommandContext } from './command.ts'
import { isUrl, readSource, refuseSource } from './read-source.ts'
import type { PublishedPrices } from './recompute-bill.ts'

const PAGES_MAX = 1_000

/**
 * Published prices, of a URL of the whole list with all its pages, or of a file: what that URL or one of a single version answered, one
 * answer a line or one for the whole file. Ends the command when it is neither.
 */
export async function readPublishedPrices(context: CommandContext, place: string): Promise<PublishedPrices> {
  const listed = isUrl(place) ? await fetchList(context, place) : parsePrices(await readSource(context, place))
  if (listed === undefined) return refuseSource(context, `${place} is no price list.`)
  const read = listed.map(readListedPrice)
  const wrong = read.find((price) => typeof price === 'string')
  if (wrong !== undefined) return refuseSource(context, `${place} is no price list (${wrong}).`)
  return new Map(read.filter((price): price is ToldPrice => typeof price !== 'string').map((price) => [price.version, price]))
}

async function fetchList(context: CommandContext, place: string): Promise<readonly PublishedPrice[] | undefined> {
  const listed: PublishedPrice[] = []
  let next: number | null = 0
  for (let pages = 0; next !== null && pages < PAGES_MAX; pages += 1) {
    const url = new URL(place)
    if (next > 0) url.searchParams.set('after', String(next))
    const text = await readSource(context, url.href)
    const some = parsePrices(text)
    if (some === undefined) return undefined
    listed.push(...some)
    next = pricePage.safeParse(JSON.parse(text)).data?.next ?? null
  }
  return listed
}

/** The prices in a text; undefined when anything in it is none. */
function parsePrices(text: string): readonly PublishedPrice[] | undefined {
  const whole = parseJson(text)
  const answers = whole === undefined ? text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parseJson(line)])) : [whole]
  const found: PublishedPrice[] = []
  for (const answer of answers) {
    const listed = pricePage.safeParse(answer).data?.data ?? oneOf(answer)
    if (listed === undefined) return undefined
    found.push(...listed)
  }
  return found
}

function oneOf(answer: unknown): readonly PublishedPrice[] | undefined {
  const price = pricePublished.safeParse(answer).data
  return price && [price]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Said by the caller.
    return undefined
  }
}
