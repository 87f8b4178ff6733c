import type { Tokenizer } from '../tokens.ts'

/** A request of a surface: its fields, those of forms as texts, and the bytes of its files. */
export type SurfaceRequest = {
  readonly fields: Readonly<Record<string, unknown>>
  readonly fileBytes: number
  readonly tokenizer: Tokenizer
}

/** What a call used beside tokens. */
export type TruePieces = { readonly images: number; readonly audioSeconds: number; readonly characters: number }

/** None of them. */
export const NO_PIECES: TruePieces = { images: 0, audioSeconds: 0, characters: 0 }

/** What is answered, in the pieces it is written in, and the truth about it. */
export type SurfaceAnswer = {
  readonly model: string
  readonly contentType: string
  readonly chunks: readonly (string | Buffer)[]
  readonly isStream: boolean
  readonly prompt: number
  readonly output: number
  readonly parts: {
    readonly audioInput?: number
    readonly imageInput?: number
    readonly audioOutput?: number
    readonly imageOutput?: number
  }
  readonly pieces: TruePieces
}

/** A text of a field, '' for others. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A whole number of a field, or what is meant without one. */
export const numberOf = (value: unknown, usual: number): number => (value === undefined || value === null ? usual : Number(value))

/** A JSON answer. */
export const jsonAnswer = (value: object, truth: Partial<Omit<SurfaceAnswer, 'contentType' | 'chunks'>>): SurfaceAnswer => ({
  ...{ contentType: 'application/json', chunks: [JSON.stringify(value)], isStream: false },
  ...{ model: '', prompt: 0, output: 0, parts: {}, pieces: NO_PIECES, ...truth },
})

/** An answer of events. */
export const streamAnswer = (events: readonly string[], truth: Partial<Omit<SurfaceAnswer, 'contentType' | 'chunks'>>): SurfaceAnswer => ({
  ...jsonAnswer({}, truth),
  ...{ contentType: 'text/event-stream; charset=utf-8', chunks: events, isStream: true },
})

/** An event that tells its type. */
export const typedEvent = (event: { readonly type: string }): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
