import type { Json } from '../call.ts'
import type { Piece } from './write-answer-parts.ts'

/** Gathers pieces to the parts of whole choices. */
export type PartGatherer = {
  readonly add: (place: { readonly choice: number; readonly part: number }, piece: Piece) => void
  /** The parts of a choice, each as JSON; one without text where there is nothing. */
  readonly parts: (choice: number) => readonly string[]
  /** How likely the tokens of a choice were; undefined when nothing is told. */
  readonly logprobs: (choice: number) => Json | undefined
}

type Growing = { readonly part: number; readonly type: 'text' | 'thought'; readonly texts: string[]; signature: string | undefined }

/** A gatherer of one reply: pieces of a part are one part. */
export function partGatherer(): PartGatherer {
  const choices = new Map<number, (Growing | string)[]>()
  const logprobs = new Map<number, Json[]>()
  const growingAt = (parts: (Growing | string)[], part: number, type: Growing['type']): Growing => {
    const last = parts.at(-1)
    if (typeof last === 'object' && last.part === part && last.type === type) return last
    const made = { part, type, texts: [], signature: undefined }
    parts.push(made)
    return made
  }
  return {
    add: ({ choice, part }, piece) => {
      const parts = choices.get(choice) ?? []
      choices.set(choice, parts)
      if (piece.type === 'whole') {
        parts.push(piece.json)
        return
      }
      const growing = growingAt(parts, part, piece.type)
      growing.texts.push(piece.text)
      if (piece.type === 'thought') growing.signature = piece.signature ?? growing.signature
      else if (Array.isArray(piece.logprobs)) {
        const known = logprobs.get(choice) ?? []
        for (const one of piece.logprobs as readonly Json[]) known.push(one)
        logprobs.set(choice, known)
      }
    },
    parts: (choice) => choices.get(choice)?.map((one) => (typeof one === 'string' ? one : wholeJson(one))) ?? ['{"text":""}'],
    logprobs: (choice) => logprobs.get(choice),
  }
}

function wholeJson({ type, texts, signature }: Growing): string {
  const text = texts.join('')
  if (type === 'text') return JSON.stringify({ text })
  return JSON.stringify({ text, thought: true, ...(signature === undefined ? {} : { thoughtSignature: signature }) })
}
