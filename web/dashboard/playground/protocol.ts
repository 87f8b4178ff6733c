/** What is asked of a model, whatever the protocol; numbers as they were typed are read already, and what a protocol has no word for is left out of it. */
export type Ask = {
  readonly model: string
  readonly system: string
  readonly prompt: string
  readonly temperature: number | undefined
  readonly maxTokens: number | undefined
  readonly voice: string
  readonly size: string
  readonly file: File | undefined
}

/** What a person may fill in besides the model. */
export type AskField = Exclude<keyof Ask, 'model'>

/** How a text was rated under a name, from 0 to 1. */
export type Score = { readonly name: string; readonly score: number; readonly isFlagged: boolean }

/** What a piece of an answer adds: text, pictures by their address, vectors or scores, and what was told of its usage so far. */
export type Piece = {
  readonly text?: string
  readonly pictures?: readonly string[]
  readonly vectors?: readonly (readonly number[])[]
  readonly scores?: readonly Score[]
  readonly input?: number
  readonly output?: number
}

/**
 * A protocol that clients speak: how an ask is written in it, and how its answer is read. `events` come piece by piece, `json` at once, `bytes`
 * are sound. With a `fileField` the body is a form, whose file comes last under that name.
 */
export type PlaygroundProtocol = {
  readonly fields: readonly AskField[]
  readonly path: (ask: Ask) => string
  readonly headers: Readonly<Record<string, string>>
  readonly body: (ask: Ask) => object
  readonly fileField?: string
  readonly answer: 'events' | 'json' | 'bytes'
  readonly read: (event: unknown) => Piece
}

type Json = { readonly [name: string]: Json } & readonly Json[]

/** A member of a value that may lack it. */
export const at = (value: unknown, ...names: readonly (string | number)[]): unknown =>
  names.reduce<unknown>((found, name) => (typeof found === 'object' && found !== null ? (found as Json)[name as string] : undefined), value)

/** A text under some names, as what it adds to an answer. */
export const textAt = (value: unknown, ...names: readonly (string | number)[]): Piece => {
  const text = at(value, ...names)
  return typeof text === 'string' ? { text } : {}
}

/** Tokens read and made, by the names that a protocol has for them. */
export const countsAt = (value: unknown, input: string, output: string): Piece => {
  const [read, made] = [at(value, input), at(value, output)]
  return { ...(typeof read === 'number' && { input: read }), ...(typeof made === 'number' && { output: made }) }
}

/** The entries of a list; none where there is no list. */
export const listAt = (value: unknown, ...names: readonly (string | number)[]): readonly unknown[] => {
  const list = at(value, ...names)
  return Array.isArray(list) ? list : []
}

/** A field that is left out where nothing was filled in. */
export const given = <Value>(name: string, value: Value | undefined): object =>
  value === undefined || value === '' ? {} : { [name]: value }

/** Each line of a text that has something in it. */
export const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '')
}
