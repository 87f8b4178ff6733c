// Guarantee: money of a payment is asked back by owners, admins and billing who have just shown who they are, and by nobody else; once for each Idempotency-Key; by a rule
// of days it goes back to the card at once, else somebody decides, and the payment says what can be asked and what became of it.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { tellRail } from '../../../checks/money/stripe/tell-rail.ts'
import type { IdentityWorld } from '../../../checks/security/identity-world.ts'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../../checks/security/team-world.ts'
import { type SimStripe, startSimStripe } from '../../../sim/index.ts'
import { suspendAccount } from '../../accounts/index.ts'
import { createManagementKey } from '../../keys/index.ts'
import {
  acceptWish,
  declineWish,
  listWishes,
  openPaymentDesk,
  openStripeApi,
  openStripeRail,
  type PaymentSettings,
  paymentSettingsOf,
  type StripeRail,
} from '../../payments/index.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { wishPartsOf } from '../refund-ways.ts'
import { type TestAnswer, testWorld } from '../test-world.ts'

const USD = 1_000_000_000n
const TEN_MINUTES = 600_000
const DAY_MS = 86_400_000

type Shop = {
  readonly world: TeamWorld
  readonly people: IdentityWorld
  readonly rail: StripeRail
  readonly sim: SimStripe
  readonly parts: ReturnType<typeof wishPartsOf>
}

/** People and a Stripe of their own, under a rule for refunds. */
async function openShop(paymentSettings: PaymentSettings): Promise<Shop> {
  let opened: Pick<Shop, 'people' | 'rail' | 'sim' | 'parts'> | undefined
  const world = await openTeamWorld(async (people) => {
    const { kit, ledger, subjects, clock, options } = people
    const sim = await startSimStripe({ now: clock.now, name: `back${paymentSettings.rules.refunds.kind.replaceAll('_', '')}` })
    const { secretKey, webhookSecret, baseUrl: apiBase } = sim
    const { keyring } = testWorld(kit.appDatabase).dependencies
    const parts = { database: kit.appDatabase, ledger, keyring, subjects, ids: options.ids, clock, log: options.log }
    const rail = openStripeRail({
      ...{ ...parts, desk: openPaymentDesk({ ...parts, onPaid: [], fulfillers: {} }), rules: paymentSettings.rules },
      ...{ settings: { secretKey, webhookSecret, isTaxed: false, isRedacting: false, apiBase }, refunds: paymentSettings.rules.refunds },
      ...{ mailer: options.mailer, emailOf: options.accounts.emailOf, publicUrl: 'https://shop.example', service: 'Shop' },
      api: openStripeApi({ secretKey, webhookSecret, apiBase, retries: 0 }),
    })
    if (rail === undefined) throw new TypeError('no rail')
    const more: Partial<ApiDependencies> = { stripe: rail, paymentSettings }
    const judged = { stripe: rail, ledger, subjects, paymentSettings, ids: options.ids, clock: { ...clock, monotonic: clock.now } }
    opened = { people, rail, sim, parts: wishPartsOf(judged) }
    return more
  })
  return { world, ...(opened ?? assert.fail('no shop')) }
}

let days: Shop
let cases: Shop
before(async () => {
  days = await openShop(paymentSettingsOf({ rules: { refunds: 'days', refund_days: 7 } }))
  cases = await openShop(paymentSettingsOf(undefined))
})
after(async () => {
  for (const { world, sim } of [days, cases]) {
    await world.close()
    await sim.close()
  }
})

const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code ?? ''}`.trim()

/** Somebody who paid ten dollars by card. */
async function payer({ world, rail, sim }: Shop): Promise<SignedInPerson & { readonly paymentId: string }> {
  const person = await world.newPerson()
  const { accountId } = person
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: 10n * USD, purpose: { kind: 'topup' } })
  const since = sim.account.events.length
  sim.pay(sessionId)
  await tellRail(rail, sim, since)
  return { ...person, paymentId }
}
type Payer = Awaited<ReturnType<typeof payer>>

const ask = ({ world }: Shop, person: Payer, body: object = {}, key?: string) =>
  world.as(person, `POST /api/billing/payments/${person.paymentId}/refund`, { body, ...(key && { headers: { 'idempotency-key': key } }) })
const paymentOf = async ({ world }: Shop, person: Payer) => (await world.as(person, 'GET /api/billing/payments')).json.data[0]
const available = async ({ people }: Shop, { accountId }: SignedInPerson) => (await people.ledger.balanceOf(accountId))?.available
async function join({ world }: Shop, owner: Payer, role: string): Promise<Payer> {
  const person = await world.newPerson()
  const made = await world.as(owner, 'POST /api/team/invitations', { body: { role } })
  await world.as(person, 'POST /api/auth/invitations/accept', { body: { code: made.json.data.code } })
  return { ...person, acting: owner.accountId, paymentId: owner.paymentId }
}

test('by a rule of days it goes back to the card at once, once for each key, and the payment says so', async () => {
  const person = await payer(days)
  const before = await paymentOf(days, person)
  assert.deepEqual([before.returned, before.returnable, before.askedBack], ['0.00', { amount: '10.00', decidedBy: 'rule' }, null])
  const told = await Promise.all(Array.from({ length: 6 }, () => ask(days, person, { amount: '4.00' }, 'once')))
  assert.deepEqual([...new Set(told.map(codeOf))], ['201'], told[0]?.text)
  assert.equal(new Set(told.map(({ json }) => json.data.id)).size, 1)
  const [{ kind, amount, state }] = [told[0]?.json.data]
  assert.deepEqual([kind, amount, state], ['refund', '4.00', 'done'])
  assert.equal(codeOf(await ask(days, person, { amount: '5.00' }, 'once')), '409 idempotency_conflict')
  assert.equal(await available(days, person), 6n * USD)
  const after = await paymentOf(days, person)
  assert.deepEqual([after.returned, after.returnable], ['4.00', { amount: '6.00', decidedBy: 'rule' }])
  assert.equal((await ask(days, person)).json.data.amount, '6.00')
  assert.deepEqual([(await paymentOf(days, person)).state, (await paymentOf(days, person)).returnable], ['refunded', null])
  assert.equal(codeOf(await ask(days, person)), '409 refund_exceeds_payment')
  assert.deepEqual([days.sim.account.refunds.size, await available(days, person)], [2, 0n])
})

test('after its days there is nothing to ask for, and asking says until when there was', async () => {
  const person = await payer(days)
  // The books have a clock of their own, which is a little ahead.
  days.world.clock.at += 7 * DAY_MS + TEN_MINUTES
  const again = { ...(await days.world.signIn(person)), paymentId: person.paymentId }
  assert.equal((await paymentOf(days, again)).returnable, null)
  assert.equal(codeOf(await ask(days, again)), '409 refund_too_late')
  days.world.clock.at -= 7 * DAY_MS + TEN_MINUTES
})

test('who pays for the account asks, with a proof of the last ten minutes; others and keys do not', async () => {
  const owner = await payer(cases)
  for (const role of ['developer', 'viewer'])
    assert.equal(codeOf(await ask(cases, await join(cases, owner, role))), '403 member_role', role)
  const { kit, subjects, clock } = cases.people
  const made = { id: randomUUID(), accountId: owner.accountId, name: 'm', random: randomBytes(32), now: clock.now() }
  const { secret } = await createManagementKey(kit.appDatabase, subjects, made)
  assert.equal(codeOf(await cases.world.byKey(secret, `POST /api/billing/payments/${owner.paymentId}/refund`, {})), '403 person_needed')
  const billing = await join(cases, owner, 'billing')
  cases.world.clock.at += TEN_MINUTES + 1
  assert.equal(codeOf(await ask(cases, billing)), '403 not_fresh')
  const stranger = await payer(cases)
  assert.equal(codeOf(await ask(cases, { ...stranger, paymentId: owner.paymentId })), '404 payment_unknown')
  const fresh = { ...(await cases.world.signIn(billing)), acting: owner.accountId, paymentId: owner.paymentId }
  assert.equal(codeOf(await ask(cases, fresh)), '201')
})

test('case by case somebody decides: the payment says that it waits, what became of it, and why not', async () => {
  const [granted, declined] = [await payer(cases), await payer(cases)]
  assert.deepEqual((await paymentOf(cases, granted)).returnable, { amount: '10.00', decidedBy: 'person' })
  for (const person of [granted, declined]) {
    const told = await ask(cases, person, { amount: '7.50' }, 'once')
    assert.deepEqual([told.json.data.kind, told.json.data.state, told.json.data.amount], ['wish', 'open', '7.50'])
    assert.equal((await ask(cases, person, { amount: '7.50' }, 'once')).text, told.text)
    assert.equal(codeOf(await ask(cases, person)), '409 refund_wish_open')
    const { returnable, askedBack } = await paymentOf(cases, person)
    assert.deepEqual([returnable, askedBack.state, askedBack.amount, askedBack.reason], [null, 'open', '7.50', null])
    assert.equal(await available(cases, person), 10n * USD)
  }
  const { database } = cases.world
  const wishes = await listWishes(database, { isAll: false, limit: 500 })
  const idOf = ({ paymentId }: Payer) => wishes.find((wish) => wish.paymentId === paymentId)?.id ?? assert.fail('no wish')
  const refundId = await database.transaction((tx) => acceptWish(cases.parts, tx, { id: idOf(granted), amount: undefined }))
  await cases.rail.carryOnRefund(refundId)
  await database.transaction((tx) => declineWish(cases.parts, tx, { id: idOf(declined), reason: 'It was a gift.' }))
  const [yes, no] = [await paymentOf(cases, granted), await paymentOf(cases, declined)]
  assert.deepEqual([yes.askedBack.state, yes.returned, yes.returnable], ['accepted', '7.50', { amount: '2.50', decidedBy: 'person' }])
  assert.deepEqual([no.askedBack.state, no.askedBack.reason, no.returned, no.returnable], ['declined', 'It was a gift.', '0.00', null])
  assert.deepEqual([await available(cases, granted), await available(cases, declined)], [2_500_000_000n, 10n * USD])
})

test('a suspended account asks for nothing, and an amount that is none is named', async () => {
  const person = await payer(cases)
  for (const amount of ['0', '-1', 'ten', '0.001']) {
    const told = await ask(cases, person, { amount })
    assert.deepEqual([told.status, told.json.error.field], [400, 'amount'], amount)
  }
  const strange = await ask(cases, person, { amount: '1.00', to: 'me' })
  assert.deepEqual([strange.status, strange.json.error.code], [400, 'unknown_field'])
  const { kit, subjects, clock } = cases.people
  const suspension = { id: person.accountId, reason: 'abuse', note: undefined, now: clock.now() } as const
  await kit.appDatabase.transaction((tx) => suspendAccount(tx, subjects, suspension))
  assert.equal(codeOf(await ask(cases, person)), '403 account_suspended')
})
