import { type Database, type Sql, sql } from '../../db/index.ts'
import { isUuid } from '../../lib/index.ts'
import { type AddressProof, type RailRefund, type RailRefundState, REFUND_COLUMNS, type RefundRow, refundOf } from './refund.ts'

const select = async (database: Database, where: Sql): Promise<readonly RailRefund[]> =>
  (await database.query<RefundRow>(sql`select ${REFUND_COLUMNS} from rail_refund where ${where}`)).map(refundOf)

/** A refund that is asked for. */
export type NewRefund = Pick<RailRefund, 'id' | 'paymentId' | 'accountId' | 'rail' | 'amount' | 'askedAt' | 'chainId'>

/** Writes a refund as asked for. */
export async function insertRefund(tx: Database, refund: NewRefund): Promise<void> {
  const { id, paymentId, accountId, rail, amount, askedAt, chainId } = refund
  await tx.query(sql`
    insert into rail_refund (id, payment_id, account_id, rail, amount, state, asked_at, chain_id)
    values (${id}::uuid, ${paymentId}::uuid, ${accountId}::uuid, ${rail}, ${amount}::bigint, 'asked', ${askedAt}, ${chainId ?? null}::bigint)`)
}

/** A refund by its id; undefined where there is none. */
export async function findRefund(database: Database, id: string): Promise<RailRefund | undefined> {
  return isUuid(id) ? (await select(database, sql`id = ${id}::uuid`))[0] : undefined
}

/** The refunds of a payment, oldest first. */
export const listRefundsOf = (database: Database, paymentId: string): Promise<readonly RailRefund[]> =>
  isUuid(paymentId) ? select(database, sql`payment_id = ${paymentId}::uuid order by asked_at, id`) : Promise.resolve([])

/** The refunds of an account, newest first, a hundred at most. */
export const listRefundsOfAccount = (database: Database, accountId: string): Promise<readonly RailRefund[]> =>
  select(database, sql`account_id = ${accountId}::uuid order by asked_at desc, id limit 100`)

/** Refunds that have not ended, the oldest first; all of the last ones where `isAll`. */
export const listRefunds = (
  database: Database,
  { isAll, limit }: { readonly isAll: boolean; readonly limit: number },
): Promise<readonly RailRefund[]> =>
  isAll
    ? select(database, sql`true order by asked_at desc, id limit ${limit}`)
    : select(database, sql`state in ('asked', 'taken', 'sent') order by asked_at, id limit ${limit}`)

/** Refunds that something is left to do of by itself: to be taken, given to a server, looked for on a chain, or brought back to the balance. */
export const listUnfinished = (database: Database, limit: number): Promise<readonly RailRefund[]> =>
  select(
    database,
    sql`state in ('asked', 'sent') or (state = 'taken' and (rail = 'btcpay' or address_sealed is null))
      or (state = 'cancelled' and return_id is null) order by asked_at, id limit ${limit}`,
  )

/** A step of a refund from one of some states; what is left out stays, an outcome that is null is wiped. */
export type RefundStep = {
  readonly from: readonly RailRefundState[]
  readonly to: RailRefundState
  readonly at: Date
  readonly outcome?: string | null
  readonly transferId?: string
  readonly returnId?: string
  /** Said once: whoever sends goes by it. */
  readonly address?: { readonly sealed: Buffer; readonly proof: AddressProof }
  readonly tx?: { readonly tag: Buffer; readonly sealed: Buffer }
  readonly claimSealed?: Buffer
  /** Taken only while this is the transaction that was entered last. */
  readonly ifTx?: Buffer
  /** The transfer that is the refund; taken by one refund alone, and by none that another has. */
  readonly transferTag?: Buffer
}

/** Takes a refund on; false when it is elsewhere by now. */
export async function stepRefund(database: Database, id: string, step: RefundStep): Promise<boolean> {
  const { from, to, at, outcome, address, tx, ifTx, transferTag } = step
  const isEnd = to === 'done' || to === 'cancelled' || to === 'refused'
  const rows = await database.query(sql`
    update rail_refund set state = ${to},
      outcome = case when ${outcome !== undefined}::boolean then ${outcome ?? null}::text else outcome end,
      transfer_id = coalesce(${step.transferId ?? null}::uuid, transfer_id), return_id = coalesce(${step.returnId ?? null}::uuid, return_id),
      ended_at = case when ${isEnd}::boolean then coalesce(ended_at, ${at}::timestamptz) end,
      address_sealed = coalesce(${address?.sealed ?? null}::bytea, address_sealed), proof = coalesce(${address?.proof ?? null}::text, proof),
      tx_tag = coalesce(${tx?.tag ?? null}::bytea, tx_tag), tx_sealed = coalesce(${tx?.sealed ?? null}::bytea, tx_sealed),
      sent_at = case when ${tx !== undefined}::boolean then ${at}::timestamptz else sent_at end,
      claim_sealed = coalesce(${step.claimSealed ?? null}::bytea, claim_sealed),
      transfer_tag = coalesce(${transferTag ?? null}::bytea, transfer_tag)
    where id = ${id}::uuid and state = any(${[...from]}::text[])
      and (${ifTx ?? null}::bytea is null or tx_tag = ${ifTx ?? null}::bytea)
      and (${address === undefined}::boolean or address_sealed is null)
      and not exists (select from rail_refund other where other.transfer_tag = ${transferTag ?? null}::bytea)
    returning id`)
  return rows.length > 0
}

/** Keeps others from asking a server about a refund until a time; false where somebody does. */
export async function takeLease(
  database: Database,
  id: string,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const rows = await database.query(sql`
    update rail_refund set busy_until = ${until} where id = ${id}::uuid and (busy_until is null or busy_until <= ${now}) returning id`)
  return rows.length > 0
}

/** Lets others ask again. */
export async function endLease(database: Database, id: string, until: Date): Promise<void> {
  await database.query(sql`update rail_refund set busy_until = null where id = ${id}::uuid and busy_until = ${until}`)
}
