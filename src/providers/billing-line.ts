import { readJson } from '../lib/index.ts'
import { BILLING_LINE, isBillingLine } from '../protocols/index.ts'

type JsonObject = Readonly<Record<string, unknown>>

/**
 * A request of Anthropic's protocol without what Claude Code tells Anthropic's billing in the instructions, for upstreams that refuse a request
 * with it. What has none goes on byte for byte. Source: https://github.com/anthropics/claude-code/issues/24168 (2026-11-30).
 */
export function withoutBillingLine(body: Buffer): Buffer {
  if (!body.includes(BILLING_LINE)) return body
  const { system, ...others } = readJson(body.toString(), 'everywhere') as JsonObject
  if (!Array.isArray(system)) return body
  const kept = system.filter((block: unknown) => !isLine(block))
  if (kept.length === system.length) return body
  return Buffer.from(JSON.stringify(kept.length > 0 ? { system: kept, ...others } : others))
}

const isLine = (block: unknown): boolean => {
  const { type, text } = typeof block === 'object' && block !== null ? (block as JsonObject) : {}
  return type === 'text' && typeof text === 'string' && isBillingLine(text)
}
