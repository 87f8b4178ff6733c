/** Price lists that others publish, as prices of our models: reads files, shows what would change, never calls anyone. */
export { DecimalError, parseDecimal } from './decimal.ts'
export { ExactNumber, parseExactJson } from './exact-json.ts'
export { type ImportOptions, type ImportResult, importPrices } from './import-prices.ts'
export type { PriceChange } from './plan-import.ts'
export { PRICE_LIST_FORMATS, type PriceListFormat } from './price-list.ts'
export { readPriceList } from './read-price-list.ts'
