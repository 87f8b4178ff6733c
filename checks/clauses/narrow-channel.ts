import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import {
  CONTROL_MESSAGES,
  type Codec,
  type FieldType,
  GATEWAY_MESSAGES,
  type MessageTable,
  makeCodec,
  SIZES,
  SPELLED_CONTROL,
  SPELLED_GATEWAY,
} from '../../src/channel/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'

/** Most bytes of what a gateway tells of one call that its content has any say in. */
const CONTENT_BYTES_MAX = 128
const WORDS = ['a sentence of a prompt', { text: 'x' }, ['x'], -1, undefined, null, Symbol('x'), () => 'x', true] as const

/**
 * CL-struct: the channel between the planes takes numbers, ids and hashes of fixed size. Random bytes decode to nothing else or not at all,
 * words are taken by no field, and what of a call its content can have a say in fits in 128 bytes.
 */
export function narrowChannel(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const tables: readonly Spoken[] = [
    { table: GATEWAY_MESSAGES, codec: makeCodec(SPELLED_GATEWAY) as unknown as Codec<MessageTable> },
    { table: CONTROL_MESSAGES, codec: makeCodec(SPELLED_CONTROL) as unknown as Codec<MessageTable> },
  ]
  let decoded = 0
  for (const table of tables) {
    const reader = readerOf(table)
    for (let round = 0; round < context.n / tables.length; round += 1) decoded += reader(context, randomBytes(random))
  }
  const refused = tables.reduce((sum, table) => sum + wordsRefused(context, table), 0)
  const bytes = contentBytes()
  context.expect(bytes <= CONTENT_BYTES_MAX, `content has a say in ${bytes} bytes of what is told of a call`)
  context.expect(decoded > context.n / 100, `blind: only ${decoded} messages were decoded`)
  return Promise.resolve({ n: context.n, measured: { decoded, wordsRefused: refused, contentBytesPerCall: bytes } })
}

type Spoken = { readonly table: MessageTable; readonly codec: Codec<MessageTable> }

function randomBytes(random: SeededRandom): Buffer {
  const bytes = Buffer.alloc(300)
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(random.below(0x1_0000_0000), at)
  // Half of them begin as a message does, as of random types few are known.
  if (random.below(2) === 0) bytes[0] = random.below(14)
  return bytes
}

/** Decodes bytes as a message, and looks at each value of it; tells how many messages there were. */
function readerOf({ table, codec }: Spoken): (context: CheckContext, bytes: Buffer) => number {
  return (context, bytes) => {
    const size = codec.sizeOfType(bytes[0] ?? 0)
    if (size === undefined) return 0
    let seen = 0
    const handlers = Object.fromEntries(
      Object.entries(table).map(([name, fields]) => [
        name,
        (message: Readonly<Record<string, unknown>>) => {
          seen += 1
          for (const [field, type] of Object.entries(fields))
            context.expect(isOf(type, message[field]), `${name}.${field} was read as something else than a ${type}`)
          context.expect(
            Object.keys(message).every((field) => field in fields),
            `${name} was read with more fields than it has`,
          )
        },
      ]),
    )
    codec.dispatcher(handlers as Parameters<typeof codec.dispatcher>[0])({ block: codec.blockOf(bytes), offset: 0 })
    return seen
  }
}

function isOf(type: FieldType, value: unknown): boolean {
  if (type === 'money') return typeof value === 'bigint'
  if (type === 'uuid') return typeof value === 'string' && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(value)
  if (type === 'hash') return Buffer.isBuffer(value) && value.length === 32
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

/** Words, and all else that is no number of its kind, into every field of every message; tells how many were refused. */
function wordsRefused(context: CheckContext, { table, codec }: Spoken): number {
  const block = codec.blockOf(Buffer.alloc(1024))
  let refused = 0
  for (const [name, fields] of Object.entries(table)) {
    const right = Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, plainOf(type)]))
    for (const [field, type] of Object.entries(fields)) {
      const taken = WORDS.filter((wrong) =>
        writes(() => codec.write(name, { ...right, [field]: wrong } as Parameters<typeof codec.write>[1], { block, offset: 0 })),
      )
      for (const wrong of taken) context.fail(`${name}.${field}, a ${type}, takes ${typeof wrong}`)
      refused += WORDS.length - taken.length
    }
    context.expect(
      writes(() => codec.write(name, right as Parameters<typeof codec.write>[1], { block, offset: 0 })),
      `blind: ${name} cannot be written at all`,
    )
  }
  return refused
}

function writes(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    // Refused, as it has to be.
    return false
  }
}

function plainOf(type: FieldType): unknown {
  if (type === 'money') return 0n
  if (type === 'uuid') return '00000000-0000-7000-8000-000000000000'
  return type === 'hash' ? Buffer.alloc(32) : 0
}

/** Ids, times and the catalogue's own numbers are the same whatever is said; all else of a call's messages may hang on its content. */
const UNTOUCHED: ReadonlySet<string> = new Set([
  ...['seq', 'requestId', 'keyId', 'accountId', 'modelSerial', 'priceVersion', 'multiplier', 'startedAt', 'ipTag', 'day', 'routeSerial'],
])

const contentBytes = (): number =>
  Object.entries(GATEWAY_MESSAGES.settle)
    .filter(([field]) => !UNTOUCHED.has(field))
    .reduce((sum, [, type]) => sum + SIZES[type], 0)
