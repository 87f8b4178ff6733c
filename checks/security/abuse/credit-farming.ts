import { randomUUID } from 'node:crypto'
import { type MoneyStore, openMoneyStore } from '../../../src/control/testing.ts'
import { connect, type Database } from '../../../src/db/index.ts'
import { type NanoUsd, systemClock, systemIds } from '../../../src/lib/index.ts'
import {
  bookGifts,
  type GiftParts,
  giveForPayment,
  notePromo,
  noteReferral,
  type Payment,
  paymentSettingsOf,
  promiseForSignup,
  referralCodeOf,
  rulesOf,
} from '../../../src/payments/index.ts'
import type { CheckContext, Figure } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'

const USD = 1_000_000_000n
const AT_ONCE = 8
const SIGN_UPS_A_DAY = 10
const SIGN_UP = USD / 2n
const REWARDS_A_DAY = 3
const REWARD_MAX = 12n * USD
const PROMO_TOTAL = 25n * USD

/** Credit for nothing: off unless it is set, and then within its caps however many accounts ask for it at once. */
export async function creditFarming(context: CheckContext): Promise<Readonly<Record<string, Figure>>> {
  const store = await openMoneyStore()
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: AT_ONCE })
  try {
    context.expect(paymentSettingsOf(undefined).rules.signupCredit === undefined, 'credit for signing up is on by default')
    const farm: Farm = { context, store, database, accounts: Math.max(40, context.n) }
    const signUps = await bySignUps(farm)
    const rewards = await byReferrals(farm)
    const promos = await byPromotion(farm)
    return { creditsForSignUps: signUps, rewardUsd: Number(rewards / USD), promotionUsd: Number(promos / USD) }
  } finally {
    await database.end()
    await store.drop()
  }
}

type Farm = { readonly context: CheckContext; readonly store: MoneyStore; readonly database: Database; readonly accounts: number }

const partsOf = ({ store, database }: Farm, written: Parameters<typeof rulesOf>[0]): GiftParts => ({
  ...{ database, ledger: store.ledger, ids: systemIds(systemClock.now), clock: systemClock, rules: rulesOf(written) },
})

const newAccounts = ({ store, accounts }: Farm): Promise<readonly string[]> =>
  inParallel(Array.from({ length: accounts }), AT_ONCE, async () => (await store.newCustomer(0n)).accountId)

async function bySignUps(farm: Farm): Promise<number> {
  const { context, store, database } = farm
  const accounts = await newAccounts(farm)
  const [none, some] = [partsOf(farm, {}), partsOf(farm, { signup_credit: '0.50' })]
  const ask = (parts: GiftParts, accountId: string) =>
    database.transaction((tx) => promiseForSignup(tx, parts, { accountId, perDay: SIGN_UPS_A_DAY }))
  await inParallel(accounts, AT_ONCE, (accountId) => ask(none, accountId))
  context.expect((await bookGifts(none, {})) === 0, 'an account got credit that no rule gives')
  await inParallel([...accounts, ...accounts.toReversed()], AT_ONCE, (accountId) => ask(some, accountId))
  while ((await bookGifts(some, {})) > 0);
  const balances = await balancesOf(store, accounts)
  const given = balances.filter((amount) => amount > 0n)
  context.expect(given.length === SIGN_UPS_A_DAY, `${given.length} accounts got credit for signing up in a day`)
  context.expect(
    given.every((amount) => amount === SIGN_UP),
    'an account got credit for signing up twice',
  )
  return given.length
}

/** Everybody says that one account brought them, and pays many times. */
async function byReferrals(farm: Farm): Promise<NanoUsd> {
  const { context, store, database } = farm
  const rule = { percent: '10', minimum_topup: '10.00', rewards_per_day: REWARDS_A_DAY, reward_max: '12.00' }
  const parts = partsOf(farm, { referral: rule })
  const [{ accountId: referrer }, brought] = [await store.newCustomer(0n), await newAccounts(farm)]
  const code = await referralCodeOf(database, referrer, Buffer.from(randomUUID().replaceAll('-', ''), 'hex'))
  await inParallel(brought, AT_ONCE, (accountId) =>
    database.transaction((tx) => noteReferral(tx, { accountId, code, now: systemClock.now() })),
  )
  const own = await database
    .transaction((tx) => noteReferral(tx, { accountId: referrer, code, now: systemClock.now() }))
    .then(
      () => 'taken',
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : ''),
    )
  context.expect(own === 'referral_own', `who brings themselves is told ${own}`)
  await inParallel(brought, AT_ONCE, (accountId) => giveForPayment(parts, paymentOf(accountId, 30n * USD)))
  const [reward = 0n] = await balancesOf(store, [referrer])
  context.expect(reward === 9n * USD && reward <= REWARD_MAX, `a referrer got ${reward} nano-USD in a day`)
  return reward
}

async function byPromotion(farm: Farm): Promise<NanoUsd> {
  const { context, store, database } = farm
  const parts = partsOf(farm, { promo_codes: [{ code: 'FARMED', percent: '10', total: '25.00' }] })
  const accounts = await newAccounts(farm)
  await inParallel(accounts, AT_ONCE, async (accountId) => {
    for (const _ of [1, 2]) {
      const payment = paymentOf(accountId, 10n * USD)
      await notePromo(database, { paymentId: payment.id, accountId, code: 'FARMED', now: systemClock.now() })
      await giveForPayment(parts, payment)
    }
  })
  const balances = await balancesOf(store, accounts)
  const given = balances.reduce((sum, amount) => sum + amount, 0n)
  context.expect(given === PROMO_TOTAL, `a promotion gave ${given} nano-USD`)
  context.expect(
    balances.every((amount) => amount <= USD),
    'an account got a promotion twice',
  )
  return given
}

const balancesOf = (store: MoneyStore, accounts: readonly string[]): Promise<NanoUsd[]> =>
  inParallel(accounts, AT_ONCE, async (accountId) => (await store.ledger.balanceOf(accountId))?.available ?? 0n)

const paymentOf = (accountId: string, amount: NanoUsd): Payment => ({
  ...{ id: randomUUID(), accountId, rail: 'stripe', purpose: { kind: 'topup' }, amount, state: 'paid', railRef: undefined },
  ...{ outcome: undefined, transferId: randomUUID(), createdAt: new Date(systemClock.now()), expiresAt: undefined },
})
