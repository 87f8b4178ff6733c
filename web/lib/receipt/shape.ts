import type { z } from 'zod'
import type * as receipts from '../../../src/receipts/index.ts'

/** A receipt as the server shows it. */
export type Receipt = z.output<typeof receipts.shownReceipt>
export type ReceiptCall = Receipt['call']
export type ReceiptSum = receipts.ReceiptSum

/** A key that receipts are signed with, as it is published. Source: RFC 8037 §2 (2017-01, read 2026-11-26). */
export type PublishedKey = { readonly kid: string; readonly x: string }

/** The root over the batches of a day, as it is published. */
export type PublishedRoot = { readonly day: string; readonly root: string; readonly salt: string }

/** A price version, as it is published; rates are decimal texts of USD. */
export type PublishedPrice = {
  readonly version: number
  readonly model: string
  readonly cards: readonly {
    readonly service_tier: string
    readonly prompt_above: number
    readonly rates: Readonly<Record<string, string>>
  }[]
}
