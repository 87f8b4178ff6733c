// docs/translation.md says what translation does. Remade by: node tests/tidy/write-translation-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PROTOCOL_NAMES } from '../../src/translation/index.ts'
import { callOf, lossesOf, translationPage } from './translation-page.ts'
import { PROBES } from './translation-probes.ts'

test('docs/translation.md is what translating makes', () => {
  assert.equal(readFileSync('docs/translation.md', 'utf8'), translationPage())
})

test('what is asked for is no loss by itself, and nothing is lost where both sides speak the same but what the protocol has no place for', () => {
  for (const client of PROTOCOL_NAMES) {
    for (const upstream of PROTOCOL_NAMES)
      assert.deepEqual(lossesOf({ asks: 'nothing', bodies: {} }, client, upstream), [], `${client} to ${upstream}`)
    for (const probe of PROBES)
      if (probe.bodies[client] !== undefined) assert.deepEqual(lossesOf(probe, client, client), callOf(client, probe).unknown, probe.asks)
  }
})

test('each request of the page asks for something that the least one does not', () => {
  for (const client of PROTOCOL_NAMES) {
    for (const probe of PROBES)
      if (probe.bodies[client] !== undefined) assert.notDeepEqual(callOf(client, probe), callOf(client), probe.asks)
  }
})
