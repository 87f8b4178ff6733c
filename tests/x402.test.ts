// Guarantee: a client without a key is asked for what its call can cost, in the shape of its protocol; when it pays by x402 it is served, once for
// each payment; what a call did not use is on the balance of its wallet. Over the whole server, with a client that signs and a facilitator.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, bodyOf, call, errorCodeOf, pathOf, type Spoken, send } from '../checks/calls.ts'
import { draftOf, headerOf, newWallet, PAY_TO, sign, type Wallet } from '../checks/money/x402/index.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimFacilitator, startSimFacilitator } from '../sim/index.ts'
import { connect, sql } from '../src/db/index.ts'

let world: World
let facilitator: SimFacilitator
before(async () => {
  facilitator = await startSimFacilitator({ chainId: 8453, name: 'USD Coin', version: '2', now: () => Date.now() })
  world = await startWorld({
    payments: { x402: { facilitator: facilitator.url, pay_to: PAY_TO, minimum: '0.002' } },
    models: [{ id: 'm-down', upstream: 'oai', upstreamModel: 'sim-model!close-before-headers' }],
  })
})
after(async () => {
  await world.stop()
  await facilitator.stop()
})

type Asking = { readonly protocol?: Spoken; readonly model?: string; readonly isStream?: boolean; readonly payment?: string }

/** A call without a key. */
function ask({ protocol = 'openai', model, isStream = false, payment }: Asking = {}): Promise<Answer> {
  const plan = { base: world.base, key: '', protocol, isStream, ...(model === undefined ? {} : { model }) }
  const body = bodyOf(plan)
  const headers = {
    ...{ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'anthropic-version': '2023-06-01' },
    ...(payment !== undefined && { 'payment-signature': payment }),
  }
  return send({ url: world.base + pathOf(plan), method: 'POST', headers, body })
}

type Required = {
  readonly x402Version: number
  readonly accepts: readonly [{ readonly amount: string; readonly payTo: string; readonly network: string }]
}
type Settled = {
  readonly success: boolean
  readonly transaction: string
  readonly network: string
  readonly payer: string
  readonly errorReason?: string
}

const headerIn = <T>(answer: Answer, name: string): T =>
  JSON.parse(Buffer.from(String(answer.headers[name]), 'base64').toString('utf8')) as T
const funded = (): Wallet => {
  const wallet = newWallet()
  facilitator.fund(wallet.address, 100_000_000n)
  return wallet
}
/** What a paying client does with what it is asked. */
async function payFor(wallet: Wallet, asked: Answer): Promise<string> {
  const [{ amount }] = headerIn<Required>(asked, 'payment-required').accepts
  return headerOf(await sign(wallet, draftOf(wallet, { units: BigInt(amount), now: Date.now() })))
}

for (const protocol of ['openai', 'anthropic', 'gemini'] as const) {
  test(`${protocol}: asked, paid, served, and never again for the same payment`, async () => {
    const wallet = funded()
    const asked = await ask({ protocol })
    assert.equal(asked.status, 402)
    assert.match(asked.body.toString(), /payment_required|PAYMENT-REQUIRED/)
    const required = headerIn<Required>(asked, 'payment-required')
    assert.equal(required.x402Version, 2)
    assert.equal(required.accepts[0].network, 'eip155:8453')
    assert.deepEqual((JSON.parse(asked.body.toString()) as Required).accepts, required.accepts)
    const calls = world.sim.calls.length
    const payment = await payFor(wallet, asked)
    const answer = await ask({ protocol, payment })
    assert.equal(answer.status, 200, answer.body.toString())
    const settled = headerIn<Settled>(answer, 'payment-response')
    const moved = facilitator.transfers.filter(({ from }) => from === wallet.address)
    assert.deepEqual(settled, { success: true, transaction: moved[0]?.txHash, network: 'eip155:8453', payer: wallet.address })
    const again = await ask({ protocol, payment })
    assert.equal(again.status, 402)
    assert.match(again.body.toString(), /has paid for a call already/)
    assert.equal(headerIn<Settled>(again, 'payment-response').success, false)
    assert.equal(world.sim.calls.length, calls + 1)
    assert.equal(facilitator.transfers.filter(({ from }) => from === wallet.address).length, 1)
  })
}

test('a stream is paid for before its first byte, and says so in its head', async () => {
  const wallet = funded()
  const answer = await ask({ isStream: true, payment: await payFor(wallet, await ask({ isStream: true })) })
  assert.equal(answer.status, 200)
  assert.match(answer.body.toString(), /\[DONE\]/)
  assert.equal(headerIn<Settled>(answer, 'payment-response').payer, wallet.address)
})

test('too little, and what is no payment: nothing is served and nothing moves', async () => {
  const wallet = funded()
  const asked = await ask()
  const [{ amount }] = headerIn<Required>(asked, 'payment-required').accepts
  const [calls, moved] = [world.sim.calls.length, facilitator.transfers.length]
  const short = headerOf(await sign(wallet, draftOf(wallet, { units: BigInt(amount) - 1n, now: Date.now() })))
  const answer = await ask({ payment: short })
  assert.equal(answer.status, 402)
  assert.equal(errorCodeOf(answer), 'payment_short')
  assert.equal(headerIn<Required>(answer, 'payment-required').accepts[0].amount, amount)
  assert.equal(headerIn<Settled>(answer, 'payment-response').errorReason, 'invalid_exact_evm_payload_authorization_value')
  const expired = await ask({
    payment: headerOf(await sign(wallet, draftOf(wallet, { units: BigInt(amount), now: Date.now() - 3_600_000 }))),
  })
  assert.equal(errorCodeOf(expired), 'payment_expired')
  const noise = await ask({ payment: 'noise' })
  assert.equal(noise.status, 400)
  assert.equal(errorCodeOf(noise), 'payment_malformed')
  facilitator.manner.isDown = true
  const away = await ask({ payment: await payFor(wallet, asked) })
  facilitator.manner.isDown = false
  assert.equal(away.status, 503)
  assert.equal(errorCodeOf(away), 'facilitator_unavailable')
  assert.deepEqual([world.sim.calls.length, facilitator.transfers.length], [calls, moved])
})

test('with a key all is as ever: a good one calls, a bad one is refused, and lists are for keys alone', async () => {
  const { key } = await world.operator.customer('1.00')
  assert.equal((await call({ base: world.base, key, protocol: 'openai' })).status, 200)
  const bad = await call({ base: world.base, key: 'fbx_none', protocol: 'openai' })
  assert.equal(bad.status, 401)
  assert.equal(bad.headers['payment-required'], undefined)
  assert.equal((await fetch(`${world.base}/v1/models`)).status, 401)
})

test('a call that fails before its first byte leaves the money with the wallet; what a call did not use stays there too', async () => {
  const wallet = funded()
  const failed = await ask({ model: 'm-down', payment: await payFor(wallet, await ask({ model: 'm-down' })) })
  assert.equal(failed.status, 502)
  assert.equal(headerIn<Settled>(failed, 'payment-response').success, true)
  const answer = await ask({ payment: await payFor(wallet, await ask()) })
  assert.equal(answer.status, 200)
  const moved = facilitator.transfers.filter(({ from }) => from === wallet.address).reduce((sum, { value }) => sum + value * 1000n, 0n)
  const database = connect({ connection: world.connection(), role: 'farebox_app', poolMax: 1 })
  try {
    const [row] = await database.query<{ id: string }>(
      sql`select account_id as id from x402_payment where served_at is not null order by asked_at desc limit 1`,
    )
    const accountId = row?.id ?? ''
    const usage = await until(
      () => world.operator.usage(accountId),
      (rows) => rows.length === 2,
      5_000,
    )
    assert.deepEqual(usage.map(({ outcome }) => outcome).sort(), ['completed', 'upstream-failed'])
    const spent = usage.reduce((sum, { cost }) => sum + BigInt(cost.replace('.', '').padEnd(cost.indexOf('.') + 9, '0')), 0n)
    const { available, held } = await world.operator.balance(accountId)
    assert.equal(available + held, moved - spent)
  } finally {
    await database.end()
  }
  const { ok, problems } = await world.operator.verify()
  assert.ok(ok, problems.join())
})

test('a wallet claims what is left by a transaction of its own and a signature, once, and calls with the key', async () => {
  const wallet = funded()
  const answer = await ask({ payment: await payFor(wallet, await ask()) })
  const { transaction } = headerIn<Settled>(answer, 'payment-response')
  const told = (await (await fetch(`${world.base}/api/agent/x402-claim`)).json()) as { readonly data: { readonly message: string } }
  const signature = await wallet.account.signMessage({ message: told.data.message.replace('<tx_hash>', transaction) })
  const claim = (signed: string): Promise<Response> =>
    fetch(`${world.base}/api/agent/x402-claim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tx_hash: transaction, signature: signed }),
    })
  const foreign = await newWallet().account.signMessage({ message: told.data.message.replace('<tx_hash>', transaction) })
  assert.equal((await claim(foreign)).status, 403)
  const claimed = await claim(signature)
  assert.equal(claimed.status, 201)
  const { data } = (await claimed.json()) as { readonly data: { readonly api_key: string } }
  assert.equal((await call({ base: world.base, key: data.api_key, protocol: 'openai' })).status, 200)
  assert.equal((await claim(signature)).status, 409)
})

test('after control was killed calls are sold as before', async () => {
  await world.kill('control')
  await world.untilReady()
  const wallet = funded()
  const asked = await until(
    () => ask(),
    ({ status }) => status === 402,
    10_000,
  )
  const answer = await ask({ payment: await payFor(wallet, asked) })
  assert.equal(answer.status, 200, answer.body.toString())
})
