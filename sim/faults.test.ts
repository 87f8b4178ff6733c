// Guarantees that every fault of the fake upstream happens as its list says: what should arrive whole arrives whole, what should
// break breaks, and the truth about tokens stays true. The reader here is undici, the one that the gateway uses.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { protocolsOf, SIM_FAULTS, type SimCall, type SimFault, type SimProtocol, type SimUpstream, startSimUpstream } from './index.ts'

let upstream: SimUpstream
const agent = new Agent({ headersTimeout: 400, bodyTimeout: 400, maxHeaderSize: 16_384 })
// For what arrives whole in the end, however slow the machine is.
const patientAgent = new Agent({ headersTimeout: 20_000, bodyTimeout: 20_000, maxHeaderSize: 16_384 })

before(async () => {
  upstream = await startSimUpstream({ seed: 11 })
})

after(async () => {
  await agent.destroy()
  await patientAgent.destroy()
  await upstream.close()
})

type Outcome = { readonly kind: 'error' | 'broken' | 'whole'; readonly status: number; readonly text: string; readonly bytes: number }

const PATHS = { openai: '/v1/chat/completions', 'openai-responses': '/v1/responses', anthropic: '/v1/messages' }

/** Where a call goes, and what it says. */
function asked(protocol: SimProtocol, model: string, isStream: boolean): { readonly path: string; readonly body: object } {
  if (protocol === 'gemini') {
    const method = isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'
    const body = { contents: [{ role: 'user', parts: [{ text: PROMPT }] }], generationConfig: { maxOutputTokens: 1000 } }
    return { path: `/v1beta/models/${encodeURIComponent(model)}:${method}`, body }
  }
  const wanting = protocol === 'openai' && isStream ? { stream_options: { include_usage: true } } : {}
  const messages = [{ role: 'user', content: PROMPT }]
  const said = protocol === 'openai-responses' ? { max_output_tokens: 1000, input: messages } : { max_tokens: 1000, messages }
  return { path: PATHS[protocol], body: { model, stream: isStream, ...wanting, ...said } }
}

// Keeps endless faults short; enough for every one to be itself.
const MAXIMA: { readonly [fault: string]: number } = { 'many-headers': 20_000, 'gzip-bomb': 8 * 1024 * 1024 }
const PROMPT = 'tell me of the ferry, marmalade'

async function call(fault: SimFault, protocol: SimProtocol, isStream: boolean): Promise<Outcome> {
  const max = MAXIMA[fault.name] ?? 1024 * 1024
  const model = `sim-model!${fault.name},tokens=20,max=${max},split-ms=${fault.name === 'one-byte-per-second' ? 20 : 0}`
  const { path, body } = asked(protocol, model, isStream)
  const bytes: Buffer[] = []
  let status = 0
  const isPatient = (isStream ? fault.expects : fault.expectsUnstreamed) === 'ok' && fault.name !== 'hang-after-done'
  const kind = await request(upstream.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    dispatcher: isPatient ? patientAgent : agent,
    signal: AbortSignal.timeout(isPatient ? 20_000 : fault.name === 'one-byte-per-second' ? SLOW_MS : HUNG_MS),
  }).then(
    async (answer) => {
      status = answer.statusCode
      try {
        for await (const part of answer.body) bytes.push(part)
        return status === 200 ? ('whole' as const) : ('error' as const)
      } catch {
        return 'broken' as const
      }
    },
    () => 'error' as const,
  )
  const all = Buffer.concat(bytes)
  return { kind, status, text: all.toString('utf8'), bytes: all.length }
}

// Faults that undici reads to the end and that only the content gives away.
const GIVEN_AWAY: { readonly [fault: string]: (text: string) => boolean } = {
  'html-200': (text) => text.startsWith('<html>'),
  'empty-200': (text) => text === '',
  'content-length-too-short': (text) =>
    !text.includes('[DONE]') && !text.includes('message_stop') && !text.includes('response.completed') && !text.endsWith('}'),
  'error-event': (text) => text.includes('"error"'),
  'error-event-first': (text) => text.includes('"error"'),
  'malformed-event': (text) => text.split('\n').some((line) => /^(data: )?[{]/.test(line) && !line.endsWith('}')),
  'endless-line': (text) => text.includes('a'.repeat(1000)),
  'gzip-bomb': (text) => text.startsWith('\u001f'),
}

/** How long to wait for what hangs, and for what is slow, of which some has to come. */
const HUNG_MS = 1_500
const SLOW_MS = 6_000

const isGivenAway = (fault: SimFault, { kind, text }: Outcome): boolean => kind === 'whole' && (GIVEN_AWAY[fault.name]?.(text) ?? false)

// Most faults are waits, so they run side by side.
describe('faults', { concurrency: 16 }, () => {
  for (const fault of SIM_FAULTS) {
    const protocols: readonly SimProtocol[] = protocolsOf(fault)
    for (const protocol of protocols) {
      test(`${fault.name}, ${protocol}, streamed`, () => checkFault(fault, protocol, true))
      test(`${fault.name}, ${protocol}, not streamed`, () => checkFault(fault, protocol, false))
    }
  }
})

async function checkFault(fault: SimFault, protocol: SimProtocol, isStream: boolean): Promise<void> {
  const isIt = (seen: SimCall): boolean => seen.fault === fault.name && seen.protocol === protocol && seen.isStream === isStream
  let outcome = await call(fault, protocol, isStream)
  // On a machine that is busy a call can be given up before it was sent.
  for (let again = 0; again < 3 && !upstream.calls.some(isIt); again += 1) outcome = await call(fault, protocol, isStream)
  const expected = isStream ? fault.expects : fault.expectsUnstreamed
  if (expected === 'ok') checkWhole(fault, outcome)
  else assert.ok(outcome.kind !== 'whole' || isGivenAway(fault, outcome), JSON.stringify(outcome).slice(0, 300))
  if (expected === 'partial' && fault.name !== 'endless-line') assert.match(outcome.text, /data: \{/)
  const seen = upstream.calls.find(isIt)
  while (seen?.ended === 'open') await sleep(10)
  assert.ok(seen !== undefined)
  checkTruth(seen, outcome)
}

function checkWhole(fault: SimFault, outcome: Outcome): void {
  if (fault.name === 'hang-after-done') assert.match(outcome.text, /usage/)
  else assert.equal(outcome.kind, 'whole', JSON.stringify(outcome).slice(0, 300))
  assert.equal(outcome.text.includes('\uFFFD'), false)
}

function checkTruth(seen: SimCall, outcome: Outcome): void {
  const fault = SIM_FAULTS.find(({ name }) => name === seen.fault)
  assert.ok(seen.trueOutputTokensSent <= 20 || seen.fault === 'endless-events')
  if (outcome.kind === 'whole' && fault?.expects === 'ok') assert.deepEqual([seen.trueOutputTokensSent, seen.ended], [20, 'complete'])
  if (fault?.expects === 'error') assert.notEqual(seen.ended, 'complete')
  if (seen.isStream && seen.fault === 'cut-after') assert.deepEqual([seen.trueOutputTokensSent, seen.ended], [3, 'fault'])
  if (seen.isStream && seen.fault === 'reset-after-last-token') assert.equal(seen.trueOutputTokensSent, 20)
  if (seen.fault === 'hang-mid-stream') assert.equal(seen.ended, 'client-gone')
  if (seen.fault === 'error-500-echo') assert.match(outcome.text, /marmalade/)
}

test('there are at least 30 faults and none twice', () => {
  assert.ok(SIM_FAULTS.length >= 30)
  assert.equal(new Set(SIM_FAULTS.map((fault) => fault.name)).size, SIM_FAULTS.length)
})

test('a gzip bomb is gzip', async () => {
  const answer = await fetch(`${upstream.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm!gzip-bomb,max=3145728', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }),
  })
  assert.equal((await answer.arrayBuffer()).byteLength, 3_145_728)
})
