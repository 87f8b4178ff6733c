// Guarantee: a saved card is left, looked after and charged by itself for whoever runs the account and has just shown who they are, and for nobody else; each time
// the balance falls it is charged once, within the maximum of a day, never again after it said no, and the doors say how it stands.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { IdentityWorld } from '../../../checks/security/identity-world.ts'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../../checks/security/team-world.ts'
import { type CardBehaviour, type SimStripe, startSimStripe } from '../../../sim/index.ts'
import { suspendAccount } from '../../accounts/index.ts'
import { openPaymentDesk, openStripeApi, openStripeRail, paymentSettingsOf, type StripeRail } from '../../payments/index.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { CheckoutRail } from '../ports/index.ts'
import { type TestAnswer, testWorld } from '../test-world.ts'

const USD = 1_000_000_000n
const TEN_MINUTES = 600_000
let sim: SimStripe
let rail: StripeRail
let people: IdentityWorld
let world: TeamWorld
let bare: TeamWorld
before(async () => {
  world = await openTeamWorld(async (opened) => {
    people = opened
    return await withCards(opened)
  })
  bare = await openTeamWorld()
})
after(async () => {
  await world.close()
  await bare.close()
  await sim.close()
})

/** The rail of the world's accounts, at a Stripe of their own. */
async function withCards({ kit, ledger, subjects, clock, options }: IdentityWorld): Promise<Partial<ApiDependencies>> {
  sim = await startSimStripe({ now: clock.now, name: 'doors' })
  const { secretKey, webhookSecret, baseUrl: apiBase } = sim
  const settings = { secretKey, webhookSecret, isTaxed: false, isRedacting: false, apiBase }
  const { rules } = paymentSettingsOf(undefined)
  const { keyring } = testWorld(kit.appDatabase).dependencies
  const parts = { database: kit.appDatabase, ledger, keyring, subjects, ids: options.ids, clock, log: options.log }
  const opened = openStripeRail({
    ...{ ...parts, desk: openPaymentDesk({ ...parts, onPaid: [], fulfillers: {} }), settings, rules, refunds: rules.refunds },
    ...{ mailer: options.mailer, emailOf: options.accounts.emailOf, publicUrl: 'https://shop.example', service: 'Shop' },
    api: openStripeApi({ secretKey, webhookSecret, apiBase, retries: 0 }),
  })
  rail = opened ?? assert.fail('no rail')
  const begin: CheckoutRail['begin'] = async ({ orderId, ...order }) => {
    const { sessionId, sessionUrl, paymentId } = await rail.checkout({ ...order, paymentId: orderId })
    return { kind: 'page', url: sessionUrl, sessionId, paymentId }
  }
  return { stripe: rail, manage: { rails: { stripe: { begin }, usdc: { begin: () => Promise.reject(new TypeError('not here')) } } } }
}

const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code ?? ''}`.trim()
const TOP_UP = '/api/billing/auto-top-up'
const RENEWALS = '/api/billing/card-renewals'
const WANTED = { threshold: '5.00', amount: '20.00', dailyMaximum: '40.00' }
const GRAVE = [
  ['POST /api/billing/cards/page', {}],
  ['POST /api/billing/portal', {}],
  [`PUT ${TOP_UP}`, WANTED],
  [`PUT ${RENEWALS}`, { dailyMaximum: '40.00' }],
] as const
const set = (person: SignedInPerson, change: object = {}) => world.as(person, `PUT ${TOP_UP}`, { body: { ...WANTED, ...change } })
const read = async (person: SignedInPerson) => (await world.as(person, `GET ${TOP_UP}`)).json.data
const available = async ({ accountId }: SignedInPerson) => (await people.ledger.balanceOf(accountId))?.available
const charges = () => sim.account.intents.size

/** Somebody with credit who left a card at the page that they were sent to. */
async function withCard({ credit = 0n, behaviour }: { readonly credit?: bigint; readonly behaviour?: CardBehaviour } = {}) {
  const person = await world.newPerson()
  const { accountId } = person
  if (credit > 0n) await people.ledger.credit({ accountId, amount: credit, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
  const page = await world.as(person, 'POST /api/billing/cards/page')
  assert.equal(page.status, 201, page.text)
  const sessionId = /\/(cs_test_\w+)$/.exec(page.json.data.url)?.[1] ?? assert.fail(page.text)
  sim.saveCard(sessionId, behaviour)
  return person
}
const spend = ({ accountId }: SignedInPerson, amount: bigint) =>
  people.ledger.purchase({ accountId, amount, sourceKey: randomUUID(), reason: 'spent' })
async function join(owner: SignedInPerson, role: string): Promise<SignedInPerson> {
  const person = await world.newPerson()
  const made = await world.as(owner, 'POST /api/team/invitations', { body: { role } })
  await world.as(person, 'POST /api/auth/invitations/accept', { body: { code: made.json.data.code } })
  return { ...person, acting: owner.accountId }
}

test('a card is left at the page of its processor, shown by what it is recognized by, and looked after at another page', async () => {
  const person = await world.newPerson()
  assert.deepEqual((await world.as(person, 'GET /api/billing/cards')).json.data, [])
  const owner = await withCard()
  const cards = await world.as(owner, 'GET /api/billing/cards')
  assert.deepEqual(cards.json.data, [{ brand: 'visa', last4: '4242', expires: '2034-08' }])
  const portal = await world.as(owner, 'POST /api/billing/portal')
  assert.match(portal.json.data.url, /^https:\/\/billing\.stripe\.com\//)
  const again = await world.as(owner, 'POST /api/billing/portal')
  assert.notEqual(again.json.data.url, portal.json.data.url)
})

test('whoever looked a moment before leaving a card sees it when they come back', async () => {
  const owner = await withCard()
  const cards = async () => (await world.as(owner, 'GET /api/billing/cards')).json.data.length
  assert.equal(await cards(), 1)
  const page = await world.as(owner, 'POST /api/billing/cards/page')
  sim.saveCard(/\/(cs_test_\w+)$/.exec(page.json.data.url)?.[1] ?? assert.fail(page.text))
  assert.equal(await cards(), 2)
})

test('whoever looks in a loop is told from one look for two seconds, and Stripe is not asked for them', async () => {
  const owner = await withCard()
  const asked = () => sim.calls.filter(({ path }) => path.endsWith('/payment_methods')).length
  const before = asked()
  const told = await Promise.all(Array.from({ length: 20 }, () => world.as(owner, 'GET /api/billing/cards')))
  assert.deepEqual([told.every(({ json }) => json.data.length === 1), asked() - before], [true, 1])
  sim.faultOf = ({ path }) => (path.endsWith('/payment_methods') ? 'error-before' : undefined)
  world.clock.at += 2_001
  assert.equal(codeOf(await world.as(owner, 'GET /api/billing/cards')), '503 rail_unavailable')
  sim.faultOf = () => undefined
  assert.equal((await world.as(owner, 'GET /api/billing/cards')).status, 200)
})

test('a balance below its threshold is topped up once each time, within the maximum of a day', async () => {
  const owner = await withCard({ credit: 6n * USD })
  assert.equal((await read(owner)).state, 'never')
  assert.deepEqual((await set(owner)).json.data, { ...WANTED, state: 'armed', chargedToday: '0.00', outcome: null })
  const run = () => Promise.all([rail.topUp(), rail.topUp(), rail.topUp()])
  const before = charges()
  await run()
  assert.equal(charges(), before)
  await spend(owner, 2n * USD)
  await run()
  await run()
  assert.deepEqual([await available(owner), charges() - before], [24n * USD, 1])
  await spend(owner, 20n * USD)
  await run()
  await run()
  assert.deepEqual([await available(owner), charges() - before], [24n * USD, 2])
  // The day has had its maximum, and the door says so.
  await spend(owner, 20n * USD)
  await run()
  assert.deepEqual([await available(owner), charges() - before], [4n * USD, 2])
  const { state, chargedToday, outcome } = await read(owner)
  assert.deepEqual([state, chargedToday, outcome], ['armed', '40.00', null])
  world.clock.at += 86_400_000
  await run()
  assert.deepEqual([await available(owner), charges() - before], [24n * USD, 3])
  const stopped = await world.as(await world.signIn(owner), `DELETE ${TOP_UP}`)
  assert.deepEqual([stopped.json.data.state, stopped.json.data.outcome], ['off', 'stopped'])
  await spend(owner, 24n * USD)
  await run()
  assert.equal(charges() - before, 3)
})

test('a card that says no is asked once, and the door says why; another one goes on', async () => {
  for (const [behaviour, reason] of [
    ['declined', 'card_declined'],
    ['needs-owner', 'authentication_required'],
  ] as const) {
    const owner = await withCard({ behaviour })
    assert.equal((await set(owner)).status, 200)
    const before = charges()
    for (let at = 0; at < 3; at += 1) await rail.topUp()
    const { state, outcome, chargedToday } = await read(owner)
    assert.deepEqual([state, outcome, chargedToday, charges() - before], ['off', reason, '0.00', 1])
    const page = await world.as(owner, 'POST /api/billing/cards/page')
    sim.saveCard(page.json.data.url.split('/').at(-1))
    assert.equal((await set(owner)).json.data.state, 'armed')
    await rail.topUp()
    await rail.topUp()
    assert.deepEqual([await available(owner), (await read(owner)).state], [20n * USD, 'armed'])
  }
})

test('a charge whose answer is lost shows as under way; what only paid a debt shows that more is owed', async () => {
  const owner = await withCard()
  await set(owner)
  sim.faultOf = ({ method, path }) => (method === 'POST' && path === '/v1/payment_intents' ? 'error-after' : undefined)
  await rail.topUp()
  sim.faultOf = () => undefined
  assert.deepEqual([(await read(owner)).state, (await read(owner)).chargedToday], ['charging', '20.00'])
  // Whoever stops it and sets it again meanwhile is not charged twice.
  await world.as(owner, `DELETE ${TOP_UP}`)
  assert.equal((await set(owner)).json.data.state, 'charging')
  const before = charges()
  world.clock.at += 61_000
  await rail.finish()
  await rail.topUp()
  assert.deepEqual([await available(owner), (await read(owner)).state, charges()], [20n * USD, 'armed', before])
  const { accountId } = owner
  await people.ledger.chargeBack({
    accountId,
    amount: 50n * USD,
    sourceKey: `usdc-reorg:${randomUUID()}`,
    reason: 'the chain took it back',
  })
  await rail.topUp()
  await rail.topUp()
  assert.deepEqual([await available(owner), (await read(owner)).state], [0n, 'owing'])
})

test('nobody sets it but who runs the account: no other role, no other account, no management key, and no old proof', async () => {
  const owner = await withCard({ credit: USD })
  const admin = await join(owner, 'admin')
  const others: SignedInPerson[] = []
  for (const role of ['developer', 'billing', 'viewer']) others.push(await join(owner, role))
  const stranger = { ...(await world.newPerson()), acting: owner.accountId }
  const key = (await world.as(owner, 'POST /api/keys/management', { body: { name: 'm' } })).json.data.apiKey
  const before = charges()
  for (const [line, body] of GRAVE) {
    for (const other of others) assert.equal(codeOf(await world.as(other, line, { body })), '403 member_role', line)
    assert.equal(codeOf(await world.as(stranger, line, { body })), '404 account_unknown', line)
    const byKey = await world.byKey(key, line, body)
    assert.equal(codeOf(byKey), '403 person_needed', line)
    assert.match(byKey.json.error.message, /https:\/\/shop\.example\/dashboard\/top-up/)
  }
  assert.equal((await read(owner)).state, 'never')
  assert.equal((await world.as(owner, `GET ${RENEWALS}`)).json.data.state, 'never')
  assert.equal((await set(admin)).status, 200)
  // All of them look; who pays and a key may stop it.
  for (const one of [...others, admin]) assert.equal((await read(one)).state, 'armed')
  assert.equal((await world.byKey(key, `GET ${TOP_UP}`)).json.data.amount, '20.00')
  assert.equal((await world.byKey(key, 'GET /api/billing/cards')).json.data.length, 1)
  for (const [at, answer] of [...others, stranger].entries())
    assert.equal(
      codeOf(await world.as(answer, `DELETE ${TOP_UP}`)),
      ['403 member_role', '200', '403 member_role', '404 account_unknown'][at],
    )
  assert.equal((await read(owner)).outcome, 'stopped')
  await set(owner)
  assert.equal((await world.byKey(key, `DELETE ${TOP_UP}`)).json.data.state, 'off')
  world.clock.at += TEN_MINUTES + 1
  for (const [line, body] of GRAVE) assert.equal(codeOf(await world.as(owner, line, { body })), '403 not_fresh', line)
  await rail.topUp()
  assert.deepEqual([(await read(owner)).state, charges()], ['off', before])
})

test('whoever runs the account has renewals paid by card; all of it see that, and who pays, or a key, stops it', async () => {
  const owner = await withCard()
  const [admin, billing, viewer] = [await join(owner, 'admin'), await join(owner, 'billing'), await join(owner, 'viewer')]
  const renewals = async (person: SignedInPerson) => (await world.as(person, `GET ${RENEWALS}`)).json.data
  assert.deepEqual(await renewals(viewer), { state: 'never', dailyMaximum: null, chargedToday: '0.00', outcome: null })
  const agree = () => world.as(admin, `PUT ${RENEWALS}`, { body: { dailyMaximum: '40.00' } })
  assert.deepEqual((await agree()).json.data, { state: 'on', dailyMaximum: '40.00', chargedToday: '0.00', outcome: null })
  assert.equal(codeOf(await world.as(viewer, `DELETE ${RENEWALS}`)), '403 member_role')
  assert.deepEqual((await world.as(billing, `DELETE ${RENEWALS}`)).json.data.outcome, 'stopped')
  assert.equal((await agree()).status, 200)
  const key = (await world.as(owner, 'POST /api/keys/management', { body: { name: 'm' } })).json.data.apiKey
  assert.equal((await world.byKey(key, `GET ${RENEWALS}`)).json.data.state, 'on')
  assert.equal((await world.byKey(key, `DELETE ${RENEWALS}`)).json.data.state, 'off')
  for (const [body, code, field] of [
    [{ dailyMaximum: '0.49' }, 'invalid_field', 'dailyMaximum'],
    [{ dailyMaximum: '0' }, 'invalid_field', 'dailyMaximum'],
    [{ dailyMaximum: 'much' }, 'invalid_field', 'dailyMaximum'],
    [{}, 'missing_field', 'dailyMaximum'],
    [{ dailyMaximum: '40.00', amount: '1.00' }, 'unknown_field', 'amount'],
  ] as const) {
    const { status, json } = await world.as(owner, `PUT ${RENEWALS}`, { body })
    assert.deepEqual([status, json.error.code, json.error.field], [400, code, field], JSON.stringify(body))
  }
  assert.equal((await renewals(owner)).state, 'off')
  assert.equal(codeOf(await world.as(await world.newPerson(), `PUT ${RENEWALS}`, { body: { dailyMaximum: '40.00' } })), '409 card_missing')
})

test('the card that pays is kept where who runs the account says so with a new proof, and not otherwise', async () => {
  const owner = await world.newPerson()
  const [admin, billing] = [await join(owner, 'admin'), await join(owner, 'billing')]
  const cards = async () => {
    world.clock.at += 2_001
    return (await world.as(owner, 'GET /api/billing/cards')).json.data.length
  }
  const pay = (person: SignedInPerson, body: object) => world.as(person, 'POST /api/billing/topup', { body: { amount: '10.00', ...body } })
  const paid = async (person: SignedInPerson, body: object) => {
    const step = await pay(person, body)
    assert.equal(step.status, 201, step.text)
    sim.pay(step.json.data.sessionId)
    return await cards()
  }
  assert.equal(await paid(owner, {}), 0)
  assert.equal(await paid(billing, { savesCard: false }), 0)
  assert.equal(codeOf(await pay(billing, { savesCard: true })), '403 member_role')
  const key = (await world.as(owner, 'POST /api/keys/management', { body: { name: 'm' } })).json.data.apiKey
  const byKey = await world.byKey(key, 'POST /api/billing/topup', { amount: '10.00', savesCard: true })
  assert.equal(codeOf(byKey), '403 person_needed')
  for (const [body, field] of [
    [{ method: 'usdc', savesCard: true }, 'savesCard'],
    [{ savesCard: 'yes' }, 'savesCard'],
  ] as const) {
    const { status, json } = await pay(owner, body)
    assert.deepEqual([status, json.error.code, json.error.field], [400, 'invalid_field', field])
  }
  assert.equal(await paid(admin, { savesCard: true }), 1)
  world.clock.at += TEN_MINUTES + 1
  assert.equal(codeOf(await pay(owner, { savesCard: true })), '403 not_fresh')
  assert.equal((await pay(owner, {})).status, 201)
})

test('what is wrong is named by its field, and has no effect', async () => {
  const owner = await withCard()
  for (const [change, code, field] of [
    [{ amount: '9.99' }, 'invalid_field', 'amount'],
    [{ amount: '10.001' }, 'invalid_field', 'amount'],
    [{ amount: '-1' }, 'amount_invalid', 'amount'],
    [{ amount: undefined }, 'missing_field', 'amount'],
    [{ threshold: '0' }, 'invalid_field', 'threshold'],
    [{ threshold: '20.01' }, 'invalid_field', 'threshold'],
    [{ threshold: 'much' }, 'invalid_field', 'threshold'],
    [{ threshold: null }, 'invalid_field', 'threshold'],
    [{ dailyMaximum: '19.99' }, 'invalid_field', 'dailyMaximum'],
    [{ dailyMaximum: true }, 'invalid_field', 'dailyMaximum'],
    [{ daily: '1.00' }, 'unknown_field', 'daily'],
  ] as const) {
    const { status, json } = await set(owner, change)
    assert.deepEqual([status, json.error.code, json.error.field], [400, code, field], JSON.stringify(change))
    assert.doesNotMatch(json.error.message, /Invalid input|undefined/)
  }
  assert.equal((await read(owner)).state, 'never')
  const exact = await set(owner, { threshold: 0.000001, amount: 20, dailyMaximum: 20.5 })
  assert.deepEqual([exact.json.data.threshold, exact.json.data.dailyMaximum], ['0.000001', '20.50'])
  assert.equal(codeOf(await set(await world.newPerson())), '409 card_missing')
})

test('who is suspended leaves no card and sets nothing, is not charged, and may stop it', async () => {
  const owner = await withCard()
  await set(owner)
  const suspended = { id: owner.accountId, reason: 'payment', note: 'n', now: world.clock.at } as const
  await world.database.transaction((tx) => suspendAccount(tx, people.subjects, suspended))
  for (const [line, body] of GRAVE) assert.equal(codeOf(await world.as(owner, line, { body })), '403 account_suspended', line)
  await rail.topUp()
  assert.deepEqual([await available(owner), (await read(owner)).chargedToday], [0n, '0.00'])
  assert.equal((await world.as(owner, `DELETE ${TOP_UP}`)).json.data.outcome, 'stopped')
  assert.equal((await world.as(owner, `DELETE ${RENEWALS}`)).json.data.state, 'never')
})

test('pages are opened as often in an hour as payments are begun, and no more', async () => {
  const owner = await world.newPerson()
  const told = await Promise.all(Array.from({ length: 24 }, () => world.as(owner, 'POST /api/billing/cards/page')))
  assert.equal(told.filter(({ status }) => status === 201).length, 20)
  assert.equal(codeOf(await world.as(owner, 'POST /api/billing/portal')), '429 topup_limited')
})

test('where no cards are set up every door says so, as paying does', async () => {
  const person = await bare.newPerson()
  const pay = await bare.as(person, 'POST /api/billing/topup', { body: { amount: '10.00', method: 'stripe' } })
  assert.equal(codeOf(pay), '404 rail_not_offered')
  const doors = [
    ...GRAVE,
    ['GET /api/billing/cards', undefined],
    [`GET ${TOP_UP}`, undefined],
    [`DELETE ${RENEWALS}`, {}],
    [`GET ${RENEWALS}`, undefined],
    [`DELETE ${TOP_UP}`, {}],
  ] as const
  for (const [line, body] of doors) assert.equal(codeOf(await bare.as(person, line, { body })), '404 rail_not_offered', line)
})
