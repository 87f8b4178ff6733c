/** What every official client can be made to ask, and what it understood of the answer: so that one test serves all of them. */

/** A question for a model. */
export type Question = {
  readonly model: string
  readonly prompt: string
  /** Names of tools without arguments of note. */
  readonly tools?: readonly string[]
  /** What the tools gave that the model called before: the client tells both again. */
  readonly results?: readonly ToolUse[]
  /** A picture, as PNG in base64. */
  readonly picture?: string
  /** The answer is to be JSON of this schema. */
  readonly schema?: Readonly<Record<string, unknown>>
  /** The model is to think, and to tell that it did. */
  readonly thinks?: boolean
  readonly signal?: AbortSignal
}

/** A tool that the model called; arguments as the client parsed them, plain text as the member `input`. */
export type ToolUse = { readonly id: string; readonly name: string; readonly arguments: unknown; readonly result?: string }

/** What a client made of an answer. */
export type Understood = {
  readonly text: string
  readonly tools: readonly ToolUse[]
  readonly reasoning: string
  /** Tokens as the client tells them. */
  readonly input: number
  readonly output: number
}

/** An official client, pointed at a Farebox. */
export type Client = {
  readonly name: string
  /** Whether it has a place for what a model thought. */
  readonly tellsThoughts: boolean
  readonly ask: (question: Question) => Promise<Understood>
  readonly stream: (question: Question) => Promise<Understood>
  /** The HTTP status of what a failed call threw, as the client's own class tells it; undefined when it is none of its own. */
  readonly statusOf: (thrown: unknown) => number | undefined
}

/** Makes a client for a base address and a key. */
export type MakeClient = (base: string, apiKey: string) => Client

export const INPUT_SCHEMA = { type: 'object' as const, properties: { where: { type: 'string' } }, additionalProperties: true }
export const OUTPUT_MAX = 4_000
