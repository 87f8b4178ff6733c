import { randomBytes, randomInt } from 'node:crypto'
import { setInterval } from 'node:timers'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { countNodes } from '../ledger/index.ts'
import { type Clock, errorCode, type Log } from '../lib/index.ts'
import { openValkeyStore, readMinute, SharedLimits } from '../limits/index.ts'
import type { Keyring } from '../privacy/index.ts'
import { LIVE_MS } from './keep-books.ts'
import { NodeCount } from './node-count.ts'

/** What limits are opened with; `ledgerDatabase` knows which nodes live. This node is registered already. */
export type LimitsOptions = {
  readonly config: Pick<Config, 'valkeyUrl' | 'keysUrl'>
  readonly ledgerDatabase: Database
  readonly keyring: Keyring
  readonly nodeId: string
  /** How many nodes there were when one was last heard, asked before this one registered. */
  readonly nodesBefore: number
  readonly clock: Clock
  readonly log: Log
}

/** Limits that hold over all nodes; gateways tag addresses with `ipSalt`, which is the same on all nodes where these count together. */
export type OpenLimits = { readonly limits: SharedLimits; readonly ipSalt: number; readonly close: () => Promise<void> }

const TICK_MS = 1_000
const COUNT_MS = 5_000
const SALT_BITS = 47
const NAME_BYTES = 16

/** Opens the limits on calls, and keeps them in step with the other nodes until they are closed. */
export async function openLimits(options: LimitsOptions): Promise<OpenLimits> {
  const { config, ledgerDatabase, keyring, nodeId, clock, log } = options
  const store = config.valkeyUrl === undefined ? undefined : openValkeyStore(config.valkeyUrl)
  const nameOf = (id: string): string => keyring.lookup(id, 'limit-name').subarray(0, NAME_BYTES).toString('base64url')
  const limits = new SharedLimits({ clock, log, nodeId, store, nameOf, newTag: () => randomBytes(6).toString('base64url') })
  const nodes = new NodeCount(clock, { liveMs: LIVE_MS, before: options.nodesBefore })
  const count = async (): Promise<void> => limits.setNodes(nodes.told(await countNodes(ledgerDatabase, LIVE_MS)))
  const onUncounted = (thrown: unknown): void => {
    nodes.untold()
    log({ event: 'nodes-uncounted', code: errorCode(thrown) })
  }
  await count()
  if (store === undefined && limits.nodes === 1) {
    const now = clock.now()
    limits.recall(await readMinute(ledgerDatabase, now), now)
  }
  await limits.tick()
  const timers = [setInterval(() => void limits.tick(), TICK_MS), setInterval(() => void count().catch(onUncounted), COUNT_MS)]
  return {
    limits,
    // Several nodes share their keys of persons, so what has no such setting is one.
    ipSalt: store === undefined && config.keysUrl === undefined ? randomInt(2 ** SALT_BITS) : sharedSalt(keyring),
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      await limits.close()
    },
  }
}

/** Below 2^47, so that it crosses the channel as any number does. */
const sharedSalt = (keyring: Keyring): number => keyring.derive('ip-salt', Buffer.alloc(0)).readUIntBE(0, 6) % 2 ** SALT_BITS
