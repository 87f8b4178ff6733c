import { randomBytes } from 'node:crypto'
import { connect, sql } from '../../src/db/index.ts'
import type { World } from '../world.ts'
import { listAll, type Post } from './post.ts'

const newEmail = (): string => `let-in-${randomBytes(6).toString('hex')}@example.com`

/** POSTs that undo what is done against abuse. */
export const ABUSE_POSTS: readonly Post[] = [
  {
    path: '/keys/{id}/resume',
    status: 200,
    // What calls again calls again.
    isEachNew: false,
    prepare: async (world, { id }) => {
      const minted = (await world.operator.ask('POST', `/accounts/${id}/keys`, { name: 'to resume' })) as { id: string }
      await pause(world, minted.id)
      return { path: `/keys/${minted.id}/resume`, body: {}, otherBody: { anything: 'else' }, counted: `${id} ${minted.id}` }
    },
    effects: async (operator, { counted }) => {
      const [accountId, keyId] = counted.split(' ')
      const keys = await listAll(operator, `/accounts/${accountId}/keys`)
      return keys.filter((key) => key['id'] === keyId && key['paused_for'] === null).length
    },
  },
  {
    path: '/keys/{id}/pause',
    status: 200,
    // Paused is paused.
    isEachNew: false,
    prepare: async ({ operator }, { id }) => {
      const minted = (await operator.ask('POST', `/accounts/${id}/keys`, { name: 'to pause' })) as { id: string }
      const [body, otherBody] = [{ reason: 'terms' }, { reason: 'abuse' }]
      return { path: `/keys/${minted.id}/pause`, body, otherBody, counted: `${id} ${minted.id}` }
    },
    effects: async (operator, { counted }) => {
      const [accountId, keyId] = counted.split(' ')
      const keys = await listAll(operator, `/accounts/${accountId}/keys`)
      return keys.filter((key) => key['id'] === keyId && key['paused_for'] === 'operator').length
    },
  },
  {
    path: '/sign-up-allowances',
    status: 201,
    // One address is let in once, however often that is said.
    isEachNew: false,
    prepare: async () => ({ path: '/sign-up-allowances', body: { email: newEmail() }, otherBody: { email: newEmail() }, counted: '' }),
    effects: async (operator) => ((await operator.ask('GET', '/sign-up-allowances')) as { open: number }).open,
  },
]

/** Makes a key rest as a spike does. */
async function pause(world: World, keyId: string): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  try {
    await database.query(sql`update api_key set paused_at = now(), paused_for = 'spike' where id = ${keyId}::uuid`)
  } finally {
    await database.end()
  }
}
