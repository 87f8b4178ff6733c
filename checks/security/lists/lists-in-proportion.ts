import { PROTOCOLS } from '../../../src/protocols/index.ts'
import { ADAPTERS, type Adapter, type CanonicalCall, type Json, makeLosses, type ProtocolName } from '../../../src/translation/index.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { leastMillis } from '../least-millis.ts'
import { REQUESTS } from './requests.ts'
import { STREAMS } from './streams.ts'
import { WHOLE_REPLIES } from './whole-replies.ts'

/** What holds a process up for longer is a hang. */
const HELD_MS_MAX = 1_000
/** Most keys of a request; the rest is refused before it is read. */
const KEYS_MAX = 49_000
const PIECE_BYTES = 65_536

type Way = { readonly from: ProtocolName; readonly to: ProtocolName; readonly name: string }

/**
 * SEC-12l: whatever there are many of in a request, a reply or a stream, telling it in another protocol takes time in proportion: none of any protocol
 * to any other holds a process up for a second.
 */
export async function listsInProportion(context: CheckContext): Promise<Measured> {
  const counted = { requests: 0, replies: 0, streams: 0, worstMs: 0 }
  const judge = (way: Way, run: () => void): void => {
    const millis = leastMillis(run, HELD_MS_MAX)
    counted.worstMs = Math.max(counted.worstMs, millis)
    context.expect(millis <= HELD_MS_MAX, `${way.name} from ${way.from} to ${way.to} take ${millis} ms`)
  }
  context.expect(
    leastMillis(() => spread(context.n), HELD_MS_MAX) > HELD_MS_MAX,
    'blind: a list that is made anew with each of its elements is not seen',
  )
  for (const way of waysOf(REQUESTS)) {
    counted.requests += 1
    const body = Buffer.from(JSON.stringify(REQUESTS[way.from][way.name]?.(Math.min(context.n, KEYS_MAX))))
    judge(way, () => translateRequest(way, body))
  }
  for (const way of waysOf(WHOLE_REPLIES)) {
    counted.replies += 1
    const body = Buffer.from(JSON.stringify(WHOLE_REPLIES[way.from][way.name]?.(context.n)))
    for (const answer of ['writeWhole', 'writeStream'] as const) judge(way, () => tell(way, { read: 'readWhole', answer, body }))
  }
  for (const way of waysOf(STREAMS)) {
    counted.streams += 1
    const body = streamOf(STREAMS[way.from][way.name]?.(context.n) ?? [])
    for (const answer of ['writeWhole', 'writeStream'] as const) judge(way, () => tell(way, { read: 'readStream', answer, body }))
  }
  return { n: context.n, measured: counted }
}

const PROTOCOL_NAMES = Object.keys(ADAPTERS) as readonly ProtocolName[]

const waysOf = (shapes: Readonly<Record<ProtocolName, object>>): readonly Way[] =>
  PROTOCOL_NAMES.flatMap((from) =>
    Object.keys(shapes[from]).flatMap((name) => PROTOCOL_NAMES.filter((to) => to !== from).map((to) => ({ from, to, name }))),
  )

function spread(n: number): readonly number[] {
  let list: readonly number[] = []
  for (let index = 0; index < n; index += 1) list = [...list, index]
  return list
}

const adapterOf = (name: ProtocolName): Adapter => {
  const adapter = ADAPTERS[name]
  if (adapter === undefined) throw new TypeError('a protocol without an adapter')
  return adapter
}

function translateRequest({ from, to }: Way, body: Buffer): void {
  const address = from === 'gemini' ? { model: 'm', isStream: false } : undefined
  PROTOCOLS[from].decode(body, address)
  PROTOCOLS[from].addresses?.(body)
  const call = adapterOf(from).readRequest(body, address)
  adapterOf(to).writeRequest(call, { model: 'm', losses: makeLosses(), outputMax: 9 })
}

/** Of all that a call can have, a few tools. */
const plainCall = (protocol: ProtocolName): CanonicalCall =>
  adapterOf(protocol).readRequest(Buffer.from(JSON.stringify(REQUESTS[protocol]['tools']?.(40))), { model: 'm', isStream: true })

type Reply = { readonly read: 'readWhole' | 'readStream'; readonly answer: 'writeWhole' | 'writeStream'; readonly body: Buffer }

function tell({ from, to }: Way, { read, answer, body }: Reply): void {
  const reader = adapterOf(from)[read]()
  const writer = adapterOf(to)[answer]({ call: plainCall(to), requestId: 'r', now: Date.now })
  for (let at = 0; at < body.length; at += PIECE_BYTES)
    for (const event of reader.push(Buffer.from(body.subarray(at, at + PIECE_BYTES)))) writer.push(event)
  for (const event of reader.end()) writer.push(event)
  writer.end()
}

const streamOf = (events: readonly Json[]): Buffer => Buffer.from(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''))
