import { countStrings, type StringSpan } from '../count-tokens.ts'
import { QUOTE } from '../json-bytes.ts'
import { JsonScanner } from '../json-scanner.ts'
import { scanPlan } from '../scan-plan.ts'

const FIELDS = ['messages', 'system', 'tools']
/** Lenient, as what was decoded is counted whatever it says beside what decoding looked at. */
const TEXTS = scanPlan({ fields: FIELDS, marks: ['role', 'content', 'text', 'thinking', 'name', 'type'], isLenient: true })
const MESSAGES = FIELDS.indexOf('messages')
const TOOLS = FIELDS.indexOf('tools')
const ROLE = TEXTS.marks.names.indexOf('role')
const TYPE = TEXTS.marks.names.indexOf('type')
const MESSAGE_DEPTH = 3
const IMAGE_TOKENS_MIN = 85

/** Tokens of a valid request's prompt in our own vocabulary, which makes fewer of most texts than the provider's. */
export function countInput(body: Buffer): number {
  const spans: StringSpan[] = []
  let tokens = 3
  const scanner = new JsonScanner(TEXTS, (mark, start, end) => {
    if (scanner.field < 0 || scanner.field === TOOLS || end === start) return
    if (mark === TYPE) {
      if (body.toString('latin1', start, Math.min(end, start + 8)) === '"image"') tokens += IMAGE_TOKENS_MIN
      return
    }
    if (mark === ROLE && scanner.field === MESSAGES && scanner.depth === MESSAGE_DEPTH) tokens += 3
    spans.push({ start, end })
  })
  scanner.push(body)
  const system = scanner.startOf(1)
  if (system >= 0 && body[system] === QUOTE) spans.push({ start: system, end: scanner.endOf(1) })
  if (scanner.startOf(TOOLS) >= 0) spans.push({ start: scanner.startOf(TOOLS) - 1, end: scanner.endOf(TOOLS) + 1 })
  return tokens + countStrings(body, spans)
}
