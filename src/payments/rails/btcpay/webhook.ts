import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const eventShape = z.object({ type: z.string().max(64), storeId: z.string().max(64).optional(), invoiceId: z.string().max(64).optional() })

/** What an event is about; nothing else of it is believed. */
export type BtcpayEvent = { readonly type: string; readonly invoiceId: string | undefined }

/**
 * Whether bytes were signed with a secret: the header is "sha256=" and the HMAC of the whole body in hex.
 * Source: docs.btcpayserver.org/FAQ/General/#how-to-use-webhooks (2026-11-26).
 */
export function isSigned(body: Buffer, header: string | undefined, secret: string): boolean {
  const told = /^sha256=([0-9a-f]{64})$/.exec(header ?? '')?.[1]
  if (told === undefined) return false
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(told, 'hex'))
}

/** The event of a body; undefined for anything else. */
export function readEvent(body: Buffer): BtcpayEvent | undefined {
  try {
    const read = eventShape.safeParse(JSON.parse(body.toString('utf8')))
    return read.success ? { type: read.data.type, invoiceId: read.data.invoiceId } : undefined
  } catch {
    return undefined
  }
}
