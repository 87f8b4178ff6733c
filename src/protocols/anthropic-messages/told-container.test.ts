// Guarantee: the containers of a reply are told by their other names, wherever it is cut; all else passes byte for byte, and soon.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renameContainers } from './told-container.ts'

const ID = 'container_011CPR5CNjB747bTd36fQLFk'
const nameOf = (id: string): string => `${id}.other`

const passed = (reply: string, cuts: readonly number[]): string => {
  const read = renameContainers(nameOf)
  const bytes = Buffer.from(reply)
  const places = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length]
  const parts = places.slice(1).map((place, index) => read.push(bytes.subarray(places[index], place)))
  return Buffer.concat([...parts, read.end()]).toString()
}

test('ids are named anew wherever a reply is cut', () => {
  const toldAs = (id: string) => [
    `data: {"delta":{"stop_reason":"tool_use","container":{"id":"${id}","expires_at":"2026-11-29T22:00:00Z"}}}\n\n`,
    `{"container": {"expires_at": "2026-11-29T22:00:00Z", "id": "${id}"}, "content": [{"text": "é"}]}`,
    `{"message":{"container":null}} {"container":{"id":"${id}"}} {"container":{"id":"${id}"}`,
  ]
  const named = toldAs(nameOf(ID))
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 8 }), (cuts) => {
      for (const [index, reply] of toldAs(ID).entries()) assert.equal(passed(reply, cuts), named[index])
    }),
    { numRuns: 300 },
  )
})

test('all else passes as it came, and soon', () => {
  const others = [
    String.raw`{"text":"\"container\":{\"id\":\"${ID}\"}"}`,
    '{"container":null,"x":"container","y":{"container":"container_1"}}',
    `{"container":{"id":7}} "container" : { ${'"k":1,'.repeat(100)}`,
    '"contain',
    '',
  ]
  for (const reply of others) fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 8 }), (cuts) => passed(reply, cuts) === reply))
  const read = renameContainers(nameOf)
  const start = Buffer.from('data: {"message":{"container":null}}\n\n')
  assert.deepEqual(read.push(start), start)
})
