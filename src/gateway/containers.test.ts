// Guarantee: the id of a container is told sealed for its account, wherever a reply is cut, and is taken from no other account and of no other
// upstream; all else of a reply passes byte for byte.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ownContainer, sealedContainer, sealingContainers } from './containers.ts'

const ID = 'container_011CPR5CNjB747bTd36fQLFk'
const holder = { accountId: 'a', apiKey: 'sk-1' }

test('an id is taken from the account that it was told, of the upstream that told it', () => {
  const told = sealedContainer(ID, holder)
  assert.equal(ownContainer(told, holder), ID)
  assert.equal(ownContainer(told, { ...holder, accountId: 'b' }), undefined)
  assert.equal(ownContainer(told, { ...holder, apiKey: 'sk-2' }), undefined)
  assert.equal(ownContainer(told, { ...holder, apiKey: undefined }), undefined)
  for (const other of [ID, `${ID}.`, `${ID}.${'A'.repeat(22)}`, told.slice(0, -1), `${told}A`, `${told}\n`, told.replace('011', '012'), ''])
    assert.equal(ownContainer(other, holder), undefined, other)
})

const passed = (reply: string, cuts: readonly number[]): string => {
  const read = sealingContainers(holder, undefined)({ status: 200, headers: {} }) ?? assert.fail()
  const bytes = Buffer.from(reply)
  const places = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length]
  const parts = places.slice(1).map((place, index) => read.push(bytes.subarray(places[index], place)))
  return Buffer.concat([...parts, read.end()]).toString()
}

test('ids are sealed wherever a reply is cut', () => {
  const toldAs = (id: string) => [
    `data: {"delta":{"stop_reason":"tool_use","container":{"id":"${id}","expires_at":"2026-11-29T22:00:00Z"}}}\n\n`,
    `{"container": {"expires_at": "2026-11-29T22:00:00Z", "id": "${id}"}, "content": [{"text": "é"}]}`,
    `{"message":{"container":null}} {"container":{"id":"${id}"}} {"container":{"id":"${id}"}`,
  ]
  const sealed = toldAs(sealedContainer(ID, holder))
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 8 }), (cuts) => {
      for (const [index, reply] of toldAs(ID).entries()) assert.equal(passed(reply, cuts), sealed[index])
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
  const read = sealingContainers(holder, undefined)({ status: 200, headers: {} }) ?? assert.fail()
  const start = Buffer.from('data: {"message":{"container":null}}\n\n')
  assert.deepEqual(read.push(start), start)
})
