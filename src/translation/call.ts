import type { ServiceTier } from '../spec/index.ts'

/**
 * A JSON value as it came; never looked into but where a protocol says what is in it. In what a tool is called with, a number may be how it was
 * written (WrittenNumber of lib), which is no number here and becomes it again when it is spelled.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
/** A JSON object as it came. */
export type JsonObject = { readonly [name: string]: Json }

/** Where a prompt's cache may end: after the part that carries it. `ttl` is how long it lives. */
export type CacheMark = { readonly ttl: '5m' | '1h' }

/** Bytes that come with the call, or an address that the upstream is to fetch. */
export type Media =
  | { readonly kind: 'base64'; readonly mimeType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mimeType: string | undefined }
  /** A file that lies at the provider under this id. */
  | { readonly kind: 'file'; readonly id: string; readonly mimeType: string | undefined }

/** Where something stood in the client's request, in the client's own words, such as `messages[2].content[0]`; losses are told under it. */
export type Place = { readonly at?: string }

/** A piece of a prompt or of an answer. */
export type Part = (
  | {
      readonly type: 'text'
      readonly text: string
      readonly cache?: CacheMark
      /** In the words of the protocol that the call came in. */
      readonly citations?: readonly Json[]
      /** OpenAI's name for what an answer's text is for: commentary or the final answer. */
      readonly phase?: string
    }
  | { readonly type: 'image'; readonly media: Media; readonly detail?: string; readonly cache?: CacheMark }
  | { readonly type: 'document'; readonly media: Media; readonly name?: string; readonly text?: string; readonly cache?: CacheMark }
  | { readonly type: 'audio'; readonly media: Media; readonly format?: string }
  | ToolCall
  | ToolResult
  | Reasoning
  | { readonly type: 'refusal'; readonly text: string }
  /** Something that one protocol alone has; `protocol` says whose, so that it survives where both sides speak it. */
  | { readonly type: 'foreign'; readonly protocol: ProtocolName; readonly name: string; readonly value: Json }
) &
  Place

/**
 * A model's wish to have a tool run at the client. `arguments` is JSON text as it was written, byte for byte; where a protocol tells a value instead of
 * text, all numbers in it are spelled as they were.
 */
export type ToolCall = {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  readonly arguments: string
  /** A tool whose input is plain text instead of JSON (OpenAI's custom tools). */
  readonly isCustom?: boolean
  /** Gemini's thought signature that belongs to this call; has to come back with it. */
  readonly signature?: string
  readonly cache?: CacheMark
}

/** What a tool gave; `parts` are text, images and documents. */
export type ToolResult = {
  readonly type: 'tool-result'
  readonly id: string
  /** The tool's name, where the protocol tells it again. */
  readonly name: string | undefined
  readonly parts: readonly Part[]
  readonly isError: boolean
  readonly cache?: CacheMark
}

/**
 * What a model thought. `signature` proves the text to its provider; `encrypted` stands for text that only the provider can read. Both go
 * back to the protocol they came from byte for byte, and to no other.
 */
export type Reasoning = {
  readonly type: 'reasoning'
  /** undefined where only something encrypted is known. */
  readonly text: string | undefined
  readonly signature?: string
  readonly encrypted?: string
  /** The id of OpenAI's reasoning item. */
  readonly id?: string
  /** Whether `text` is a summary. */
  readonly isSummary?: boolean
  readonly origin: ProtocolName
}

/** Who speaks: instructions are apart, in `system`, but for those that stand in the middle of a conversation. */
export type Message = { readonly role: 'user' | 'assistant' | 'system'; readonly parts: readonly Part[] } & Place

/** A message that is being read. */
export type GrowingMessage = Message & { readonly parts: Part[] }

/** A tool that the client runs. `schema` is JSON Schema as it came. */
export type FunctionTool = {
  readonly kind: 'function'
  readonly name: string
  readonly description: string | undefined
  readonly schema: JsonObject | undefined
  readonly isStrict: boolean | undefined
  readonly cache?: CacheMark
}

/** A tool that a provider runs, or defined; only its own protocol knows it. `isWebSearch` says that it is a web search, which most have. */
export type ProviderTool = {
  readonly kind: 'provider'
  readonly protocol: ProtocolName
  readonly value: JsonObject
  readonly isWebSearch: boolean
}
/** A tool that the client runs and whose input is plain text, bound by a grammar where one is given. */
export type CustomTool = {
  readonly kind: 'custom'
  readonly name: string
  readonly description: string | undefined
  readonly grammar: { readonly syntax: string; readonly definition: string } | undefined
}
/** What a client calls a tool: its name, in a namespace where it has one. */
export type ToolName = { readonly namespace?: string; readonly name: string }

/** Something that a model may call. */
export type Tool = (FunctionTool | CustomTool | ProviderTool) & Place

/** Which tools may, or have to, be called. */
export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  /** One of these has to be called. */
  | { readonly kind: 'named'; readonly names: readonly string[] }
  /** None but these may be called, and none has to. */
  | { readonly kind: 'allowed'; readonly names: readonly string[] }
  /** A tool that a provider runs, in the words of its protocol. */
  | { readonly kind: 'provider'; readonly protocol: ProtocolName; readonly value: Json }

/** What an answer's text has to be: anything, some JSON, or JSON of a schema (JSON Schema as it came). */
export type AnswerFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema'
      readonly name: string
      readonly description?: string
      readonly schema: JsonObject
      readonly isStrict: boolean | undefined
    }

/** How much a model may think: by words, or by tokens. */
export type ReasoningWish = {
  readonly effort: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined
  readonly budgetTokens: number | undefined
  /** Whether the thoughts, or a summary of them, are to be told. */
  readonly isTold: boolean | undefined
  /** How long the summary is to be, where the client said so: auto, concise, detailed. */
  readonly summary?: string
  /** Whether encrypted thoughts are to be told, for a later call. */
  readonly isEncryptedTold: boolean | undefined
}

/** The protocols between which calls are translated. */
export const PROTOCOL_NAMES = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const
export type ProtocolName = (typeof PROTOCOL_NAMES)[number]

/** A call as every protocol can say it, or names that it cannot. What was not asked for is undefined. */
export type CanonicalCall = {
  readonly protocol: ProtocolName
  readonly model: string
  readonly isStream: boolean
  /** Whether a stream's usage is wanted; always true where the protocol always tells it. */
  readonly wantsUsage: boolean
  readonly system: readonly Part[]
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice | undefined
  readonly isParallel: boolean | undefined
  readonly outputMax: number | undefined
  readonly temperature: number | undefined
  readonly topP: number | undefined
  readonly topK: number | undefined
  readonly seed: number | undefined
  readonly presencePenalty: number | undefined
  readonly frequencyPenalty: number | undefined
  readonly stop: readonly string[]
  /** How many of the most likely tokens to tell beside each; 0 tells the chosen one alone, undefined none. */
  readonly topLogprobs: number | undefined
  readonly choices: number
  readonly format: AnswerFormat
  readonly reasoning: ReasoningWish | undefined
  readonly serviceTier: ServiceTier | undefined
  readonly verbosity: string | undefined
  readonly promptCacheKey: string | undefined
  /** Names of fields that were given and are none of the above, such as `logit_bias`; they are losses anywhere else. */
  readonly unknown: readonly string[]
  /** What the client calls the fields above, where it is not the same name in snake case; losses are told so. */
  readonly names?: Readonly<Partial<Record<CallField, string>>>
  /** What the client calls tools whose names are others here, by those. */
  readonly toolNames?: ReadonlyMap<string, ToolName>
  /** What the protocol repeats of a request in its reply, as it came. */
  readonly echo?: JsonObject
}

/** A field of a call that a target may be unable to express. */
export type CallField = Exclude<keyof CanonicalCall, 'protocol' | 'model' | 'unknown' | 'names' | 'toolNames' | 'echo'>
