import { useLanguage } from '../../lib/language.tsx'
import { Asked, List, Notice, Paged, Section, When } from '../../parts/index.ts'
import type { Access } from '../answers.ts'
import { OwnPage } from '../confined.tsx'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { CallsKeptSection } from './calls-kept.tsx'
import { EraseSection } from './erase-account.tsx'
import { ExportSection } from './export-account.tsx'

type AccessEntry = { readonly at: string; readonly actor: string; readonly action: string; readonly concerns: string }

/** What is held of somebody, who looked, and how to take it along or have it gone. */
export function PrivacyPage() {
  const words = useWords().privacy
  const { role } = useSession().account
  return (
    <OwnPage title={words.title} lead={words.lead}>
      <Notice kind="proven">
        <span>{words.nothing}</span>
        <a href="/privacy/proof">{words.how}</a>
      </Notice>
      <Section title={words.held}>
        <Asked<Access> path="/api/auth/held">{({ held }) => <Held held={held} />}</Asked>
      </Section>
      <Section title={words.looked}>
        <Paged<AccessEntry>
          path="/api/accesses"
          caption={words.looked}
          none={words.nobody}
          keyOf={({ at, actor, action }) => `${at} ${actor} ${action}`}
          columns={[
            { head: words.at, cell: ({ at }) => <When at={at} /> },
            { head: words.who, cell: ({ actor }) => <code>{actor}</code> },
            { head: words.what, cell: ({ action }) => <code>{action}</code> },
            { head: words.concerned, cell: ({ concerns }) => (concerns === 'this account' ? words.thisAccount : words.everyAccount) },
          ]}
        />
      </Section>
      {role === 'owner' ? (
        <>
          <CallsKeptSection />
          <ExportSection />
          <EraseSection />
        </>
      ) : (
        <Notice>{words.ofOwn}</Notice>
      )}
    </OwnPage>
  )
}

/** What is held by its kind, each of which unfolds into a line for each table and purpose: people look for what it is for, not for columns. */
function Held({ held }: { readonly held: Access['held'] }) {
  const words = useWords().privacy
  const filled = held.filter(({ rows, value }) => (rows ?? 0) > 0 || (value !== null && value !== undefined))
  const kinds = [...Map.groupBy(filled, ({ category }) => category)]
  return (
    <div className="folded">
      {kinds.map(([category, entries]) => (
        <details key={category}>
          <summary>
            {words.categories[category as keyof typeof words.categories]}{' '}
            <span className="faint">· {words.columnCount(entries.length)}</span>
          </summary>
          <HeldOfKind entries={entries} />
        </details>
      ))}
    </div>
  )
}

function HeldOfKind({ entries }: { readonly entries: Access['held'] }) {
  const words = useWords().privacy
  const { language } = useLanguage()
  const groups = [...Map.groupBy(entries, ({ table, purpose }) => `${table}: ${purpose}`).values()]
  return (
    <List
      caption={words.held}
      entries={groups}
      keyOf={(group) => `${group[0]?.table} ${group[0]?.purpose}`}
      columns={[
        { head: words.purpose, cell: (group) => (language === 'zh' ? group[0]?.purpose_zh : group[0]?.purpose) },
        { head: words.columns, cell: (group) => <code>{group.map(({ column }) => `${group[0]?.table}.${column}`).join(', ')}</code> },
        {
          head: words.retention,
          cell: (group) => words.retentions[group[0]?.retention as keyof typeof words.retentions],
          isWhole: true,
        },
        { head: words.rows, isNumber: true, cell: (group) => group[0]?.rows ?? '—' },
      ]}
    />
  )
}
