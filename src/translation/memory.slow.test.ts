// What a stream takes of memory does not grow with its length, whoever speaks what on either side, nor what a whole reply takes with its parts.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import type { ProtocolName } from './call.ts'

/**
 * Sends 22 MB through an upstream's reader and a client's writer, and says by how many bytes the heap grew meanwhile. `frames` is the
 * source of a function from the number of a round to the events of the upstream in it.
 */
const growthOf = (from: ProtocolName, to: ProtocolName, frames: string): number => {
  const script = `
    import { ADAPTERS } from ${JSON.stringify(new URL('./adapters.ts', import.meta.url))}
    import { contextOf } from ${JSON.stringify(new URL('./testing.ts', import.meta.url))}
    const reader = ADAPTERS['${from}'].readStream()
    const writer = ADAPTERS['${to}'].writeStream(contextOf('${to}'))
    const text = 'x'.repeat(1_000)
    const frames = ${frames}
    let out = 0
    const rounds = (first, end) => {
      for (let round = first; round < end; round += 1) {
        const bytes = Buffer.from(frames(round).map((one) => 'data: ' + JSON.stringify(one) + '\\n\\n').join(''))
        for (const event of reader.push(bytes)) out += writer.push(event).length
      }
      gc()
      return process.memoryUsage().heapUsed
    }
    const before = rounds(0, 2_000)
    const growth = rounds(2_000, 22_000) - before
    process.stdout.write(JSON.stringify({ growth, out }))`
  const run = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], { encoding: 'utf8' })
  const { growth, out } = JSON.parse(run.stdout || assert.fail(run.stderr)) as { growth: number; out: number }
  assert.ok(out > 20_000_000, `only ${out} bytes passed`)
  return growth
}

describe('what a stream takes of memory does not grow with its length', () => {
  const deltas = `() => [{ id: 'a', model: 'm', created: 1, choices: [{ index: 0, delta: { content: text } }] }]`
  const item = `{ type: 'message', phase: round % 2 ? 'a' : 'b', content: [{ type: 'output_text', text }] }`
  const items = `(round) => [{ type: 'response.output_item.done', output_index: round, item: ${item} }]`
  const assertBelow = (bytes: number, growth: number): void => assert.ok(growth < bytes, `${growth} bytes more`)

  test('one endless text', () => assertBelow(2_000_000, growthOf('openai-chat', 'openai-chat', deltas)))
  test('one endless text that the client is told once more at its end: by that text, kept once', () => {
    assertBelow(25_000_000, growthOf('openai-chat', 'openai-responses', deltas))
  })
  const pieces = `() => [{ responseId: 'a', candidates: [{ index: 0, content: { parts: [{ text }] } }] }]`
  test('one endless text from and to pieces of content', () => {
    assertBelow(2_000_000, growthOf('gemini', 'gemini', pieces))
    assertBelow(2_000_000, growthOf('gemini', 'anthropic-messages', pieces))
  })
  test('many items, whose repetition at the end has a bound', () => {
    assertBelow(5_000_000, growthOf('openai-responses', 'openai-responses', items))
  })
})

test('a whole reply in single bytes takes no more for each of them than it is', () => {
  const script = `
    import { ADAPTERS } from ${JSON.stringify(new URL('./adapters.ts', import.meta.url))}
    const reader = ADAPTERS['openai-chat'].readWhole()
    const push = (text) => {
      for (const byte of Buffer.from(text)) reader.push(Buffer.of(byte))
      gc()
      return process.memoryUsage().heapUsed
    }
    const before = push('{"choices":[{"index":0,"message":{"role":"assistant","content":"' + 'a'.repeat(100_000))
    const growth = push('a'.repeat(2_000_000)) - before
    push('"}}]}')
    const out = JSON.stringify(reader.end()).length
    process.stdout.write(JSON.stringify({ growth, out }))`
  const run = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], { encoding: 'utf8' })
  const { growth, out } = JSON.parse(run.stdout || assert.fail(run.stderr)) as { growth: number; out: number }
  assert.ok(out > 2_100_000, `blind: only ${out} characters were told`)
  assert.ok(growth < 5_000_000, `${growth} bytes more`)
})
