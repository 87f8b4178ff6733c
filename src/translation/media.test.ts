// Bytes and addresses keep what they are on their way through URLs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { audioFormatOf, mediaOfUrl, mimeTypeOfAudio, textOfMedia, urlOfMedia } from './media.ts'

test('media in base64 are the same after a data URL, and addresses stay addresses', () => {
  fc.assert(
    fc.property(fc.base64String(), fc.constantFrom('image/png', 'application/pdf', 'text/plain;charset=utf-8', ''), (data, mimeType) => {
      const url = urlOfMedia({ kind: 'base64', mimeType, data }) ?? ''
      assert.deepEqual(mediaOfUrl(url), { kind: 'base64', mimeType: mimeType.replace(/;.*/, ''), data })
    }),
  )
  for (const url of ['https://a.test/b.png', 'data:text/plain,hello', 'data:;', 'gs://a/b', '']) {
    assert.deepEqual(mediaOfUrl(url), { kind: 'url', url, mimeType: undefined })
  }
  assert.equal(urlOfMedia({ kind: 'file', id: 'f', mimeType: undefined }), undefined)
})

test('a type that is spelled as OpenAI alone takes it is told as all others do', () => {
  const mimeTypeOf = (told: string): unknown => (mediaOfUrl(`data:${told};base64,AAAA`) as { readonly mimeType?: string }).mimeType
  assert.deepEqual(['image/jpg', 'IMAGE/JPG', 'image/JPEG', 'image/x-png'].map(mimeTypeOf), [
    ...['image/jpeg', 'image/jpeg', 'image/jpeg', 'image/png'],
  ])
})

test('a long URL of nothing but parameters is read in no time', () => {
  const url = `data:image/png${';a=b'.repeat(100_000)}`
  assert.equal(mediaOfUrl(url).kind, 'url')
})

test('words are read out of media that are words, formats of sound lead to their types and back', () => {
  assert.equal(textOfMedia({ kind: 'base64', mimeType: 'text/markdown', data: Buffer.from('# é').toString('base64') }), '# é')
  assert.equal(textOfMedia({ kind: 'base64', mimeType: 'application/pdf', data: 'AAAA' }), undefined)
  for (const format of ['wav', 'mp3', 'flac', 'ogg', 'opus', 'aac']) assert.equal(audioFormatOf(mimeTypeOfAudio(format)), format)
  assert.equal(mimeTypeOfAudio('webm'), 'audio/webm')
})
