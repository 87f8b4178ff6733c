import type { Database } from '../db/index.ts'
import { isSamePrice } from '../spec/index.ts'
import type { DesiredModel } from './desired.ts'
import { holdBackRises, type Timed } from './hold-back.ts'
import { isRise } from './price-notice.ts'
import { readTimeline } from './write-prices.ts'

/** A model whose early rises wait, and from when on each of them holds, in milliseconds. */
export type HeldModel = { readonly model: DesiredModel; readonly heldUntil: readonly number[] }

/** A model as it may be written over a row that is sold: each rise that comes with less notice than so many days waits until its notice is over. */
export async function holdModel(
  tx: Database,
  { serial, model }: { readonly serial: number; readonly model: DesiredModel },
  days: number,
): Promise<HeldModel> {
  const { now, held: holds, coming } = await readTimeline(tx, serial)
  if (holds === undefined) return { model, heldUntil: [] }
  const placed = holdBackRises(
    { now: model.price, later: (model.priceChanges ?? []).map(({ effectiveAt, price }) => ({ effectiveAt, asked: price })) },
    { now, days, holds: holds.price, coming: coming.map(timedOf), isSame: isSamePrice, isRise },
  )
  const priceChanges = placed.later.map(({ effectiveAt, asked }) => ({ effectiveAt, price: asked }))
  return { model: { ...model, price: placed.now, priceChanges }, heldUntil: placed.held.map(({ effectiveAt }) => effectiveAt) }
}

const timedOf = <Asked>({ effectiveAt, price }: { readonly effectiveAt: number; readonly price: Asked }): Timed<Asked> => ({
  effectiveAt,
  asked: price,
})
