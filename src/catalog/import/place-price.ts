import { type Database, sql } from '../../db/index.ts'
import { isSamePrice, type Price } from '../../spec/index.ts'
import type { DesiredModel } from '../desired.ts'
import { holdModel } from '../hold-model.ts'
import { isRise } from '../price-notice.ts'
import { readTimeline } from '../write-prices.ts'

/** From when on new prices are to hold, in milliseconds (undefined: now), and how many days before a rise customers are told; undefined: none. */
export type Placing = { readonly effectiveAt: number | undefined; readonly noticeDays: number | undefined }

/** A model with its new price at its time, whether that rises over what holds before it, and from when on it holds; undefined: from now on. */
export type PlacedPrice = { readonly model: DesiredModel; readonly isRise: boolean; readonly holdsFrom: number | undefined }

/** Puts the price of a model at its time beside what is scheduled already; a rise that comes too soon waits until its notice is over. */
export async function placePrice(tx: Database, model: DesiredModel, { effectiveAt, noticeDays }: Placing): Promise<PlacedPrice> {
  const { price } = model
  const [row] = await tx.query<{ serial: number; is_active: boolean }>(sql`select serial, is_active from model where id = ${model.id}`)
  const timeline = row?.is_active === true ? await readTimeline(tx, row.serial) : undefined
  const timed =
    price === undefined || effectiveAt === undefined ? model : laterPriced(model, { effectiveAt, price, coming: timeline?.coming ?? [] })
  if (row === undefined || timeline?.held === undefined || price === undefined)
    return { model: timed, isRise: false, holdsFrom: effectiveAt }
  const before = timeline.coming.findLast((version) => version.effectiveAt <= (effectiveAt ?? 0)) ?? timeline.held
  // What holds by then anyway needs no version of its own.
  if (effectiveAt !== undefined && isSamePrice(before.price, price))
    return { model: { ...model, price: timeline.held.price }, isRise: false, holdsFrom: undefined }
  const rises = isRise(before.price, price)
  if (!rises || noticeDays === undefined) return { model: timed, isRise: rises, holdsFrom: effectiveAt }
  const coming = timeline.coming.map((version) => ({ effectiveAt: version.effectiveAt, price: version.price }))
  const held = await holdModel(tx, { serial: row.serial, model: { ...timed, priceChanges: timed.priceChanges ?? coming } }, noticeDays)
  return { model: held.model, isRise: true, holdsFrom: held.heldUntil[0] ?? effectiveAt }
}

type Later = {
  readonly effectiveAt: number
  readonly price: Price
  readonly coming: readonly { readonly effectiveAt: number; readonly price: Price }[]
}

const laterPriced = (model: DesiredModel, { effectiveAt, price, coming }: Later): DesiredModel => {
  const others = coming.filter((version) => version.effectiveAt !== effectiveAt)
  return {
    ...model,
    price: undefined,
    priceChanges: [...others.map((one) => ({ effectiveAt: one.effectiveAt, price: one.price })), { effectiveAt, price }],
  }
}
