// The head of a part is read in time that goes with its length, and blanks around a value are no part of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPartHead } from './part-head.ts'

/** As long as the scanner lets a head become. */
const BLANKS = '\t '.repeat(4_000)
const DISPOSITION = 'content-disposition: form-data; name="a"'

test('blanks around a value are left out', () => {
  for (const head of [DISPOSITION, `content-disposition:${BLANKS}form-data; name="a"${BLANKS}`, `x:\r\n${DISPOSITION}\t`])
    assert.deepEqual(readPartHead(head), { name: 'a', isFile: false })
})

// What tries each blank as the last one takes a third power of them: minutes, in which a gateway answers nobody.
test('a head full of blanks that ends as none may is refused', () => {
  for (const end of ['\n', '\r', '\nx', '\u2028'])
    assert.throws(() => readPartHead(`${DISPOSITION}\r\nx:${BLANKS}${end}`), { message: 'invalid_multipart' }, JSON.stringify(end))
})
