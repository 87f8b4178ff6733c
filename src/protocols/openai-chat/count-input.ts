import { countStrings, type StringSpan } from '../count-tokens.ts'
import { JsonScanner } from '../json-scanner.ts'
import { scanPlan } from '../scan-plan.ts'

/** Lenient, as what was decoded is counted whatever it says beside what decoding looked at. */
const TEXTS = scanPlan({
  fields: ['messages', 'tools', 'functions'],
  marks: ['role', 'name', 'content', 'text', 'arguments', 'image_url'],
  isLenient: true,
})
const MESSAGES = 0
const ROLE = TEXTS.marks.names.indexOf('role')
const NAME = TEXTS.marks.names.indexOf('name')
const IMAGE = TEXTS.marks.names.indexOf('image_url')

/** Root object, array of messages, message. */
const MESSAGE_DEPTH = 3

/** The least an image costs. Source: https://platform.openai.com/docs/guides/images-vision (2026-11). */
const IMAGE_TOKENS_MIN = 85

/**
 * Tokens of a valid request's prompt: 3 per message, its texts, 1 per name, 3 for the beginning of the answer; tools as their JSON.
 * Source: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken (2026-11).
 */
export function countInput(body: Buffer): number {
  const spans: StringSpan[] = []
  let tokens = 3
  const scanner = new JsonScanner(TEXTS, (mark, start, end) => {
    if (scanner.field !== MESSAGES) return
    if (mark === IMAGE) {
      tokens += IMAGE_TOKENS_MIN
      return
    }
    if (end === start) return
    spans.push({ start, end })
    if (scanner.depth !== MESSAGE_DEPTH) return
    if (mark === ROLE) tokens += 3
    if (mark === NAME) tokens += 1
  })
  scanner.push(body)
  for (const field of [1, 2]) if (scanner.startOf(field) >= 0) spans.push(unquoted(scanner.startOf(field), scanner.endOf(field)))
  return tokens + countStrings(body, spans)
}

/** Spans have quotes around them, which JSON of an array has not. */
const unquoted = (start: number, end: number): StringSpan => ({ start: start - 1, end: end + 1 })
