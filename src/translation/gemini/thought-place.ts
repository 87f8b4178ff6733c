import { textIn } from '../json.ts'
import type { ThoughtPlace } from '../thought-place.ts'
import { BEGINNING, carriedInBytes } from './thought-bytes.ts'

const SIGNATURES = ['thoughtSignature', 'thought_signature'] as const

/** Signatures, which stand beside a thought, a text or a call of a function; the latter stay without theirs. */
export const geminiThoughts: ThoughtPlace = {
  ...{ turns: 'contents', parts: 'parts', mark: `"${BEGINNING}` },
  kept: (part) => {
    if (!SIGNATURES.some((name) => carriedInBytes(textIn(part, name)) !== undefined)) return part
    const { thoughtSignature: _, thought_signature: __, ...others } = part
    const isThought = others['thought'] === true || Object.entries(others).every(([name, value]) => name === 'text' && value === '')
    return isThought ? undefined : others
  },
}
