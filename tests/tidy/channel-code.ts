// What src/channel/spelled holds: each message of a table read and written field by field, as a loop over fields costs a call three times as much.
import { CONTROL_MESSAGES, type FieldType, GATEWAY_MESSAGES, type MessageTable, SIZES } from '../../src/channel/index.ts'

/** The files by their paths. */
export const channelCode = (): Readonly<Record<string, string>> => ({
  'src/channel/spelled/gateway.ts': codeOf('GATEWAY', GATEWAY_MESSAGES),
  'src/channel/spelled/control.ts': codeOf('CONTROL', CONTROL_MESSAGES),
})

const SUFFIXES: Readonly<Record<FieldType, string>> = {
  u8: 'U8',
  u16: 'U16',
  u32: 'U32',
  u64: 'U64',
  money: 'Money',
  uuid: 'Uuid',
  hash: 'Hash',
}

/** Ids that come with many calls. */
const RECURRING: ReadonlySet<string> = new Set(['keyId', 'accountId'])

function codeOf(name: 'GATEWAY' | 'CONTROL', table: MessageTable): string {
  const fields = Object.values(table).flatMap((message) => Object.entries(message))
  const written = new Set(fields.map(([, type]) => SUFFIXES[type]))
  const read = new Set(fields.flatMap(([field, type]) => (RECURRING.has(field) ? [] : [SUFFIXES[type]])))
  const imported = [...[...read].map((suffix) => `read${suffix}`), ...[...written].map((suffix) => `write${suffix}`)].toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  )
  const messages = Object.entries(table).map(([message, fields]) => messageOf(message, Object.entries(fields)))
  return `// Written by tests/tidy/write-channel-code.ts from messages.ts.
import { ${imported.join(', ')} } from '../fields.ts'
import type { ${name}_MESSAGES } from '../messages.ts'
import type { Spelled } from './spelled.ts'

/** Messages of ${name}_MESSAGES, field by field. */
export const SPELLED_${name}: Spelled<typeof ${name}_MESSAGES> = {
${messages.join('\n')}
}
`
}

function messageOf(name: string, fields: readonly (readonly [string, FieldType])[]): string {
  let offset = 1
  const placed = fields.map(([field, type]) => {
    const at = offset
    offset += SIZES[type]
    return { field, suffix: SUFFIXES[type], at }
  })
  const reads = placed.map(({ field, suffix, at }) =>
    RECURRING.has(field) ? `      ${field}: ids.read(bytes, at + ${at}),` : `      ${field}: read${suffix}(bytes, at + ${at}),`,
  )
  const read = placed.some(({ field }) => RECURRING.has(field)) ? '(bytes, at, ids)' : '(bytes, at)'
  const writes = placed.map(({ field, suffix, at }) => `      write${suffix}(bytes, at + ${at}, message.${field})`)
  const isEmpty = placed.length === 0
  return [
    `  ${name}: {`,
    `    size: ${offset},`,
    ...(isEmpty ? ['    read: () => ({}),'] : [`    read: ${read} => ({`, ...reads, '    }),']),
    ...(isEmpty ? ['    write: () => undefined,'] : ['    write: (bytes, at, message) => {', ...writes, '    },']),
    '  },',
  ].join('\n')
}
