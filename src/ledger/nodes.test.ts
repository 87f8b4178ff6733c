// Guarantee: a node that begins when nobody could be heard for a while counts those that lived before, so that limits are not handed out whole
// by each; one whose neighbours went long before it was last heard itself counts itself alone.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { countNodes, countNodesBefore, registerNode } from './nodes.ts'

const LIVE_MS = 60_000
let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const lived = (nodeId: string): Promise<number> => countNodesBefore(kit.ledgerDatabase, { nodeId, liveMs: LIVE_MS })
const heard = (nodeId: string, ago: string) =>
  kit.ledgerDatabase.query(sql`update node set seen_at = now() - ${ago}::interval where id = ${nodeId}::uuid`)

test('who lived when somebody was last heard is counted, however long ago that was', async () => {
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()]
  assert.equal(await lived(one), 1)
  for (const id of [one, two, three]) await registerNode(kit.ledgerDatabase, id)
  assert.deepEqual([await lived(one), await lived(randomUUID())], [3, 4])
  await heard(one, '2 hours')
  await heard(two, '2 hours 10 seconds')
  await heard(three, '2 hours 50 seconds')
  assert.deepEqual([await countNodes(kit.ledgerDatabase, LIVE_MS), await lived(one), await lived(three)], [0, 3, 3])
  await registerNode(kit.ledgerDatabase, one)
  assert.equal(await countNodes(kit.ledgerDatabase, LIVE_MS), 1)
  await heard(one, '1 hour')
  assert.equal(await lived(one), 1)
})
