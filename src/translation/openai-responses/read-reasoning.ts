import type { Part } from '../call.ts'
import { carriedIn } from '../carried-thought.ts'
import { optional } from '../json.ts'
import { type Fields, noteOthers, objectsOf, requiredText, textOf } from '../request-fields.ts'

const KNOWN: ReadonlySet<string> = new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status'])

/**
 * The thoughts of one item: a part for each summary and each text, and one for what is encrypted, all under the item's id. Thoughts of
 * another protocol, which were carried through this one, are what they were there.
 */
export function readReasoningItem(fields: Fields): readonly Part[] {
  noteOthers(fields, KNOWN)
  const at = fields.path
  const encrypted = textOf(fields, 'encrypted_content')
  const summaries = textsIn(fields, 'summary')
  const texts = textsIn(fields, 'content')
  const carried = carriedIn(encrypted)
  if (carried !== undefined) {
    const told = [...summaries, ...texts]
    return [{ type: 'reasoning', text: told.length === 0 ? undefined : told.join(''), ...carried, at }]
  }
  const own = { type: 'reasoning', origin: 'openai-responses', ...optional('id', textOf(fields, 'id')), at } as const
  return [
    ...summaries.map((text) => ({ ...own, text, isSummary: true })),
    ...texts.map((text) => ({ ...own, text })),
    ...(encrypted === undefined ? [] : [{ ...own, text: undefined, encrypted }]),
  ]
}

const textsIn = (fields: Fields, name: string): readonly string[] =>
  (objectsOf(fields, name) ?? []).map((part) => requiredText(part, 'text'))
