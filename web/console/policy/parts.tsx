import { Link } from '@tanstack/react-router'
import { useLanguage } from '../../lib/language.tsx'
import { Empty, List, Notice, Section, Tag, When } from '../../parts/index.ts'
import type { Hold, PolicyState } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** Providers that no call goes to yet, why, and until when. */
export function HeldProviders({ held }: { readonly held: readonly Hold[] }) {
  const words = useWords().policy
  if (held.length === 0) return null
  return (
    <Section title={words.held}>
      <p className="faint">{words.heldMean}</p>
      <List
        caption={words.held}
        entries={held}
        keyOf={({ provider }) => provider}
        columns={[
          { head: words.provider, cell: ({ provider }) => <strong>{provider}</strong> },
          {
            head: words.why,
            cell: ({ worse }) => (worse.length === 0 ? words.isNew : words.worse(worse.map((part) => words.parts[part]).join(', '))),
          },
          { head: words.until, cell: ({ until }) => (until === null ? words.notAnnounced : <When at={until} isDay />) },
        ]}
      />
    </Section>
  )
}

/** What the profile would say and the page does not. */
export function Withheld({ state }: { readonly state: PolicyState }) {
  const words = useWords().policy
  const isChinese = useLanguage().language === 'zh'
  const { withheld, attestation_faults: faults } = state
  return (
    <Section title={words.withheld}>
      <p className="faint">{words.withheldMean}</p>
      {faults.length > 0 && (
        <Notice kind="loss">
          <span>{words.faults}</span>
          {faults.map(({ file, reason }) => (
            <code key={file}>
              {file} ({reason})
            </code>
          ))}
        </Notice>
      )}
      {withheld.length === 0 ? (
        <Empty>{words.nothingWithheld}</Empty>
      ) : (
        <details>
          <summary>{withheld.length}</summary>
          <List
            caption={words.withheld}
            entries={withheld}
            keyOf={({ topic, state: of }) => `${topic} ${of}`}
            columns={[
              { head: words.about, cell: ({ topic, topic_zh: zh }) => (isChinese ? zh : topic) },
              {
                head: words.state,
                cell: ({ state: of }) => <Tag {...(of === 'red' ? { kind: 'bad' } : {})}>{words.withheldStates[of]}</Tag>,
              },
              { head: words.why, cell: ({ why, why_zh: zh }) => (isChinese ? zh : why) },
              { head: words.clause, cell: ({ clauses }) => <code>{clauses.join(' ')}</code> },
            ]}
          />
        </details>
      )}
    </Section>
  )
}

/** What of the policy is the operator's to set, and where. */
export function Settings({ state }: { readonly state: PolicyState }) {
  const words = useWords().policy
  return (
    <Section title={words.settings} acts={<Link to="/policy/own">{words.write}</Link>}>
      <p className="faint">{words.settingsMean}</p>
      <dl className="roll">
        <div>
          <dt>{words.operator}</dt>
          <dd>{state.operator ?? words.notSet}</dd>
        </div>
        <div>
          <dt>{words.service}</dt>
          <dd>{state.service}</dd>
        </div>
        <div>
          <dt>{words.profile}</dt>
          <dd>{state.profile}</dd>
        </div>
        {state.contacts.length === 0 && (
          <div>
            <dt>{words.contact}</dt>
            <dd>{words.notSet}</dd>
          </div>
        )}
        {state.contacts.map(({ kind, value }) => (
          <div key={`${kind} ${value}`}>
            <dt>
              {words.contact} ({words.contacts[kind]})
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
