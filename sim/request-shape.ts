/** What the fake upstreams speak. */
export type SimProtocol = 'openai' | 'openai-responses' | 'anthropic' | 'gemini'

/** What the fakes read of a request. */
export type SimRequest = {
  readonly protocol: SimProtocol
  /** The model as it was asked for, marker included. */
  readonly model: string
  readonly isStream: boolean
  /** Whether the stream shall end with a usage frame; Anthropic's always do. */
  readonly wantsUsage: boolean
  /** Whether chunks carry OpenAI's padding against traffic analysis. */
  readonly wantsPadding: boolean
  /** Whether reasoning is wanted as a part of the answer, where a protocol lets it be asked for. */
  readonly showsReasoning?: boolean
  /** Most output tokens per choice. */
  readonly outputMax: number | undefined
  readonly choices: number
  readonly messages: readonly PromptMessage[]
  /** Names of the tools that may be called; empty when the request forbids calls. */
  readonly tools: readonly string[]
  /** The tools as they came, for counting; '' without tools. */
  readonly toolsJson: string
  /** Uses that each tool of the provider's allows, searches and others; a tool without `max_uses` has no end. */
  readonly searchesMax: number
  readonly toolCallsMax: number
  /** The service tier that was asked for, as it was spelled; '' without. */
  readonly serviceTier: string
  /** Text of the last user message; '' when it has none. */
  readonly lastUserText: string
  /** The marker in `metadata.sim`; '' without. */
  readonly marker: string
}

/** A message of the prompt: its role, its texts, its name, and how many pictures or files it has. */
export type PromptMessage = {
  readonly role: string
  readonly texts: readonly string[]
  readonly name: string | undefined
  readonly attachments: number
}

/** A request that a provider would refuse with 400; `message` names the field. */
export type BadRequest = { readonly message: string; readonly param: string | null }
