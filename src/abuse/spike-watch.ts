import { type Database, sql } from '../db/index.ts'
import type { Ids, Log, NanoUsd } from '../lib/index.ts'
import { countLiveNodes } from './live-nodes.ts'
import { type NewAlarm, raiseAlarm } from './raise-alarm.ts'
import type { SpikeSettings } from './settings.ts'
import { type KeySpent, SpendSums } from './spend-sums.ts'
import { spentEverywhere } from './spent-everywhere.ts'
import { usualRate } from './usual-rate.ts'

/** What a watch over the spending of keys works with; `database` has the role farebox_app. */
export type SpikeParts = {
  readonly database: Database
  readonly settings: SpikeSettings
  readonly clock: { readonly now: () => number }
  readonly ids: Ids
  readonly log: Log
  readonly onRaised: (kind: NewAlarm['kind']) => void
}

/** A watch over what keys spend. */
export type SpikeWatch = {
  /** Counts what a call cost that is in the books now. */
  readonly note: (spent: KeySpent) => void
  /** Looks at what was spent in the last five minutes and raises alarms; returns how many. Called every few seconds. */
  readonly look: () => Promise<number>
}

const WINDOW_MS = 300_000
/** A slot of the sums that began a little before is counted whole. */
const SLACK_MS = 5_000
const USUAL_MS = 3_600_000
const LOOKED_AT_MAX = 200
const USUAL_MAX = 10_000

type Usual = { readonly rate: NanoUsd | undefined; readonly until: number }

/**
 * A watch on one node. A key that spends too much spends its share of that on one node at least, so what this node saw says whom to look at, and
 * where there are more nodes the rows of all of them say how much it was.
 */
export function makeSpikeWatch(parts: SpikeParts): SpikeWatch {
  const { database, settings, clock } = parts
  const sums = new SpendSums()
  const usual = new Map<string, Usual>()
  const usualOf = async (key: KeySpent): Promise<NanoUsd | undefined> => {
    const now = clock.now()
    const known = usual.get(key.keyId)
    if (known !== undefined && known.until > now) return known.rate
    if (usual.size >= USUAL_MAX) usual.clear()
    const rate = await usualRate(database, { ...key, before: now - WINDOW_MS })
    usual.set(key.keyId, { rate, until: now + USUAL_MS })
    return rate
  }
  return {
    note: (spent) => sums.add(spent, clock.now()),
    look: async () => {
      sums.sweep(clock.now() - WINDOW_MS)
      const least = leastOf(settings)
      if (sums.atLeast(1n).length === 0) return 0
      const nodes = await countLiveNodes(database)
      let raised = 0
      for (const key of sums.atLeast(least / nodes).slice(0, LOOKED_AT_MAX)) {
        const since = await countedSince(database, key.keyId, clock.now() - WINDOW_MS - SLACK_MS)
        if (since === undefined) continue
        const spent = nodes === 1n ? sums.since(key.keyId, since) : await spentEverywhere(database, { ...key, since })
        const kind = await kindOf(settings, spent, () => usualOf(key))
        if (kind !== undefined && (await raise(parts, { ...key, spent }, kind))) raised += 1
      }
      return raised
    },
  }
}

/** What a key has to spend more than to be looked at. */
function leastOf({ amount, times, least }: SpikeSettings): NanoUsd {
  if (times === undefined) return amount ?? least
  return amount === undefined || amount > least ? least : amount
}

async function kindOf(
  { amount, times, least }: SpikeSettings,
  spent: NanoUsd,
  usualRateOf: () => Promise<NanoUsd | undefined>,
): Promise<'spike' | 'unusual' | undefined> {
  if (amount !== undefined && spent > amount) return 'spike'
  if (times === undefined || spent < least) return undefined
  const rate = await usualRateOf()
  return rate !== undefined && spent > rate * BigInt(times) ? 'unusual' : undefined
}

async function raise(parts: SpikeParts, { keyId, accountId, spent }: KeySpent, kind: 'spike' | 'unusual'): Promise<boolean> {
  const { database, settings, clock, ids, log, onRaised } = parts
  const alarm = { id: ids.uuid(), keyId, accountId, kind, amount: spent, isPausing: settings.isPausing, now: clock.now() }
  if (!(await raiseAlarm(database, alarm))) return false
  log({ event: settings.isPausing ? 'key-paused' : 'key-alarm', account: accountId, part: kind, over: spent })
  onRaised(kind)
  return true
}

/** Since when what a key spent counts: not what an alarm was raised for, nor what was spent before it was resumed; undefined: it rests or was ended. */
async function countedSince(database: Database, keyId: string, windowBegan: number): Promise<number | undefined> {
  const [row] = await database.query<{ since: Date | null }>(sql`
    select greatest(resumed_at, (select max(raised_at) from key_alarm where key_id = api_key.id and kind <> 'shared')) as since
    from api_key where id = ${keyId}::uuid and paused_at is null and revoked_at is null`)
  return row === undefined ? undefined : Math.max(windowBegan, row.since?.getTime() ?? 0)
}
