import type { Failure } from '../failures.ts'
import type { PrivacyLabel, ServiceTier, Usage, UsageBound, WrittenPrice } from '../spec/index.ts'
import type { FormFields } from './multipart/index.ts'

/** What the gateway needs of a request; the rest of its bytes is nobody's business. */
export type DecodedCall = {
  /** The model as the customer named it. */
  readonly model: string
  readonly isStream: boolean
  /** The most output tokens the customer asked for, or undefined for the model's own bound. Per choice. */
  readonly outputMax: number | undefined
  /** The most output tokens of each choice in a model of an upstream, where the request decides it; undefined for the model's own bound. */
  readonly outputMaxFor?: (upstreamModel: string) => number | undefined
  /** The fewest tokens of one picture as it was asked for, in a model of an upstream; undefined where none are published. */
  readonly pictureTokensMinFor?: (upstreamModel: string) => number | undefined
  /**
   * Tokens that may be billed as output beyond `outputMax` × `choices`: those of a predicted output that the model did not use. The worst
   * case is outputMax × choices + outputExtra.
   */
  readonly outputExtra: number
  /** How many answers were asked for (`n`). */
  readonly choices: number
  /** How many times the model may read its context: once, and again after each use of a tool that the upstream runs. */
  readonly passes: number
  /** Upper bound of the tokens of the request read once: bytes, plus ceilings for what costs more than its bytes (images, files, tools). */
  readonly inputMax: number
  /** The same with the ceiling for pictures that this model of an upstream has. */
  readonly inputMaxFor: (upstreamModel: string) => number
  /** Bytes of the request that are text for certain, in the shortest spelling of its JSON. */
  readonly textBytes: number
  /** Classes that tokens of the prompt may be billed in. */
  readonly inputClasses: UsageBound['inputClasses']
  /** Classes that tokens of the answer may be billed in. */
  readonly outputClasses: UsageBound['outputClasses']
  /** The most of each counted class that may be billed. */
  readonly counts: UsageBound['counts']
  /** What the request itself has the provider run for a fee of its own; absent where there is nothing of the kind. */
  readonly asksFor?: AskedPieces
  /** The service tier that was asked for; `standard` when none was. Whether it has a price is not known here. */
  readonly serviceTier: ServiceTier
  /** Whether the customer asked for the usage frame of a stream himself. */
  readonly wantsUsage: boolean
  /** The bytes for the upstream: the model's name replaced, what metering and bounds need added, all else unchanged. */
  readonly bodyFor: (upstreamModel: string, forced?: ForcedBounds) => readonly Buffer[]
  /** Tokens of the prompt as counted by us; slow, so only for calls that ended without the upstream's own figure. */
  readonly countInput: () => number
  /** Tokens of the prompt that the answer says again before what is made, counted as slowly; absent where it says none. */
  readonly countEcho?: () => number
  /** What of the call is charged before an answer tells its usage, where that is not `countInput` tokens of text. */
  readonly promptUsage?: () => Partial<Usage>
  /** The class that our count of the answer is in, where that is not `output`. */
  readonly madeClass?: UsageBound['outputClasses'][number]
  /** The id that the customer knows a container at the provider by, in which the call goes on; absent where it names none. */
  readonly containerId?: string
  /** Whether the answer can tell such an id. */
  readonly tellsContainer?: boolean
  /** Whether it goes on with an answer that ended at a bound of the upstream's own. */
  readonly isContinued?: boolean
  /** Nothing is ever charged for it. */
  readonly isFree?: boolean
}

/**
 * The field that asks for each of these. A model without a price for one of them is not called: what a model does unasked, as those that
 * always search, is not among them.
 */
export type AskedPieces = { readonly webSearches?: string | undefined; readonly toolCalls?: string | undefined }

/** What a request is made to keep to, so that what is held for it is a bound at the upstream too. */
export type ForcedBounds = {
  /** Most output tokens for each answer: a larger figure of the customer's is replaced by it. */
  readonly outputMax: number
  /** Whether it is added where the customer gave none. */
  readonly addsOutputMax: boolean
  /** Whether tools that the upstream runs are given a ceiling where they have none. */
  readonly limitsTools: boolean
  /** The only name of a chat's bound that the upstream heeds: one that was given under the other is sent under it. */
  readonly onlyOutputField?: ChatBoundField | undefined
  /** The upstream tells the usage of streams unasked, and refuses calls that ask for it. */
  readonly tellsUsageUnasked?: boolean | undefined
  /** What goes out in place of the name of a customer's user; undefined leaves such names as they are. */
  readonly pseudonymOf?: ((name: string) => string) | undefined
  /** What goes out in place of the id that a customer knows a container by; undefined leaves it as it is. */
  readonly containerOf?: ((id: string) => string) | undefined
}

/** The names of the bound of a chat's output. */
export type ChatBoundField = 'max_tokens' | 'max_completion_tokens'

/** Reads one reply as its bytes pass by. Chunks may end anywhere, also inside a character. */
export type ReplyReader = {
  /** Takes the next bytes; returns what goes to the customer: the same buffer wherever nothing is held back or taken out. */
  readonly push: (chunk: Buffer) => Buffer
  /** Takes the end of the reply; returns what was held back. */
  readonly end: () => Buffer
  /** The upstream's own figure so far, classes merged over frames; undefined when none came. Absent is not zero. */
  readonly usage: () => Usage | undefined
  /** Whether a figure was absurd (negative, no whole number, parts larger than their sum); such a figure counts as absent or is cut. */
  readonly isUsageSuspect: () => boolean
  /** Output tokens counted from what has passed; for replies that end without the upstream's figure. */
  readonly countedOutput: () => number
  /** Tokens of pictures and sound counted likewise, beside `countedOutput`; absent where the protocol brings none. */
  readonly countedMedia?: () => CountedMedia
  /**
   * Told once when a whole reply that was held back goes to the customer before it is whole, with all of it so far: from there on what
   * has passed counts, though the rest never comes. Absent where it always does.
   */
  readonly noteReleased?: (held: Buffer) => void
  /** Whether the protocol's own last frame has passed ([DONE], message_stop), or a whole JSON reply. */
  readonly isComplete: () => boolean
  /** Whether the protocol has a frame after which nothing comes; without one, figures may change until the connection ends. */
  readonly hasLastFrame: boolean
  /** The upstream's figure is final: complete, or in a frame that is only ever last. */
  readonly isUsageFinal: () => boolean
  /** Whether what comes from here on can be told to nobody, so that the upstream is let go; absent where all bytes can be passed on. */
  readonly isPastTelling?: () => boolean
  /** Whether a whole JSON reply tells an error instead of an answer; false for streams, which tell it in a frame. */
  readonly isError: () => boolean
  /** The service tier that the reply says it was served in; undefined when it says none that we know. */
  readonly serviceTier: () => ServiceTier | undefined
  /** The model the reply names. */
  readonly reportedModel: () => string | undefined
  /** A cautious count of what a stream has made so far, never much above the truth; 0 for whole replies. */
  readonly leastOutput: () => number
  /** Whether an answer that broke off is ended in the protocol's own way, by `end` or by the upstream; else whoever relays it has to. */
  readonly endsItself: boolean
  /**
   * What goes out instead of the last push's bytes to end a stream here as the upstream would at its own limit: the whole events of
   * those bytes and the protocol's length stop. For the push in which the count grew.
   */
  readonly stopAtLength: (passed: Buffer, stop: LengthStop) => Buffer
}

/** Pictures and sound that an answer brought, in tokens: counted low where what is published leaves a choice. */
export type CountedMedia = Pick<Usage, 'imageOutput' | 'audioOutput'>

/** How a stream that is stopped tells its end: `usage` as it is charged, `choices` as many answers as were asked for. */
export type LengthStop = {
  readonly requestId: string
  readonly choices: number
  readonly usage: Usage
  readonly wantsUsage: boolean
}

/** State of the limit closest to its end; undefined members have no limit. */
export type LimitState = {
  readonly requests?: { readonly limit: number; readonly remaining: number; readonly resetMs: number }
  readonly tokens?: { readonly limit: number; readonly remaining: number; readonly resetMs: number }
}

/**
 * What a call's address says of it, in protocols that have the model in the path; at an upstream `model` is its own name for it.
 * `isArray`: a stream is wanted as one JSON array of its events.
 */
export type CallAddress = { readonly model: string; readonly isStream: boolean; readonly isArray?: boolean }

/**
 * A reply before it is read. `contentType`: of replies that may be something else than JSON; `call`: what it answers; `upstreamModel`:
 * the upstream's name of the model that was asked.
 */
export type ReplyShape = {
  readonly isStream: boolean
  readonly removesUsage: boolean
  readonly contentType?: string
  readonly call?: DecodedCall
  readonly upstreamModel?: string | undefined
}

/** The reading of a request: a step reads on by at most so many bytes, and answers the call with the last of them. */
export type StepwiseDecoding = { readonly step: (bytes: number) => DecodedCall | undefined }

/** How requests that are forms are read. */
export type FormRules = {
  /** Fields whose texts are wanted, and `model` among them. */
  readonly fields: readonly string[]
  /**
   * The worst case of a form, of which `head` is as far as it has come, its model included; fields that have not come are taken at their
   * dearest. Its `bodyFor` gives the head's bytes. Told again as more of it comes: fails with invalid_field where that breaks a bound.
   */
  readonly decode: (fields: FormFields, head: Buffer) => DecodedCall
}

/** A protocol that customers speak. */
export type Protocol = {
  readonly id: ProtocolId
  /** Where customers call it; for messages. */
  readonly clientPath: string
  /** Path at an upstream of the same protocol, after its base URL. */
  readonly upstreamPath: (call: CallAddress) => string
  /** Words for service tiers in requests, and what they ask for. */
  readonly serviceTiers: ReadonlyMap<string, ServiceTier>
  /** Where a request names pictures, documents or sound by an address, in their order; it has been decoded before. */
  readonly addresses?: (body: Buffer) => readonly MediaAddress[]
  /** Scans a request; throws FailureError naming the field when it is not one. `address` where the protocol has one. */
  readonly decode: (body: Buffer, address?: CallAddress) => DecodedCall
  /** Begins to do the same a piece at a time, for bodies that would hold up others; absent where requests are forms. */
  readonly begin?: ((body: Buffer, address?: CallAddress) => StepwiseDecoding) | undefined
  /** A reader for a reply; `removesUsage` takes out the usage frame the customer did not ask for. */
  readonly readReply: (shape: ReplyShape) => ReplyReader
  /** Where requests are multipart forms. */
  readonly form?: FormRules
  /** Content types of answers beside JSON and event streams, such as `audio/mpeg`. */
  readonly replyTypes?: RegExp
  /** The answer of our own where no upstream speaks the protocol: an estimate. Only of calls that are free. */
  readonly estimate?: (call: DecodedCall) => Buffer
  /** A failure as the protocol's JSON error body. */
  readonly encodeError: (failure: Failure, requestId: string) => Buffer
  /** What ends a started stream after a failure, also in the middle of an event: the protocol's error frame. */
  readonly encodeStreamError: (failure: Failure, requestId: string) => Buffer
  /** Models in the shape that the protocol's SDKs read. */
  readonly presentModels: ModelPresenter
  /** Rate headers in the protocol's own spelling, as lines with their ends; `now`, in milliseconds, is asked where times are told. Of figures alone, so that they need no check. */
  readonly limitHeaders: (state: LimitState, now: () => number) => string
  /** Where the protocol's SDKs look for the id of a request, when it is not `x-request-id`. */
  readonly requestIdHeader?: 'request-id'
}

/** What lies at an address, as the request says it. */
export type MediaKind = 'image' | 'document' | 'audio'

/**
 * An address in a request. `at` is its place in the customer's words, such as `messages[0].content[1]`; the bytes from `start` to `end` are
 * what has to go for bytes to stand there, with `around` before and behind their base64.
 */
export type MediaAddress = {
  readonly at: string
  readonly url: string
  readonly kind: MediaKind
  readonly start: number
  readonly end: number
  readonly around: (mimeType: string) => readonly [before: string, after: string]
}

/** A model as customers see it; `createdAt` in seconds since 1970, prices as decimal USD per million tokens, or for one piece. */
export type ModelView = {
  readonly id: string
  readonly createdAt: number
  readonly context: number
  readonly outputMax: number
  readonly price: WrittenPrice
  readonly routes: readonly { readonly upstream: string; readonly placement: string; readonly privacy: PrivacyLabel }[]
}

/** How one model and a list of them are written. */
export type ModelPresenter = { readonly one: (model: ModelView) => object; readonly list: (models: readonly ModelView[]) => object }

/** Names of the protocols; they stand in no message. */
export type ProtocolId =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-responses-count'
  | 'anthropic-messages'
  | 'anthropic-count-tokens'
  | 'gemini'
  | 'gemini-embed'
  | 'gemini-batch-embed'
  | 'gemini-count'
  | OpenaiSurface

/** OpenAI's surfaces beside chat and responses. */
export type OpenaiSurface =
  | 'openai-embeddings'
  | 'openai-completions'
  | 'openai-moderations'
  | 'openai-images'
  | 'openai-image-edits'
  | 'openai-image-variations'
  | 'openai-speech'
  | 'openai-transcriptions'
  | 'openai-audio-translations'
