// Guarantee: the playground reads streams in whatever pieces they come, of each protocol, and what it shows as curl is what it sends.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { readEvents } from './event-stream.ts'
import { type Ask, curlOf, PLAYGROUND_PROTOCOLS, type PlaygroundProtocol } from './protocols.ts'

const SEED = Date.now() % 1_000_000
const PROTOCOLS: readonly PlaygroundProtocol[] = Object.values(PLAYGROUND_PROTOCOLS)

test(`events come whole, however their bytes are cut; seed ${SEED}`, async () => {
  const datum = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify({ text }))
  await fc.assert(
    fc.asyncProperty(fc.array(datum), fc.array(fc.integer({ min: 1, max: 9 })), fc.constantFrom('\n', '\r\n'), async (data, cuts, end) => {
      const bytes = new TextEncoder().encode(data.map((text) => `event: x${end}data: ${text}${end}${end}`).join(''))
      const pieces: Uint8Array<ArrayBuffer>[] = []
      let from = 0
      for (const cut of cuts) {
        pieces.push(bytes.slice(from, from + cut))
        from += cut
      }
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start: (controller) => {
          for (const piece of [...pieces, bytes.slice(from)]) controller.enqueue(piece)
          controller.close()
        },
      })
      assert.deepEqual(await Array.fromAsync(readEvents(body)), data)
    }),
    { seed: SEED },
  )
})

test(`a shell reads the curl as what is sent; seed ${SEED}`, () => {
  const asks = fc.record({
    ...{ model: fc.constant('m'), system: fc.string({ unit: 'grapheme' }), prompt: fc.string({ unit: 'grapheme' }) },
    ...{ temperature: fc.option(fc.constantFrom(0, 0.5), { nil: undefined }), maxTokens: fc.option(fc.constant(9), { nil: undefined }) },
  })
  fc.assert(
    fc.property(asks, fc.constantFrom(...PROTOCOLS), (ask: Ask, protocol) => {
      const shown = curlOf(protocol, ask, 'https://x.example').replace('curl -N', `printf '%s\\0'`)
      const words = execFileSync('/bin/sh', ['-c', shown]).toString().split('\0')
      assert.equal(words[0], `https://x.example${protocol.path(ask)}`)
      assert.deepEqual(JSON.parse(words.at(-2) ?? ''), JSON.parse(JSON.stringify(protocol.body(ask))))
    }),
    { seed: SEED, numRuns: 25 },
  )
})

test('what is not an event of a protocol adds nothing', () => {
  for (const { read } of PROTOCOLS)
    for (const event of [null, 3, '', [], {}, { choices: [{}] }, { delta: 7, usage: 'x' }]) assert.deepEqual(read(event), {})
})
