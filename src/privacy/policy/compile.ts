import { chineseOf, STATEMENTS_ZH } from './chinese/index.ts'
import { isOfProfile } from './clause.ts'
import { CLAUSES } from './clauses.ts'
import type { PolicyFacts } from './facts.ts'
import { isOwn, ownClaims } from './own-paragraphs.ts'
import type { ProvenClause } from './proof.ts'
import { SECTIONS, type Section, type Statement, type StatementKind } from './statement.ts'
import { STATEMENTS } from './statements/index.ts'

/** Something a policy claims for a deployment, printed or not: the unit in which versions differ. */
export type Claim = {
  readonly statement: string
  readonly kind: StatementKind
  readonly text: string
  /** The same in Simplified Chinese; absent in versions from before there was any. */
  readonly zh?: string
  readonly clauses: readonly string[]
  /** Less is more; absent where only the words tell. */
  readonly measure?: number
}

/** A sentence that is printed, with the clauses that it carries. */
export type Sentence = {
  readonly statement: string
  readonly kind: StatementKind
  readonly text: string
  readonly zh?: string
  readonly clauses: readonly string[]
}

/** Why the page leaves a sentence out. */
export const WITHHELD_STATES = ['red', 'not run', 'changing', 'does not apply'] as const

/** A statement that is not printed, by its topic, and why. */
export type Withheld = {
  readonly statement: string
  readonly topic: string
  readonly clauses: readonly string[]
  readonly state: (typeof WITHHELD_STATES)[number]
  /** The checks that failed or have no result, or what is lacking. */
  readonly why: string
  readonly whyZh: string
}

/** A policy as it is printed. */
export type PolicyText = {
  readonly sections: readonly { readonly section: Section; readonly sentences: readonly Sentence[] }[]
  readonly withheld: readonly Withheld[]
}

/** What the profile claims here, shown or not; statements whose condition does not hold are left out. */
export function claimsOf(facts: PolicyFacts): readonly Claim[] {
  const claims = statementsOf(facts).flatMap(({ statement, clauses }) => {
    const text = statement.text(facts)
    if (text === undefined) return []
    const measure = statement.measure?.(facts)
    const zh = chineseOf(statement.id).text(facts)
    return [
      {
        statement: statement.id,
        kind: statement.kind,
        text,
        ...(zh === undefined ? {} : { zh }),
        clauses,
        ...(measure === undefined ? {} : { measure }),
      },
    ]
  })
  return [...claims, ...ownClaims(facts.settings)]
}

/**
 * The policy to be printed: of the claims, those that are no promises, and promises of which every clause is shown; all else is withheld.
 * `inForce` are the claims of the version that holds: a promise of it that the system no longer keeps as it stands is withheld too, and what
 * is done is told as it is done now. What the operator wrote is printed as it was announced, from the day on that it takes effect.
 */
export function compilePolicy(
  facts: PolicyFacts,
  proven: readonly ProvenClause[],
  inForce: readonly Claim[] = claimsOf(facts),
): PolicyText {
  const states = new Map(proven.map((one) => [one.clause.id, one]))
  const { kept, changing } = compareClaims(inForce, claimsOf(facts))
  const isPrinted = (claim: Claim): boolean => claim.kind !== 'promise' || claim.clauses.every((id) => states.get(id)?.state === 'shown')
  const bySection = Map.groupBy(kept.filter(isPrinted), ({ statement }) => sectionOf(statement))
  const sections = SECTIONS.map((section) => ({ section, sentences: (bySection.get(section) ?? []).map(sentenceOf) }))
  return {
    sections: sections.filter(({ sentences }) => sentences.length > 0),
    withheld: [
      ...kept.filter((claim) => !isPrinted(claim)).map((claim) => withheldOf(claim, states)),
      ...changing.map(changingOf),
      ...statementsOf(facts).flatMap(({ statement, clauses }) => lackingOf(statement, clauses, facts)),
    ],
  }
}

/** What of the version in force is so now, in the order of the page; and its promises that are not kept as they stand. */
function compareClaims(
  inForce: readonly Claim[],
  now: readonly Claim[],
): { readonly kept: readonly Claim[]; readonly changing: readonly Claim[] } {
  const promises = inForce.filter(({ kind }) => kind === 'promise')
  const holds = (claim: Claim): boolean =>
    isKept(
      claim,
      now.find(({ statement }) => statement === claim.statement),
    )
  const kept = new Map(promises.filter(holds).map((claim) => [claim.statement, withChinese(claim, now)]))
  const told = now.flatMap((claim) => kept.get(claim.statement) ?? (claim.kind === 'promise' || claim.kind === 'own' ? [] : claim))
  return {
    kept: [...told, ...inForce.filter(({ kind }) => kind === 'own')],
    changing: promises.filter((claim) => !holds(claim) && now.some(({ statement }) => statement === claim.statement)),
  }
}

/** The same words have the Chinese of now; others have what was published with them. */
function withChinese(claim: Claim, now: readonly Claim[]): Claim {
  const same = now.find(({ statement, text }) => statement === claim.statement && text === claim.text)
  return same ?? claim
}

const isKept = (claim: Claim, now: Claim | undefined): boolean =>
  now?.kind === 'promise' &&
  (now.text === claim.text || (claim.measure !== undefined && now.measure !== undefined && now.measure < claim.measure))

const changingOf = ({ statement, clauses }: Claim): Withheld => ({
  ...{ statement, topic: topicOf(statement), clauses, state: 'changing' },
  why: 'the system keeps it in another way than the version that holds says; the change is announced',
  whyZh: '系统的做法与现行版本所述不同；该变更已公告',
})

/** Statements that carry clauses of the profile, each with those. */
function statementsOf({ settings }: PolicyFacts): readonly { readonly statement: Statement; readonly clauses: readonly string[] }[] {
  const clauses = CLAUSES.filter(({ id }) => isOfProfile(settings.profile, id))
  return STATEMENTS.map((statement) => ({
    statement,
    clauses: clauses.filter(({ says }) => says.includes(statement.id)).map(({ id }) => id),
  })).filter((one) => one.clauses.length > 0)
}

const byId = new Map(STATEMENTS.map((statement) => [statement.id, statement]))

const sectionOf = (id: string): Section => byId.get(id)?.section ?? (isOwn(id) ? 'own' : 'changes')

/** What a statement is about, in words that promise nothing. */
export const topicOf = (id: string, language: 'en' | 'zh' = 'en'): string =>
  (language === 'zh' ? STATEMENTS_ZH[id]?.topic : byId.get(id)?.topic) ?? (isOwn(id) ? OWN_TOPIC[language] : id)

const OWN_TOPIC = { en: 'Words of the operator', zh: '运营者的补充说明' } as const

const sentenceOf = ({ statement, kind, text, zh, clauses }: Claim): Sentence => ({
  ...{ statement, kind, text, clauses },
  ...(zh === undefined ? {} : { zh }),
})

function withheldOf({ statement, clauses }: Claim, states: ReadonlyMap<string, ProvenClause>): Withheld {
  const checks = clauses.flatMap((id) => states.get(id)?.checks ?? [])
  const of = (state: 'red' | 'not run'): readonly string[] => [
    ...new Set(checks.filter((check) => check.state === state).map(({ id }) => id)),
  ]
  const isRed = of('red').length > 0
  const why = isRed ? `${of('red').join(', ')} failed` : `no result that counts from ${of('not run').join(', ')}`
  const whyZh = isRed ? `${of('red').join('、')} 失败` : `${of('not run').join('、')} 没有有效结果`
  return { statement, topic: topicOf(statement), clauses, state: isRed ? 'red' : 'not run', why, whyZh }
}

const lackingOf = (statement: Statement, clauses: readonly string[], facts: PolicyFacts): readonly Withheld[] =>
  statement.text(facts) === undefined
    ? [
        {
          statement: statement.id,
          topic: statement.topic,
          clauses,
          state: 'does not apply',
          why: statement.needs ?? 'it does not apply here',
          whyZh: chineseOf(statement.id).needs ?? '此处不适用',
        },
      ]
    : []
