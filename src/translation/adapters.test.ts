// From any client protocol to any upstream: what was asked and answered survives, and what does not is named.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { inputTokensOf, outputTokensOf } from '../spec/index.ts'
import type { Adapter } from './adapter.ts'
import { ADAPTERS } from './adapters.ts'
import { anyEvents as messagesEvents, anyRequest as messagesRequest } from './anthropic-messages/testing.ts'
import { type CanonicalCall, type Part, PROTOCOL_NAMES, type ProtocolName } from './call.ts'
import { makeLosses } from './loss.ts'
import { anyEvents as chatEvents, anyRequest as chatRequest } from './openai-chat/testing.ts'
import { anyEvents as responsesEvents, anyRequest as responsesRequest } from './openai-responses/testing.ts'
import { type Answer, answerOf, contextOf, foldedUsage, readAll, writeAll } from './testing.ts'

const SOURCES = [
  { name: 'openai-chat', request: chatRequest, events: chatEvents },
  { name: 'openai-responses', request: responsesRequest, events: responsesEvents },
  { name: 'anthropic-messages', request: messagesRequest, events: messagesEvents },
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

/**
 * The texts of an answer's parts of a type. Where the input of a tool is always an object, nothing at all is an empty one, and plain text
 * is the member of one.
 */
const partsOf = (answer: Answer, type: string, target?: ProtocolName): readonly string[] =>
  (answer.choices.get(0)?.parts ?? []).flatMap(({ kind, text }) => {
    if (kind.type !== type) return []
    const isObject = target === 'anthropic-messages' && kind.type === 'tool-call'
    const told = isObject && kind.isCustom === true ? JSON.stringify({ input: text }) : isObject && text === '' ? '{}' : text
    // A character in two pieces is spelled otherwise than one in a piece.
    return [told.startsWith('{"input":"') ? JSON.stringify(JSON.parse(told)) : told]
  })

for (const source of SOURCES) {
  for (const target of targets) {
    describe(`${source.name} to ${target}`, () => {
      test('every text of a request arrives, or is named as lost', () => {
        fc.assert(
          fc.property(source.request, (body) => {
            const call = adapterOf(source.name).readRequest(Buffer.from(JSON.stringify(body)))
            const losses = makeLosses()
            const written = adapterOf(target).writeRequest(call, { model: 'up', losses })
            // Where all of it is lost, there is no request left to be read.
            const isEmpty = written.includes('"messages":[]')
            const read = isEmpty ? [] : textsOf(adapterOf(target).readRequest(Buffer.from(written)))
            const arrived = new Set(read.map(([text]) => text))
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
            for (const type of ['text', 'refusal', 'reasoning']) assert.equal(partsOf(after, type).join(''), partsOf(before, type).join(''))
            assert.deepEqual(partsOf(after, 'tool-call'), partsOf(before, 'tool-call', target))
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
