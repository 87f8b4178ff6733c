import { countStrings, type StringSpan } from '../count-tokens.ts'
import { JsonScanner } from '../json-scanner.ts'
import { scanPlan } from '../scan-plan.ts'
import { bothNames } from './spellings.ts'

const TOOLS = 'tools'
const FIELDS = ['contents', 'content', 'requests', ...bothNames(['systemInstruction', 'generateContentRequest']), TOOLS]
const MARKS = ['text', 'name', ...bothNames(['inlineData', 'functionCall', 'functionResponse'])]
/** Lenient, as what was decoded is counted whatever it says beside what decoding looked at. */
const TEXTS = scanPlan({ fields: FIELDS, marks: MARKS, isLenient: true })
const TEXT = MARKS.indexOf('text')
const NAME = MARKS.indexOf('name')
const INLINE = MARKS.indexOf('inlineData')
const CALL = MARKS.indexOf('functionCall')

/** A picture at the least. Source: https://ai.google.dev/gemini-api/docs/tokens (2026-11-26). */
const PICTURE_TOKENS_MIN = 258
/** What a call of a tool and its answer come to beside their names, counted low. */
const CALL_TOKENS_MIN = 8

/** Tokens of a valid request's prompt in our own vocabulary: its texts, the names of tools that were called, tools as their JSON. */
export function countInput(body: Buffer): number {
  const spans: StringSpan[] = []
  let tokens = 1
  const scanner = new JsonScanner(TEXTS, (mark, start, end) => {
    if (scanner.field < 0 || scanner.field === FIELDS.indexOf(TOOLS)) return
    if (mark >= CALL) tokens += CALL_TOKENS_MIN
    else if (mark >= INLINE) tokens += PICTURE_TOKENS_MIN
    else if ((mark === TEXT || mark === NAME) && end > start) spans.push({ start, end })
  })
  scanner.push(body)
  const tools = FIELDS.indexOf(TOOLS)
  if (scanner.startOf(tools) >= 0) spans.push({ start: scanner.startOf(tools) - 1, end: scanner.endOf(tools) + 1 })
  return tokens + countStrings(body, spans)
}
