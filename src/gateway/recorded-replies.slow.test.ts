// Guarantee: what providers were recorded to answer passes unchanged to who speaks their protocol, and is read by the official client of
// every other, whole and streamed, with the same text, calls and usage; events and members that nobody knows yet change none of it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { anthropicClient } from '../../tests/clients/anthropic-messages.ts'
import type { MakeClient, Understood } from '../../tests/clients/client.ts'
import { geminiClient } from '../../tests/clients/gemini.ts'
import { openaiChatClient } from '../../tests/clients/openai-chat.ts'
import { openaiResponsesClient } from '../../tests/clients/openai-responses.ts'
import { PROTOCOLS, type ReplyReader } from '../protocols/index.ts'
import { type Recording, recordedReplies, replay, WITHOUT_RECORDINGS } from '../protocols/testing.ts'
import { inputTokensOf, outputTokensOf, type Usage } from '../spec/index.ts'
import { sample as anthropicMessages } from '../translation/anthropic-messages/testing.ts'
import { sample as gemini } from '../translation/gemini/testing.ts'
import { ADAPTERS, type CanonicalEvent, type ProtocolName } from '../translation/index.ts'
import { sample as openaiChat } from '../translation/openai-chat/testing.ts'
import { sample as openaiResponses } from '../translation/openai-responses/testing.ts'
import { type Answer, answerOf, plainCall, readAll, serve } from '../translation/testing.ts'
import { translatedReply } from './translated-reply.ts'

const SOURCES = [
  { sample: openaiChat, folders: ['openai-chat', 'deepseek', 'xai'] },
  { sample: openaiResponses, folders: ['openai-responses'] },
  { sample: anthropicMessages, folders: ['anthropic'] },
  { sample: gemini, folders: ['gemini'] },
]
const CLIENTS: Readonly<Record<ProtocolName, MakeClient>> = {
  'openai-chat': openaiChatClient,
  'openai-responses': openaiResponsesClient,
  'anthropic-messages': anthropicClient,
  gemini: geminiClient,
}
const NAMES = Object.keys(CLIENTS) as readonly ProtocolName[]

/** The status of a refusal; a failure in a stream comes behind the status of an answer. */
const REFUSED = 429

/** A recorded reply, and who made it. */
type Reply = Recording & { readonly source: ProtocolName; readonly isStream: boolean }
type Sent = Reply & { readonly status: number }

const adapterOf = (name: ProtocolName) => ADAPTERS[name] ?? assert.fail(`no adapter for ${name}`)
const cutsOf = ({ length }: Buffer): readonly number[] => Array.from({ length: 40 }, (_, index) => Math.floor((length * index) / 40))

/** What a reply holds, as the reader of its own protocol finds it. */
function answerIn({ source, isStream, bytes }: Reply): { readonly answer: Answer; readonly usage: Usage | undefined } {
  const adapter = adapterOf(source)
  const events: readonly CanonicalEvent[] = readAll(isStream ? adapter.readStream() : adapter.readWhole(), bytes)
  const { reader } = replay({ protocol: PROTOCOLS[source], isStream, removesUsage: false }, bytes, [])
  return { answer: answerOf(events), usage: reader.usage() }
}

/** What the gateway makes of a reply for a client of another protocol. */
function translated(
  { source, isStream, bytes, status }: Sent,
  client: ProtocolName,
): { readonly body: Buffer; readonly reader: ReplyReader } {
  const inner = PROTOCOLS[source].readReply({ isStream, removesUsage: false })
  const translation = { call: plainCall(client, { isStream }), client: adapterOf(client), upstream: adapterOf(source), losses: [] }
  const context = { requestId: '0193c0de-0000-7000-8000-000000000001', now: () => 1_790_000_000_000 }
  const reader = translatedReply(inner, { translation, status, isStream, context })
  const parts: Buffer[] = []
  let from = 0
  for (const cut of [...cutsOf(bytes), bytes.length]) {
    parts.push(reader.push(Buffer.from(bytes.subarray(from, cut))))
    from = cut
  }
  return { body: Buffer.concat([...parts, reader.end()]), reader }
}

/** What the official client of a protocol makes of some bytes; `failed` is the status that it tells of a failure. */
async function understood(
  name: ProtocolName,
  body: Buffer,
  { isStream, status }: Sent,
): Promise<Understood | { readonly failed?: number }> {
  const server = await serve([{ body, isStream, status }])
  const client = CLIENTS[name](server.base, 'k')
  try {
    return await client[isStream ? 'stream' : 'ask']({ model: 'm', prompt: 'x' })
  } catch (thrown) {
    const failed = client.statusOf(thrown)
    return failed === undefined ? {} : { failed }
  } finally {
    await server.stop()
  }
}

/** What a client has to understand of an answer. */
function wantedOf({ choices }: Answer): Pick<Understood, 'text'> & { readonly tools: readonly (readonly [string, unknown])[] } {
  const parts = choices.get(0)?.parts ?? []
  return {
    text: parts.flatMap(({ kind, text }) => (kind.type === 'text' ? [text] : [])).join(''),
    tools: parts.flatMap(({ kind, text }) => {
      if (kind.type !== 'tool-call') return []
      return [[kind.name, kind.isCustom === true ? { input: text } : (JSON.parse(text || '{}') as unknown)] as const]
    }),
  }
}

async function readByClients(reply: Reply): Promise<void> {
  const { answer, usage } = answerIn(reply)
  const hasFailed = answer.ending !== 'end'
  const sent = { ...reply, status: hasFailed && !reply.isStream ? REFUSED : 200 }
  for (const name of NAMES.filter((one) => one !== reply.source)) {
    const { body, reader } = translated(sent, name)
    assert.deepEqual(reader.usage(), usage, 'what is metered')
    const told = await understood(name, body, sent)
    if (hasFailed || !('text' in told)) {
      assert.ok(hasFailed && !('text' in told), `${name}: ${answer.ending} and ${'text' in told ? 'read' : 'thrown'}`)
      if (!reply.isStream) assert.equal(told.failed, REFUSED, name)
      continue
    }
    const { text, tools } = wantedOf(answer)
    const called = told.tools.map((tool) => [tool.name, tool.arguments])
    assert.deepEqual([told.text, called], [text, tools], name)
    assert.deepEqual([told.input, told.output], usage === undefined ? [0, 0] : [inputTokensOf(usage), outputTokensOf(usage)], name)
  }
}

/** Members whose objects are somebody's data. */
const DATA: ReadonlySet<string> = new Set(['args', 'input', 'arguments', 'parameters', 'schema', 'metadata'])

/** Some JSON with a member that nobody knows in each of its objects. */
function withStrange(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrange)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, inner]) => [name, DATA.has(name) ? inner : withStrange(inner)])
  return { a_new_member: { type: 'a_new_type', list: [1, null] }, ...Object.fromEntries(members) }
}

/** A stream with such members, and events of a type that nobody knows after each of its own. */
function strangeStream(bytes: Buffer, hasNames: boolean): Buffer {
  const strange = `${hasNames ? 'event: a_new_event\n' : ''}data: {"type":"a_new_event","a_new_member":{"text":"x"}}\n\n`
  const lines = bytes.toString().replace(/^data: (\{.*)$/gm, (_, json: string) => `data: ${JSON.stringify(withStrange(JSON.parse(json)))}`)
  return Buffer.from(lines.replace(/(?<=\n\n)(?=event: |data: \{)/g, strange))
}

function strangely(reply: Reply): Reply {
  const { bytes, isStream } = reply
  const whole = () => Buffer.from(JSON.stringify(withStrange(JSON.parse(bytes.toString()))))
  return { ...reply, bytes: isStream ? strangeStream(bytes, bytes.toString().startsWith('event: ')) : whole() }
}

const REPLIES: readonly Reply[] = SOURCES.flatMap(({ sample, folders }) => [
  ...sample.streams().map((stream) => ({ ...stream, source: sample.name, isStream: true })),
  ...recordedReplies(folders).map((whole) => ({ ...whole, source: sample.name, isStream: false })),
])

describe('recorded replies', { skip: WITHOUT_RECORDINGS }, () => {
  for (const reply of REPLIES) {
    test(`${reply.name}: passes unchanged`, () => {
      const { source, isStream, bytes } = reply
      assert.ok(replay({ protocol: PROTOCOLS[source], isStream, removesUsage: false }, bytes, cutsOf(bytes)).out.equals(bytes))
    })
    test(`${reply.name}: is read by the clients of other protocols`, () => readByClients(reply))
    test(`${reply.name}: strange events and members change nothing`, async () => {
      const strange = strangely(reply)
      assert.notDeepEqual(strange.bytes, reply.bytes)
      const [before, after] = [answerIn(reply), answerIn(strange)]
      assert.deepEqual(
        [wantedOf(after.answer), after.answer.ending, after.usage],
        [wantedOf(before.answer), before.answer.ending, before.usage],
      )
      await readByClients(strange)
    })
  }
})
