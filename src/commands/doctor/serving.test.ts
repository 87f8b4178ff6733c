// Guarantee: of a Farebox that runs, doctor says whether it serves: a listener that hangs, refuses or takes nobody is told as failed.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockDataDir } from '../../db/index.ts'
import type { Setup } from './finding.ts'
import { checkServing } from './serving.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-serving-'))
after(() => rmSync(folder, { recursive: true }))

const servers: Server[] = []
after(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

const setupOf = (listenPort: number, operatorPort: number): Setup => ({
  environment: {
    FAREBOX_DATA_DIR: folder,
    FAREBOX_LISTEN: `127.0.0.1:${listenPort}`,
    FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
  },
  version: process.versions.node,
  execArgv: [],
})

const answer =
  (status: number): RequestListener =>
  ({ url }, response) =>
    void response.writeHead(url === '/readyz' ? status : 404).end()

test('ready, not ready, silent, and closed', async () => {
  const [ready, unready] = [await listen(answer(200)), await listen(answer(503))]
  assert.deepEqual(await checkServing(setupOf(ready, unready)), [], 'none runs')
  const lock = await lockDataDir(folder)
  try {
    const told = async (listenPort: number, operatorPort: number): Promise<readonly string[]> =>
      (await checkServing(setupOf(listenPort, operatorPort))).map(
        ({ state, detail }) => `${state} ${/\((\d+|E[A-Z]+)\)/.exec(detail)?.[1] ?? ''}`,
      )
    assert.deepEqual(await told(ready, unready), ['ok ', 'failed 503'])
    const silent = await listen(() => undefined)
    assert.deepEqual(await told(silent, ready), ['failed ETIMEDOUT', 'ok '])
    const closed = await listen(() => undefined)
    await new Promise((resolve) => servers.at(-1)?.close(resolve))
    assert.deepEqual(await told(closed, ready), ['failed ECONNREFUSED', 'ok '])
  } finally {
    await lock.release()
  }
})
