import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { policyDocument } from '../../src/api/index.ts'
import { compilePolicy, policyMarkdown, proveClauses, readResults, STATEMENTS, showRisks } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { factsOf, NOW, PROFILES, resultsText } from './facts.ts'

/** Words that claim more than anybody can show. */
const BANNED = [
  ...['unconditional', 'absolute', '100 ?%', 'guarantee', 'total(?:ly)?', 'unbreakable', 'unhackable', 'bulletproof', 'foolproof'],
  ...['military[- ]grade', 'bank[- ]grade', 'impenetrable', 'risk[- ]free', 'state[- ]of[- ]the[- ]art', 'world[- ]class'],
  ...['industry[- ]leading', 'completely (?:secure|anonymous|private)', 'perfect(?:ly)?', 'robustly', 'uncompromising'],
] as const

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
] as const

/** CL-words: none of the banned words is in the policy of any profile, on the pages around it, or in the texts that come with it. */
export async function words(context: CheckContext): Promise<Measured> {
  const texts = [
    ...PROFILES.flatMap((profile) => textsOf(profile)),
    ...FILES.map((file) => [file, readFileSync(fileURLToPath(new URL(file, CHECKOUT)), 'utf8')] as const),
    ['topics', STATEMENTS.map(({ topic }) => topic).join('\n')] as const,
  ]
  const hits = texts.flatMap(([place, text]) => foundIn(text).map((word) => `${place}: ${word}`))
  for (const hit of hits) context.fail(hit)
  for (const word of BANNED) {
    const planted = `We keep it ${word.replaceAll(/\(\?:(\w+)[^)]*\)\??/g, '$1').replaceAll(/\[- \]| \?/g, ' ')} here.`
    context.expect(foundIn(planted).length > 0, `blind: ${planted} was not found`)
  }
  return { n: texts.length, measured: { words: BANNED.length, texts: texts.length, hits: hits.length } }
}

const PATTERN = new RegExp(`(?<![\\w])(?:${BANNED.join('|')})`, 'gi')

const foundIn = (text: string): readonly string[] => [...text.matchAll(PATTERN)].map(([word]) => word)

function textsOf(profile: (typeof PROFILES)[number]): readonly (readonly [place: string, text: string])[] {
  const facts = factsOf(profile)
  const results = readResults([resultsText()])
  const version = { number: 1, publishedAt: NOW, effectiveAt: NOW, hash: '0'.repeat(64) }
  const printable = { facts, version, text: compilePolicy(facts, proveClauses(results, NOW)), risks: showRisks(results) }
  const whole = { ...version, profile, claims: [], recipients: [], text: '', isSignificant: false }
  return [
    [`${profile}.md`, policyMarkdown(printable)],
    [`${profile}.html`, policyDocument({ ...printable, version: whole, coming: undefined, held: [] }).replace(/<style>.*<\/style>/s, '')],
  ]
}
