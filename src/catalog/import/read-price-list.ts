import { fail } from '../../failures.ts'
import { objectOf, parseExactJson } from './exact-json.ts'
import { isLitellm, readLitellm } from './litellm.ts'
import { isModelsDev, readModelsDev } from './models-dev.ts'
import type { ListedModel, PriceListFormat } from './price-list.ts'

const BYTES_MAX = 64 * 1024 * 1024

/** A price list that was read. */
export type PriceList = { readonly format: PriceListFormat; readonly models: readonly ListedModel[] }

/** Reads the text of a price list; without a format it is told by the file itself. Fails with price_list_invalid. */
export function readPriceList(text: string, format: PriceListFormat | undefined): PriceList {
  if (text.length > BYTES_MAX) fail('price_list_invalid', { problem: 'it is larger than 64 MiB' })
  const list = objectOf(parse(text)) ?? fail('price_list_invalid', { problem: 'it is no JSON object' })
  const known = format ?? formatOf(list)
  return { format: known, models: known === 'litellm' ? readLitellm(list) : readModelsDev(list) }
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
  return fail('price_list_invalid', { problem: 'it is neither a price map of LiteLLM nor the api.json of models.dev' })
}
