import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import type { ReplyReader } from '../../src/protocols/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { eventsOf, isSameUsage, type KnownStream, knownStreams } from '../streams.ts'

/** Makes a reader; the real one, or one that is broken on purpose. */
type MakeReader = (stream: KnownStream, removesUsage: boolean) => Pick<ReplyReader, 'push' | 'end' | 'usage'>

type Mode = { readonly stream: KnownStream; readonly removesUsage: boolean; readonly makeReader: MakeReader }

/** Up to this size every position is tried; the time grows with its square. */
const EVERY_POSITION_BYTES = { pr: 4096, nightly: 32_768, release: 65_536 } as const
const SMALL_BYTES = 4096
const MULTI_SPLITS = { pr: 200, nightly: 2000, release: 10_000 } as const
/** A stream of a megabyte is cut at this many positions and not at all of them; the last and the first always. */
const LARGE_POSITIONS = 400
const LARGE_BYTES = 65_536

/** CRA-09: streams cut at every byte position, and at many random ones at once; two broken readers have to be caught by the same rules. */
export async function frameSplits(context: CheckContext): Promise<Measured> {
  const streams = knownStreams(context.seed, context.n)
  const random = seededRandom(context.seed)
  const totals = { splits: 0, bytes: 0, recorded: 0, everyPosition: 0 }
  for (const stream of streams) {
    totals.recorded += stream.isRecorded ? 1 : 0
    totals.bytes += stream.bytes.length
    if (tryStream(context, { stream, random, totals })) totals.everyPosition += 1
  }
  for (const [name, makeReader] of Object.entries(BROKEN)) {
    const isCaught = streams.some((stream) => isCaughtOn(stream, makeReader))
    context.expect(isCaught, `the broken reader "${name}" was not caught`)
  }
  return { n: streams.length, measured: { ...totals, brokenReadersCaught: Object.keys(BROKEN).length } }
}

type Trying = { readonly stream: KnownStream; readonly random: SeededRandom; readonly totals: { splits: number } }

/** Tries a stream in both modes; true when every position was tried. */
function tryStream(context: CheckContext, { stream, random, totals }: Trying): boolean {
  const isEvery = stream.bytes.length <= EVERY_POSITION_BYTES[context.tier]
  for (const removesUsage of stream.spoken === 'openai' ? [false, true] : [false]) {
    const mode: Mode = { stream, removesUsage, makeReader: realReader }
    const cuts = [[], ...(isEvery ? everyCut(stream) : someCuts(stream, random)), ...multiCuts(context, stream, random)]
    for (const cut of cuts) {
      totals.splits += 1
      const problem = problemOf(mode, cut)
      if (problem !== undefined) {
        context.fail(`${problem} at ${cut.slice(0, 20).join(',')} of ${stream.name}${removesUsage ? ' without usage frame' : ''}`)
        break
      }
    }
  }
  return isEvery
}

const everyCut = ({ bytes }: KnownStream): number[][] => Array.from({ length: bytes.length - 1 }, (_, index) => [index + 1])

function someCuts({ bytes }: KnownStream, random: SeededRandom): number[][] {
  const count = bytes.length > LARGE_BYTES ? Math.ceil(LARGE_POSITIONS / 20) : LARGE_POSITIONS
  return [[1], [bytes.length - 1], ...Array.from({ length: count }, () => [1 + random.below(bytes.length - 1)])]
}

/** Many cuts at once; the larger the stream, the fewer times, as each time reads it whole. */
function multiCuts({ tier }: CheckContext, { bytes }: KnownStream, random: SeededRandom): number[][] {
  const share = Math.min(1, SMALL_BYTES / bytes.length)
  const times = Math.max(3, Math.floor(MULTI_SPLITS[tier] * share))
  return Array.from({ length: times }, () => {
    const count = 1 + random.below(Math.min(bytes.length - 1, 1 << random.below(12)))
    const cuts = new Set(Array.from({ length: count }, () => 1 + random.below(bytes.length - 1)))
    return [...cuts].sort((a, b) => a - b)
  })
}

const realReader: MakeReader = ({ protocol }, removesUsage) => protocol.readReply({ isStream: true, removesUsage })

/** The rule that a stream cut like this breaks, or undefined. */
function problemOf({ stream, removesUsage, makeReader }: Mode, cuts: readonly number[]): string | undefined {
  const { bytes, usage } = stream
  const reader = makeReader(stream, removesUsage)
  const parts: Buffer[] = []
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    parts.push(Buffer.from(reader.push(Buffer.from(bytes.subarray(from, cut)))))
    from = cut
  }
  parts.push(reader.end())
  const out = Buffer.concat(parts)
  if (!isSameUsage(reader.usage(), usage)) return `usage is ${JSON.stringify(reader.usage())}, not ${JSON.stringify(usage)}`
  if (!removesUsage) return out.equals(bytes) ? undefined : brokenBytes(stream, out)
  return out.equals(bytesWithoutUsage(stream)) ? undefined : 'more or less than the usage frame was taken out'
}

const brokenBytes = ({ bytes }: KnownStream, out: Buffer): string =>
  out.toString().split('\ufffd').length > bytes.toString().split('\ufffd').length ? 'a broken character came out' : 'other bytes came out'

const expected = new WeakMap<KnownStream, Buffer>()

/** The stream without its usage frame: what an uncut pass gives, after its events were compared with another parser's. */
function bytesWithoutUsage(stream: KnownStream): Buffer {
  const known = expected.get(stream)
  if (known !== undefined) return known
  const reader = realReader(stream, true)
  const out = Buffer.concat([reader.push(Buffer.from(stream.bytes)), reader.end()])
  const events = eventsOf(out)
  const isRight = events.length === stream.payloads.length && events.every((event, index) => event === stream.payloads[index])
  if (!isRight) throw new Error(`the usage frame was not taken out rightly of ${stream.name}`)
  expected.set(stream, out)
  return out
}

const CONTROL_BYTES_MAX = 20_000

const isCaughtOn = (stream: KnownStream, makeReader: MakeReader): boolean =>
  stream.bytes.length < CONTROL_BYTES_MAX &&
  everyCut(stream)
    .slice(0, 1000)
    .some((cuts) => problemOf({ stream, removesUsage: false, makeReader }, cuts) !== undefined)

/** Readers with the mistakes that this check is there to find. */
const BROKEN: Readonly<Record<string, MakeReader>> = {
  'decodes-each-chunk': (stream) => {
    const reader = realReader(stream, false)
    return { ...reader, push: (chunk) => Buffer.from(reader.push(chunk).toString('utf8')) }
  },
  'reads-usage-per-chunk': (stream) => {
    let usage = realReader(stream, false).usage()
    return {
      push: (chunk) => {
        const reader = realReader(stream, false)
        reader.push(chunk)
        reader.end()
        usage = reader.usage() ?? usage
        return chunk
      },
      end: () => Buffer.alloc(0),
      usage: () => usage,
    }
  },
}
