import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { policyDocument } from '../../src/api/index.ts'
import {
  CLAIMING_WORDS,
  CLAIMING_WORDS_ZH,
  claimingWordsIn,
  compilePolicy,
  PURPOSES_ZH,
  policyMarkdown,
  proveClauses,
  readResults,
  STATEMENTS,
  STATEMENTS_ZH,
  showRisks,
} from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { factsOf, NOW, PROFILES, resultsText } from './facts.ts'

const CHECKOUT = new URL('../../', import.meta.url)
/** What people read before they trust: texts of ours, and pages as their sources have them. */
const FILES = [
  ...[
    'README.md',
    'SECURITY.md',
    'docs/residual-risks.md',
    'src/api/site/words/en/landing.ts',
    'src/api/site/words/en/texts.ts',
    'src/api/privacy-pages/policy-page.ts',
  ],
  ...['src/api/privacy-pages/proof-page.ts', 'src/api/privacy-pages/subprocessors-page.ts', 'src/api/privacy-pages/history-page.ts'],
  ...['en', 'zh'].flatMap((language) => [
    `src/api/privacy-pages/words/${language}.ts`,
    `src/api/privacy-pages/words/request-${language}.ts`,
  ]),
  ...['src/api/site/words/zh/landing.ts', 'src/api/site/words/zh/texts.ts'],
] as const

/** CL-words: none of the banned words is in the policy of any profile, on the pages around it, or in the texts that come with it. */
export async function words(context: CheckContext): Promise<Measured> {
  const texts = [
    ...PROFILES.flatMap((profile) => textsOf(profile)),
    ...FILES.map((file) => [file, readFileSync(fileURLToPath(new URL(file, CHECKOUT)), 'utf8')] as const),
    ['topics', STATEMENTS.map(({ topic }) => topic).join('\n')] as const,
    [
      'topics in Chinese',
      Object.values(STATEMENTS_ZH)
        .flatMap(({ topic, needs = '' }) => [topic, needs])
        .join('\n'),
    ] as const,
    ['purposes in Chinese', Object.values(PURPOSES_ZH).join('\n')] as const,
  ]
  const hits = texts.flatMap(([place, text]) => claimingWordsIn(text).map((word) => `${place}: ${word}`))
  for (const hit of hits) context.fail(hit)
  for (const word of CLAIMING_WORDS) {
    const planted = `We keep it ${word.replaceAll(/\(\?:(\w+)[^)]*\)\??/g, '$1').replaceAll(/\[- \]| \?/g, ' ')} here.`
    context.expect(claimingWordsIn(planted).length > 0, `blind: ${planted} was not found`)
  }
  for (const word of CLAIMING_WORDS_ZH) context.expect(claimingWordsIn(`我们${word}保存。`).length > 0, `blind: ${word} was not found`)
  return { n: texts.length, measured: { words: CLAIMING_WORDS.length + CLAIMING_WORDS_ZH.length, texts: texts.length, hits: hits.length } }
}

function textsOf(profile: (typeof PROFILES)[number]): readonly (readonly [place: string, text: string])[] {
  const facts = factsOf(profile)
  const results = readResults([resultsText()])
  const version = { number: 1, publishedAt: NOW, effectiveAt: NOW, hash: '0'.repeat(64) }
  const printable = { facts, version, text: compilePolicy(facts, proveClauses(results, NOW)), risks: showRisks(results) }
  const whole = { ...version, profile, claims: [], recipients: [], text: '', isSignificant: false }
  return [
    [`${profile}.md`, policyMarkdown(printable)],
    ...(['en', 'zh'] as const).map((language) => {
      const document = policyDocument({ ...printable, version: whole, coming: undefined, held: [] }, language)
      return [`${profile}.${language}.html`, document.replace(/<style>.*<\/style>/s, '')] as const
    }),
  ]
}
