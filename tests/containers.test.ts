// A container that code of a customer's runs in is gone on with by its own account alone, though all of them lie under one key of the house.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import type { Customer } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { endWithBooksRight, type OwnUpstream, startOwnUpstream } from './own-upstream.ts'

const ID = 'container_011CPR5CNjB747bTd36fQLFk'
const container = { id: ID, expires_at: '2026-11-29T22:00:00Z' }
const PRICE = { input: '3.00', output: '15.00', tool_call: '0.01' }
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'c',
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 1 },
}
const STREAM = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'done' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null, container }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
]

let world: World
let upstream: OwnUpstream
let customer: Customer
const seen: unknown[] = []

before(async () => {
  upstream = await startOwnUpstream((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(parts).toString()) as { container?: unknown; stream?: boolean }
      seen.push(asked.container)
      response.writeHead(200, { 'content-type': asked.stream === true ? 'text/event-stream' : 'application/json' })
      if (asked.stream === true) for (const event of STREAM) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      else response.write(JSON.stringify({ ...message, content: [{ type: 'text', text: 'done' }], stop_reason: 'end_turn', container }))
      response.end()
    })
  })
  world = await startWorld({
    upstreams: [{ id: 'own-anthropic', kind: 'anthropic', baseUrl: upstream.url }],
    models: [{ id: 'm-code', upstream: 'own-anthropic', upstreamModel: 'c', price: PRICE }],
  })
  customer = await world.operator.customer('10.00')
})
after(() => endWithBooksRight(world, upstream))

const asked = {
  ...{ model: 'm-code', max_tokens: 20, messages: [{ role: 'user' as const, content: 'hi' }] },
  tools: [{ type: 'code_execution_20250825' as const, name: 'code_execution' as const }],
}
const client = (apiKey: string) => new Anthropic({ baseURL: world.base, apiKey, maxRetries: 0 })

test('an id is told sealed, streamed and whole, and goes on as the upstream knows it', async () => {
  const whole = await client(customer.key).messages.create(asked)
  const streamed = await client(customer.key).messages.stream(asked).finalMessage()
  for (const { container: told } of [whole, streamed]) {
    assert.ok(told !== null && told !== undefined && told.id !== ID && told.id.startsWith(ID), told?.id)
    assert.equal(told.expires_at, container.expires_at)
    await client(customer.key).messages.create({ ...asked, container: told.id })
    assert.equal(seen.at(-1), ID)
    await client(customer.key).messages.create({ ...asked, container: { id: told.id, skills: [] } })
    assert.deepEqual(seen.at(-1), { skills: [], id: ID })
  }
})

test('another account, and whoever knows the id alone, goes on in none', async () => {
  const told = (await client(customer.key).messages.create(asked)).container?.id ?? assert.fail()
  const other = await world.operator.customer('10.00')
  const calls = seen.length
  for (const [key, id] of [
    [other.key, told],
    [other.key, ID],
    [customer.key, ID],
  ] as const)
    for (const named of [id, { id }])
      await assert.rejects(client(key).messages.create({ ...asked, container: named }), (error) => {
        return error instanceof Anthropic.BadRequestError && /container.* is not valid/.test(error.message)
      })
  assert.equal(seen.length, calls, 'the upstream was not asked')
})
