import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

// A customer in a process of its own: `connections` that call as fast as they are answered, or one call every `every` milliseconds, for so
// many seconds. Prints one line: how often each status came, and the latencies of 200 in microseconds.
const { values } = parseArgs({
  options: { base: { type: 'string' }, connections: { type: 'string' }, every: { type: 'string' }, seconds: { type: 'string' } },
})
const key = process.env['CALLER_KEY'] ?? ''
const connections = Number(values.connections ?? '0')
const until = performance.now() + Number(values.seconds) * 1000
const body = JSON.stringify({ model: 'm-plain', max_tokens: 16, messages: [{ role: 'user', content: 'How deep is the harbour?' }] })
const agent = new Agent({ keepAlive: true, maxSockets: Math.max(connections, 256) })
const statuses: Record<string, number> = {}
const micros: number[] = []

function callOnce(): Promise<number> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const end = (status: number): void => {
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status === 200) micros.push(Math.round((performance.now() - startedAt) * 1000))
      resolve(status)
    }
    const sent = request(`${values.base}/v1/chat/completions`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => end(answer.statusCode ?? 0))
      answer.once('error', () => end(0))
    })
    sent.once('error', () => end(0))
    sent.end(body)
  })
}

/** Calls again as soon as it is answered, a refusal as late as its Retry-After says. */
async function callOn(): Promise<void> {
  while (performance.now() < until) if ((await callOnce()) !== 200) await sleep(2000)
}

if (connections > 0) await Promise.all(Array.from({ length: connections }, callOn))
else {
  const calls: Promise<number>[] = []
  for (let at = performance.now(); at < until; at += Number(values.every)) {
    await sleep(Math.max(0, at - performance.now()))
    calls.push(callOnce())
  }
  await Promise.all(calls)
}
agent.destroy()
process.stdout.write(`${JSON.stringify({ statuses, micros })}\n`)
