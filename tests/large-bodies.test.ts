// Many large requests at the same time arrive as they were sent, each its customer's own, whether they are answered at the end, early or at the second
// try: the memory of a body is given back as soon as nobody reads it, and not before.
import assert from 'node:assert/strict'
import { createHash, randomInt } from 'node:crypto'
import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { call } from '../checks/calls.ts'
import type { Customer } from '../checks/operator.ts'
import { inParallel, until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'

const SEED = Number(process.env['FAREBOX_TEST_SEED'] ?? randomInt(1_000_000))
const CALLS = 90
const AT_ONCE = 12
const MODELS = ['m-at-the-end', 'm-early', 'm-second-try'] as const

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const completion = (content: string): string =>
  JSON.stringify({
    ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })

async function promptOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return (JSON.parse(Buffer.concat(parts).toString()) as { messages: { content: string }[] }).messages[0]?.content ?? ''
}

/** Answers with the hash of the prompt; of `/early` before it has come, and of `/broken` not at all. */
const upstream = http.createServer((request, response) => {
  const answer = (status: number, content: string): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(completion(content))
  }
  const isEarly = request.url?.startsWith('/early') === true
  if (isEarly) request.once('data', () => answer(200, 'early'))
  promptOf(request).then(
    (prompt) => {
      if (!isEarly) answer(request.url?.startsWith('/broken') === true ? 500 : 200, hashOf(prompt))
    },
    () => undefined,
  )
})

let world: World
let customer: Customer

before(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  world = await startWorld()
  customer = await world.operator.customer('1000.00')
  const { port } = upstream.address() as AddressInfo
  for (const id of ['whole', 'early', 'broken'])
    await world.operator.ask('PUT', `/upstreams/${id}`, {
      kind: 'openai',
      base_url: `http://127.0.0.1:${port}/${id}/v1`,
      api_key: 'sk-key-of-large-bodies',
    })
  const limits = { context: 4_000_000, output_max: 10, price: { input: '0.01', output: '0.01' } }
  const ways = [['whole'], ['early'], ['broken', 'whole']]
  for (const [index, id] of MODELS.entries()) {
    const routes = ways[index]?.map((name, at) => ({ upstream: name, model: 'm', priority: at + 1 }))
    await world.operator.ask('PUT', `/models/${id}`, { ...limits, routes })
  }
  await until(
    () => ask(MODELS[2], 'known yet?'),
    ({ status }) => status === 200,
    5000,
  )
})
after(async () => {
  upstream.close()
  upstream.closeAllConnections()
  await world.stop()
})

const ask = (model: string, content: string) =>
  call({ base: world.base, key: customer.key, protocol: 'openai', model, fields: { messages: [{ role: 'user', content }] } })

test(`a body is its customer's own to its last byte (seed ${SEED})`, async () => {
  let state = SEED
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  const prompts = Array.from({ length: CALLS }, (_, index) => `${index}`.padEnd(20_000 + next(1_500_000), `${next(100_000)} `))
  const answers = await inParallel(prompts, AT_ONCE, async (prompt, index) => {
    const model = MODELS[index % MODELS.length] ?? 'none'
    const { status, body } = await ask(model, prompt)
    return {
      model,
      status,
      told: (JSON.parse(body.toString()) as { choices?: { message: { content: string } }[] }).choices?.[0]?.message.content,
    }
  })
  for (const [index, { model, status, told }] of answers.entries())
    assert.deepEqual([status, told], [200, model === 'm-early' ? 'early' : hashOf(prompts[index] ?? '')], `${model}, call ${index}`)
  assert.equal((await world.operator.verify()).ok, true)
})
