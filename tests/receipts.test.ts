// Every call gets a receipt that its owner can check: the first ones, which control signs by what it reads back, as those that follow, which
// it signs by what it wrote.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call } from '../checks/calls.ts'
import { type Customer, nanoOf } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { readPublicKeys, verifyReceipt } from '../src/receipts/index.ts'

const PATIENCE_MS = 20_000
let world: World

before(async () => {
  world = await startWorld({ gateways: 2 })
})
after(() => world.stop())

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(new URL(path, world.base), { headers, signal: AbortSignal.timeout(PATIENCE_MS) })

async function receiptOf({ key }: Customer, { requestId }: Answer): Promise<string> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const response = await get(`/v1/receipts/${requestId}`, { authorization: `Bearer ${key}` })
    const text = await response.text()
    if (response.status === 200) return text
    assert.ok(performance.now() < until, text)
    await sleep(50)
  }
}

test('receipts of calls verify by the published key and say what the calls cost', async () => {
  const customer = await world.operator.customer('10')
  const keys = readPublicKeys(await (await get('/.well-known/jwks.json')).text())
  assert.ok(keys !== undefined && keys.size > 0)
  for (let round = 0; round < 3; round += 1) {
    const calling = ['openai', 'anthropic', 'openai'] as const
    const answers = await Promise.all(
      calling.map((protocol) => call({ base: world.base, key: customer.key, protocol, outputMax: 16 + round })),
    )
    for (const answer of answers) {
      assert.equal(answer.status, 200, answer.body.toString())
      const { problems, provenBy, call: told } = verifyReceipt(await receiptOf(customer, answer), { keys })
      assert.deepEqual([problems, provenBy], [[], ['signature']])
      const row = (await world.operator.usage(customer.id)).find((one) => one.request_id === answer.requestId)
      assert.equal(told?.request_id, answer.requestId)
      assert.equal(BigInt(told?.cost_nano_usd ?? -1), nanoOf(row?.cost ?? '0'))
    }
  }
})
