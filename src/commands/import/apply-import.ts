import { createAccount } from '../../accounts/index.ts'
import type { Database } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import { createKey } from '../../keys/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { SubjectKeys } from '../../privacy/index.ts'
import { creditOf, type ImportPlan, type ImportStep, type PlannedAccount, type PlannedKey } from './plan-import.ts'

/** What an import writes with; `app` has the role farebox_app. */
export type ImportHands = {
  readonly app: Database
  readonly ledger: Ledger
  readonly subjects: SubjectKeys
  readonly clock: Clock
}

/** A key that was minted, or was before and works with this secret, with what its owner has to be told. */
export type MintedKey = { readonly account: string; readonly email: string; readonly name: string; readonly secret: string }

/** What an import wrote: keys with their secrets, and what came of each step that was planned. */
export type Applied = { readonly minted: readonly MintedKey[]; readonly steps: readonly ImportStep[] }

/** Writes what a plan has, each account on its own, and what is there already not again. */
export async function applyImport(hands: ImportHands, plan: ImportPlan): Promise<Applied> {
  const applied: Applied[] = []
  for (const planned of plan.accounts) applied.push(await writeAccount(hands, planned))
  return {
    minted: applied.flatMap(({ minted }) => minted),
    steps: [...applied.flatMap(({ steps }) => steps), ...plan.left],
  }
}

async function writeAccount(hands: ImportHands, planned: PlannedAccount): Promise<Applied> {
  const { ref } = planned.account
  const why = await refusalOf(() => openPlanned(hands, planned))
  if (why !== undefined) return { minted: [], steps: [{ action: 'refused', noun: 'account', ref, detail: why }] }
  const minted: MintedKey[] = []
  const refused = new Map<string, string>()
  for (const key of planned.keys) {
    const whyKey = key.isThere ? undefined : await refusalOf(() => mint(hands, planned.id, key))
    if (whyKey !== undefined) refused.set(key.ref, whyKey)
    else if (!key.isThere || key.isOpenedBySecret)
      minted.push({ account: planned.id, email: planned.account.email ?? '', name: key.name, secret: key.secret })
  }
  const steps = planned.steps.map((step): ImportStep => {
    const detail = step.noun === 'key' ? refused.get(step.ref) : undefined
    return detail === undefined ? step : { ...step, action: 'refused', detail }
  })
  return { minted, steps }
}

/** What is said of work that is refused; undefined where it was done. */
async function refusalOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure.message
    throw thrown
  }
}

async function openPlanned({ app, ledger, subjects, clock }: ImportHands, planned: PlannedAccount): Promise<void> {
  const { id, account, isThere, isCredited, sourceKey } = planned
  if (!isThere) await createAccount(app, subjects, { id, email: account.email, limits: account.limits, now: clock.now() })
  await ledger.openAccount(id)
  const amount = creditOf(account.balance)
  // Once for good, whatever the other program says a second time.
  if (amount > 0n && !isCredited) await ledger.credit({ accountId: id, amount, kind: 'manual', sourceKey, reason: 'balance taken over' })
}

async function mint({ app, subjects, clock }: ImportHands, accountId: string, key: PlannedKey): Promise<void> {
  const { id, name, models, random, limits, spendCap, ipRanges } = key
  await createKey(app, subjects, {
    ...{ id, accountId, name, models, random, limits, spendCap, ipRanges, now: clock.now() },
    expiresAt: key.expiresAt === undefined ? undefined : new Date(key.expiresAt),
  })
}
