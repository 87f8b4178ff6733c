// From any client protocol to any upstream: what was asked and answered survives, and what does not is named.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { inputTokensOf, outputTokensOf } from '../spec/index.ts'
import type { Adapter } from './adapter.ts'
import { ADAPTERS } from './adapters.ts'
import { type CanonicalCall, type Part, PROTOCOL_NAMES, type ProtocolName } from './call.ts'
import { makeLosses } from './loss.ts'
import { anyEvents as chatEvents, anyRequest as chatRequest } from './openai-chat/testing.ts'
import { anyEvents as responsesEvents, anyRequest as responsesRequest } from './openai-responses/testing.ts'
import { answerOf, contextOf, foldedUsage, readAll, writeAll } from './testing.ts'

const SOURCES = [
  { name: 'openai-chat', request: chatRequest, events: chatEvents },
  { name: 'openai-responses', request: responsesRequest, events: responsesEvents },
] as const

const adapterOf = (name: ProtocolName): Adapter => ADAPTERS[name] ?? assert.fail(`no adapter for ${name}`)
const targets = PROTOCOL_NAMES.filter((name) => ADAPTERS[name] !== undefined)

/** Every text that a call holds, with where it stood. */
function textsOf(call: CanonicalCall): readonly (readonly [text: string, at: string])[] {
  const inside = (part: Part): readonly (readonly [string, string])[] => {
    if (part.type === 'tool-result') return part.parts.flatMap(inside)
    if (part.type === 'tool-call') return [[part.arguments, part.at ?? '']]
    const text = part.type === 'text' || part.type === 'refusal' || part.type === 'reasoning' ? part.text : undefined
    return text === undefined ? [] : [[text, part.at ?? '']]
  }
  return [...call.system, ...call.messages.flatMap(({ parts }) => parts)].flatMap(inside)
}

for (const source of SOURCES) {
  for (const target of targets) {
    describe(`${source.name} to ${target}`, () => {
      test('every text of a request arrives, or is named as lost', () => {
        fc.assert(
          fc.property(source.request, (body) => {
            const call = adapterOf(source.name).readRequest(Buffer.from(JSON.stringify(body)))
            const losses = makeLosses()
            const written = adapterOf(target).writeRequest(call, { model: 'up', losses })
            const arrived = new Set(textsOf(adapterOf(target).readRequest(Buffer.from(written))).map(([text]) => text))
            for (const [text, at] of textsOf(call)) {
              assert.ok(arrived.has(text) || losses.list().includes(at), `${at}: ${text}`)
            }
          }),
          { numRuns: 60 },
        )
      })
      test('every text of an answer arrives, and usage keeps its totals', () => {
        fc.assert(
          fc.property(source.events, (events) => {
            const upstream = adapterOf(source.name)
            const sent = writeAll(upstream.writeStream(contextOf(source.name)), events)
            const read = readAll(upstream.readStream(), sent)
            const told = readAll(adapterOf(target).readStream(), writeAll(adapterOf(target).writeStream(contextOf(target)), read))
            const before = answerOf(read)
            const after = answerOf(told)
            const textOf = (answer: typeof before, type: string): string =>
              (answer.choices.get(0)?.parts ?? []).map(({ kind, text }) => (kind.type === type ? text : '')).join('')
            for (const type of ['text', 'refusal', 'reasoning', 'tool-call']) assert.equal(textOf(after, type), textOf(before, type))
            const usage = before.usage ?? assert.fail()
            const figures = after.usage ?? assert.fail()
            assert.deepEqual([inputTokensOf(figures), outputTokensOf(figures)], [inputTokensOf(usage), outputTokensOf(usage)])
            assert.equal(foldedUsage(figures).cacheRead, usage.cacheRead)
            assert.equal(after.ending, 'end')
          }),
          { numRuns: 60 },
        )
      })
    })
  }
}
