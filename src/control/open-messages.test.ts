// Guarantee: webhooks hear of what happens within seconds, whatever a mail server does.
import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { changeEmail } from '../accounts/index.ts'
import { readConfig } from '../config.ts'
import { connect, sql } from '../db/index.ts'
import { systemClock } from '../lib/index.ts'
import { openMessages } from './open-messages.ts'
import { openMoneyStore } from './testing.ts'

const USD = 1_000_000_000n

test('a mail server that takes connections and says nothing keeps no webhook waiting', async () => {
  const store = await openMoneyStore()
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  const stopping = new AbortController()
  const sockets: Socket[] = []
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const happen = async (name: string): Promise<string> => {
    const { accountId } = await store.newCustomer(0n)
    await database.query(sql`update account set email_sealed = ${Buffer.from('x')} where id = ${accountId}::uuid`)
    await changeEmail(database, store.subjects, { id: accountId, email: `${name}@b.example` })
    await store.ledger.deposit({ accountId, amount: USD, rail: 'stripe', externalKey: name })
    return accountId
  }
  const hooked = async (accountId: string): Promise<boolean> =>
    (await database.query(sql`select from account_event where account_id = ${accountId}::uuid and hooked_at is null`)).length === 0
  const until = async (isSo: () => boolean | Promise<boolean>, what: string): Promise<void> => {
    for (const end = Date.now() + 8_000; !(await isSo()); await delay(50)) assert.ok(Date.now() < end, what)
  }
  const config = { ...readConfig({}), mail: { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'post@fare.example' }, hasWebhooks: false }
  const messages = openMessages({
    ...{
      config,
      service: 'Fare',
      nodeId: 'one',
      appDatabase: database,
      subjects: store.subjects,
      keyring: { derive: () => Buffer.alloc(32) },
    },
    ...{ clock: systemClock, log: () => undefined, stopped: stopping.signal },
  })
  const first = await happen('first')
  const jobs = messages.start()
  try {
    await until(() => sockets.length > 0, 'no letter was tried')
    assert.ok(await hooked(first), 'its letter was tried before its webhooks')
    const second = await happen('second')
    await until(() => hooked(second), 'webhooks waited for a letter')
    assert.equal(sockets.length, 1, 'the first letter still hangs')
  } finally {
    // A letter that hangs keeps no process from its end.
    stopping.abort()
    await jobs.stop()
    server.close()
    for (const socket of sockets) socket.destroy()
    await database.end()
    await store.drop()
  }
})
