import { type Database, sql } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Ids, NanoUsd } from '../../lib/index.ts'
import { undo } from '../undo.ts'
import { planTakes } from './gift-takes.ts'

/** What takes gifts back; `database` has the role farebox_app, `days` is how long a gift lasts. */
export type TakeBackParts = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'takeGift' | 'reverse'>
  readonly ids: Ids
  readonly clock: { readonly now: () => number }
  readonly days: number | undefined
}

const AT_ONCE = 100

/**
 * Has gifts follow the payments that they came with: of money that went back, or was taken back by a bank or a chain, the gift goes back in
 * proportion, and comes again when the money does. First it is written down, then booked, each once. Returns how many payments were looked at, some
 * of them in no order: those that cannot be followed hold up no other, however many they are, and a failure is thrown at the end.
 */
export async function takeBackGifts(parts: TakeBackParts): Promise<number> {
  const { database } = parts
  await noteReversals(database)
  const due = await database.query<{ id: string; taken_back: NanoUsd }>(sql`
    select id, taken_back from payment where not is_followed order by random() limit ${AT_ONCE}`)
  const failed: unknown[] = []
  for (const payment of due) await followOne(payment).catch((thrown: unknown) => void failed.push(thrown))
  if (failed.length > 0) await Promise.reject(failed[0])
  return due.length

  async function followOne({ id: paymentId, taken_back: seen }: (typeof due)[number]): Promise<void> {
    const isDone = (await follow(parts, paymentId)) || (await follow(parts, paymentId))
    // What is not in the books yet is looked at again.
    if (isDone) await database.query(sql`update payment set is_followed = true where id = ${paymentId} and taken_back = ${seen}`)
  }
}

/** Has the gifts of a payment follow it as far as that goes now; resolves whether they do. */
async function follow(parts: TakeBackParts, paymentId: string): Promise<boolean> {
  const { database, ids, clock, days } = parts
  const gifts = await database.query<{ id: string; is_given: boolean }>(sql`
    select id, transfer_id is not null as is_given from gift where payment_id = ${paymentId} order by id`)
  let isDone = gifts.every((gift) => gift.is_given)
  for (const { id: giftId } of gifts) {
    const isPlanned = await planTakes(database, ids, { giftId, paymentId, days, now: clock.now() })
    isDone &&= isPlanned
  }
  const isBooked = await bookTakes(
    parts,
    gifts.map(({ id }) => id),
  )
  return isDone && isBooked
}

/** A deposit that somebody undid by hand has lost all of its payment. */
async function noteReversals(database: Database): Promise<void> {
  await database.query(sql`
    update payment set taken_back = payment.amount, is_followed = false
    from transfer undone where undone.reverses is not null and payment.transfer_id = undone.reverses and payment.taken_back < payment.amount`)
}

type Take = {
  readonly id: string
  readonly account_id: string
  readonly kind: string
  readonly amount: NanoUsd
  readonly transfer_id: string | null
  readonly is_returned: boolean
}

/** Books what is planned for some gifts: what is taken, then what comes back of it. Resolves whether nothing is left to book. */
async function bookTakes({ database, ledger }: TakeBackParts, gifts: readonly string[]): Promise<boolean> {
  const takes = await database.query<Take>(sql`
    select take.id, take.account_id, gift.kind, take.amount, take.transfer_id, is_returned
    from gift_take take join gift on gift.id = take.gift_id
    where take.gift_id = any(${[...gifts]}::uuid[]) and take.amount > 0 and (take.transfer_id is null or (is_returned and return_id is null))
    order by take.planned_at, take.id`)
  let isBooked = true
  for (const take of takes) {
    const transferId = take.transfer_id ?? (await bookTake({ database, ledger }, take))
    isBooked &&= transferId !== undefined
    if (transferId === undefined || !take.is_returned) continue
    const undoing = { transferId, sourceKey: `gift-take:${take.id}:back`, reason: 'the payment came back' }
    const returnId = await undo({ database, ledger }, undoing)
    await database.query(sql`update gift_take set return_id = ${returnId} where id = ${take.id}`)
  }
  return isBooked
}

/** Takes it, with a debt for what is spent unless it is of who brought somebody; undefined where it has to be tried again. */
async function bookTake(
  { database, ledger }: Pick<TakeBackParts, 'database' | 'ledger'>,
  { id, account_id: accountId, kind, amount }: Take,
): Promise<string | undefined> {
  const onLack = kind === 'referral' ? 'refuse' : 'debt'
  try {
    const taking = { accountId, amount, onLack, sourceKey: `gift-take:${id}`, reason: 'the payment was taken back' } as const
    const { transferId } = await ledger.takeGift(taking)
    await database.query(sql`update gift_take set transfer_id = ${transferId} where id = ${id}`)
    return transferId
  } catch (thrown) {
    if (!(thrown instanceof FailureError) || !PASSING.includes(thrown.failure.code)) throw thrown
    // What was spent since it was written down is the house's loss.
    await database.query(sql`
      update gift_take set amount = least(amount, available) from balance where gift_take.id = ${id} and balance.account_id = gift_take.account_id`)
    return undefined
  }
}

const PASSING: readonly string[] = ['balance_insufficient', 'account_frozen']
