import { requestBody } from './bodies.ts'
import { Connection, type Outcome } from './connection.ts'
import type { Headers, LoadOrder, LoadReport, Target } from './messages.ts'
import { quantile } from './statistics.ts'

// A process of its own: sends the calls of one order after the other and says what came back. One order at a time.
process.on('message', (message: unknown) => {
  // The parent is ours and sends nothing but orders.
  const order = message as LoadOrder
  run(order).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.once('disconnect', () => process.exit(0))
process.send?.({ isReady: true })

/** What is collected while an order runs; unsafe in that every call writes into it. */
type Tally = { calls: number; failures: number; events: number; firstFailure: string; latencies: number[]; lags: number[] }

/** The connections to one target: the free ones, last used first, so that a rate uses no more of them than it needs. */
type Pool = {
  readonly target: Target
  /** What is sent, one after the other. */
  readonly requests: readonly Buffer[]
  readonly all: Set<Connection>
  readonly free: Connection[]
  readonly isStreamed: boolean
  sent: number
  isOver: boolean
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const { target, body } = order
  const requests = (target.customers ?? [target.headers]).map((headers) => requestBytes(order, headers))
  const pool: Pool = { target, requests, all: new Set(), free: [], isStreamed: body === 'stream', sent: 0, isOver: false }
  const tally: Tally = { calls: 0, failures: 0, events: 0, firstFailure: '', latencies: [], lags: [] }
  const count = order.pattern.kind === 'closed' ? order.pattern.connections : 4
  await Promise.all(Array.from({ length: count }, () => addConnection(pool)))
  const startedAt = performance.now()
  const work = order.pattern.kind === 'closed' ? closedLoop(pool, tally, order.pattern) : openLoop(pool, tally, order.pattern)
  const limit = new Promise<void>((resolve) => setTimeout(resolve, order.secondsMax * 1000).unref())
  const intended = order.pattern.kind === 'closed' ? order.pattern.calls : Math.round(order.pattern.rate * order.pattern.seconds)
  await Promise.race([work, limit])
  const seconds = (performance.now() - startedAt) / 1000
  pool.isOver = true
  for (const connection of pool.all) connection.close()
  return reportOf(tally, { seconds, intended })
}

function reportOf(tally: Tally, run: { seconds: number; intended: number }): LoadReport {
  const unfinished = run.intended - tally.calls
  return {
    calls: tally.calls - tally.failures,
    failures: tally.failures + unfinished,
    firstFailure: tally.firstFailure || (unfinished > 0 ? `${unfinished} calls did not end in time` : ''),
    seconds: run.seconds,
    events: tally.events,
    p50: quantile(tally.latencies, 0.5) * 1000,
    p99: quantile(tally.latencies, 0.99) * 1000,
    sendLagP99: tally.lags.length === 0 ? 0 : quantile(tally.lags, 0.99) * 1000,
  }
}

function requestBytes(order: LoadOrder, headers: Headers): Buffer {
  const body = requestBody(order.body)
  const { target } = order
  const lines = Object.entries({
    host: `127.0.0.1:${target.port}`,
    'content-type': 'application/json',
    'content-length': String(body.length),
    accept: '*/*',
    'user-agent': 'farebox-bench',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST ${target.path} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

async function addConnection(pool: Pool): Promise<Connection> {
  const connection = await Connection.open(pool.target)
  pool.all.add(connection)
  pool.free.push(connection)
  return connection
}

type ClosedLoop = Extract<LoadOrder['pattern'], { readonly kind: 'closed' }>

/** Each connection, or the one in its place, sends its next call when the answer to the last is whole, until `calls` are sent in all. */
function closedLoop(pool: Pool, tally: Tally, { calls, isOnce }: ClosedLoop): Promise<void> {
  let sent = 0
  const drive = async (first: Connection): Promise<void> => {
    let connection = first
    while (sent < calls && !pool.isOver) {
      sent++
      if (!connection.isOpen) connection = await Connection.open(pool.target)
      pool.all.add(connection)
      await call(connection, pool, tally)
      if (isOnce === true) {
        connection.close()
        pool.all.delete(connection)
      }
    }
  }
  return Promise.all([...pool.all].map(drive)).then(() => undefined)
}

/** A call every 1/rate seconds whether or not earlier ones ended; a call without a free connection opens one. */
function openLoop(pool: Pool, tally: Tally, pace: { rate: number; seconds: number }): Promise<void> {
  const total = Math.round(pace.rate * pace.seconds)
  const startedAt = performance.now() + 5
  const pending: Promise<void>[] = []
  return new Promise((resolve, reject) => {
    const tick = (): void => {
      const dueAt = () => startedAt + (pending.length * 1000) / pace.rate
      while (!pool.isOver && pending.length < total && dueAt() <= performance.now()) {
        tally.lags.push(performance.now() - dueAt())
        pending.push(callFromPool(pool, tally))
      }
      if (pending.length < total && !pool.isOver) setTimeout(tick, Math.max(0, dueAt() - performance.now()))
      else Promise.all(pending).then(() => resolve(), reject)
    }
    tick()
  })
}

async function callFromPool(pool: Pool, tally: Tally): Promise<void> {
  let connection = pool.free.pop()
  while (connection !== undefined && !connection.isFresh) connection = pool.free.pop()
  if (connection === undefined) {
    connection = await Connection.open(pool.target)
    pool.all.add(connection)
  }
  await call(connection, pool, tally)
  if (connection.isOpen) pool.free.push(connection)
}

function call(connection: Connection, pool: Pool, tally: Tally): Promise<void> {
  return new Promise((resolve) => {
    const sentAt = performance.now()
    const request = pool.requests[pool.sent++ % pool.requests.length]
    if (request === undefined) throw new Error('an order without a request')
    connection.send(request, (outcome) => {
      count(tally, outcome)
      tally.latencies.push((pool.isStreamed ? outcome.firstByteAt : outcome.endedAt) - sentAt)
      resolve()
    })
  })
}

function count(tally: Tally, outcome: Outcome): void {
  tally.calls++
  tally.events += outcome.events
  if (outcome.status === 200) return
  tally.failures++
  tally.firstFailure ||= outcome.status === 0 ? 'the connection ended before the answer did' : `status ${outcome.status}: ${outcome.note}`
}
