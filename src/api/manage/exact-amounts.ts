import type { MiddlewareHandler } from 'hono'
import { ExactNumber, parseExactJson } from '../../catalog/index.ts'
import { readJson } from '../../lib/index.ts'

/** Fields that may be a number; it is read as it is spelled, and goes on as the same text. */
const FIELDS: readonly string[] = ['amount', 'threshold', 'dailyMaximum']

/** Makes amounts that were sent as numbers texts of the same digits, so that none of them is ever a float. The body is known to be JSON. */
export const exactAmounts = (): MiddlewareHandler => async (c, next) => {
  if (c.req.raw.body !== null && c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    const text = await c.req.raw.clone().text()
    const body = text === '' ? undefined : withTexts(text)
    if (body !== undefined) c.req.raw = new Request(c.req.raw, { body })
  }
  await next()
}

/** The body with its amounts as texts; undefined when no amount is a number. */
function withTexts(text: string): string | undefined {
  const exact = parseExactJson(text)
  if (typeof exact !== 'object' || exact === null || Array.isArray(exact)) return undefined
  const numbers = Object.entries(exact).filter(([name, value]) => FIELDS.includes(name) && value instanceof ExactNumber)
  if (numbers.length === 0) return undefined
  const texts = Object.fromEntries(numbers.map(([name, value]) => [name, value instanceof ExactNumber ? value.source : '']))
  return JSON.stringify({ ...(readJson(text) as object), ...texts })
}
