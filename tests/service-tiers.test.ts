// Guarantee: a call that Gemini served in the usual tier, as a header of its reply tells, costs what the usual tier does, whatever was asked
// for; one served as asked costs what was asked for.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { call, type Spoken, untilKnown } from '../checks/calls.ts'
import { type Customer, nanoOf, type UsageRow } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'

/** USD per million tokens, which is a thousandth of nano-USD for each. */
const RATES = { standard: [2, 10], flex: [1, 5], priority: [4, 20] } as const
type Tier = keyof typeof RATES
const priceOf = (tier: Tier) => ({ input: String(RATES[tier][0]), output: String(RATES[tier][1]) })

/** What a reply says it was served in, what was asked for, and what is charged. */
const CASES: readonly (readonly [served: string, asked: Tier, charged: Tier])[] = [
  ['standard', 'priority', 'standard'],
  ['STANDARD', 'priority', 'standard'],
  ['standard', 'flex', 'standard'],
  ['priority', 'priority', 'priority'],
  ['flex', 'flex', 'flex'],
  // What is held covers the tier that was asked for and the usual one; no other is believed.
  ['flex', 'priority', 'priority'],
  ['priority', 'flex', 'flex'],
  ['new-tier', 'priority', 'priority'],
  ['priority', 'standard', 'standard'],
]

let world: World
let customer: Customer

before(async () => {
  world = await startWorld()
  const price = { ...priceOf('standard'), service_tiers: { flex: priceOf('flex'), priority: priceOf('priority') } }
  const models: string[] = []
  for (const served of new Set(CASES.map(([one]) => one))) {
    const routes = [{ upstream: 'goo', model: `sim-model!served-${served}` }]
    const model = `m-${served.toLowerCase()}${served === 'STANDARD' ? '-loud' : ''}`
    models.push(model)
    await world.operator.ask('PUT', `/models/${model}`, {
      ...{ context: 100_000, output_max: 4_096, price, routes },
    })
  }
  customer = await world.operator.customer('10.00')
  await untilKnown({ base: world.base, key: customer.key }, ...models)
})
after(() => world.stop())

async function rowOf(requestId: string): Promise<UsageRow> {
  for (let round = 0; round < 100; round += 1) {
    const row = (await world.operator.usage(customer.id)).find((one) => one.request_id === requestId)
    if (row !== undefined) return row
    await sleep(30)
  }
  return assert.fail(`request ${requestId} has no row of usage`)
}

for (const isStream of [false, true])
  for (const [protocol, field] of [
    ['gemini', 'serviceTier'],
    ['openai', 'service_tier'],
  ] as const satisfies readonly (readonly [Spoken, string])[])
    for (const [served, asked, charged] of CASES)
      test(`${protocol}, ${isStream ? 'streamed' : 'whole'}: ${asked} that was served in ${served} costs what ${charged} does`, async () => {
        const model = `m-${served.toLowerCase()}${served === 'STANDARD' ? '-loud' : ''}`
        const fields = asked === 'standard' ? {} : { [field]: asked }
        const answer = await call({ base: world.base, key: customer.key, protocol, model, isStream, fields })
        assert.equal(answer.status, 200, answer.body.toString())
        const truth = world.sim.calls.at(-1) ?? assert.fail('no call')
        assert.equal(truth.servedTier, served)
        const [input, output] = RATES[charged]
        const row = await rowOf(answer.requestId)
        assert.equal(nanoOf(row.cost), BigInt((truth.truePromptTokens * input + truth.plannedOutputTokens * output) * 1_000))
      })
