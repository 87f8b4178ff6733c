import { createAccount } from '../../accounts/index.ts'
import type { Database } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import { createKey } from '../../keys/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Clock, Ids } from '../../lib/index.ts'
import type { SubjectKeys } from '../../privacy/index.ts'
import type { ImportPlan, ImportStep, PlannedAccount, PlannedKey } from './plan-import.ts'

/** What an import writes with; `app` has the role farebox_app. */
export type ImportHands = {
  readonly app: Database
  readonly ledger: Ledger
  readonly subjects: SubjectKeys
  readonly clock: Clock
  readonly ids: Ids
}

/** A key that was minted, or was before, with what its owner has to be told. */
export type MintedKey = { readonly account: string; readonly email: string; readonly name: string; readonly secret: string }

/** Writes what a plan has, each account on its own, and what is there already not again. Returns keys with their secrets, and what was refused on the way. */
export async function applyImport(
  hands: ImportHands,
  plan: ImportPlan,
): Promise<{ readonly minted: readonly MintedKey[]; readonly refused: readonly ImportStep[] }> {
  const minted: MintedKey[] = []
  const refused: ImportStep[] = []
  for (const planned of plan.accounts) {
    try {
      minted.push(...(await writeAccount(hands, planned)))
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown
      refused.push({ action: 'refused', noun: 'account', ref: planned.account.ref, detail: thrown.failure.message })
    }
  }
  return { minted, refused }
}

async function writeAccount(hands: ImportHands, planned: PlannedAccount): Promise<readonly MintedKey[]> {
  const { app, ledger, subjects, clock } = hands
  const { id, account, isThere, isCredited, sourceKey } = planned
  if (!isThere) await createAccount(app, subjects, { id, email: account.email, now: clock.now() })
  await ledger.openAccount(id)
  // Once for good, whatever the other program says a second time.
  if (account.balance > 0n && !isCredited)
    await ledger.credit({ accountId: id, amount: account.balance, kind: 'manual', sourceKey, reason: 'balance taken over' })
  const minted: MintedKey[] = []
  for (const key of planned.keys) {
    if (!key.isThere) await mint(hands, id, key)
    minted.push({ account: id, email: account.email ?? '', name: key.name, secret: key.secret })
  }
  return minted
}

async function mint({ app, subjects, clock, ids }: ImportHands, accountId: string, key: PlannedKey): Promise<void> {
  const { name, models, random, requestsPerMinute, tokensPerMinute, concurrentCalls } = key
  await createKey(app, subjects, {
    ...{ id: ids.uuid(), accountId, name, models, random, now: clock.now() },
    limits: { requestsPerMinute, tokensPerMinute, concurrentCalls },
    expiresAt: key.expiresAt === undefined ? undefined : new Date(key.expiresAt),
  })
}
