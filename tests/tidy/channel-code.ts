// What src/channel/spelled holds: each message of a table read and written field by field, as a loop over fields costs a call three times as much.
import { CONTROL_MESSAGES, type FieldType, GATEWAY_MESSAGES, type MessageTable, SIZES } from '../../src/channel/index.ts'

/** The files by their paths. */
export const channelCode = (): Readonly<Record<string, string>> => ({
  'src/channel/spelled/gateway.ts': codeOf('GATEWAY', GATEWAY_MESSAGES),
  'src/channel/spelled/control.ts': codeOf('CONTROL', CONTROL_MESSAGES),
})

/** How a field is read at a place, and how its value is written there. */
type Spelling = { readonly read: (at: string) => string; readonly write: (at: string, value: string) => string }

/** Numbers and amounts that a view has words for: those for 8 bits say no order of bytes. */
const viewed = (word: string, check: string): Spelling => {
  const order = word.endsWith('8') ? '' : ', true'
  return {
    read: (at) => `block.view.get${word}(${at}${order})`,
    write: (at, value) => `block.view.set${word}(${at}, ${check}(${value})${order})`,
  }
}

const called = (read: string, write: string): Spelling => ({
  read: (at) => `${read}(block, ${at})`,
  write: (at, value) => `${write}(block, ${at}, ${value})`,
})

const SPELLINGS: Readonly<Record<FieldType, Spelling>> = {
  u8: viewed('Uint8', 'u8'),
  u16: viewed('Uint16', 'u16'),
  u32: viewed('Uint32', 'u32'),
  u64: called('readU64', 'writeU64'),
  money: viewed('BigInt64', 'money'),
  uuid: called('readUuid', 'writeUuid'),
  hash: called('readHash', 'writeHash'),
}

/** Ids that come with many calls. */
const RECURRING: ReadonlySet<string> = new Set(['keyId', 'accountId'])
const RECURRING_ID: Spelling = {
  read: (at) => `block.ids.read(block, ${at})`,
  write: (at, value) => `writeRecurring(block, ${at}, ${value})`,
}

const FIELD_FUNCTIONS = /\b(?:u8|u16|u32|money|(?:read|write)[A-Z]\w*)(?=\()/g

function codeOf(name: 'GATEWAY' | 'CONTROL', table: MessageTable): string {
  const messages = Object.entries(table).map(([message, fields]) => messageOf(message, Object.entries(fields)))
  const code = messages.join('\n')
  const imported = [...new Set(code.match(FIELD_FUNCTIONS))].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return `// Written by tests/tidy/write-channel-code.ts from messages.ts.
import { ${imported.join(', ')} } from '../fields.ts'
import type { ${name}_MESSAGES } from '../messages.ts'
import type { Spelled } from './spelled.ts'

/** Messages of ${name}_MESSAGES, field by field. */
export const SPELLED_${name}: Spelled<typeof ${name}_MESSAGES> = {
${code}
}
`
}

function messageOf(name: string, fields: readonly (readonly [string, FieldType])[]): string {
  let offset = 1
  const placed = fields.map(([field, type]) => {
    const at = `at + ${offset}`
    offset += SIZES[type]
    return { field, spelling: RECURRING.has(field) ? RECURRING_ID : SPELLINGS[type], at }
  })
  const reads = placed.map(({ field, spelling, at }) => `      ${field}: ${spelling.read(at)},`)
  const writes = placed.map(({ field, spelling, at }) => `      ${spelling.write(at, `message.${field}`)}`)
  const isEmpty = placed.length === 0
  return [
    `  ${name}: {`,
    `    size: ${offset},`,
    ...(isEmpty ? ['    read: () => ({}),'] : ['    read: (block, at) => ({', ...reads, '    }),']),
    ...(isEmpty ? ['    write: () => undefined,'] : ['    write: (block, at, message) => {', ...writes, '    },']),
    '  },',
  ].join('\n')
}
