// Guarantee: usage that cannot be true is logged at once and counted, and a flood of it does not flood the log.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settlement } from '../ledger/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { suspectUsageAlarm } from './suspect-usage.ts'

test('the first is logged at once, the others of a minute together', () => {
  const logged: LogEvent[] = []
  let now = 0
  const alarm = suspectUsageAlarm({ clock: { monotonic: () => now }, log: (event) => void logged.push(event) })
  const settle = (isSuspect: boolean) => alarm({ isSuspect } as Settlement)
  settle(false)
  for (let count = 0; count < 100; count += 1) settle(true)
  assert.deepEqual(logged, [{ event: 'usage-suspect', items: 1 }])
  now = 60_000
  settle(false)
  assert.deepEqual(logged.slice(1), [{ event: 'usage-suspect', items: 99 }])
  settle(false)
  assert.equal(logged.length, 2)
})
