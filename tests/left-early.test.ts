// Guarantee: who leaves after most of an answer went out, before its usage came, pays for what went out, and not more than for all of it:
// whole answers that were too large to be held back, pictures, sound.
import assert from 'node:assert/strict'
import { request, type ServerResponse } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Customer, nanoOf, type UsageRow } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { endWithBooksRight, type OwnUpstream, startOwnUpstream } from './own-upstream.ts'

const PICTURE = 'A'.repeat(500_000)
const TEXT = 'the ferry takes the lorry to the harbour and back again; '.repeat(200)
const TEXT_TOKENS = 2_609
const SOUND = Buffer.alloc(48_000).toString('base64')
const SECONDS = 20

let upstream: OwnUpstream
let world: World
let customer: Customer

type Asked = { readonly model: string; readonly stream?: boolean; readonly n?: number }

/** Answers that take a while before they tell their usage, so that whoever leaves has not been told. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse, asked: Asked) => Promise<void>>> = {
  '/v1/images/generations': async (response, { stream, n = 1 }) => {
    const usage = { input_tokens: 10, output_tokens: 4_160 * n + (stream === true ? 300 : 0) }
    if (stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(`{"created":1,"data":[${Array.from({ length: n }, () => `{"b64_json":"${PICTURE}"}`).join()}]`)
      await sleep(1_000)
      response.end(`,"usage":${JSON.stringify(usage)}}`)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const event = (type: string, more: object = {}): string => `data: ${JSON.stringify({ type, b64_json: PICTURE, ...more })}\n\n`
    for (let shown = 0; shown < 3; shown += 1) response.write(event('image_generation.partial_image'))
    await sleep(1_000)
    response.end(event('image_generation.completed', { usage }))
  },
  '/v1/chat/completions': async (response, { stream, n = 1 }) => {
    const usage = { prompt_tokens: 10, completion_tokens: TEXT_TOKENS * n }
    if (stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' })
      const logprobs = { content: [{ token: 'x'.repeat(300_000), logprob: -1 }] }
      const choices = Array.from({ length: n }, (_, index) => ({ index, message: { content: TEXT }, logprobs, finish_reason: 'stop' }))
      response.write(`{"choices":${JSON.stringify(choices)}`)
      await sleep(1_000)
      response.end(`,"usage":${JSON.stringify(usage)}}`)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = (more: object): string =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [], ...more })}\n\n`
    const audio = (fields: object): string => chunk({ choices: [{ index: 0, delta: { audio: fields } }] })
    for (let second = 0; second < SECONDS; second += 1) response.write(audio({ data: SOUND }))
    response.write(audio({ transcript: 'the ferry takes the lorry' }))
    await sleep(1_000)
    const completion_tokens_details = { audio_tokens: SECONDS * 20 }
    const told = { prompt_tokens: 10, completion_tokens: SECONDS * 20 + 6, completion_tokens_details }
    response.end(`${chunk({ usage: told })}data: [DONE]\n\n`)
  },
}

before(async () => {
  upstream = await startOwnUpstream((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      response.on('error', () => undefined)
      void ANSWERS[request.url ?? '']?.(response, JSON.parse(Buffer.concat(parts).toString()) as Asked)
    })
  })
  const baseUrl = `${upstream.url}/v1`
  const price = { input: '5.00', output: '10.00', image_output: '40.00', audio_output: '64.00' }
  world = await startWorld({
    upstreams: [{ id: 'u', kind: 'openai', baseUrl }],
    models: ['gpt-image-1', 'talk'].map((id) => ({ id, upstream: 'u', upstreamModel: id, price, context: 64_000, outputMax: 50_000 })),
  })
  customer = await world.operator.customer('100.00')
})
after(() => endWithBooksRight(world, upstream))

type Taking = { readonly path: string; readonly body: object; readonly bytesMax: number }

/** Makes a call and leaves once so many bytes have come; the row that was written of it. */
async function take({ path, body, bytesMax }: Taking): Promise<UsageRow> {
  const earlier = (await world.operator.usage(customer.id)).length
  await new Promise<void>((resolve) => {
    const headers = { authorization: `Bearer ${customer.key}`, 'content-type': 'application/json' }
    const call = request(world.base + path, { method: 'POST', headers }, (response) => {
      let bytes = 0
      response.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes < bytesMax) return
        call.destroy()
        resolve()
      })
      response.on('error', () => resolve())
      response.on('end', () => resolve())
    })
    call.on('error', () => resolve())
    call.end(JSON.stringify(body))
  })
  const rows = await until(
    () => world.operator.usage(customer.id),
    ({ length }) => length > earlier,
    10_000,
  )
  assert.equal(rows.length, earlier + 1)
  return rows[0] ?? assert.fail('no row')
}

const WISH = { model: 'gpt-image-1', prompt: 'a cat', quality: 'high', size: '1024x1024' }
const SPEAKING = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'pcm16' } }
const MESSAGES = [{ role: 'user', content: 'hi' }]

/** What is asked, when the caller leaves, and what is charged of the price of all of it, at the least. */
const LEAVINGS = [
  { name: 'pictures of a whole answer', path: '/v1/images/generations', body: { ...WISH, n: 6 }, bytesMax: 2_700_000, sharePercent: 80 },
  {
    ...{ name: 'pictures that are shown while one is made', path: '/v1/images/generations', bytesMax: 1_500_000, sharePercent: 6 },
    body: { ...WISH, stream: true, partial_images: 3 },
  },
  {
    ...{ name: 'sound of a stream', path: '/v1/chat/completions', bytesMax: 64_000 * SECONDS, sharePercent: 94 },
    body: { model: 'talk', messages: MESSAGES, stream: true, ...SPEAKING },
  },
  {
    ...{ name: 'text of a whole answer', path: '/v1/chat/completions', bytesMax: 1_800_000, sharePercent: 80 },
    body: { model: 'talk', messages: MESSAGES, n: 6, logprobs: true, max_tokens: 8_000 },
  },
]

for (const { name, sharePercent, ...taking } of LEAVINGS) {
  test(`${name}: leaving early is charged by what went out`, async () => {
    const whole = await take({ ...taking, bytesMax: Number.POSITIVE_INFINITY })
    const left = await take(taking)
    assert.deepEqual([whole.outcome, left.outcome], ['completed', 'client-aborted'])
    const [all, some] = [nanoOf(whole.cost), nanoOf(left.cost)]
    assert.ok(some <= all, `${left.cost} of ${whole.cost}`)
    assert.ok(some * 100n >= all * BigInt(sharePercent), `${left.cost} of ${whole.cost}`)
  })
}
