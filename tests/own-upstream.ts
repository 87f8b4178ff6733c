import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { World } from '../checks/world.ts'

/** An upstream that answers as a test says; `url` has no path. */
export type OwnUpstream = { readonly url: string; readonly close: () => void }

/** Starts one on a free port of this machine. */
export async function startOwnUpstream(answer: RequestListener): Promise<OwnUpstream> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Ends a world and its upstream; fails where the books do not agree. */
export async function endWithBooksRight(world: World, upstream: OwnUpstream): Promise<void> {
  try {
    assert.equal((await world.operator.verify()).ok, true)
  } finally {
    upstream.close()
    await world.stop()
  }
}
