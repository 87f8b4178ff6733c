// Guarantee: what is taken for a picture, a document or sound is one by its first bytes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindOfType, typeOfBytes } from './media-kinds.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

test('types are told by their first bytes', () => {
  const told = [
    '\x89PNG\r\n\x1a\n',
    '\xff\xd8\xff\xe0',
    'GIF89a',
    'RIFF....WEBPVP8 ',
    '%PDF-1.7',
    'RIFF....WAVEfmt ',
    'fLaC',
    'OggS\0',
    'ID3',
    '\xff\xfb',
    '\xff\xf1',
  ]
  assert.deepEqual(
    told.map((text) => typeOfBytes(bytes(text))?.mimeType),
    [
      ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'audio/wav', 'audio/flac', 'audio/ogg', 'audio/mpeg'],
      ...['audio/mpeg', 'audio/aac'],
    ],
  )
})

test('text, pages and programs are none of them, and cut-off beginnings neither', () => {
  for (const text of ['', '<html>', '<svg xmlns=', '{"a":1}', 'MZ', '\x7fELF', 'PK\x03\x04', '\x89PN', 'RIFF', '\xff', ' %PDF-']) {
    assert.equal(typeOfBytes(bytes(text)), undefined, JSON.stringify(text))
  }
})

test('content types name a kind', () => {
  const types = [
    'image/png',
    'IMAGE/X; q=1',
    'application/pdf;a=b',
    'audio/x-wav',
    'text/html',
    'application/octet-stream',
    'imagex/png',
    '',
  ]
  assert.deepEqual(types.map(kindOfType), ['image', 'image', 'document', 'audio', undefined, undefined, undefined, undefined])
})
