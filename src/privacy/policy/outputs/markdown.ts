import { isoDate, utcDayOf } from '../../../lib/index.ts'
import type { PolicyText } from '../compile.ts'
import type { PolicyFacts } from '../facts.ts'
import { keptItems } from '../kept-list.ts'
import type { RiskShown } from '../risk-figures.ts'
import type { Subprocessor } from '../subprocessor.ts'
import { BASES, ERASURES, OWN_MEANS, retentionWords, SECTION_TITLES, tableWords } from '../words.ts'

/** The version that is printed: its number and its days. */
export type PrintedVersion = { readonly number: number; readonly publishedAt: number; readonly effectiveAt: number; readonly hash: string }

/** What a policy is printed from. */
export type Printable = {
  readonly facts: PolicyFacts
  readonly text: PolicyText
  readonly version: PrintedVersion
  readonly risks: readonly RiskShown[]
}

/** The policy as Markdown; the same input gives the same bytes. */
export function policyMarkdown({ facts, text, version, risks }: Printable): string {
  const sections = text.sections.map(({ section, sentences }) => [
    `## ${SECTION_TITLES[section]}`,
    ...(section === 'own' ? [OWN_MEANS.en] : []),
    ...sentences.map(sentenceOf),
  ])
  const blocks = [
    `# Privacy policy of ${plain(facts.settings.service)}`,
    `Version ${version.number}. Published ${dayOf(version.publishedAt)}, in effect from ${dayOf(version.effectiveAt)}. Profile: ${facts.settings.profile}. SHA-256 ${version.hash}.`,
    ...sections.flat(),
    ...keptBlocks(facts),
    ...providerBlocks(facts.upstreams),
    ...riskBlocks(risks),
    ...withheldBlocks(text),
    'Whether a text like this meets the law of a place is for a lawyer to say.',
  ]
  return `${blocks.join('\n\n')}\n`
}

const sentenceOf = ({ text, clauses }: PolicyText['sections'][number]['sentences'][number]): string =>
  clauses.length === 0 ? plain(text) : `${plain(text)} <sup>${clauses.join(' ')}</sup>`

const dayOf = (millis: number): string => isoDate(utcDayOf(millis))

const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>|#]/g, (mark) => `\\${mark}`)

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function keptBlocks(facts: PolicyFacts): readonly string[] {
  const items = keptItems(facts.inventory).filter(({ subject }) => subject === 'customer')
  const rows = items.map((item) => [
    ...[tableWords(item.table), plain(item.columns.join(', ')), plain(item.purpose), BASES[item.basis]],
    ...[retentionWords(item.retention), ERASURES[item.erase], item.export ? 'yes' : 'no', item.clauses.join(' ')],
  ])
  const head = ['Where', 'What', 'Need', 'Legal ground', 'How long', 'When you are erased', 'In your copy', 'Clauses']
  return ['## The full list of what we keep of you', tableOf(head, rows)]
}

function providerBlocks(upstreams: readonly Subprocessor[]): readonly string[] {
  const known = (text: string | undefined): string => (text === undefined ? 'unknown' : plain(text))
  const rows = upstreams.map((one) => [
    ...[plain(one.name), one.placement === 'local' ? 'own machine' : plain(one.host), known(one.country), known(one.retention)],
    ...[known(one.training), known(one.evidence), known(one.checked)],
  ])
  const head = ['Provider', 'Where it is called', 'Country', 'Keeps texts for', 'Trains on them', 'Evidence', 'Checked']
  return ['## Providers', rows.length === 0 ? 'No provider is in use.' : tableOf(head, rows)]
}

const riskBlocks = (risks: readonly RiskShown[]): readonly string[] => [
  '## What remains',
  ...risks.map(({ risk, figure }) => `**${risk.title}.** ${risk.text} ${figure} <sup>${risk.figure.check}</sup>`),
]

function withheldBlocks({ withheld }: PolicyText): readonly string[] {
  if (withheld.length === 0) return ['## What is left out', 'Nothing: all that this profile can say is printed above.']
  const rows = withheld.map(({ topic, clauses, state, why }) => [topic, clauses.join(' '), state, plain(why)])
  return ['## What is left out', tableOf(['About', 'Clauses', 'State', 'Why'], rows)]
}
