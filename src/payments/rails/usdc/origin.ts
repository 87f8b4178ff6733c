import { z } from 'zod'
import { type Database, sql } from '../../../db/index.ts'
import { SubjectKeyError, type SubjectKeys } from '../../../privacy/index.ts'
import { type Deposit, originPurpose } from './deposit-record.ts'

/** Where a deposit came from, as its payer knows it: the transaction and the wallet that paid. */
export type Origin = { readonly txHash: string; readonly from: string }

const origin = z.object({ txHash: z.string(), from: z.string() })

/** Transaction and sender as they were sealed; undefined when the account was erased, or there is none. */
export async function originOf(
  { database, sealing }: { readonly database: Database; readonly sealing: Pick<SubjectKeys, 'unseal'> },
  { tag, accountId }: Pick<Deposit, 'tag' | 'accountId'>,
): Promise<Origin | undefined> {
  if (accountId === undefined) return undefined
  const [row] = await database.query<{ origin_sealed: Buffer | null }>(sql`select origin_sealed from usdc_deposit where tag = ${tag}`)
  const sealed = row?.origin_sealed
  if (sealed === null || sealed === undefined) return undefined
  const plain = await sealing.unseal(accountId, sealed, originPurpose(tag))
  return plain === undefined ? undefined : origin.parse(JSON.parse(plain.toString()))
}

/** The transaction for somebody who looks at many: undefined also where the key of its account is lost, as the others have to be read all the same. */
export const txHashOf = (...asked: Parameters<typeof originOf>): Promise<string | undefined> =>
  originOf(...asked).then(
    (known) => known?.txHash,
    (thrown: unknown) => (thrown instanceof SubjectKeyError ? undefined : Promise.reject(thrown)),
  )
