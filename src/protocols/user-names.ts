import { readJson } from '../lib/index.ts'
import { members } from './json-walk.ts'
import type { ForcedBounds } from './protocol.ts'
import type { RequestFields, Span } from './request-fields.ts'
import { type Edit, replaceByText } from './splice.ts'

/**
 * Fields of OpenAI's requests by which a customer tells its own users apart.
 * Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11-26).
 */
export const USER_FIELDS = ['user', 'safety_identifier', 'prompt_cache_key'] as const

/** Puts a pseudonym in the place of each name of a customer's user; nothing where none was given. */
export function userEdits(body: Buffer, fields: RequestFields, forced: ForcedBounds | undefined): readonly Edit[] {
  const pseudonymOf = forced?.pseudonymOf
  if (pseudonymOf === undefined) return []
  const edits: Edit[] = []
  for (const name of USER_FIELDS) {
    const span = fields.givenSpan(name)
    if (span !== undefined) edits.push(replaceByText(span, pseudonymOf(wordsIn(body, span))))
  }
  return edits
}

/**
 * The same for the member of `metadata` that is for it; what else stands there goes on, as any field that is not known.
 * Source: https://platform.claude.com/docs/en/api/messages/create (2026-11-26).
 */
export function metadataEdits(body: Buffer, fields: RequestFields, forced: ForcedBounds | undefined): readonly Edit[] {
  const pseudonymOf = forced?.pseudonymOf
  const span = pseudonymOf === undefined ? undefined : fields.object('metadata')
  if (span === undefined || pseudonymOf === undefined) return []
  // It can be large, and of two members of the name readers take either.
  return [...members(body, span, ['user_id'])].flatMap(({ start, end }) => {
    const words = wordsIn(body, { start, end })
    return words === 'null' ? [] : [replaceByText({ start, end }, pseudonymOf(words))]
  })
}

/** A name however its JSON is spelled; what is no text stands for itself. */
function wordsIn(body: Buffer, { start, end }: Span): string {
  const json = body.toString('utf8', start, end)
  return json.startsWith('"') ? (readJson(json) as string) : json
}
