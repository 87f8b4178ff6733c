// Guards: a text is taken apart at its headings, with the anchors that forges give them; comments and heads of tables are not read.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentOf } from './document.ts'

const TEXT = `# A page

<!-- Made by: something -->

First *words* with [a link](x.md) and \`code\`.

## What isn't so: \`this_one\`

| head | other |
|---|---|
| a | b |
| c | |

- one
- two

### Twice
Once.

### Twice
`

test('title, parts, anchors, plain words', () => {
  const { title, parts } = documentOf(TEXT)
  assert.equal(title, 'A page')
  assert.deepEqual(
    parts.map(({ id, depth, text }) => [id, depth, text]),
    [
      ['', 1, 'First words with a link and code.'],
      ['what-isnt-so-this_one', 2, 'a · b c one two'],
      ['twice', 3, 'Once.'],
      ['twice-1', 3, ''],
    ],
  )
})

test('a text of nothing has no title and no parts', () => {
  assert.deepEqual(documentOf(''), { title: '', parts: [] })
})
