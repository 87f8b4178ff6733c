import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { clientConfig } from './connection.ts'
import { toDatabaseError } from './database-error.ts'

/** Ends listening; resolves when the connection is closed. */
export type Listening = { readonly end: () => Promise<void> }

const RETRY_MS_MIN = 50
const RETRY_MS_MAX = 5000
/** A connection that died without a word is noticed by a statement that gets no answer; one to a server that became a standby, by what it answers. */
const PROBE_MS = 10_000

/**
 * Calls `onChange` with the payload of each NOTIFY on `channel`, on a connection of its own, which is made again when it is lost;
 * after that with undefined, as something may have been missed. Resolves when the first LISTEN holds; throws DatabaseError when it
 * cannot. `onChange` must not throw.
 */
export async function listenForChanges(
  connection: string,
  channel: string,
  onChange: (payload: string | undefined) => void,
): Promise<Listening> {
  const stop = new AbortController()
  const first = await openListener(connection, channel, onChange)
  const running = keepListening({ first, open: () => openListener(connection, channel, onChange), onChange, signal: stop.signal })
  return {
    end: async () => {
      stop.abort()
      await running
    },
  }
}

type Listener = { readonly lost: Promise<void>; readonly close: () => Promise<void> }

type Upkeep = {
  readonly first: Listener
  readonly open: () => Promise<Listener>
  readonly onChange: (payload: undefined) => void
  readonly signal: AbortSignal
}

async function keepListening({ first, open, onChange, signal }: Upkeep): Promise<void> {
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  let listener: Listener | undefined = first
  let retryMs = RETRY_MS_MIN
  while (!signal.aborted) {
    if (listener !== undefined) {
      await Promise.race([listener.lost, stopped])
      await listener.close()
      retryMs = RETRY_MS_MIN
    }
    if (signal.aborted) return
    await Promise.race([delay(retryMs, undefined, { ref: false }), stopped])
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
    if (signal.aborted) return
    listener = await open().catch(() => undefined)
    if (listener !== undefined && !signal.aborted) onChange(undefined)
  }
  await listener?.close()
}

async function openListener(connection: string, channel: string, onChange: (payload: string) => void): Promise<Listener> {
  if (!/^[a-z_]{1,63}$/.test(channel)) throw new TypeError('a channel is named in lower-case letters and underscores')
  const client = new Client(clientConfig(connection, { role: undefined, statementTimeoutMs: 5000, connectTimeoutMs: 5000 }))
  let probe: NodeJS.Timeout | undefined
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve())
    client.on('end', () => resolve())
    probe = setInterval(() => {
      client.query<{ readonly standby: boolean }>('select pg_is_in_recovery() as standby').then(
        ({ rows }) => (rows[0]?.standby === true ? resolve() : undefined),
        () => resolve(),
      )
    }, PROBE_MS)
  })
  const close = async () => {
    clearInterval(probe)
    await Promise.race([client.end().catch(() => undefined), delay(1000, undefined, { ref: false })])
  }
  client.on('notification', (message) => onChange(message.payload ?? ''))
  try {
    await client.connect()
    await client.query(`listen ${channel}`)
    return { lost, close }
  } catch (thrown) {
    await close()
    throw toDatabaseError(thrown)
  }
}
