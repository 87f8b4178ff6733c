import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { PlainConnection } from './plain-connection.ts'

// A customer, or several that take turns, in a process of its own: `connections` that call as fast as they are answered, or one call every
// `every` milliseconds, for so many seconds or calls. `left` of ten calls are broken off soon after they were sent. Prints one line: how often
// each status came (0: none), how many were broken off, and the latencies of 200 in microseconds.
const { values } = parseArgs({
  options: {
    ...{ base: { type: 'string' }, connections: { type: 'string' }, every: { type: 'string' }, seconds: { type: 'string' } },
    ...{ calls: { type: 'string' }, left: { type: 'string' }, bytes: { type: 'string' } },
  },
})
const base = values.base ?? ''
const connections = Number(values.connections ?? '0')
const until = performance.now() + Number(values.seconds ?? 86_400) * 1000
const callsMax = Number(values.calls ?? Number.MAX_SAFE_INTEGER)
const leftOfTen = Number(values.left ?? 0)
const LEFT_MS_MAX = 12
const requests = (process.env['CALLER_KEYS'] ?? '').split(',').map(requestOf)
const statuses: Record<string, number> = {}
const micros: number[] = []
const sums = { sent: 0, left: 0 }

function requestOf(key: string): Buffer {
  const content = 'How deep is the harbour?'.padEnd(Number(values.bytes ?? 0) - 100, ' And the quay?')
  const body = JSON.stringify({ model: 'm-plain', max_tokens: 16, messages: [{ role: 'user', content }] })
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${new URL(base).host}\r\nauthorization: Bearer ${key}\r\n`
  return Buffer.from(`${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

async function callOnce(connection: PlainConnection): Promise<number> {
  const index = sums.sent
  sums.sent += 1
  let isLeft = false
  const leave = (): void => {
    isLeft = true
    connection.leave()
  }
  const leaving = (index * 7) % 10 < leftOfTen ? setTimeout(leave, index % LEFT_MS_MAX) : undefined
  const startedAt = performance.now()
  const status = await connection.call(requests[index % requests.length] ?? Buffer.of())
  clearTimeout(leaving)
  if (isLeft) sums.left += 1
  else statuses[status] = (statuses[status] ?? 0) + 1
  if (status === 200) micros.push(Math.round((performance.now() - startedAt) * 1000))
  return isLeft ? 200 : status
}

/** Calls again as soon as it is answered, a refusal as late as its Retry-After says. */
async function callOn(): Promise<void> {
  const connection = new PlainConnection(base)
  while (performance.now() < until && sums.sent < callsMax) if ((await callOnce(connection)) !== 200) await sleep(2000)
  connection.leave()
}

/** Calls on time, whether or not earlier calls were answered; the connection that was used last is taken first. */
async function callEvery(): Promise<void> {
  const free: PlainConnection[] = []
  const callFree = async (): Promise<void> => {
    const connection = free.pop() ?? new PlainConnection(base)
    await callOnce(connection)
    free.push(connection)
  }
  const calls: Promise<void>[] = []
  for (let at = performance.now(); at < until && sums.sent < callsMax; at += Number(values.every)) {
    const early = at - performance.now()
    // No timer is shorter than a millisecond: who slept for each call could make no more than a thousand a second.
    await (early >= 1 ? sleep(early) : turn())
    calls.push(callFree())
  }
  await Promise.all(calls)
  for (const connection of free) connection.leave()
}

await (connections > 0 ? Promise.all(Array.from({ length: connections }, callOn)) : callEvery())
process.stdout.write(`${JSON.stringify({ statuses, micros, left: sums.left })}\n`)
