// From any client protocol to any upstream: what was asked and answered survives, and what does not is named.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { inputTokensOf, outputTokensOf } from '../spec/index.ts'
import type { Adapter } from './adapter.ts'
import { ADAPTERS } from './adapters.ts'
import { sample as anthropicMessages } from './anthropic-messages/testing.ts'
import type { CanonicalCall, Part, ProtocolName } from './call.ts'
import { sample as gemini } from './gemini/testing.ts'
import { makeLosses } from './loss.ts'
import { sample as openaiChat } from './openai-chat/testing.ts'
import { sample as openaiResponses } from './openai-responses/testing.ts'
import { type Answer, answerOf, contextOf, type ProtocolSample, readAll, writeAll } from './testing.ts'

const SAMPLES = [openaiChat, openaiResponses, anthropicMessages, gemini]

const adapterOf = (name: ProtocolName): Adapter => ADAPTERS[name] ?? assert.fail(`no adapter for ${name}`)

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

/** The texts of an answer's parts of a type; calls as `told` gives their arguments back, and what was said in sound as text. */
const partsOf = (answer: Answer, type: string, told?: ProtocolSample['toldArguments']): readonly string[] =>
  (answer.choices.get(0)?.parts ?? []).flatMap(({ kind, text }) => {
    if (kind.type === 'audio' && type === 'text') return [kind.transcript ?? '']
    if (kind.type !== type) return []
    return [kind.type === 'tool-call' && told !== undefined ? told(kind, text) : text]
  })

for (const source of SAMPLES) {
  for (const target of SAMPLES) {
    describe(`${source.name} to ${target.name}`, () => {
      test('every text of a request arrives, or is named as lost', () => {
        fc.assert(
          fc.property(source.anyRequest, (body) => {
            const call = adapterOf(source.name).readRequest(Buffer.from(JSON.stringify(body)), source.address)
            const losses = makeLosses()
            const written = adapterOf(target.name).writeRequest(call, { model: 'up', losses })
            // Where all of it is lost, there is no request left to be read.
            const isEmpty = written.includes('"messages":[]') || written.includes('"contents":[]')
            const read = isEmpty ? [] : textsOf(adapterOf(target.name).readRequest(Buffer.from(written), target.address))
            const arrived = read.map(([text]) => text)
            // What tools give is one text in some protocols.
            const hasArrived = (text: string): boolean => arrived.some((one) => one.includes(text))
            for (const [text, at] of textsOf(call))
              assert.ok(hasArrived(text) || losses.list().includes(at) || losses.list().includes('more'), `${at}: ${text}`)
          }),
          { numRuns: 60 },
        )
      })
      test('every text of an answer arrives, and usage keeps its totals', () => {
        fc.assert(
          fc.property(source.anyEvents, (events) => {
            const upstream = adapterOf(source.name)
            const client = adapterOf(target.name)
            const sent = writeAll(upstream.writeStream(contextOf(source.name)), events)
            const read = readAll(upstream.readStream(), sent)
            const told = readAll(client.readStream(), writeAll(client.writeStream(contextOf(target.name)), read))
            const before = answerOf(read)
            const after = answerOf(told)
            for (const type of ['text', 'refusal', 'reasoning']) assert.equal(partsOf(after, type).join(''), partsOf(before, type).join(''))
            assert.deepEqual(partsOf(after, 'tool-call', target.toldArguments), partsOf(before, 'tool-call', target.toldArguments))
            const usage = before.usage ?? assert.fail()
            const figures = after.usage ?? assert.fail()
            assert.deepEqual([inputTokensOf(figures), outputTokensOf(figures)], [inputTokensOf(usage), outputTokensOf(usage)])
            assert.equal(figures.cacheRead, usage.cacheRead)
            assert.equal(after.ending, 'end')
          }),
          { numRuns: 60 },
        )
      })
    })
  }
}
