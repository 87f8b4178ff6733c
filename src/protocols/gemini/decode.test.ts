// Guarantee: a request is bounded from above, refused by field when it is wrong, and goes on with nothing changed but its bound.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { UNBOUNDED_TOKENS } from '../input-bound.ts'
import { decode } from './decode.ts'
import { geminiBatchEmbed, geminiCount, geminiEmbed } from './index.ts'

const address = { model: 'm', isStream: false }
const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }]
const body = (fields: object) => Buffer.from(JSON.stringify({ contents, ...fields }))
const call = (fields: object) => decode(body(fields), address)
const parts = (...given: object[]) => call({ contents: [{ role: 'user', parts: given }] })
const sent = (fields: object, outputMax = 100) =>
  JSON.parse(Buffer.concat([...call(fields).bodyFor('up', { outputMax, addsOutputMax: true, limitsTools: true })]).toString()) as Record<
    string,
    unknown
  >

function refusal(text: string, read: (body: Buffer) => unknown = (given) => decode(given, address)): string {
  try {
    read(Buffer.from(text))
    return 'none'
  } catch (error) {
    assert.ok(error instanceof FailureError)
    return `${error.failure.code}: ${error.failure.message}`
  }
}

test('a request goes on as it came', () => {
  const request = fc.record({
    contents: fc.array(fc.jsonValue(), { minLength: 1 }),
    systemInstruction: fc.jsonValue(),
    generationConfig: fc.record({ temperature: fc.double({ noNaN: true }), stopSequences: fc.array(fc.string()) }),
    future: fc.jsonValue(),
  })
  fc.assert(
    fc.property(request, fc.constantFrom(0, 2), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      assert.equal(Buffer.concat([...decode(Buffer.from(text), address).bodyFor('up')]).toString(), text)
      const bound = { outputMax: 7, addsOutputMax: true, limitsTools: true }
      const forced = JSON.parse(Buffer.concat([...decode(Buffer.from(text), address).bodyFor('up', bound)]).toString())
      const given = JSON.parse(text) as typeof value
      assert.deepEqual(forced, { ...given, generationConfig: { ...given.generationConfig, maxOutputTokens: 7 } })
    }),
    { numRuns: 500 },
  )
})

test('the bound that is held for is set in the request, under either spelling', () => {
  assert.deepEqual(sent({})['generationConfig'], { maxOutputTokens: 100 })
  assert.deepEqual(sent({ generationConfig: null })['generationConfig'], { maxOutputTokens: 100 })
  assert.deepEqual(sent({ generationConfig: {} })['generationConfig'], { maxOutputTokens: 100 })
  assert.deepEqual(sent({ generation_config: { max_output_tokens: 5000 } })['generation_config'], { max_output_tokens: 100 })
  assert.deepEqual(sent({ generationConfig: { maxOutputTokens: null, topK: 1 } })['generationConfig'], { maxOutputTokens: 100, topK: 1 })
  assert.deepEqual(sent({ generationConfig: { maxOutputTokens: 50 } })['generationConfig'], { maxOutputTokens: 50 })
  assert.equal(call({ generation_config: { max_output_tokens: 50, candidate_count: 3 } }).outputMax, 50)
  assert.equal(call({ generation_config: { max_output_tokens: 50, candidate_count: 3 } }).choices, 3)
})

test('what would be kept for the provider is not, and a model named in the body is the upstream’s', () => {
  assert.equal(sent({ store: true })['store'], false)
  assert.equal(sent({ store: false })['store'], false)
  assert.equal(sent({ model: 'models/m' })['model'], 'models/up')
})

test('names the field that is wrong', () => {
  const cases: [string, RegExp][] = [
    ['{}', /^missing_field.*"contents"/],
    ['{"contents":[]}', /^invalid_field.*"contents"/],
    ['{"contents":"x"}', /^invalid_field.*"contents"/],
    ['{"contents":[1],"generationConfig":[]}', /^invalid_field.*"generationConfig"/],
    ['{"contents":[1],"generationConfig":{"maxOutputTokens":0}}', /^invalid_field.*"maxOutputTokens"/],
    ['{"contents":[1],"generationConfig":{"maxOutputTokens":1,"max_output_tokens":9}}', /^duplicate_field.*"maxOutputTokens"/],
    ['{"contents":[1],"generationConfig":{"maxOutputTokens":1,"maxOutputT\\u006fkens":9}}', /^duplicate_field.*"maxOutputTokens"/],
    ['{"contents":[1],"generationConfig":{},"generation_config":{}}', /^duplicate_field.*"generationConfig"/],
    ['{"contents":[1],"cached_content":"cachedContents/x"}', /^nothing_stored.*"cached_content"/],
    ['{"contents":[1],"cachedC\\u006fntent":"cachedContents/x"}', /^nothing_stored.*"cachedContent"/],
    ['{"contents":[1],"tools":[{"fileSearch":{"fileSearchStoreNames":["x"]}}]}', /^nothing_stored.*"tools.fileSearch"/],
    ['{"contents":[{"parts":[{"fileData":{"fileUri":"files/abc"}}]}]}', /^nothing_stored.*fileUri/],
    [
      '{"contents":[{"parts":[{"file_data":{"file_uri":"https:\\/\\/generativelanguage.googleapis.com\\/v1beta\\/files\\/abc"}}]}]}',
      /^nothing_stored/,
    ],
    [`{"contents":[1],"tools":[${'1,'.repeat(10_000)}1]}`, /^invalid_field.*"tools".*at most 10000/],
    ['{"contents":[1],"serviceTier":"gold"}', /^invalid_field.*"serviceTier"/],
  ]
  for (const [text, expected] of cases) assert.match(refusal(text), expected, text)
})

const inline = (mimeType: string, data: string) => ({ inlineData: { mimeType, data } })

test('a store that is no flag is refused when the request is read, not once it is held for', () => {
  assert.match(refusal(body({ store: 'yes' }).toString()), /^invalid_field: .*"store"/)
})

test('what is read costs at most what it is held for', () => {
  const data = 'A'.repeat(50_000)
  const text = parts({ text: 'Hello' }).inputMax
  assert.equal(text, body({}).length + 32)
  const picture = parts(inline('image/png', data))
  assert.ok(picture.inputMax < 21_000 && picture.inputMaxFor('gemini-2.5-flash') < 7_000)
  assert.ok(picture.inputClasses.includes('imageInput'))
  assert.ok(parts({ inline_data: { data, mime_type: 'image/png' } }).inputMax < 21_000)
  assert.ok(parts(inline('image/png', data.replaceAll('AA', 'A\\/'))).inputMax > 20_000)
  assert.ok(parts(inline('text/plain', data)).inputMax > 50_000 && parts(inline('text/plain', data)).inputMax < 51_000)
  for (const type of ['application/pdf', 'audio/wav', 'video/mp4', '']) {
    const media = parts(inline(type, data))
    assert.ok(media.inputMax >= UNBOUNDED_TOKENS && media.inputClasses.includes('audioInput'), type)
    assert.equal(media.textBytes, 0)
  }
  assert.ok(parts({ fileData: { fileUri: 'https://example.org/a.png', mimeType: 'image/png' } }).inputMax >= UNBOUNDED_TOKENS)
})

test('a call that goes on with an answer may read all that was said before, which is not in it', () => {
  assert.equal(call({ continuationToken: null }).isContinued, undefined)
  for (const name of ['continuationToken', 'continuation_token']) {
    const going = call({ [name]: 'AAAA' })
    assert.ok(going.isContinued === true && going.inputMax >= UNBOUNDED_TOKENS && going.inputMaxFor('gemini-4-argon') >= UNBOUNDED_TOKENS)
    assert.deepEqual([going.textBytes, going.passes], [0, 1])
    assert.deepEqual(going.inputClasses, ['input', 'cacheRead', 'imageInput', 'audioInput'])
    assert.equal(sent({ [name]: 'AAAA' })[name], 'AAAA')
  }
  assert.match(refusal('{"contents":[1],"continuationToken":"A","continuation_token":"B"}'), /^duplicate_field.*"continuationToken"/)
})

test('text that looks like a picture is text', () => {
  const data = 'word '.repeat(10_000)
  const hidden = inline('image/png', data)
  const places: object[] = [
    { contents: [{ parts: [{ functionCall: { name: 'x', args: hidden } }] }] },
    { contents: { parts: { functionCall: { name: 'x', args: hidden } } } },
    { contents: [{ parts: [{ functionResponse: { name: 'x', response: { output: [hidden] } } }] }] },
    { tools: { functionDeclarations: { name: 'x', parametersJsonSchema: hidden } } },
    { generationConfig: { responseJsonSchema: { properties: { x: hidden } } } },
  ]
  for (const place of places) assert.ok(call(place).inputMax > data.length, JSON.stringify(place).slice(0, 80))
  const twice = `{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":${JSON.stringify(data)},"data":${JSON.stringify(data)}}}]}]}`
  assert.ok(decode(Buffer.from(twice), address).inputMax > 2 * data.length)
})

test('tools that the provider runs are bounded by rounds and counts, those of the client are not', () => {
  const own = call({ tools: [{ functionDeclarations: [{ name: 'x' }] }] })
  assert.deepEqual([own.passes, own.counts], [1, { calls: 1, webSearches: 0, toolCalls: 0 }])
  assert.ok(own.inputMax < UNBOUNDED_TOKENS)
  for (const tools of [
    [{ googleSearch: {} }],
    [{ google_search: {} }],
    { googleSearch: {} },
    [{ functionDeclarations: [] }, { googleSearch: {} }],
  ]) {
    const searching = call({ tools })
    assert.deepEqual([searching.passes, searching.counts.webSearches], [11, 50])
    assert.ok(searching.inputMax >= UNBOUNDED_TOKENS)
  }
  assert.equal(call({ tools: [{ googleMaps: {} }] }).counts.toolCalls, 1)
  for (const name of ['codeExecution', 'url_context', 'somethingNew']) assert.equal(call({ tools: [{ [name]: {} }] }).passes, 11)
  const asks = (name: string) => Object.values(call({ tools: [{ [name]: {} }] }).asksFor ?? {})
  assert.deepEqual(
    [asks('google_search'), asks('googleMaps')],
    [
      ['tools', undefined],
      [undefined, 'tools'],
    ],
  )
  for (const name of ['functionDeclarations', 'codeExecution', 'urlContext']) assert.deepEqual(asks(name), [undefined, undefined])
})

test('sound and pictures may be made where they are not ruled out', () => {
  assert.deepEqual(call({}).outputClasses, ['output', 'imageOutput', 'audioOutput'])
  assert.deepEqual(call({ generationConfig: { responseModalities: ['TEXT'] } }).outputClasses, ['output'])
  assert.deepEqual(call({ generationConfig: { response_modalities: ['TEXT', 'IMAGE'] } }).outputClasses, ['output', 'imageOutput'])
  assert.deepEqual(call({ generationConfig: { responseModalities: ['SMELL'] } }).outputClasses, ['output', 'imageOutput', 'audioOutput'])
})

test('vectors cost what is read, in a class of its own', () => {
  const content = { parts: [{ text: 'ferry '.repeat(100) }] }
  const single = geminiEmbed.decode(Buffer.from(JSON.stringify({ model: 'models/m', content })), address)
  assert.deepEqual([single.inputClasses, single.outputMax], [['embedding'], 0])
  assert.ok(single.inputMax >= 600 && single.inputMax < 800 && single.countInput() > 100)
  const requests = [
    { model: 'models/m', content },
    { model: 'models/other', content },
  ]
  const batch = geminiBatchEmbed.decode(Buffer.from(JSON.stringify({ requests })), address)
  assert.ok(batch.inputMax >= 1200)
  assert.deepEqual([single.passes, batch.passes], [1, 2])
  assert.deepEqual(JSON.parse(Buffer.concat([...batch.bodyFor('up')]).toString()), {
    requests: requests.map((request) => ({ ...request, model: 'models/up' })),
  })
  assert.match(
    refusal('{"requests":[]}', (given) => geminiBatchEmbed.decode(given, address)),
    /^invalid_field.*"requests"/,
  )
  assert.match(
    refusal('{}', (given) => geminiEmbed.decode(given, address)),
    /^missing_field.*"content"/,
  )
})

test('pictures, sound and video are held for as what they are where vectors are made of them', () => {
  const classes = (...parts: readonly object[]) => {
    const content = { parts: [{ text: 'a' }, ...parts] }
    const single = geminiEmbed.decode(Buffer.from(JSON.stringify({ content })), address)
    const batch = geminiBatchEmbed.decode(
      Buffer.from(JSON.stringify({ requests: [{ content: { parts: [{ text: 'b' }] } }, { content }] })),
      address,
    )
    assert.deepEqual(batch.inputClasses, single.inputClasses)
    return single.inputClasses
  }
  assert.deepEqual(classes(), ['embedding'])
  assert.deepEqual(classes({ inlineData: { mimeType: 'image/png', data: 'AAAA' } }), ['embedding', 'imageInput'])
  for (const part of [
    { inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } },
    { inline_data: { mime_type: 'video/mp4', data: 'AAAA' } },
    { fileData: { fileUri: 'https://example.com/a' } },
  ])
    assert.deepEqual(classes(part), ['embedding', 'imageInput', 'audioInput'])
})

test('a count costs nothing', () => {
  const counting = geminiCount.decode(body({ contents: [{ parts: [{ text: 'one two three' }] }] }), address)
  assert.deepEqual([counting.inputMax, counting.outputMax, counting.counts], [0, 0, {}])
  assert.equal(JSON.parse(String(geminiCount.estimate?.(counting)))['totalTokens'], 4)
  const whole = { generateContentRequest: { model: 'models/m', contents } }
  const named = geminiCount.decode(Buffer.from(JSON.stringify(whole)), address)
  assert.equal(Buffer.concat([...named.bodyFor('up')]).toString(), JSON.stringify(whole).replace('models/m', 'models/up'))
})

test('text is no picture, whatever its keys are called and whichever part stands before it', () => {
  const text = 'x'.repeat(20_000)
  const shown = [
    { inlineData: { mimeType: 'image/png' } },
    { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
    { inline_data: { mime_type: 'image/png' } },
  ]
  const wrapped = fc.array(fc.constantFrom('inlineData', 'data', 'parts', 'a'), { maxLength: 6 })
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...shown), { maxLength: 3 }), wrapped, fc.boolean(), (before, names, isSchema) => {
      const within = ['data', ...names].reduce<unknown>((inner, name) => ({ [name]: inner }), text) as object
      const blocks = isSchema ? [] : [{ functionCall: { name: 'n', args: within } }]
      const read = call({
        contents: [{ role: 'user', parts: [{ text: 't' }, ...before, ...blocks] }],
        ...(isSchema ? { tools: [{ functionDeclarations: [{ name: 'n', parametersJsonSchema: within }] }] } : {}),
      })
      assert.ok(read.inputMaxFor('gemini-2.5-flash') >= text.length, `${isSchema} ${names.join('.')}`)
    }),
    { numRuns: 1_000 },
  )
})

test('a name that differs in capitals alone is refused, as some servers would read it', () => {
  for (const name of ['GenerationConfig', 'generationconfig', 'CONTENTS', 'CachedContent'])
    assert.match(refusal(JSON.stringify({ contents, generationConfig: {}, [name]: {} })), /^(?:invalid_field|duplicate_field)/, name)
})
