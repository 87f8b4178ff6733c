import { type SeededRandom, seededRandom } from '../../../sim/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import { FailureError } from '../../../src/failures.ts'
import {
  cancelAtPeriodEnd,
  cancelNow,
  changePlan,
  listSubscriptions,
  type PlanBooks,
  type PlanParts,
  renewDue,
  subscribe,
} from '../../../src/plans/index.ts'
import { openPlanKit, type PlanKit, USD } from '../../../src/plans/testing.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { ModelAccount, type ModelPlan, type ModelSubscription } from './model.ts'

const BEGAN = Date.parse('2026-01-31T10:00:00.123Z')
const STEPS = 40
const GRACE_DAYS = 7
/** What was left half done is taken up after a minute. */
const HALF_DONE_MS = 61_000
const HOUR_MS = 3_600_000

/**
 * PLN-02: random histories of subscriptions, each of an account, at one moving clock: begun, changed, canceled, renewed after hours or months,
 * with money that comes and goes, books that answer and are not heard, and jobs of two nodes at once. After each step every account has, to
 * the nano-dollar, what a model of it has, and its subscriptions are where the model's are.
 */
export async function renewals(context: CheckContext): Promise<Measured> {
  const kit = await openPlanKit(BEGAN, { graceDays: GRACE_DAYS })
  try {
    const run = await beginRun(context, kit)
    for (let step = 0; step < STEPS; step += 1) {
      await takeStep(run)
      if (step % 10 === 9) context.progress(`${step + 1} of ${STEPS} steps`)
    }
    const { ok, problems } = await kit.ledger.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: context.n, measured: { ...run.told, seed: context.seed } }
  } finally {
    await kit.drop()
    await stopTestServer()
  }
}

type History = { readonly accountId: string; readonly model: ModelAccount }
type Run = {
  readonly context: CheckContext
  readonly kit: PlanKit
  readonly random: SeededRandom
  readonly plans: readonly [ModelPlan, ...ModelPlan[]]
  readonly histories: readonly History[]
  readonly faults: Faults
  readonly parts: PlanParts
  readonly told: { steps: number; refused: number; lost_answers: number; periods: number }
}

/** Whether the books are to fail once, before or after they did what was asked, for a subscription or whichever comes. */
type Faults = { next: { readonly when: 'before' | 'after'; readonly of: string | undefined } | undefined; hit: number }

async function beginRun(context: CheckContext, kit: PlanKit): Promise<Run> {
  const random = seededRandom(context.seed)
  const plans = await makePlans(kit, random)
  const histories: History[] = []
  for (let index = 0; index < context.n; index += 1) {
    const credit = amountBelow(random, 400n)
    histories.push({ accountId: await kit.newAccount(credit), model: new ModelAccount(credit, GRACE_DAYS) })
  }
  const faults: Faults = { next: undefined, hit: 0 }
  const parts = { ...kit.parts, books: faultyBooks(kit, faults) }
  return { context, kit, random, plans, histories, faults, parts, told: { steps: 0, refused: 0, lost_answers: 0, periods: 0 } }
}

/** Prices that no period divides evenly. */
async function makePlans(kit: PlanKit, random: SeededRandom): Promise<Run['plans']> {
  const free = { id: 'free', months: 1, price: 0n } as const
  const monthly = [1, 2, 3].map((size) => ({
    id: `m${size}`,
    months: 1 as const,
    price: BigInt(size) * 19n * USD + BigInt(random.below(999_999_999)) + 1n,
  }))
  const annual = { id: 'y', months: 12 as const, price: 205n * USD + BigInt(random.below(999_999_999)) + 1n }
  await kit.newPlan({ id: free.id, kind: 'free' })
  for (const { id, price } of monthly) await kit.newPlan({ id, kind: 'monthly', price })
  await kit.newPlan({ id: annual.id, kind: 'annual', price: annual.price })
  return [free, ...monthly, annual]
}

const amountBelow = (random: SeededRandom, dollars: bigint): bigint =>
  BigInt(random.below(Number(dollars))) * USD + BigInt(random.below(999_999_999))

function faultyBooks({ ledger }: PlanKit, faults: Faults): PlanBooks {
  const failing =
    <Input extends { readonly sourceKey: string }>(move: (input: Input) => Promise<{ readonly transferId: string }>) =>
    async (input: Input) => {
      const fault = faults.next
      const isHit = fault !== undefined && (fault.of === undefined || input.sourceKey.includes(fault.of))
      if (!isHit) return await move(input)
      faults.next = undefined
      if (fault.when === 'after') await move(input)
      faults.hit += 1
      throw new Error('no answer')
    }
  return { purchase: failing(ledger.purchase), returnPurchase: failing(ledger.returnPurchase) }
}

/** Time passes, each account does something, and the job runs, at times on two nodes. */
async function takeStep(run: Run): Promise<void> {
  const { kit, random, histories } = run
  const days = random.pick([0, 0, 1, 9, 31, 70])
  kit.clock.at += days * 24 * HOUR_MS + random.below(HOUR_MS) + 1
  await runJob(run, days < 10)
  for (const history of histories) {
    kit.clock.at += 1
    await act(run, history)
  }
  // What was left half done by a lost answer is found by the job.
  run.faults.next = undefined
  kit.clock.at += HALF_DONE_MS
  await runJob(run, true)
  for (const history of histories) await compare(run, history)
  run.told.steps += 1
}

/** The job; on two nodes at once where no subscription has more than one period to pay, as nodes do not agree on whose second one comes first. */
async function runJob({ kit, random, histories, faults, parts, told }: Run, isShort: boolean): Promise<void> {
  // Of accounts with one subscription, as others would have theirs paid in another order.
  const active = histories.flatMap(({ model }) => (model.live.length === 1 ? model.live : [])).filter(({ state }) => state === 'active')
  const [victim] = active.length === 0 ? [] : [active[random.below(active.length)]]
  const hit = faults.hit
  faults.next = victim === undefined ? undefined : { when: 'after', of: victim.id }
  const job = () => renewDue(parts, () => undefined)
  await Promise.all(isShort && random.below(2) === 0 ? [job(), job()] : [job()])
  faults.next = undefined
  await job()
  for (const { model } of histories) model.carryOn(kit.clock.at)
  told.lost_answers += faults.hit - hit
}

/** One thing that an account does; the product and the model have to agree on whether it can. */
async function act(run: Run, { accountId, model }: History): Promise<void> {
  const { kit, random, plans } = run
  const one = model.live.length === 0 ? undefined : model.live[random.below(model.live.length)]
  const choice = random.below(10)
  if (choice < 2) {
    const amount = amountBelow(random, 90n) + 1n
    await kit.give(accountId, amount)
    model.balance += amount
    return
  }
  if (choice === 2 && model.balance > 0n) {
    const amount = (model.balance * BigInt(1 + random.below(4))) / 4n
    if (amount === 0n) return
    await kit.ledger.refund({ accountId, amount, sourceKey: `spent ${accountId} ${kit.clock.at}`, reason: 'spent' })
    model.balance -= amount
    return
  }
  const isFaulty = random.below(4) === 0
  if (choice < 5 || one === undefined) return await begin(run, { accountId, model }, { plan: random.pick([...plans]), isFaulty })
  const { id } = one
  const now = kit.clock.at
  const { parts } = run
  if (choice === 5) return await both(run, { isFaulty: false, real: () => cancelNow(parts, id), modelled: () => model.cancelNow(one, now) })
  if (choice === 6 || choice === 7) {
    const isCanceled = random.below(2) === 0
    return await both(run, {
      isFaulty,
      real: () => cancelAtPeriodEnd(parts, { id, by: 'customer' }, isCanceled),
      modelled: () => model.cancelAtEnd(one, isCanceled),
    })
  }
  const plan = random.pick([...plans])
  await both(run, { isFaulty, real: () => changePlan(parts, id, { planId: plan.id }), modelled: () => model.change(one, plan, now) })
}

type Begun = { readonly plan: ModelPlan; readonly isFaulty: boolean }

async function begin(run: Run, { accountId, model }: History, { plan, isFaulty }: Begun): Promise<void> {
  if (model.live.length >= 3) return
  const now = run.kit.clock.at
  await both(run, {
    isFaulty,
    real: () => subscribe(run.parts, { accountId, planId: plan.id }),
    modelled: async () => {
      const known = new Set(model.subscriptions.map(({ id }) => id))
      const [made] = (await listSubscriptions(run.kit.database, accountId)).filter(({ id }) => !known.has(id))
      return model.subscribe(made?.id ?? 'none', plan, now)
    },
  })
}

type Both = {
  readonly isFaulty: boolean
  readonly real: () => Promise<unknown>
  readonly modelled: () => unknown
}

/** Does something and has the model do it; a failure that is told means that the model refuses it too, and a lost answer that it happens later. */
async function both(run: Run, { isFaulty, real, modelled }: Both): Promise<void> {
  const { context, random, faults, told } = run
  faults.next = isFaulty ? { when: random.pick(['before', 'after']), of: undefined } : undefined
  const failure = await real().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const isLost = isFaulty && faults.next === undefined
  faults.next = undefined
  if (isLost) told.lost_answers += 1
  const isRefused = failure instanceof FailureError
  if (failure !== undefined && !isRefused && !isLost)
    throw failure instanceof Error ? failure : new TypeError('what was thrown is no error')
  if (isRefused) told.refused += 1
  const isAllowed = (await modelled()) !== false
  context.expect(
    isAllowed !== isRefused,
    `the model ${isAllowed ? 'allows' : 'refuses'} what was ${isRefused ? failure.failure.code : 'done'}`,
  )
}

async function compare({ context, kit, told }: Run, { accountId, model }: History): Promise<void> {
  const available = await kit.available(accountId)
  context.expect(available === model.balance, `an account has ${available} and should have ${model.balance}`)
  const shown = new Map((await listSubscriptions(kit.database, accountId)).map((one) => [one.id, one]))
  told.periods += model.live.length
  context.expect(shown.size === model.subscriptions.length, `${shown.size} subscriptions and not ${model.subscriptions.length}`)
  for (const one of model.subscriptions) {
    const real = shown.get(one.id)
    const isOpen = one.state === 'active' || one.state === 'past_due'
    const found = [real?.status, real?.planSlug, ...(isOpen ? [real?.currentPeriodStart, real?.currentPeriodEnd, real?.nextPlanSlug] : [])]
    const wanted = describe(one, isOpen)
    context.expect(found.join() === wanted.join(), `a subscription is ${found.join(' ')} and should be ${wanted.join(' ')}`)
  }
}

const describe = (one: ModelSubscription, isOpen: boolean): readonly (string | null | undefined)[] => [
  ...[one.state, one.plan.id],
  ...(isOpen ? [new Date(one.start).toISOString(), new Date(one.end).toISOString(), one.next?.id ?? null] : []),
]
