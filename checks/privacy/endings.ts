import type { SimScript } from '../../sim/index.ts'
import { keyHeader } from '../calls.ts'
import type { Draft } from './draft.ts'
import { writeBody } from './write-body.ts'

/** Customers that calls are made in the name of: one has credit, one too little, one has used up its limit. */
export type Payers = { readonly rich: string; readonly poor: string; readonly limited: string }

/** How a call goes: well, or wrong in one of the ways there are. */
export type Ending = {
  readonly name: string
  /** Whether the call gets to an upstream, and whether (something of) its answer gets to the client. */
  readonly reaches: 'upstream' | 'client' | 'nobody'
  /** Whether the upstream answers as it is scripted, so that the script can carry a canary. */
  readonly isAnswered: boolean
  readonly bend: (draft: Draft, payers: Payers) => Draft
  /** What is sent instead of the body's JSON. */
  readonly spoil?: (json: string) => string
  /** Pieces of the answer after which the client leaves. */
  readonly leavesAfterChunks?: number
}

/** The bound on bodies that the check's server is given, so that an oversize one is quickly made. */
export const BODY_BYTES_MAX = 65_536

/** Every way a single call can end. */
export const ENDINGS: readonly Ending[] = [
  { name: 'success', reaches: 'client', isAnswered: true, bend: (draft) => draft },
  { name: 'stream', reaches: 'client', isAnswered: true, bend: (draft) => streamed(draft, {}) },
  {
    ...{ name: 'client abort', reaches: 'upstream', isAnswered: true, leavesAfterChunks: 2 },
    bend: (draft) => streamed(draft, { chunkDelayMs: 15 }),
  },
  failing('upstream cut', { fault: 'cut-after' }, true),
  failing('upstream reset in mid-stream', { fault: 'reset-mid-stream' }, true),
  failing('malformed event', { fault: 'malformed-event' }, true),
  failing('silence in mid-stream', { fault: 'hang-mid-stream' }, true),
  failing('time-out', { fault: 'hang-before-headers' }, false),
  failing('upstream echoes in a 400', { fault: 'invalid-400' }, false),
  failing('upstream echoes in a 500', { fault: 'error-500-echo' }, false),
  failing('upstream answers HTML', { fault: 'html-502' }, false),
  failing('upstream limited', { fault: 'limited-429-negative' }, false),
  failing('reset before headers', { fault: 'reset-before-headers' }, false),
  refused(
    'malformed JSON',
    (draft) => draft,
    (json) => `${json.slice(0, -1)},,`,
  ),
  refused(
    'oversize',
    (draft) => draft,
    (json) => `${json}${' '.repeat(BODY_BYTES_MAX)}`,
  ),
  refused('invalid key', (draft) => keyed(draft, (key) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)),
  refused('no key at all', (draft) => keyed(draft, (key) => JSON.stringify(writeBody(draft)).slice(0, 2000) + key)),
  refused('no balance', (draft, { poor }) => keyed(draft, () => poor)),
  refused('rate limited', (draft, { limited }) => keyed(draft, () => limited)),
  refused('unknown model', (draft) => ({ ...draft, model: 'no-such-model' })),
  refused('wrong type', (draft) => ({ ...draft, outputMax: JSON.stringify(draft.words) })),
]

function failing(name: string, script: SimScript, isStream: boolean): Ending {
  return {
    name,
    reaches: 'upstream',
    isAnswered: isStream,
    bend: (draft) => (isStream ? streamed(draft, script) : scripted(draft, script)),
  }
}

function refused(name: string, bend: Ending['bend'], spoil?: Ending['spoil']): Ending {
  return { name, reaches: 'nobody', isAnswered: false, bend, ...(spoil === undefined ? {} : { spoil }) }
}

const scripted = (draft: Draft, script: SimScript): Draft => ({ ...draft, script: { ...draft.script, ...script } })

/** The call as a stream. */
export const streamed = (draft: Draft, script: SimScript): Draft => scripted({ ...draft, isStream: true }, script)

/** The call with another key, in the header its protocol uses; characters that no header may hold are left out. */
function keyed(draft: Draft, keyOf: (key: string) => string): Draft {
  const key = keyOf(draft.key).replace(/[^\x20-\x7e]/g, '')
  return { ...draft, headers: { ...draft.headers, ...keyHeader({ protocol: draft.protocol, key }) } }
}
