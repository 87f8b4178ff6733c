// Guarantee: keys are watched every few seconds whatever a mail server does, and what is seen of one kind does not wait for the other.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { ABUSE_DEFAULTS, raiseAlarm } from '../abuse/index.ts'
import { changeEmail } from '../accounts/index.ts'
import { connect, sql } from '../db/index.ts'
import { findKeyById } from '../keys/index.ts'
import { systemIds } from '../lib/index.ts'
import type { Mailer } from '../spec/index.ts'
import { openAbuseBy, openMoneyStore } from './testing.ts'

const USD = 1_000_000_000n

test('a mail server that hangs keeps no key from being paused', async () => {
  const store = await openMoneyStore()
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  let letGo = (): void => undefined
  const server = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const heard: string[] = []
  const mailer: Mailer = {
    send: async (template) => {
      heard.push(template)
      await server
    },
    inLanguage: () => mailer,
  }
  const [told, spending] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  await database.query(sql`update account set email_sealed = ${Buffer.from('x')} where id = ${told.accountId}::uuid`)
  await changeEmail(database, store.subjects, { id: told.accountId, email: 'a@b.example' })
  await raiseAlarm(database, { ...told, id: randomUUID(), kind: 'spike', amount: USD, isPausing: true, now: Date.now() })
  const abuse = openAbuseBy({
    ...{ appDatabase: database, clock: { now: Date.now }, ids: systemIds(Date.now), mailer, log: () => undefined },
    settings: { ...ABUSE_DEFAULTS, spike: { amount: USD, times: undefined, least: 1n, isPausing: true } },
    keys: { subjects: store.subjects, ipTags: { ipTag: async () => undefined, placeTag: async () => Buffer.alloc(32) } },
  })
  const jobs = abuse.start()
  try {
    const until = async (isSo: () => boolean | Promise<boolean>, what: string): Promise<void> => {
      for (const end = Date.now() + 12_000; !(await isSo()); await delay(50)) assert.ok(Date.now() < end, what)
    }
    await until(() => heard.length > 0, 'no letter was tried')
    abuse.onSettled({ ...spending, cost: 2n * USD })
    await until(async () => (await findKeyById(database, spending.keyId))?.pausedFor === 'spike', 'nobody looked while a letter hung')
    assert.deepEqual(heard, ['key-paused'])
  } finally {
    letGo()
    await jobs.stop()
    await database.end()
    await store.drop()
  }
})
