import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

// A customer in a process of its own that opens `streams` streams, `rate` a second, and reads each to its end. Prints one line when all are
// over: how many were whole, with every token and the last word; what ended others; and microseconds to the first byte of each.
const { values } = parseArgs({
  options: { base: { type: 'string' }, streams: { type: 'string' }, rate: { type: 'string' }, tokens: { type: 'string' } },
})
const key = process.env['CALLER_KEYS'] ?? ''
const streams = Number(values.streams)
const tokens = Number(values.tokens)
const messages = [{ role: 'user', content: 'Tell of the harbour.' }]
const body = JSON.stringify({ model: 'm-plain', stream: true, max_tokens: tokens, messages })
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
const agent = new Agent({ keepAlive: false, maxSockets: streams + 1 })
const TOKEN = Buffer.from('"content":" metre"')
const LAST = Buffer.from('data: [DONE]')
const told = { whole: 0, broken: {} as Record<string, number>, firstMicros: [] as number[] }

/** How often a part occurs in bytes; a part that is cut in two is seen with the rest of the last bytes. */
function countIn(bytes: Buffer, part: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length)) count += 1
  return count
}

function openStream(): Promise<void> {
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const seen = { tokens: 0, isLast: false, carry: Buffer.alloc(0) as Buffer, status: 0 }
    const end = (why: string): void => {
      if (why === 'end' && seen.status === 200 && seen.isLast && seen.tokens === tokens) told.whole += 1
      else {
        const name = `${seen.status} ${why}${seen.status === 200 ? ` after ${seen.tokens} of ${tokens}` : ''}`
        told.broken[name] = (told.broken[name] ?? 0) + 1
      }
      resolve()
    }
    const sent = request(`${values.base}/v1/chat/completions`, { method: 'POST', agent, headers }, (answer) => {
      seen.status = answer.statusCode ?? 0
      answer.once('data', () => told.firstMicros.push(Math.round((performance.now() - startedAt) * 1000)))
      answer.on('data', (bytes: Buffer) => {
        const all = Buffer.concat([seen.carry, bytes])
        const lineEnd = all.lastIndexOf(0x0a) + 1
        seen.tokens += countIn(all.subarray(0, lineEnd), TOKEN)
        seen.isLast ||= all.includes(LAST)
        seen.carry = Buffer.from(all.subarray(lineEnd))
      })
      answer.once('end', () => end('end'))
      answer.once('error', () => end('cut'))
    })
    sent.once('error', () => end('refused'))
    sent.end(body)
  })
}

const opened: Promise<void>[] = []
const beganAt = performance.now()
for (let index = 0; index < streams; index += 1) {
  await sleep(Math.max(0, beganAt + (index * 1000) / Number(values.rate) - performance.now()))
  opened.push(openStream())
}
await Promise.all(opened)
agent.destroy()
process.stdout.write(`${JSON.stringify(told)}\n`)
