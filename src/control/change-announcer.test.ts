// Guarantee: every change is looked at after it came, one look at a time; what could not be announced is tried again; after the end nothing is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { LogEvent } from '../lib/index.ts'
import type { PolicyDesk } from '../privacy/index.ts'
import { ChangeAnnouncer } from './change-announcer.ts'

type Version = Awaited<ReturnType<PolicyDesk['publish']>>

function world(publish: () => Promise<Version>) {
  const logged: LogEvent[] = []
  let announced = 0
  const announcer = new ChangeAnnouncer({ policy: { publish }, log: (event) => logged.push(event), onAnnounced: () => (announced += 1) })
  return { announcer, logged, announced: () => announced }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !isTrue(); await delay(2)) assert.ok(Date.now() < end, 'it never came')
}

test('changes that come while it looks are looked at once more, and never by two at a time', async () => {
  let [looks, atOnce, atOnceMax] = [0, 0, 0]
  const { announcer, announced } = world(async () => {
    looks += 1
    atOnce += 1
    atOnceMax = Math.max(atOnceMax, atOnce)
    await delay(5)
    atOnce -= 1
    return looks === 2 ? ({ number: 7 } as Version) : undefined
  })
  for (let change = 0; change < 50; change += 1) announcer.look()
  await until(() => looks === 2 && atOnce === 0)
  await until(() => announced() === 1)
  assert.equal(atOnceMax, 1)
  announcer.close()
})

test('what could not be announced is logged by its code and tried again; after the end nothing is', async () => {
  let looks = 0
  const { announcer, logged } = world(async () => {
    looks += 1
    if (looks === 1) throw new TypeError('words of a database')
    return undefined
  })
  await announcer.announce()
  assert.deepEqual(logged, [{ event: 'policy-unkept', code: 'TypeError' }])
  await until(() => looks === 2)
  announcer.close()
  announcer.look()
  await delay(20)
  assert.equal(looks, 2)
})
