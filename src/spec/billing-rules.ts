import type { Outcome, UsageSource } from './usage.ts'

/**
 * What a customer owes for: nothing; the prompt by our count; what the upstream reported; what has passed, by our count; what was last
 * told of a call by a process that has died since.
 */
export const CUSTOMER_PAYS = ['nothing', 'prompt', 'reported', 'counted', 'estimated'] as const
export type CustomerPays = (typeof CUSTOMER_PAYS)[number]

/**
 * How far a call had come when it ended. unsent: no upstream had it, or the one that had it failed. sent: an upstream had it and had not
 * begun to answer. begun: the first byte of an answer had come.
 */
export const CALL_STAGES = ['unsent', 'sent', 'begun'] as const
export type CallStage = (typeof CALL_STAGES)[number]

/** What decides who pays for a call. `isUsageFinal`: the upstream had told its final usage. */
export type CallEnd = { readonly outcome: Outcome; readonly stage: CallStage; readonly isUsageFinal: boolean }

/** One line of the table; `stages` and `isUsageFinal` say when it holds, an absent `isUsageFinal` means both. */
export type BillingRule = {
  readonly outcome: Outcome
  readonly stages: readonly CallStage[]
  readonly isUsageFinal?: boolean
  readonly customerPays: CustomerPays
  readonly when: string
  readonly why: string
}

const ANY_STAGE = CALL_STAGES
const BEFORE: readonly CallStage[] = ['unsent', 'sent']
const BEGUN: readonly CallStage[] = ['begun']

/** Who pays for every way a call can end: each end meets exactly one line. The gateway settles by it, docs/billing.md prints it. */
export const BILLING_RULES: readonly BillingRule[] = [
  {
    outcome: 'completed',
    stages: BEGUN,
    isUsageFinal: true,
    customerPays: 'reported',
    when: 'the answer went out whole and the upstream told its usage',
    why: 'the upstream charges by the same figure',
  },
  {
    outcome: 'completed',
    stages: BEGUN,
    isUsageFinal: false,
    customerPays: 'counted',
    when: 'the answer went out whole without a usage',
    why: 'the answer was delivered, so it is counted from what went out',
  },
  {
    outcome: 'completed',
    stages: BEFORE,
    customerPays: 'nothing',
    when: 'an answer of no byte',
    why: 'nothing was delivered',
  },
  {
    outcome: 'client-aborted',
    stages: ['unsent'],
    customerPays: 'nothing',
    when: 'the client left while no upstream worked for it',
    why: 'nothing was asked of an upstream, or it had failed',
  },
  {
    outcome: 'client-aborted',
    stages: ['sent'],
    customerPays: 'prompt',
    when: 'the client left before the first byte of the answer',
    why: 'the upstream reads the prompt at once and charges for it; what it made of it nobody has seen',
  },
  {
    outcome: 'client-aborted',
    stages: BEGUN,
    isUsageFinal: true,
    customerPays: 'reported',
    when: 'the client left after the upstream had told its usage',
    why: 'all of the answer was made and the figure is final',
  },
  {
    outcome: 'client-aborted',
    stages: BEGUN,
    isUsageFinal: false,
    customerPays: 'counted',
    when: 'the client left after the first byte',
    why: 'what had gone out was delivered; the upstream is stopped at once, so no more is made',
  },
  {
    outcome: 'upstream-refused',
    stages: ANY_STAGE,
    customerPays: 'nothing',
    when: 'the upstream answered that it will not take the request',
    why: 'there was no answer',
  },
  {
    outcome: 'upstream-failed',
    stages: ANY_STAGE,
    customerPays: 'nothing',
    when: 'no upstream gave a first byte, or what came was not passed on',
    why: 'nothing was delivered; what the upstream asks for it, the house pays',
  },
  {
    outcome: 'upstream-cut',
    stages: BEFORE,
    customerPays: 'nothing',
    when: 'the upstream broke off before the first byte',
    why: 'nothing was delivered',
  },
  {
    outcome: 'upstream-cut',
    stages: BEGUN,
    isUsageFinal: true,
    customerPays: 'reported',
    when: 'the upstream broke off after it had told its usage',
    why: 'the figure is final and the answer was delivered but for its last frame',
  },
  {
    outcome: 'upstream-cut',
    stages: BEGUN,
    isUsageFinal: false,
    customerPays: 'counted',
    when: 'the upstream broke off after the first byte',
    why: 'what had gone out was delivered; what was lost is not charged',
  },
  {
    outcome: 'timed-out',
    stages: BEFORE,
    customerPays: 'nothing',
    when: 'no first byte came in time',
    why: 'nothing was delivered',
  },
  {
    outcome: 'timed-out',
    stages: BEGUN,
    isUsageFinal: true,
    customerPays: 'reported',
    when: 'the upstream fell silent after it had told its usage',
    why: 'the figure is final and the answer was delivered but for its last frame',
  },
  {
    outcome: 'timed-out',
    stages: BEGUN,
    isUsageFinal: false,
    customerPays: 'counted',
    when: 'the upstream fell silent after the first byte',
    why: 'what had gone out was delivered',
  },
  {
    outcome: 'length-stopped',
    stages: BEGUN,
    isUsageFinal: true,
    customerPays: 'reported',
    when: 'the answer grew beyond its bound and its usage was told',
    why: 'it is ended there, and no call costs more than was held for it',
  },
  {
    outcome: 'length-stopped',
    stages: BEGUN,
    isUsageFinal: false,
    customerPays: 'counted',
    when: 'the answer grew beyond its bound',
    why: 'what went out was delivered, and no call costs more than was held for it',
  },
  {
    outcome: 'length-stopped',
    stages: BEFORE,
    customerPays: 'nothing',
    when: 'an answer of no byte',
    why: 'nothing was delivered',
  },
  {
    outcome: 'gateway-lost',
    stages: ANY_STAGE,
    customerPays: 'estimated',
    when: 'our own process died',
    why: 'it had told what the upstream reported, or before that a prompt of a token for eight bytes and our count of the answer; the rest is the loss of the house',
  },
  {
    outcome: 'voided',
    stages: ANY_STAGE,
    customerPays: 'nothing',
    when: 'the call ended before any upstream was called',
    why: 'nothing was made',
  },
]

/** What holds beside the table, for every call. */
export const BILLING_PRINCIPLES: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: 'Never more than was held',
    text: 'Before a call is sent, the most it can cost is set aside. What it costs above that the house pays, whatever the reason.',
  },
  {
    title: 'The most it can cost',
    text:
      'A token for each byte of its text, in the shortest spelling of its JSON and with all that is not said in words counted at its dearest: a picture as the model of its upstream counts the largest (25,000 tokens for models of OpenAI, 48,169 for gpt-4o-mini, 5,000 for Claude, 6,500 for Gemini, 2,833 at low detail where it is heeded), files and sound and what a search finds as the whole context. ' +
      'Every token costs what the dearest class does that the call can bring about, on the dearest card that its length and its service tier can meet, times the multiplier.',
  },
  {
    title: 'A bound of the output',
    text: 'What was asked for, and never more than the model is sold with: a larger figure goes out as that one. Where none was given, `max_completion_tokens` is added for upstreams of kind openai and `maxOutputTokens` for those of kind gemini, unless it may not fit beside the prompt. Others are known to refuse it: a stream of theirs is ended at the bound, and what a whole answer has above it is cut.',
  },
  {
    title: 'Our count of what had passed',
    text:
      'It is low where it cannot be exact. Text of a stream is counted token by token. What a completion says again of its prompt (`echo`) is not counted, and ends no stream at its bound. Whole answers that tell no usage come to a token for four bytes of their text; those that broke off after some of them had gone out, which is when they are larger than 1 MiB, to as many as the beginning of their text has for its bytes, less a sixteenth, and before any of it had gone out to nothing. ' +
      'A picture that has ended counts the fewest tokens that are published for its size and quality, and where none are, the 100 of one that is shown while it is made; each of those counts 100. Where a price for pictures is set, they are charged by it instead. Sound counts 20 tokens for a second, 25 of Gemini, a second being 48,000 bytes, or as many as its format has. ' +
      'Of pictures and sound only what goes beyond the tokens that the upstream has told so far is added. Pictures of the tool of responses and those in chat completions are not counted.',
  },
  {
    title: 'Searches and other tools of the upstream',
    text: 'Tools of Anthropic that were given no `max_uses` go out with 5; those that take none end after 10 rounds. With each use the model may read its whole context again, and that is set aside. A chat completion may search once unasked, 10 times with `web_search_options`, and read 50 sources with `search_parameters`, plugins or tools of the upstream. A call of Gemini may make 50 queries where it may search, counts as one search up to Gemini 2.5 and later once for each query that is not empty and differs, and its tools end after 10 rounds as well.',
  },
  {
    title: 'What has no price',
    text:
      'Searches and other tools that the provider charges for are refused where the model has no `web_search` or `tool_call` price, by the field that asks for them. Refused whatever the model: ' +
      'pictures by a tool, containers of OpenAI of more than 1 GB or made before, shells that the provider runs, and tools of a provider or router that are not known here; pictures of vectors (`svg`), and tools or a series of pictures of its own (`sequential_image_generation`) in a call for pictures; whatever has another model answer or advise (`models`, `fallbacks`, a tool with a `model`); Anthropic’s compaction; plugins of OpenRouter other than `web` and `response-healing`; a prompt that OpenAI is to keep in its cache for longer than 30 minutes (`ttl`). ' +
      'A wish for a context of a million tokens (`context-1m` in `anthropic-beta`) goes on where the model is sold with one.',
  },
  {
    title: 'Service tiers',
    text: 'A service tier is sold where it has a price. Charged is the one that was asked for, or the usual one when the reply says that it was served in that; never any other.',
  },
  {
    title: 'Failover',
    text: 'When an upstream fails before its first byte the next one is tried. The customer pays for the one that answered, never for the tries before it.',
  },
  {
    title: 'A stream without an answer',
    text: 'A stream that breaks off when nothing had come but signs of life (comments, as some upstreams send while they think) or an error counts as `upstream-failed` and is free; one whose upstream had told a usage or made anything is charged.',
  },
  {
    title: 'Realtime sessions',
    text: 'Each response and each transcript is a call with a row of its own. Before anything goes out that can bring one about, its worst is set aside: the whole context of the model, read and made at the dearest of text and sound. While the upstream answers by itself whoever has spoken, one more is set aside all the time. What is still open when a session ends is cut short there and charged as the upstream reports it within 3 seconds, else by our count: what had gone out, 20 tokens for a second of sound, and of what was read what the last response had told and a token for eight bytes of text since. So is a response that was asked for and has not begun when the client leaves: it is waited for as long, and of one that never comes what was read is charged. A response that an upstream begins by itself before its hold is there waits for it, and ends the session where there is none; what it had made by then the house pays.',
  },
  {
    title: 'An absurd usage',
    text: 'A figure beyond what the model can physically take and give, or of more searches and uses of tools than the call can make, is cut to that bound, the row says "clamped" and is marked suspect. So is a row of more than 20,000 tokens made in a second. Each raises an alarm (farebox_usage_suspect_total). A figure that is negative, no whole number or above 1,000,000,000 counts as not told. Where Anthropic’s iterations come to more than its sums, those of the model that was asked are charged; a reply that tells of another model is marked suspect.',
  },
  {
    title: 'The price',
    text: 'The price version and the multiplier that held when the call was let in, and of that version the card for the service tier and the length of the prompt, for the whole call. Each class times its rate, summed exactly, times the multiplier, rounded up once to a whole nano-dollar.',
  },
]

/** The one rule for an end; throws RangeError when the table has a hole or says two things, which a test rules out. */
export function billingRuleOf(end: CallEnd): BillingRule {
  const rules = RULES_BY_OUTCOME.get(end.outcome) ?? []
  const rule = rules.find((candidate) => isMet(candidate, end))
  if (rule === undefined || rule !== rules.findLast((candidate) => isMet(candidate, end)))
    throw new RangeError(`not one rule for ${end.outcome}, ${end.stage}`)
  return rule
}

const RULES_BY_OUTCOME: ReadonlyMap<Outcome, readonly BillingRule[]> = Map.groupBy(BILLING_RULES, ({ outcome }) => outcome)

const isMet = (rule: BillingRule, end: CallEnd): boolean =>
  rule.stages.includes(end.stage) && (rule.isUsageFinal === undefined || rule.isUsageFinal === end.isUsageFinal)

/** A settled row as far as the rule goes; `firstByteMs` undefined or null when no byte of an answer came. */
export type SettledEnd = {
  readonly outcome: Outcome
  readonly usageSource: UsageSource
  readonly firstByteMs: number | null | undefined
}

const PAYS_WORDS: Readonly<Record<CustomerPays, string>> = {
  nothing: 'Nothing is charged',
  prompt: 'The prompt is charged, by our count',
  reported: 'Charged as the upstream reported',
  counted: 'Charged by our count of what had passed',
  estimated: 'Charged by what was last known, which is sure to be too little',
}

/** The rule a row was settled by, as a sentence for people. */
export const billingRuleText = (row: SettledEnd): string => ruleSentence({ ...row, stage: settledStageOf(row) })

/** How far a settled call had come; what decides is whether anything was charged, and a first byte where the rules tell it apart. */
export function settledStageOf({ outcome, usageSource, firstByteMs }: SettledEnd): CallStage {
  const hasBegun = firstByteMs !== null && firstByteMs !== undefined
  if (usageSource === 'none') return 'unsent'
  return hasBegun || outcome !== 'client-aborted' ? 'begun' : 'sent'
}

/** A settled call by how far it had come. */
export type StagedEnd = { readonly outcome: Outcome; readonly usageSource: UsageSource; readonly stage: CallStage }

/** The rule of such a call, as a sentence for people. */
export function ruleSentence({ outcome, usageSource, stage }: StagedEnd): string {
  const isUsageFinal = usageSource === 'provider' || usageSource === 'clamped'
  const { customerPays, when, why } = billingRuleOf({ outcome, stage, isUsageFinal })
  const cut = usageSource === 'clamped' ? ' The figure was beyond what the model can take and give, and was cut to that.' : ''
  return `${PAYS_WORDS[customerPays]}: ${when}; ${why}.${cut}`
}

/** What customers pay by a rule, in words. */
export const customerPaysWords = (pays: CustomerPays): string => PAYS_WORDS[pays]
