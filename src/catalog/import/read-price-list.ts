import { fail } from '../../failures.ts'
import { objectOf, parseExactJson } from './exact-json.ts'
import { isLitellm, readLitellm } from './litellm.ts'
import { isModelsDev, readModelsDev } from './models-dev.ts'
import type { ListedModel, PriceListFormat } from './price-list.ts'
import { isWrittenList, parseWritten, readWrittenList } from './written-list.ts'

const BYTES_MAX = 64 * 1024 * 1024

/** A price list that was read. */
export type PriceList = { readonly format: PriceListFormat; readonly models: readonly ListedModel[] }

/** Entries that are told of at most, faults told of one, and characters of its name. */
const TOLD_MAX = { entries: 20, faults: 4, name: 80 }

/**
 * Reads the text of a price list; without a format it is told by the file itself. A price that is negative, no decimal or lacks its
 * other half refuses the whole list, all entries at once. Fails with price_list_invalid, price_list_refused.
 */
export function readPriceList(text: string, format: PriceListFormat | undefined): PriceList {
  if (text.length > BYTES_MAX) fail('price_list_invalid', { problem: 'it is larger than 64 MiB' })
  const { format: known, models } = modelsIn(text, format)
  const faulty = models.filter((model) => model.faults.length > 0)
  if (faulty.length > 0) fail('price_list_refused', { count: faulty.length, problems: tellFaults(faulty) })
  return { format: known, models }
}

function modelsIn(text: string, format: PriceListFormat | undefined): PriceList {
  const written = format === 'farebox' || (format === undefined && /^[ \t]*"?models"?[ \t]*:/m.test(text)) ? parseWritten(text) : undefined
  if (format === 'farebox' || isWrittenList(written)) return { format: 'farebox', models: readWrittenList(written) }
  const list = objectOf(parse(text)) ?? fail('price_list_invalid', { problem: 'it is no JSON object' })
  const known = format ?? formatOf(list)
  return { format: known, models: known === 'litellm' ? readLitellm(list) : readModelsDev(list) }
}

function tellFaults(faulty: readonly ListedModel[]): string {
  const told = faulty.slice(0, TOLD_MAX.entries).map(({ key, faults }) => {
    const name = key.slice(0, TOLD_MAX.name).replace(/\p{C}/gu, '?')
    const more = faults.length > TOLD_MAX.faults ? [`and ${faults.length - TOLD_MAX.faults} more`] : []
    return `${name}: ${[...faults.slice(0, TOLD_MAX.faults), ...more].join(', ')}`
  })
  const rest = faulty.length - told.length
  return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}

function parse(text: string): unknown {
  try {
    return parseExactJson(text)
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError || thrown instanceof RangeError)) throw thrown
    return fail('price_list_invalid', { problem: thrown instanceof RangeError ? 'it nests too deep' : 'it is not valid JSON' })
  }
}

function formatOf(list: Readonly<Record<string, unknown>>): PriceListFormat {
  if (isModelsDev(list)) return 'models.dev'
  if (isLitellm(list)) return 'litellm'
  return fail('price_list_invalid', {
    problem: 'it is neither a price map of LiteLLM, nor the api.json of models.dev, nor models as farebox.yaml has them',
  })
}
