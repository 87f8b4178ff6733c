// Guarantee: the id of a container is told sealed for its account, and is taken from no other account and of no other upstream.
import assert from 'node:assert/strict'
import { test } from 'node:test'
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

test('a reply tells ids sealed, also one that is read before', () => {
  const told = { status: 200, headers: {} }
  const before = (text: string) => ({
    ...told,
    push: (chunk: Buffer) => Buffer.concat([Buffer.from(text), chunk]),
    end: () => Buffer.from('"}}'),
  })
  const plain = sealingContainers(holder, undefined)(told) ?? assert.fail()
  const reply = `{"container":{"id":"${ID}"}}`
  const sealed = `{"container":{"id":"${sealedContainer(ID, holder)}"}}`
  assert.equal(Buffer.concat([plain.push(Buffer.from(reply)), plain.end()]).toString(), sealed)
  const read = sealingContainers(holder, () => before('{"container":{"id":"'))(told) ?? assert.fail()
  assert.equal(Buffer.concat([read.push(Buffer.from(ID)), read.end()]).toString(), sealed)
})
