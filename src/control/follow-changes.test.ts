// Guarantee: what changes of the catalogue while a process begins to listen for changes is told to its gateways as any other change.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net, { type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import type { Catalog } from '../spec/index.ts'
import { type Following, followChanges } from './follow-changes.ts'

let at: TestDatabase
before(async () => {
  at = await createTestDatabase()
})
after(() => at.drop())

/** A way to the server on which nobody begins to listen before it is opened. */
async function slowToListen(connection: string) {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-slow-'))
  const through = new URL(connection.replace(/@\//, '@localhost/'))
  const [host, port] = [through.searchParams.get('host') ?? through.hostname, Number(through.port || 5432)]
  through.searchParams.set('host', directory)
  const opened = Promise.withResolvers<void>()
  const sockets: Socket[] = []
  let isAsked = false
  const door = net.createServer((client) => {
    const server = host.startsWith('/') ? net.connect(`${host}/.s.PGSQL.${port}`) : net.connect(port, host)
    sockets.push(client, server)
    client.on('data', async (bytes) => {
      if (bytes.includes('listen farebox_change')) {
        isAsked = true
        await opened.promise
      }
      server.write(bytes)
    })
    server.pipe(client)
    for (const socket of [client, server]) socket.on('error', () => undefined)
    client.on('close', () => server.destroy())
  })
  door.listen(join(directory, `.s.PGSQL.${port}`))
  await once(door, 'listening')
  return {
    ...{ connection: through.href, open: () => opened.resolve(), isAsked: () => isAsked },
    close: () => {
      for (const socket of sockets) socket.destroy()
      door.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !isTrue(); await delay(5)) assert.ok(Date.now() < end, 'waited for five seconds')
}

test('a catalogue that changes between its reading and the beginning of listening is published', async (context) => {
  const way = await slowToListen(at.connection)
  let following: ReturnType<typeof followChanges> | undefined
  context.after(async () => {
    way.open()
    await (await following)?.close()
    way.close()
  })
  const published: Catalog[] = []
  const ignore = (): void => undefined
  const desk = {
    ...{ prices: { learn: ignore }, names: { learn: ignore }, reloadFrozen: async () => undefined },
    sessions: { publish: (catalog: Catalog) => published.push(catalog) },
  } as unknown as Following
  following = followChanges(desk, {
    ...{ connection: way.connection, appDatabase: at.appDatabase, log: ignore },
    ...{ keyring: { unseal: (sealed: Buffer) => sealed }, policy: { publish: async () => undefined } },
  })
  await until(way.isAsked)
  assert.deepEqual(published.at(-1)?.unpriced, [])
  const [upstream] = await at.ownerDatabase.query<{ serial: number }>(sql`
    insert into upstream (id, kind, base_url, placement, privacy, source) values ('u', 'openai', 'http://u', 'third_party', '{}', 'file') returning serial`)
  const [model] = await at.ownerDatabase.query<{ serial: number }>(
    sql`insert into model (id, context, output_max, source) values ('m', 1, 1, 'file') returning serial`,
  )
  await at.ownerDatabase.query(sql`
    insert into route (model_serial, upstream_serial, upstream_model, priority) values (${model?.serial ?? 0}, ${upstream?.serial ?? 0}, 'm', 1)`)
  way.open()
  await following
  await until(() => published.at(-1)?.unpriced.includes('m') === true)
})
