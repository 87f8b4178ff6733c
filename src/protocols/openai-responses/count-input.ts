import { countStrings, type StringSpan } from '../count-tokens.ts'
import { QUOTE } from '../json-bytes.ts'
import { JsonScanner } from '../json-scanner.ts'
import { scanPlan } from '../scan-plan.ts'

const FIELDS = ['input', 'instructions', 'tools']
/** Lenient, as what was decoded is counted whatever it says beside what decoding looked at. */
const TEXTS = scanPlan({
  fields: FIELDS,
  marks: ['role', 'name', 'content', 'text', 'arguments', 'input', 'output', 'refusal', 'image_url'],
  isLenient: true,
})
const [INPUT, INSTRUCTIONS, TOOLS] = [0, 1, 2]
const ROLE = TEXTS.marks.names.indexOf('role')
const IMAGE = TEXTS.marks.names.indexOf('image_url')

/** Root object, input, item. */
const ITEM_DEPTH = 3

/** What a message adds to its text, and the beginning of the answer to all of it; the least an image costs. */
const MESSAGE_TOKENS = 3
const IMAGE_TOKENS_MIN = 85

/**
 * Tokens of a valid request's prompt: 3 per message, its texts, 3 for the beginning of the answer; tools as their JSON. Counted as chat
 * completions are, as no other rule is known. Sources: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken,
 * https://platform.openai.com/docs/guides/images-vision (2026-11-26).
 */
export function countInput(body: Buffer): number {
  const spans: StringSpan[] = []
  let tokens = MESSAGE_TOKENS
  const scanner = new JsonScanner(TEXTS, (mark, start, end) => {
    if (scanner.field !== INPUT) return
    if (mark === IMAGE) {
      tokens += IMAGE_TOKENS_MIN
      return
    }
    if (end === start) return
    spans.push({ start, end })
    if (mark === ROLE && scanner.depth === ITEM_DEPTH) tokens += MESSAGE_TOKENS
  })
  scanner.push(body)
  for (const field of [INPUT, INSTRUCTIONS]) {
    const [start, end] = [scanner.startOf(field), scanner.endOf(field)]
    if (start < 0 || body[start] !== QUOTE) continue
    tokens += MESSAGE_TOKENS + 1
    spans.push({ start, end })
  }
  // Spans have quotes around them, which JSON of an array has not.
  if (scanner.startOf(TOOLS) >= 0) spans.push({ start: scanner.startOf(TOOLS) - 1, end: scanner.endOf(TOOLS) + 1 })
  return tokens + countStrings(body, spans)
}
