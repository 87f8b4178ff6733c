import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../../lib/index.ts'
import { openValkeyStore, type ValkeyStore } from '../../limits/index.ts'
import { type Check, configOf, type Finding, plain } from './finding.ts'

const TRIES = 10
const WAIT_MS = 100

/** Whether the Valkey that nodes count limits in answers and would be written to; nothing is written. */
export const checkValkey: Check = async (setup) => {
  const url = configOf(setup)?.valkeyUrl
  if (url === undefined) return [plain('ok', 'limits', 'no VALKEY_URL: each of several nodes grants its part of a limit')]
  const store = openValkeyStore(url)
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      // The connection is made beside the first question, which does not wait for it.
      if (await store.time().then(Boolean, () => false)) return [await tellWrites(store)]
      await sleep(WAIT_MS)
    }
  } finally {
    await store.close()
  }
  return [
    plain(
      'failed',
      'limits',
      'the server of VALKEY_URL does not answer; check host, port, user and password; until then each node grants its part',
    ),
  ]
}

const tellWrites = (store: ValkeyStore): Promise<Finding> =>
  store.tryWrite().then(
    () => plain('ok', 'limits', 'the server of VALKEY_URL answers'),
    (thrown: unknown) =>
      plain(
        'failed',
        'limits',
        `the server of VALKEY_URL answers but takes no writes (${errorCode(thrown)}); see that it is no replica, has memory and disk, and that its user may write; until then each node grants its part`,
      ),
  )
