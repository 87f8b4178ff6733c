import type { CellReaders, SubjectKeys } from '../../../privacy/index.ts'
import { originPurpose } from './payments.ts'
import { addressPurpose } from './wallets.ts'

/** How the sealed columns of x402 are read: the wallet, and of each payment transaction and wallet as JSON. */
export const x402Readers = (sealing: Pick<SubjectKeys, 'unseal'>): CellReaders => {
  const opened = async (accountId: string, value: Buffer, purpose: string): Promise<string | null> =>
    (await sealing.unseal(accountId, value, purpose))?.toString() ?? null
  return {
    'x402_wallet.address_sealed': ({ accountId, row, value }) => opened(accountId, value, addressPurpose(tagOf(row))),
    'x402_payment.origin_sealed': ({ accountId, row, value }) => opened(accountId, value, originPurpose(tagOf(row))),
  }
}

const tagOf = (row: Readonly<Record<string, unknown>>): Buffer => Buffer.from(String(row['tag']), 'hex')
