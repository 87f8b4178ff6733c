// Guarantee: what the control channel reads and writes is what its tables say. The code is remade by: node tests/tidy/write-channel-code.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { channelCode } from './channel-code.ts'

/** Without what a formatter changes. */
const bare = (code: string): string => code.replaceAll(/[\s,]+/g, ' ')

for (const [path, code] of Object.entries(channelCode()))
  test(`${path} is what messages.ts makes`, () => {
    assert.equal(bare(readFileSync(path, 'utf8')), bare(code))
  })
