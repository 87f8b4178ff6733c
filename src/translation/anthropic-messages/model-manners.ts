/** What a model takes of how to think and how to choose tokens. */
export type Manners = {
  /**
   * Whether it is told how much to think by a word alone: those of 4.7 and later refuse a number of tokens. They refuse temperature, top_p and
   * top_k as well, whether they think or not.
   */
  readonly isAdaptive: boolean
  /** The word for no thought, or for the least; undefined where the model cannot but think. */
  readonly off: 'disabled' | 'between_tools' | undefined
  /** Whether it can be made to call a tool. */
  readonly canForce: boolean
  /** Whether it takes instructions within a conversation: those of 4.8 and later do. Of Sonnet 5 sources disagree, so it is told none. */
  readonly takesInstructions: boolean
}

/** Versions as major * 100 + minor, the first that has some manner. */
const [ADAPTIVE, INSTRUCTED, INSTRUCTED_SONNET, ALWAYS_THINKING, UNFORCED_MYTHOS] = [407, 408, 505, 505, 501]

const OLDER: Manners = { isAdaptive: false, off: 'disabled', canForce: true, takesInstructions: false }

/**
 * The manners of a model by its name, however it is spelled: `claude-opus-4-7`, with a date after - or @, `us.anthropic.claude-opus-4-6-v1:0`,
 * `anthropic/claude-opus-5.5`, `claude-4.7-opus`. A name that says nothing is taken for an older model's. Sources:
 * https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting (which thinking from 4.7 on),
 * https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5, /models/fable-5/migration-guide (thinking that cannot be turned off, tools
 * that cannot be forced), /models/sonnet-5-5/migration-guide (between_tools, sampling), /models/haiku-5-5/whats-new-haiku-5-5,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html (Mythos Preview),
 * https://github.com/langchain-ai/langchainjs/releases/tag/@langchain%2Fanthropic@1.5.13 (which take instructions within a conversation), all
 * 2026-11-29.
 */
export function mannersOf(model: string): Manners {
  const named = nameOf(model)
  if (named === undefined) return OLDER
  const { family, version } = named
  const isMythos = family === 'fable' || family === 'mythos'
  if (!isMythos && version < ADAPTIVE) return OLDER
  const newer = { isAdaptive: true, takesInstructions: version >= (family === 'sonnet' ? INSTRUCTED_SONNET : INSTRUCTED) }
  if (isMythos) return { ...newer, off: undefined, canForce: version < UNFORCED_MYTHOS }
  const isLater = version >= ALWAYS_THINKING
  if (family === 'opus' && isLater) return { ...newer, off: undefined, canForce: false }
  if (family === 'sonnet' && isLater) return { ...newer, off: 'between_tools', canForce: false }
  return { ...newer, off: 'disabled', canForce: true }
}

const SPELLINGS: readonly RegExp[] = [
  // A number of more digits is a date, and one with a letter after it is no version.
  /claude-(?<family>opus|sonnet|haiku|fable|mythos)-(?<major>\d{1,2})(?:[-.](?<minor>\d{1,2}))?(?![\da-z])/i,
  /claude-(?<major>\d{1,2})(?:[-.](?<minor>\d{1,2}))?-(?<family>opus|sonnet|haiku|fable|mythos)/i,
  /claude-(?<family>mythos)-preview/i,
]

function nameOf(model: string): { readonly family: string; readonly version: number } | undefined {
  const groups = SPELLINGS.map((spelling) => spelling.exec(model)?.groups).find((found) => found !== undefined)
  if (groups === undefined) return undefined
  const { family = '', major = '0', minor = '0' } = groups
  return { family: family.toLowerCase(), version: Number(major) * 100 + Number(minor) }
}
