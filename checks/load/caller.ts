import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

// A customer, or several that take turns, in a process of its own: `connections` that call as fast as they are answered, or one call every
// `every` milliseconds, for so many seconds or calls. `left` of ten calls are broken off soon after they were sent. Prints one line: how often
// each status came (0: none), how many were broken off, and the latencies of 200 in microseconds.
const { values } = parseArgs({
  options: {
    ...{ base: { type: 'string' }, connections: { type: 'string' }, every: { type: 'string' }, seconds: { type: 'string' } },
    ...{ calls: { type: 'string' }, left: { type: 'string' }, bytes: { type: 'string' } },
  },
})
const keys = (process.env['CALLER_KEYS'] ?? '').split(',')
const connections = Number(values.connections ?? '0')
const until = performance.now() + Number(values.seconds ?? 86_400) * 1000
const callsMax = Number(values.calls ?? Number.MAX_SAFE_INTEGER)
const leftOfTen = Number(values.left ?? 0)
const LEFT_MS_MAX = 12
const content = 'How deep is the harbour?'.padEnd(Number(values.bytes ?? 0) - 100, ' And the quay?')
const body = JSON.stringify({ model: 'm-plain', max_tokens: 16, messages: [{ role: 'user', content }] })
const agent = new Agent({ keepAlive: true, maxSockets: Math.max(connections, 256) })
const statuses: Record<string, number> = {}
const micros: number[] = []
const sums = { sent: 0, left: 0 }

function callOnce(): Promise<number> {
  const index = sums.sent
  sums.sent += 1
  const key = keys[index % keys.length] ?? ''
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const startedAt = performance.now()
  return new Promise((resolve) => {
    let isLeft = false
    const end = (status: number): void => {
      if (isLeft) sums.left += 1
      else statuses[status] = (statuses[status] ?? 0) + 1
      if (status === 200) micros.push(Math.round((performance.now() - startedAt) * 1000))
      resolve(isLeft ? 200 : status)
    }
    const sent = request(`${values.base}/v1/chat/completions`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => end(answer.statusCode ?? 0))
      answer.once('error', () => end(0))
    })
    sent.once('error', () => end(0))
    sent.end(body)
    if ((index * 7) % 10 >= leftOfTen) return
    const leave = (): void => {
      isLeft = true
      sent.destroy()
    }
    setTimeout(leave, index % LEFT_MS_MAX)
  })
}

/** Calls again as soon as it is answered, a refusal as late as its Retry-After says. */
async function callOn(): Promise<void> {
  while (performance.now() < until && sums.sent < callsMax) if ((await callOnce()) !== 200) await sleep(2000)
}

if (connections > 0) await Promise.all(Array.from({ length: connections }, callOn))
else {
  const calls: Promise<number>[] = []
  for (let at = performance.now(); at < until && sums.sent < callsMax; at += Number(values.every)) {
    await sleep(Math.max(0, at - performance.now()))
    calls.push(callOnce())
  }
  await Promise.all(calls)
}
agent.destroy()
process.stdout.write(`${JSON.stringify({ statuses, micros, left: sums.left })}\n`)
