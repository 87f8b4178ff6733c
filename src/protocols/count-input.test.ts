// Guarantee: what was decoded can be counted, whatever it says beside what decoding looked at: a call whose client leaves is charged by that count.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROTOCOLS, type ProtocolId } from './index.ts'

const ADDRESS = { model: 'm', isStream: false }
const MESSAGES = '"messages":[{"role":"user","content":"the ferry leaves at four"}]'
const CONTENTS = '"contents":[{"role":"user","parts":[{"text":"the ferry leaves at four"}]}]'
const FIELDS = [
  'requests',
  'content',
  'Content',
  'systeM',
  'system',
  'tools',
  'Tools',
  'functions',
  'Functions',
  'instructions',
  'generateContentRequest',
]

const WHOLE: Readonly<Partial<Record<ProtocolId, string>>> = {
  'openai-chat': `"model":"m",${MESSAGES}`,
  'anthropic-messages': `"model":"m","max_tokens":9,${MESSAGES}`,
  'anthropic-count-tokens': `"model":"m",${MESSAGES}`,
  'openai-responses': '"model":"m","input":"the ferry leaves at four"',
  gemini: CONTENTS,
  'gemini-count': CONTENTS,
}

test('names that are told twice or in other capitals keep no prompt from being counted', () => {
  const decoded = (id: ProtocolId, body: Buffer) => {
    try {
      return PROTOCOLS[id].decode(body, ADDRESS)
    } catch {
      return undefined
    }
  }
  const besides = FIELDS.flatMap((field) => [`"${field}":1`, `"${field}":1,"${field}":2`, `"${field}":"x","${field}":"y"`])
  const asked = (Object.entries(WHOLE) as readonly (readonly [ProtocolId, string])[]).flatMap(([id, whole]) =>
    besides.map((beside) => ({ name: `${id} ${beside}`, call: decoded(id, Buffer.from(`{${whole},${beside}}`)) })),
  )
  const taken = asked.filter(({ call }) => call !== undefined)
  assert.ok(taken.length > 40, String(taken.length))
  for (const { name, call } of taken) assert.ok((call?.countInput() ?? 0) > 4, name)
})
