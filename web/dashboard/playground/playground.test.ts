// Guarantee: the playground reads streams in whatever pieces they come, of each protocol, and what it shows as curl is what it sends.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { curlOf } from './curl-of.ts'
import { readEvents } from './event-stream.ts'
import { modelsFor } from './models-for.ts'
import type { Ask, PlaygroundProtocol } from './protocol.ts'
import { PLAYGROUND_PROTOCOLS, TASKS, taskOf } from './protocols.ts'
import { readSessionEvent, wavOf } from './realtime-events.ts'
import { likenessOf } from './vector-protocols.ts'

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
    ...{ voice: fc.constant('alloy'), size: fc.constant('auto') },
    file: fc.option(
      fc.string({ unit: 'grapheme' }).map((name) => new File([], `${name}.mp3`)),
      { nil: undefined },
    ),
    ...{ temperature: fc.option(fc.constantFrom(0, 0.5), { nil: undefined }), maxTokens: fc.option(fc.constant(9), { nil: undefined }) },
  })
  fc.assert(
    fc.property(asks, fc.constantFrom(...PROTOCOLS), (ask: Ask, protocol) => {
      const shown = curlOf(protocol, ask, 'https://x.example').replace('curl -N', `printf '%s\\0'`)
      const words = execFileSync('/bin/sh', ['-c', shown]).toString().split('\0')
      assert.equal(words[0], `https://x.example${protocol.path(ask)}`)
      if (protocol.fileField === undefined) {
        assert.deepEqual(JSON.parse(words.at(-2) ?? ''), JSON.parse(JSON.stringify(protocol.body(ask))))
        return
      }
      const named = words.filter((_, index) => words[index - 1] === '--form-string')
      assert.deepEqual(
        named,
        Object.entries(protocol.body(ask)).map(([name, value]) => `${name}=${value}`),
      )
      const file = (ask.file?.name ?? 'FILE').replace(/[\\"]/g, '\\$&')
      assert.equal(words.at(-2), `${protocol.fileField}=@"${file}"`)
    }),
    { seed: SEED, numRuns: 25 },
  )
})

test('what is not an event of a protocol adds nothing', () => {
  for (const { read } of PROTOCOLS) for (const event of STRANGE) assert.deepEqual(read(event), {})
  for (const event of STRANGE) assert.deepEqual(readSessionEvent(event), {})
})

const STRANGE = [null, 3, '', [], {}, { choices: [{}] }, { delta: 7, usage: 'x' }, { data: 'x', embeddings: [{}].slice(1), results: {} }]

test('answers that come at once: vectors, scores, pictures and what was heard', () => {
  const { embeddings, moderations, images, transcriptions } = PLAYGROUND_PROTOCOLS
  assert.deepEqual(embeddings.read({ data: [{ embedding: [1, 0] }, { embedding: [0, 2] }], usage: { prompt_tokens: 3 } }), {
    vectors: [
      [1, 0],
      [0, 2],
    ],
    input: 3,
  })
  const rated = { categories: { hate: false, violence: true }, category_scores: { hate: 0.1, violence: 0.9 } }
  assert.deepEqual(moderations.read({ results: [rated] }).scores, [
    { name: 'violence', score: 0.9, isFlagged: true },
    { name: 'hate', score: 0.1, isFlagged: false },
  ])
  const told = { output_format: 'webp', data: [{ b64_json: 'AA==' }, { url: 'https://x.example/1' }, { url: 'javascript:alert(1)' }] }
  assert.deepEqual(images.read(told).pictures, ['data:image/webp;base64,AA==', 'https://x.example/1'])
  assert.deepEqual(transcriptions.read({ text: 'Hm.', usage: { input_tokens: 2, output_tokens: 1 } }), { text: 'Hm.', input: 2, output: 1 })
})

test('vectors are alike by the angle between them; nothing is like nothing', () => {
  assert.equal(likenessOf([1, 2], [2, 4])?.toFixed(6), '1.000000')
  assert.equal(likenessOf([1, 0], [0, 3]), 0)
  assert.equal(likenessOf([1, 0], [-5, 0]), -1)
  for (const other of [[0, 0], [1], [1, 0, 0]]) assert.equal(likenessOf([1, 0], other), undefined)
})

test('sound of a session is a file of 24,000 samples a second as long as what came', async () => {
  const pieces = [new Uint8Array([1, 2, 3, 4]), new Uint8Array([5, 6])]
  const file = Buffer.from(await wavOf(pieces.map((piece) => Buffer.from(piece).toString('base64'))).arrayBuffer())
  assert.deepEqual(
    [file.toString('latin1', 0, 4), file.readUInt32LE(4), file.toString('latin1', 8, 16)],
    ['RIFF', file.length - 8, 'WAVEfmt '],
  )
  assert.deepEqual([file.readUInt32LE(24), file.readUInt16LE(34), file.readUInt32LE(40)], [24_000, 16, 6])
  assert.deepEqual([...file.subarray(44)], [1, 2, 3, 4, 5, 6])
})

test('a model is offered first for what its newest price was made for', () => {
  const priced = (model: string, version: number, own: object) => ({
    ...{ model, version },
    cards: [{ service_tier: 'standard', prompt_above: 0, rates: { input: '2', audio_input: '2', output: '8', embedding: '2', ...own } }],
  })
  const prices = [
    priced('b-chat', 1, {}),
    priced('a-picture', 2, {}),
    priced('a-picture', 7, { images: '0.04' }),
    priced('c-ear', 3, { audio_input: '6' }),
    priced('d-embed', 4, { output: '2' }),
  ]
  assert.deepEqual(modelsFor(prices, TASKS.pictures.pricedBy), { fitting: ['a-picture'], others: ['b-chat', 'c-ear', 'd-embed'] })
  assert.deepEqual(modelsFor(prices, TASKS.vectors.pricedBy).fitting, ['d-embed'])
  assert.deepEqual(modelsFor(prices, TASKS.sound.pricedBy).fitting, ['c-ear'])
  assert.deepEqual(modelsFor(prices, TASKS.text.pricedBy), { fitting: ['b-chat', 'c-ear'], others: ['a-picture', 'd-embed'] })
})

test('every protocol is offered for one task', () => {
  const offered = Object.values(TASKS).flatMap(({ protocols }) => [...protocols])
  assert.deepEqual(offered.toSorted(), [...Object.keys(PLAYGROUND_PROTOCOLS), 'realtime'].toSorted())
  assert.equal(taskOf('image-edits'), 'pictures')
})
