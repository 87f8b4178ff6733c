import { NO_USAGE, type ServiceTier, type Usage } from '../../spec/index.ts'
import { objectAt, type ReplyUsage, taker, type UsageFigures, usageFigures } from '../usage-figures.ts'
import { TOLD_TIERS } from './service-tiers.ts'

const COUNTS = {
  prompt: 'promptTokenCount',
  cached: 'cachedContentTokenCount',
  candidates: 'candidatesTokenCount',
  thoughts: 'thoughtsTokenCount',
  tools: 'toolUsePromptTokenCount',
  total: 'totalTokenCount',
} as const
type CountName = keyof typeof COUNTS

/** Lists of counts by modality. */
const DETAILS = {
  read: 'promptTokensDetails',
  readInTools: 'toolUsePromptTokensDetails',
  readFromCache: 'cacheTokensDetails',
  made: 'candidatesTokensDetails',
} as const
type DetailName = keyof typeof DETAILS

/** Tokens of a list that were sound or pictures. */
type Modalities = { readonly sound: number; readonly pictures: number }

type Counts = { readonly [Name in CountName]?: number | undefined } & { readonly [Name in DetailName]?: Modalities | undefined }

const COUNT_NAMES = Object.keys(COUNTS) as readonly CountName[]
const DETAIL_NAMES = Object.keys(DETAILS) as readonly DetailName[]

/**
 * Reads Gemini's `usageMetadata`, of which each event of a stream tells the sums so far. The prompt holds what was read from a cache;
 * thoughts and what tools gave to read are told beside prompt and candidates. A count of zero is left out, so what one object lacks is
 * what an earlier one told, or nothing. Source: https://ai.google.dev/api/generate-content#UsageMetadata (2026-11-26).
 */
export function replyUsage(): ReplyUsage {
  const figures = usageFigures()
  let counts: Counts = {}
  let tier: ServiceTier | undefined
  const tierOf = (word: unknown): ServiceTier | undefined => (typeof word === 'string' ? TOLD_TIERS.get(word) : undefined)
  return {
    add: (told) => {
      counts = {
        ...Object.fromEntries(COUNT_NAMES.map((name) => [name, figures.read(told, COUNTS[name], counts[name])])),
        ...Object.fromEntries(DETAIL_NAMES.map((name) => [name, readModalities(figures, told[DETAILS[name]]) ?? counts[name]])),
      }
      tier = tierOf(told['serviceTier']) ?? tier
    },
    usage: () => usageOf(counts, figures.suspect),
    isSuspect: () => {
      usageOf(counts, figures.suspect)
      return figures.isSuspect()
    },
    tierOf,
    serviceTier: () => tier,
  }
}

/** Sums of a list of modality counts; undefined when it is none. */
function readModalities(figures: UsageFigures, told: unknown): Modalities | undefined {
  if (!Array.isArray(told)) return undefined
  const sumOf = modalityReader(figures, told)
  return { sound: sumOf('AUDIO'), pictures: sumOf('IMAGE') }
}

/** Tells of a list of modality counts how many tokens were of one. */
export const modalityReader =
  (figures: UsageFigures, told: readonly unknown[]) =>
  (modality: string): number =>
    told.reduce<number>((sum, entry) => {
      const counted = objectAt(entry)
      return counted?.['modality'] === modality ? sum + (figures.read(counted, 'tokenCount', 0) ?? 0) : sum
    }, 0)

function usageOf(counts: Counts, suspect: () => void): Usage | undefined {
  const { tools = 0, thoughts = 0, total, prompt, candidates } = counts
  if (COUNT_NAMES.every((name) => counts[name] === undefined)) return undefined
  if (prompt === undefined) suspect()
  const known = tools + thoughts
  const read = prompt ?? restOf(total, known + (candidates ?? 0))
  const made = candidates ?? restOf(total, known + read)
  return { ...NO_USAGE, ...readClasses(read + tools, counts, suspect), ...madeClasses(made, counts, suspect) }
}

/** What a total leaves for the part that was not told. */
const restOf = (total: number | undefined, others: number): number => Math.max(0, (total ?? 0) - others)

/** The prompt by its parts; what was cached may be of any kind, so where it is not said of which, sound goes first in what is left. */
function readClasses(read: number, counts: Counts, suspect: () => void) {
  const { cached = 0 } = counts
  const beside = (kind: keyof Modalities): number =>
    Math.max(0, (counts.read?.[kind] ?? 0) - (counts.readFromCache?.[kind] ?? 0)) + (counts.readInTools?.[kind] ?? 0)
  const [sound, pictures] = [beside('sound'), beside('pictures')]
  if (cached > read || sound + pictures > read) suspect()
  const take = taker(read)
  const [cacheRead, audioInput, imageInput] = [take(cached), take(sound), take(pictures)]
  return { cacheRead, audioInput, imageInput, input: take(read) }
}

function madeClasses(made: number, { made: kinds, thoughts = 0 }: Counts, suspect: () => void) {
  const { sound = 0, pictures = 0 } = kinds ?? {}
  if (sound + pictures > made) suspect()
  const take = taker(made)
  const [audioOutput, imageOutput] = [take(sound), take(pictures)]
  return { audioOutput, imageOutput, output: take(made) + thoughts, reasoning: thoughts }
}
