import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { JOIN, LEASE } from './limit-scripts.ts'
import { type JoinAnswer, type LeaseAnswer, type LimitStore, MODES, StoreRefusedError } from './limit-store.ts'

/** How long an answer may take before Valkey counts as away. */
const ANSWER_MS_MAX = 200
const CONNECT_MS_MAX = 1_000
const RETRY_MS = 500

/**
 * Limits counted in a Valkey or Redis by its URL, `valkey://user:password@host:port/database`, over TLS with `valkeys://`. Nothing is queued
 * for when it is back: what fails, fails now. Source: https://valkey.io/topics/protocol/, https://github.com/redis/ioredis (2026-11-27)
 */
export function openValkeyStore(url: string, scripts: Scripts = { join: JOIN, lease: LEASE }): ValkeyStore {
  const [joining, leasing] = [scriptOf(scripts.join), scriptOf(scripts.lease)]
  const redis = new Redis(url.replace(/^valkey(s?):/, 'redis$1:'), {
    ...{ connectTimeout: CONNECT_MS_MAX, retryStrategy: () => RETRY_MS, maxRetriesPerRequest: 0 },
    ...{ enableOfflineQueue: false, autoResendUnfulfilledCommands: false, autoResubscribe: false, disableClientInfo: true },
  })
  // Told to whoever asks next, by the rejection of what he asks.
  redis.on('error', () => undefined)
  redis.on('connect', () => giveUpIfMute(redis))
  const ask = async <T>(command: () => Promise<T>): Promise<T> => {
    try {
      return await inTime(command())
    } catch (thrown) {
      // An answer that comes later must not be taken for that of the next command, and a replica is not where others count.
      if (redis.status === 'ready' && (!isReply(thrown) || isOfReplica(thrown))) redis.disconnect(true)
      throw thrown
    }
  }
  const run = async (script: Script, values: readonly (string | number)[]): Promise<unknown> =>
    ask(async () => {
      try {
        return await redis.evalsha(script.sha, 0, ...values)
      } catch (thrown) {
        if (!(thrown instanceof Error && thrown.message.startsWith('NOSCRIPT'))) throw thrown
        return await redis.eval(script.text, 0, ...values)
      }
    })
  return {
    time: async () => {
      const [seconds, micros] = (await ask(() => redis.time())).map(Number)
      return whole(whole(seconds) * 1_000 + Math.floor(whole(micros) / 1_000))
    },
    join: async ({ nodeId, tag }, { deadline, ttlMs }) =>
      parseJoin(await run(joining, [deadline, tag, ttlMs, `${nodeId}:`]).catch(throwRefusal)),
    lease: async ({ tag }, { deadline, nodes, items }) => {
      const values = items.flatMap(({ kind, name, limit, count, ahead, window }) => [kind, name, limit, count, ahead, window])
      return parseLease(await run(leasing, [deadline, tag, nodes, ...values]), items.length)
    },
    tryWrite: async () => void (await ask(() => redis.set('farebox:limits:none', '', 'PX', 1, 'XX')).catch(throwRefusal)),
    close: async () => redis.disconnect(),
  }
}

/**
 * An answer within the time, else a rejection. What came while this process was late is read before it is given up: a late process is no
 * slow Valkey.
 */
function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const timer = setTimeout(() => setImmediate(() => reject(new SlowValkeyError())), ANSWER_MS_MAX)
  answer.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
}

class SlowValkeyError extends Error {
  readonly code = 'VALKEY_SLOW'
}

/** Drops a connection on which a server has not said within a second that it is ready; nothing else would while its machine answers. */
function giveUpIfMute(redis: Redis): void {
  const timer = setTimeout(() => {
    if (redis.status === 'connect') redis.disconnect(true)
  }, CONNECT_MS_MAX)
  redis.once('close', () => clearTimeout(timer))
}

/** A store that can be asked as well whether it takes writes: nothing is written, and it rejects with StoreRefusedError where it does not. */
export type ValkeyStore = LimitStore & { readonly tryWrite: () => Promise<void> }

/** What is run in Valkey; tests hand in the same with another clock. */
export type Scripts = { readonly join: string; readonly lease: string }

type Script = { readonly text: string; readonly sha: string }
const scriptOf = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** Whether an error is the answer itself, after which the connection is good. */
const isReply = (thrown: unknown): thrown is Error => thrown instanceof Error && thrown.name === 'ReplyError'

/**
 * What a server says, alone or as the error of a script, that counts nobody for what it was sent: its disk, memory or replicas are not as it was told
 * to want them, it is a replica or not up yet, or we may not. All but the last come before a script's first write.
 *
 * Source: https://valkey.io/topics/acl/, https://valkey.io/topics/replication/, https://redis.io/docs/latest/develop/programmability/eval-intro/ (2026-11-30)
 */
const REFUSAL = /\b(MISCONF|OOM|NOREPLICAS|READONLY|MASTERDOWN|LOADING|NOPERM)\b/
/** The same in the error of a script, as Redis 7.0 words it. */
const OLDER: readonly (readonly [RegExp, string])[] = [
  [/user executing the script/, 'NOPERM'],
  [/on a stale replica/, 'MASTERDOWN'],
]

function refusalOf(thrown: unknown): string | undefined {
  if (!isReply(thrown)) return undefined
  return REFUSAL.exec(thrown.message)?.[1] ?? OLDER.find(([words]) => words.test(thrown.message))?.[1]
}

/** Whether it is what a server says that follows another: the address may lead to that one by now. */
const isOfReplica = (thrown: unknown): boolean => ['READONLY', 'MASTERDOWN'].includes(refusalOf(thrown) ?? '')

function throwRefusal(thrown: unknown): never {
  const refusal = refusalOf(thrown)
  throw refusal === undefined ? thrown : new StoreRefusedError(refusal)
}

/** What Valkey answers is checked as any other input: it can be a server of another program, or one that lost its mind. */
const whole = (value: unknown): number => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new TypeError('Valkey answered what is no whole number')
}

function parseJoin(answer: unknown): JoinAnswer {
  const [result, now] = Array.isArray(answer) ? answer : []
  if (result !== 'joined' && result !== 'kept' && result !== 'late') throw new TypeError('Valkey answered what is no membership')
  return { result, now: whole(now) }
}

function parseLease(answer: unknown, count: number): LeaseAnswer {
  const [result, now, told, ...figures] = Array.isArray(answer) ? answer : []
  if (result === 'late' || result === 'unjoined') return { result, now: whole(now) }
  const mode = MODES.find((known) => known === told)
  if (result !== 'leased' || mode === undefined || figures.length !== 2 * count) throw new TypeError('Valkey answered what is no lease')
  const items = Array.from({ length: count }, (_, index) => ({ given: whole(figures[2 * index]), room: whole(figures[2 * index + 1]) }))
  return { result, now: whole(now), mode, items }
}
