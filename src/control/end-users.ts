import type { EndUser, EndUserBook } from '../api/index.ts'
import type { Database } from '../db/index.ts'
import { FailureError, fail } from '../failures.ts'
import {
  changeGroupCap,
  createKeyGroup,
  type KeyGroup,
  listGroupKeys,
  listKeyGroups,
  type NameSealing,
  putToGroup,
  removeKeyGroup,
} from '../keys/index.ts'
import { SPEND_WINDOWS } from '../spec/index.ts'

/** The end users of accounts: each is a group of keys, whose cap all of its keys spend together. */
export const endUserBook = (database: Database, sealing: NameSealing): EndUserBook => ({
  create: async (tx, { cap, ...input }) => userOf(await createKeyGroup(tx, sealing, { ...input, cap: readCap(cap) })),
  list: async (accountId) => (await listKeyGroups(database, sealing, accountId)).map(userOf),
  change: async ({ accountId, id }, cap) => {
    await asEndUser(changeGroupCap(database, { groupId: id, accountId, cap: readCap(cap) }))
    const changed = (await listKeyGroups(database, sealing, accountId)).find((group) => group.id === id)
    return changed === undefined ? fail('end_user_unknown') : userOf(changed)
  },
  remove: ({ accountId, id }, now) => asEndUser(removeKeyGroup(database, { groupId: id, accountId, now })),
  assign: (tx, { accountId, id }, keyId) => asEndUser(putToGroup(tx, { groupId: id, accountId, keyId })),
  keysOf: ({ accountId, id }) => asEndUser(listGroupKeys(database, { groupId: id, accountId })),
})

const userOf = ({ id, name, cap, createdAt }: KeyGroup): EndUser => ({ id, name, cap, createdAt })

function readCap(cap: EndUser['cap']) {
  if (cap === undefined) return undefined
  const window = SPEND_WINDOWS.find((known) => known === cap.window)
  return window === undefined
    ? fail('invalid_field', { field: 'window', expected: `one of ${SPEND_WINDOWS.join(', ')}` })
    : { ...cap, window }
}

/** What is unknown here as a group is unknown outside as an end user. */
async function asEndUser<Value>(doing: Promise<Value>): Promise<Value> {
  try {
    return await doing
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'key_group_unknown') return fail('end_user_unknown')
    throw thrown
  }
}
