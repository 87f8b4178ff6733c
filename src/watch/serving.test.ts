// Guards: what a node tells of itself says whether it serves paid calls, also where nothing was called and nothing waits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeMetrics, RouteNames } from './index.ts'

test('serving is told as it is when it is asked', async () => {
  let isServing = false
  const { text } = makeMetrics({
    ...{ isServing: () => isServing, openCalls: () => 0, backlog: () => 0, gateways: () => 1, held: () => 0n, frozenAccounts: () => 0 },
    ...{
      isLedgerOk: () => true,
      keyLookUps: () => 0,
      keyAlarms: () => new Map(),
      clearingOverdue: () => 0,
      certificateDays: () => undefined,
      backupSeconds: async () => undefined,
    },
    ...{ upstreams: () => new Map(), names: new RouteNames() },
  })
  assert.match(await text(), /^farebox_serving 0$/m)
  isServing = true
  assert.match(await text(), /^farebox_serving 1$/m)
})
