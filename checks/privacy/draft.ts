import type { SimScript } from '../../sim/index.ts'
import { keyHeader, SPOKEN, type Spoken } from '../calls.ts'

/** A file in a message: its bytes, its name where it has one, and what it is. */
export type Attachment = { readonly kind: 'image' | 'file' | 'audio'; readonly name?: string; readonly bytes: Buffer }

/** What a call says, whatever the protocol it is said in. */
export type Words = {
  /** The last thing the user says; holds the tag of the call. */
  readonly question: string
  readonly system?: string
  /** The description of the one tool. */
  readonly tool?: string
  /** An earlier turn in which the tool was called. */
  readonly toolTurn?: { readonly argument: string; readonly result: string }
  readonly attachment?: Attachment
  readonly imageUrl?: string
  readonly stop?: string
  /** The description in the schema that the answer has to keep to. */
  readonly schema?: string
  /** What names the customer's own user. */
  readonly user?: string
}

/** A request of a customer before it is sent, and how the fake upstream answers it. */
export type Draft = {
  readonly protocol: Spoken
  readonly key: string
  readonly model: string
  readonly isStream: boolean
  /** A text where the protocol wants a number is one of the ways to be wrong. */
  readonly outputMax: number | string
  /** What stands behind the path, such as `?a=b`, and what goes on in the path. */
  readonly query: string
  readonly pathEnd: string
  readonly headers: Readonly<Record<string, string>>
  readonly words: Words
  readonly script: SimScript
}

const OUTPUT_MAX = 64

/** A plain call: `tag` stands in its last user message, so that the fake upstream knows which call it is. */
export function draftOf(at: { readonly protocol: Spoken; readonly key: string; readonly tag: string; readonly model?: string }): Draft {
  const { protocol, key, tag, model = SPOKEN[protocol].model } = at
  return {
    ...{ protocol, key, model, isStream: false, outputMax: OUTPUT_MAX, query: '', pathEnd: '' },
    headers: { 'content-type': 'application/json', ...keyHeader({ protocol, key }) },
    words: { question: `Question ${tag}: how long does the ferry take?` },
    script: {},
  }
}

/** Path and query of a draft. */
export function targetOf({ protocol, model, isStream, query, pathEnd }: Draft): string {
  if (protocol !== 'gemini') return SPOKEN[protocol].path + pathEnd + query
  const [verb, more] = isStream ? ['streamGenerateContent', 'alt=sse'] : ['generateContent', '']
  const asked = [query.slice(1), more].filter((part) => part !== '').join('&')
  return `${SPOKEN.gemini.path}/${encodeURIComponent(model)}:${verb}${pathEnd}${asked === '' ? '' : `?${asked}`}`
}
