// Guarantee: every address of a picture, PDF or sound in a request is found where it stands, nothing else is taken for one, and with bytes
// in its place the request is one of its protocol that says the same otherwise.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicMessages, gemini, openaiChat, openaiResponses, type Protocol } from './index.ts'

const URL_TEXT = 'https://pictures.example.org/a.png?x="é"'

/** What a request becomes when its addresses are replaced, and where they stood. */
function replaced(protocol: Protocol, request: object) {
  const body = Buffer.from(JSON.stringify(request))
  const found = protocol.addresses?.(body) ?? assert.fail('no addresses')
  let text = ''
  let from = 0
  for (const { start, end, around, kind } of found) {
    const [before, after] = around(kind === 'document' ? 'application/pdf' : 'image/png')
    text += `${body.toString('utf8', from, start) + before}QUJD${after}`
    from = end
  }
  return {
    places: found.map(({ at, kind, url }) => `${at} ${kind} ${url === URL_TEXT ? 'ok' : url}`),
    request: JSON.parse(text + body.toString('utf8', from)) as unknown,
  }
}

test('chat: pictures in messages', () => {
  const of = (url: string) => ({
    model: 'm',
    messages: [
      { role: 'system', content: 'image_url https://a' },
      {
        role: 'user',
        content: [
          { type: 'text', text: URL_TEXT },
          { type: 'image_url', image_url: { detail: 'low', url } },
        ],
      },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ],
    metadata: { image_url: { url: 'https://elsewhere.org' } },
  })
  const { places, request } = replaced(openaiChat, of(URL_TEXT))
  assert.deepEqual(places, ['messages[1].content[1] image ok'])
  assert.deepEqual(request, of('data:image/png;base64,QUJD'))
})

test('responses: pictures and files in items and in what tools gave', () => {
  const of = (picture: string, file: object) => ({
    model: 'm',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: picture },
          { type: 'input_file', ...file },
        ],
      },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: picture }] },
      { type: 'computer_call_output', call_id: 'd', output: { type: 'computer_screenshot', image_url: picture } },
      { type: 'function_call', call_id: 'e', name: 'f', arguments: '{"type":"input_image","image_url":"https://a.org"}' },
    ],
  })
  const { places, request } = replaced(openaiResponses, of(URL_TEXT, { file_url: URL_TEXT }))
  assert.deepEqual(places, [
    'input[0].content[0] image ok',
    'input[0].content[1] document ok',
    'input[1].output[0] image ok',
    'input[2].output image ok',
  ])
  const file = { file_data: 'data:application/pdf;base64,QUJD' }
  assert.deepEqual(request, of('data:image/png;base64,QUJD', file))
})

test('messages: pictures and documents, also in what tools gave; not in what tools are given', () => {
  const of = (picture: object, document: object) => ({
    model: 'm',
    messages: [
      { role: 'user', content: [{ type: 'image', source: picture, cache_control: { type: 'ephemeral' } }] },
      {
        role: 'user',
        content: [
          { type: 'tool_use', id: 'a', name: 'b', input: { type: 'image', source: { type: 'url', url: 'https://a.org' } } },
          { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'document', source: document, title: 't' }] },
        ],
      },
    ],
  })
  const address = { type: 'url', url: URL_TEXT }
  const { places, request } = replaced(anthropicMessages, of(address, address))
  assert.deepEqual(places, ['messages[0].content[0] image ok', 'messages[1].content[1].content[0] document ok'])
  const bytes = (media_type: string) => ({ type: 'base64', media_type, data: 'QUJD' })
  assert.deepEqual(request, of(bytes('image/png'), bytes('application/pdf')))
})

test('gemini: files with a type, in both spellings; moving pictures, and what lies at the provider, are its own to fetch', () => {
  const parts = (first: object, second: object) => [
    first,
    second,
    { fileData: { fileUri: 'https://www.youtube.com/watch?v=a', mimeType: 'video/mp4' } },
    { fileData: { fileUri: URL_TEXT } },
    { fileData: { fileUri: 'gs://bucket/a.png', mimeType: 'image/png' } },
  ]
  const files = parts(
    { fileData: { mimeType: 'image/webp', fileUri: URL_TEXT } },
    { file_data: { file_uri: URL_TEXT, mime_type: 'application/pdf' } },
  )
  const { places, request } = replaced(gemini, { contents: [{ parts: files }] })
  assert.deepEqual(places, ['contents[0].parts[0] image ok', 'contents[0].parts[1] document ok'])
  const bytes = (mimeType: string) => ({ inlineData: { mimeType, data: 'QUJD' } })
  assert.deepEqual(request, { contents: [{ parts: parts(bytes('image/png'), bytes('application/pdf')) }] })
})

test('what is no list of messages has no addresses', () => {
  for (const protocol of [openaiChat, openaiResponses, anthropicMessages, gemini]) {
    for (const odd of [
      'x',
      1,
      null,
      {},
      [1, 'x', [], { content: 'x', parts: 1 }, { content: [1, null, { type: 'image' }, { type: 1 }] }],
    ]) {
      assert.deepEqual(replaced(protocol, { messages: odd, input: odd, contents: odd }).places, [])
    }
  }
})
