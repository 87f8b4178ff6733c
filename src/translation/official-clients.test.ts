// Whatever an upstream of any protocol answers, the official client of each protocol reads it, streamed and whole, with the same usage.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import fc from 'fast-check'
import OpenAI from 'openai'
import { inputTokensOf, outputTokensOf } from '../spec/index.ts'
import { ADAPTERS } from './adapters.ts'
import { sample as anthropicMessages } from './anthropic-messages/testing.ts'
import type { ProtocolName } from './call.ts'
import { sample as gemini } from './gemini/testing.ts'
import { sample as openaiChat } from './openai-chat/testing.ts'
import { sample as openaiResponses } from './openai-responses/testing.ts'
import { answerOf, contextOf, readAll, writeAll } from './testing.ts'

/** What a client makes of an answer. */
type Understood = { readonly text: string; readonly tools: readonly string[]; readonly input: number; readonly output: number }
type Fetch = () => Promise<Response>

const QUESTION = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }] }
const openai = (fetch: Fetch) => new OpenAI({ apiKey: 'k', baseURL: 'http://a.test', maxRetries: 0, fetch })
const anthropic = (fetch: Fetch) => new Anthropic({ apiKey: 'k', baseURL: 'http://a.test', maxRetries: 0, fetch })
const google = (fetch: Fetch) => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: 'http://a.test', fetch } })

async function gather<Piece>(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const gathered: Piece[] = []
  for await (const piece of pieces) gathered.push(piece)
  return gathered
}

async function readChat(fetch: Fetch, isStream: boolean): Promise<Understood> {
  const told = await (isStream
    ? openai(fetch)
        .chat.completions.stream({ ...QUESTION, stream_options: { include_usage: true } })
        .finalChatCompletion()
    : openai(fetch).chat.completions.create(QUESTION))
  const { content, tool_calls: calls = [] } = told.choices[0]?.message ?? assert.fail()
  const tools = calls.map((call) => (call.type === 'function' ? call.function.name : call.custom.name))
  return { text: content ?? '', tools, input: told.usage?.prompt_tokens ?? -1, output: told.usage?.completion_tokens ?? -1 }
}

async function readResponse(fetch: Fetch, isStream: boolean): Promise<Understood> {
  const question = { model: 'm', input: 'x' }
  const told = await (isStream ? openai(fetch).responses.stream(question).finalResponse() : openai(fetch).responses.create(question))
  const tools = told.output.flatMap((item) => (item.type === 'function_call' || item.type === 'custom_tool_call' ? [item.name] : []))
  return { text: told.output_text, tools, input: told.usage?.input_tokens ?? -1, output: told.usage?.output_tokens ?? -1 }
}

async function readMessage(fetch: Fetch, isStream: boolean): Promise<Understood> {
  const question = { ...QUESTION, max_tokens: 9 }
  // Gathered it would parse inputs, which some models spell wrong, so the events of a stream are read one by one.
  const events = isStream ? await gather(await anthropic(fetch).messages.create({ ...question, stream: true })) : []
  const whole = isStream ? undefined : await anthropic(fetch).messages.create(question)
  const blocks = whole?.content ?? events.flatMap((event) => (event.type === 'content_block_start' ? [event.content_block] : []))
  const texts = events.flatMap((event) =>
    event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? [event.delta.text] : [],
  )
  const usage = whole?.usage ?? events.find((event) => event.type === 'message_delta')?.usage ?? assert.fail()
  return {
    text: [...texts, ...blocks.map((block) => (block.type === 'text' ? block.text : ''))].join(''),
    tools: blocks.flatMap((block) => (block.type === 'tool_use' ? [block.name] : [])),
    input: (usage.input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
    output: usage.output_tokens,
  }
}

async function readContent(fetch: Fetch, isStream: boolean): Promise<Understood> {
  const { models } = google(fetch)
  const question = { model: 'm', contents: 'x' }
  const answers = isStream ? await gather(await models.generateContentStream(question)) : [await models.generateContent(question)]
  const parts = answers.flatMap(({ candidates = [] }) =>
    candidates.filter(({ index }) => (index ?? 0) === 0).flatMap(({ content }) => content?.parts ?? []),
  )
  const { promptTokenCount = -1, candidatesTokenCount = -1, thoughtsTokenCount = 0 } = answers.at(-1)?.usageMetadata ?? {}
  return {
    text: parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join(''),
    tools: parts.flatMap(({ functionCall: call }) => (call === undefined ? [] : [call.name ?? ''])),
    input: promptTokenCount,
    output: candidatesTokenCount + thoughtsTokenCount,
  }
}

const CLIENTS: Readonly<Record<ProtocolName, (fetch: Fetch, isStream: boolean) => Promise<Understood>>> = {
  'openai-chat': readChat,
  'openai-responses': readResponse,
  'anthropic-messages': readMessage,
  gemini: readContent,
}

for (const source of [openaiChat, openaiResponses, anthropicMessages, gemini]) {
  for (const [name, client] of Object.entries(CLIENTS) as [ProtocolName, (typeof CLIENTS)[ProtocolName]][]) {
    describe(`an answer of ${source.name}`, () => {
      test(`read by the client of ${name}`, async () => {
        const [upstream, adapter] = [ADAPTERS[source.name] ?? assert.fail(), ADAPTERS[name] ?? assert.fail()]
        await fc.assert(
          fc.asyncProperty(source.anyEvents, fc.boolean(), async (events, isStream) => {
            const read = readAll(upstream.readStream(), writeAll(upstream.writeStream(contextOf(source.name)), events))
            const context = contextOf(name)
            const body = writeAll(isStream ? adapter.writeStream(context) : adapter.writeWhole(context), read)
            const headers = { 'content-type': isStream ? 'text/event-stream' : 'application/json' }
            const told = await client(async () => new Response(new Uint8Array(body), { headers }), isStream)
            const { choices, usage } = answerOf(readAll(isStream ? adapter.readStream() : adapter.readWhole(), body))
            const parts = choices.get(0)?.parts ?? []
            const texts = parts.flatMap(({ kind, text }) => (kind.type === 'text' ? [text] : []))
            const tools = parts.flatMap(({ kind }) => (kind.type === 'tool-call' ? [kind.name] : []))
            assert.deepEqual([told.text, told.tools], [texts.join(''), tools])
            const figures = usage ?? assert.fail()
            assert.deepEqual([told.input, told.output], [inputTokensOf(figures), outputTokensOf(figures)])
          }),
          { numRuns: 25 },
        )
      })
    })
  }
}
