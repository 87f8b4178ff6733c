import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchServer } from '../../src/db/embedded/index.ts'
import { connect, platformBinaries, sql } from '../../src/db/index.ts'
import { stoppable } from '../harness/index.ts'
import { startValkey, type Valkey } from '../valkey.ts'
import { startWorld, type World } from '../world.ts'

/** Nodes with ports and data directories of their own, on one PostgreSQL and one Valkey. */
export type Nodes = {
  readonly worlds: readonly World[]
  readonly valkey: Valkey
  readonly stop: () => Promise<void>
}

/** What one call holds and costs in nano-USD: ten output tokens at a thousandth of a dollar, and an input that rounds up to one. */
export const CALL_COST = 10_000_001n
export const OUTPUT_TOKENS = 10
const PRICE = { input: '0.000001', output: '1000.00' }

/** A node has up to 30 connections, and the embedded server takes 60 by default. */
const CONNECTIONS_MAX = 150

/** How nodes are started. */
export type NodesOptions = {
  /** Where the program lies that a node starts; this checkout when left out. */
  readonly checkout?: (index: number) => string
  /** The URL by which they get to their Valkey, where that is not its own. */
  readonly through?: (valkeyUrl: string) => Promise<string>
  /** Gateway processes of each node; default 1. */
  readonly gateways?: number
  /** More settings of every node. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts so many nodes. */
export async function startNodes(count: number, options: NodesOptions = {}): Promise<Nodes> {
  const { checkout = () => process.cwd(), through = async (url) => url, gateways = 1 } = options
  const directory = mkdtempSync(join(tmpdir(), 'farebox-nodes-'))
  const valkey = await startValkey()
  const stops: (() => Promise<void>)[] = [valkey.stop]
  const stop = stoppable(async () => {
    for (const each of stops.toReversed()) await each()
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  })
  try {
    const server = await launchServer({
      dataDir: join(directory, 'system'),
      binaries: platformBinaries(),
      isDurable: true,
      connectionsMax: CONNECTIONS_MAX,
    })
    stops.push(server.stop)
    const keysUrl = await makeKeyDatabase(server.connection)
    const env = {
      FAREBOX_PUBLIC_URL: 'http://localhost:8080',
      DATABASE_URL: server.connection,
      FAREBOX_KEYS_URL: keysUrl,
      VALKEY_URL: await through(valkey.url),
      ...options.env,
    }
    const worlds: World[] = []
    for (let index = 0; index < count; index += 1) {
      const [first] = worlds
      const world = await startWorld({
        ...{ env, gateways },
        checkout: () => checkout(index),
        ...(first !== undefined && { masterKeysOf: first.dataDir }),
        models: [
          { id: 'm-exact', upstream: 'oai', upstreamModel: 'sim-model!tokens=1000,first-byte-ms=30', price: PRICE },
          { id: 'm-long', upstream: 'oai', upstreamModel: 'sim-model!tokens=400,chunk-ms=100', price: PRICE },
        ],
      })
      worlds.push(world)
      stops.push(world.stop)
    }
    return { worlds, valkey, stop }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

async function makeKeyDatabase(connection: string): Promise<string> {
  const database = connect({ connection, role: undefined, poolMax: 1 })
  try {
    await database.query(sql`create database farebox_keys`)
  } finally {
    await database.end()
  }
  return connection.replace('/farebox?', '/farebox_keys?')
}
