import type { SubjectKeys } from '../privacy/index.ts'
import { hashInput } from './transfers.ts'

/** Makes what people wrote about a movement unreadable in the journal, and readable again as long as the account was not erased. */
export type ReasonSealing = Pick<SubjectKeys, 'create' | 'seal' | 'unseal' | 'fingerprint'>

/** What is moved by hand: of which account, and what was asked for with its reason. */
export type Asked = { readonly accountId: string; readonly input: readonly (string | bigint)[]; readonly reason: string }

/** What the journal keeps of what was asked for; `erased` is the account where it was erased. */
export type SealedAsked = {
  readonly inputHash: Buffer
  readonly reasonFor: (transferId: string) => Promise<Buffer | undefined>
  readonly erased: string | undefined
}

/** What the reason of a transfer is sealed for, so that it opens in its own row only. */
export const reasonPurpose = (transferId: string): string => `transfer-reason:${transferId}`

/** What the hash of what was asked for is keyed for. */
export const INPUT_PURPOSE = 'transfer-input'

/**
 * Hashes what was asked for under the account's key, as a plain hash would tell a reason to whoever guesses it; a seal for the reason comes
 * with it. Of an account that was erased the reason is neither hashed nor kept, and money still moves.
 */
export async function sealAsked(sealing: ReasonSealing, { accountId, input, reason }: Asked): Promise<SealedAsked> {
  const inputHash = await sealing.fingerprint(accountId, hashInput([...input, reason]), INPUT_PURPOSE)
  if (inputHash === undefined) return { inputHash: hashInput(input), reasonFor: async () => undefined, erased: accountId }
  const reasonFor = (transferId: string) => sealing.seal(accountId, Buffer.from(reason), reasonPurpose(transferId))
  return { inputHash, reasonFor, erased: undefined }
}

/** The reason of a transfer of an account; undefined when there is none or the account was erased. */
export async function openReason(
  sealing: Pick<SubjectKeys, 'unseal'>,
  accountId: string,
  { id, reasonSealed }: { readonly id: string; readonly reasonSealed: Buffer | null },
): Promise<string | undefined> {
  return reasonSealed === null ? undefined : (await sealing.unseal(accountId, reasonSealed, reasonPurpose(id)))?.toString()
}
