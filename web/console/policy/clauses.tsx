import { useState } from 'react'
import { useLanguage } from '../../lib/language.tsx'
import { Dialog, Empty, List, Section, Segments, Tag, When } from '../../parts/index.ts'
import type { PolicyState } from '../answers.ts'
import { useWords } from '../words/index.ts'

type Clause = PolicyState['clauses'][number]
type Check = Clause['checks'][number]
const CHOICES = ['open', 'profile', 'all'] as const
type Which = (typeof CHOICES)[number]

const isAmong: Readonly<Record<Which, (clause: Clause) => boolean>> = {
  open: ({ state, is_of_profile: isOfProfile }) => isOfProfile && state !== 'shown',
  profile: ({ is_of_profile: isOfProfile }) => isOfProfile,
  all: () => true,
}

const KINDS = { shown: 'good', red: 'bad', 'not run': undefined } as const

/** Every clause with its state, its checks and the day they last ran; what is not shown comes first to be seen. */
export function Clauses({ state }: { readonly state: PolicyState }) {
  const words = useWords().policy
  const topicsOf = useTopics()
  const [which, setWhich] = useState<Which>('open')
  const [opened, setOpened] = useState<Clause>()
  const shown = state.clauses.filter(isAmong[which])
  return (
    <Section title={words.clauses}>
      <p className="faint">{words.clausesMean}</p>
      <Segments
        label={words.which}
        value={which}
        choices={CHOICES.map((value) => ({ value, shown: `${words.only[value]} (${state.clauses.filter(isAmong[value]).length})` }))}
        onChange={(value) => setWhich(CHOICES.find((choice) => choice === value) ?? 'open')}
      />
      {shown.length === 0 ? (
        <Empty>{words.allShown}</Empty>
      ) : (
        <List
          caption={words.clauses}
          entries={shown}
          keyOf={({ id }) => id}
          onOpen={setOpened}
          columns={[
            {
              head: words.clause,
              isWhole: true,
              cell: (clause) => (
                <button type="button" className="plain" onClick={() => setOpened(clause)}>
                  <code>{clause.id}</code>
                </button>
              ),
            },
            { head: words.about, cell: (clause) => topicsOf(clause) },
            { head: words.state, cell: ({ state: of }) => <State of={of} /> },
            { head: words.checks, cell: ({ checks }) => <Checks checks={checks} /> },
            { head: words.lastRun, cell: ({ checks }) => <LastRun checks={checks} /> },
          ]}
        />
      )}
      {opened !== undefined && <Opened clause={opened} onClose={() => setOpened(undefined)} />}
    </Section>
  )
}

/** What a clause is about, in the language of the page. */
function useTopics(): (clause: Clause) => string {
  const { language } = useLanguage()
  return ({ topics, topics_zh: zh }) => (language === 'zh' ? zh : topics).join(' · ')
}

function State({ of }: { readonly of: Clause['state'] }) {
  const words = useWords().policy
  const kind = KINDS[of]
  return <Tag {...(kind === undefined ? {} : { kind })}>{words.states[of]}</Tag>
}

/** The ids of the checks that keep a clause from being shown, else how many show it. */
function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const words = useWords().policy
  const bad = checks.filter(({ state }) => state !== 'shown')
  if (bad.length === 0) return words.checksPassed(checks.length)
  return <code>{bad.map(({ id }) => id).join(' ')}</code>
}

/** A clause with what each of its checks last said. */
function Opened({ clause, onClose }: { readonly clause: Clause; readonly onClose: () => void }) {
  const words = useWords().policy
  const topicsOf = useTopics()
  const told = ({ n, failures, not_run: notRun }: Check): string => {
    if (notRun !== null) return words.notRun(notRun)
    if (n === null) return words.never
    return failures === 0 ? words.passed(n) : words.failed(failures ?? 0, n)
  }
  return (
    <Dialog title={`${clause.id} · ${topicsOf(clause)}`} isWide onClose={onClose}>
      <List
        caption={words.checks}
        entries={clause.checks}
        keyOf={({ id }) => id}
        columns={[
          { head: words.check, cell: ({ id }) => <code>{id}</code> },
          { head: words.state, cell: ({ state }) => <State of={state} /> },
          { head: words.result, cell: told },
          { head: words.lastRun, cell: ({ at }) => (at === null ? words.never : <When at={at} />) },
        ]}
      />
      <div className="answers">
        <button type="button" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </Dialog>
  )
}

/** The day of the check that ran longest ago, as that is how old the clause's proof is. */
function LastRun({ checks }: { readonly checks: readonly Check[] }) {
  const words = useWords().policy
  const oldest = checks.flatMap(({ at }) => at ?? []).toSorted()[0]
  return oldest === undefined ? <span className="faint">{words.never}</span> : <When at={oldest} isDay />
}
