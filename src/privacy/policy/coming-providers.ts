import { countryName } from './country-name.ts'
import { doesList, type Listed, type ProviderLabel } from './provider-label.ts'

/** Providers that a version lets calls go to and the one before it did not, as they will be; none before labels were kept. */
export const comingProviders = (before: Listed | undefined, after: Listed): readonly ProviderLabel[] =>
  before?.providers === undefined ? [] : (after.providers ?? []).filter((label) => !doesList(before, label))

/** The most characters of a line about them, as a field of a letter holds no more. */
const LINE_LENGTH_MAX = 500

/** Providers in one line of at most 500 characters: name, host, country, how long texts are kept, training; what has no room is counted. */
export function providersLine(labels: readonly ProviderLabel[], language: 'en' | 'zh'): string {
  const words = WORDS[language]
  const told = labels.map((label) => oneOf(label, language))
  const line = (count: number): string =>
    [...told.slice(0, count), ...(count < told.length ? [words.more(told.length - count)] : [])].join(words.between)
  const counts = told.map((_, index) => told.length - index)
  return line(counts.find((count) => line(count).length <= LINE_LENGTH_MAX) ?? 0)
}

function oneOf({ name, host, country, retention, training }: ProviderLabel, language: 'en' | 'zh'): string {
  const words = WORDS[language]
  const parts = [
    country === undefined ? words.noCountry : countryName(country, language),
    words.keeps(retention ?? words.unknown),
    words.training[training ?? 'unknown'],
  ]
  return `${words.at(name, host)}${parts.join(words.comma)}`.replaceAll(/\p{Cc}+/gu, ' ')
}

const WORDS = {
  en: {
    at: (name: string, host: string) => `${name} (${host}): `,
    noCountry: 'country unknown',
    keeps: (term: string) => `keeps texts: ${term}`,
    training: { yes: 'trains on them', no: 'does not train on them', unknown: 'training on them: unknown' },
    unknown: 'unknown',
    more: (count: number) => `and ${count} more on the page`,
    comma: ', ',
    between: '; ',
  },
  zh: {
    at: (name: string, host: string) => `${name}（${host}）：`,
    noCountry: '国家未知',
    keeps: (term: string) => `文本保留：${term}`,
    training: { yes: '用于训练', no: '不用于训练', unknown: '是否用于训练：未知' },
    unknown: '未知',
    more: (count: number) => `另有 ${count} 家见页面`,
    comma: '，',
    between: '；',
  },
} as const
