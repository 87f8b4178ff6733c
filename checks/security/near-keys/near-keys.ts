import { seededRandom } from '../../../sim/index.ts'
import { createTestDatabase, stopTestServer, type TestDatabase } from '../../../src/db/testing.ts'
import { hashKey, isManagementKey, isWellFormedKey } from '../../../src/spec/index.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { mean, trimmed, welch } from '../welch.ts'
import { atDoors } from './at-doors.ts'
import { ownersOf, writeKeys } from './key-book.ts'
import { nearDigest, secretOf, spoiled, type TrueKey, wellFormedNear, wellFormedText } from './near-misses.ts'

const KEYS = 200
const AT_ONCE = 8
const BATCH = 2000
/** Of how many near misses one is sent to a whole server, and how many of those at most. */
const DOOR_SHARE = 50
const DOORS_MAX = 10_000
/** Look-ups that are timed, of each kind. */
const TIMED: Readonly<Record<CheckContext['tier'], number>> = { pr: 200, nightly: 10_000, release: 100_000 }
const T_MAX = 4.5
/** Below so many, and where others share the machine, times are told and not judged. */
const JUDGED_FROM = 1000

/**
 * SEC-03: no text that is almost a key is taken for one, by either look-up or at any door; what is spelt wrongly is refused without asking the database;
 * and a key that begins like one that exists takes as long to be refused as any other.
 */
export async function nearKeys(context: CheckContext): Promise<Measured> {
  const kit = await createTestDatabase()
  try {
    const keys = await writeKeys(kit.ownerDatabase, KEYS)
    const counted = await lookUpNear(context, kit, keys)
    const times = await timeLookUps(context, kit, keys)
    const doors = await atDoors(context, Math.min(DOORS_MAX, Math.ceil(context.n / DOOR_SHARE)))
    return { n: context.n, measured: { ...counted, ...doors, ...times } }
  } finally {
    await kit.drop()
    await stopTestServer()
  }
}

/** Half of the near misses are spelt wrongly; of the others, and of digests, whose they are is asked of the database. */
async function lookUpNear(context: CheckContext, kit: TestDatabase, keys: readonly TrueKey[]): Promise<Readonly<Record<string, number>>> {
  const random = seededRandom(context.seed)
  const counted = { malformed: 0, lookedUp: 0, confused: 0, found: 0 }
  const expectNobodys = async (digest: Buffer, key: TrueKey): Promise<void> => {
    counted.lookedUp += 1
    const owners = await ownersOf(kit.appDatabase, digest)
    if (!context.expect(owners.length === 0, `a near miss of ${key.id} is the key ${owners.join(', ')}`)) counted.confused += 1
  }
  for (let from = 0; from < context.n; from += BATCH) {
    const misses = Array.from({ length: Math.min(BATCH, context.n - from) }, (_, index) => {
      const key = keys[random.below(keys.length)] as TrueKey
      const way = index % 4
      if (way < 2) return { key, text: spoiled(secretOf(key), random), digest: undefined }
      return { key, text: '', digest: way === 2 ? hashKey(wellFormedNear(key, random)) : nearDigest(hashKey(secretOf(key)), random) }
    })
    await inParallel(misses, AT_ONCE, async ({ key, text, digest }) => {
      if (digest !== undefined) return await expectNobodys(digest, key)
      counted.malformed += 1
      const isSpelt = isWellFormedKey(text) || isManagementKey(text)
      context.expect(text === secretOf(key) || !isSpelt, 'what is one slip away from a key is looked up')
    })
    for (const key of keys.slice(0, 20)) {
      const owners = await ownersOf(kit.appDatabase, hashKey(secretOf(key)))
      if (context.expect(owners.length === 1 && owners[0] === key.id, `blind: a key is ${owners.length} keys`)) counted.found += 1
    }
    if (from % (20 * BATCH) === 0) context.progress(`${from + misses.length} near misses`)
  }
  return counted
}

/** Look-ups of keys that begin like one that exists and of random ones, in turns in either order, one at a time. */
async function timeLookUps(
  context: CheckContext,
  kit: TestDatabase,
  keys: readonly TrueKey[],
): Promise<Readonly<Record<string, number | boolean>>> {
  const random = seededRandom(context.seed + 2)
  const [near, far]: [number[], number[]] = [[], []]
  const randomKey = (): TrueKey => ({ id: '', bytes: Buffer.from(Array.from({ length: 32 }, () => random.below(256))), isManaging: false })
  const calling = keys.filter(({ isManaging }) => !isManaging)
  const rounds = TIMED[context.tier]
  for (let round = -50; round < rounds; round += 1) {
    const key = calling[random.below(calling.length)] as TrueKey
    const texts = [wellFormedText(secretOf(key), random), secretOf(randomKey())] as const
    for (const which of random.below(2) === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const began = performance.now()
      const owners = isWellFormedKey(texts[which]) ? await ownersOf(kit.appDatabase, hashKey(texts[which])) : ['malformed']
      // What is not warm yet tells nothing.
      if (round >= 0) (which === 0 ? near : far).push(performance.now() - began)
      if (owners.length > 0) context.fail(`a timed key is ${owners.join(', ')}`)
    }
  }
  const welchT = welch(trimmed(near), trimmed(far))
  const isJudged = rounds >= JUDGED_FROM
  if (isJudged) context.expect(Math.abs(welchT) < T_MAX, `times tell keys that begin like one that exists: t = ${welchT.toFixed(2)}`)
  const rounded = (value: number): number => Math.round(value * 1000) / 1000
  return { timed: rounds, isJudged, welchT: rounded(welchT), nearMs: rounded(mean(trimmed(near))), randomMs: rounded(mean(trimmed(far))) }
}
