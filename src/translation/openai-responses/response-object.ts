import type { Usage } from '../../spec/index.ts'
import type { ReplyContext } from '../adapter.ts'
import type { Json, JsonObject } from '../call.ts'
import type { CanonicalEvent, FinishReason } from '../events.ts'
import { tellUsage } from '../openai-words/index.ts'
import { repeatedMembers } from './echo.ts'

/** How a response stands. `error` goes with failed, `incomplete` (the reason) with incomplete. */
export type Standing =
  | { readonly status: 'in_progress' | 'completed' }
  | { readonly status: 'incomplete'; readonly incomplete: string }
  | { readonly status: 'failed'; readonly error: { readonly code: string; readonly message: string } }

/** Makes the response object of a reply as often as it is told. */
export type ResponseMaker = {
  readonly id: string
  /** `output` undefined for one that is too large to be told again; the official clients then take the items that they were told. */
  readonly make: (standing: Standing, output: readonly string[] | undefined, usage: Usage | undefined) => string
}

/** The maker for one reply. Source: https://platform.openai.com/docs/api-reference/responses/object (2026-11). */
export function responseMaker(start: Extract<CanonicalEvent, { type: 'start' }> | undefined, context: ReplyContext): ResponseMaker {
  const { call, requestId, now } = context
  const id = start?.id ?? `resp_${requestId.replace(/[^\w]/g, '')}`
  const seconds = (): number => Math.floor(now() / 1_000)
  const created = start?.createdAt ?? seconds()
  const repeated = repeatedMembers(call.echo)
  return {
    id,
    make: (standing, output, usage) => {
      const members: JsonObject = {
        ...{ id, object: 'response', created_at: created, status: standing.status, background: false },
        completed_at: standing.status === 'completed' ? Math.max(created, seconds()) : null,
        error: standing.status === 'failed' ? standing.error : null,
        incomplete_details: standing.status === 'incomplete' ? { reason: standing.incomplete } : null,
        model: start?.model ?? call.model,
        previous_response_id: null,
        store: false,
        ...repeated,
        usage: usage === undefined ? null : usageJson(usage),
      }
      // Items are JSON already.
      const items = output === undefined ? 'null' : `[${output.join(',')}]`
      return `${JSON.stringify(members).slice(0, -1)},"output":${items}}`
    },
  }
}

/** A usage in this protocol's words: what was read from and written to a cache is a part of the input, thoughts are a part of the output. */
function usageJson(usage: Usage): Json {
  const { read, made, readDetails, madeDetails } = tellUsage(usage)
  return {
    input_tokens: read,
    input_tokens_details: readDetails,
    output_tokens: made,
    output_tokens_details: madeDetails,
    total_tokens: read + made,
  }
}

/** How a response ends for each reason; a refusal that was told in words is a whole answer. */
export function standingOf(reason: FinishReason, hasRefusal: boolean): Standing {
  if (reason === 'length') return { status: 'incomplete', incomplete: 'max_output_tokens' }
  if (reason === 'filter' || (reason === 'refusal' && !hasRefusal)) return { status: 'incomplete', incomplete: 'content_filter' }
  return { status: 'completed' }
}
