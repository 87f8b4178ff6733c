import { useNavigate } from '@tanstack/react-router'
import { useLanguage } from '../../lib/language.tsx'
import { alignUsd, nanoOf, showCount } from '../../lib/money.ts'
import { Asked, Choice, Empty, List, Money, Notice, Page, Section, Tag, useAsked } from '../../parts/index.ts'
import type { OwnAccount, Statement } from '../answers.ts'
import { useSearchTexts } from '../search-texts.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** Months of the account as a till roll, each to be downloaded and printed. */
export function StatementsPage() {
  const words = useWords().statements
  const search = useSearchTexts(['month'])
  const navigate = useNavigate()
  const { data: account } = useAsked<OwnAccount>('/api/account')
  const months = monthsSince(account?.createdAt ?? new Date().toISOString())
  const month = months.find((one) => one === search.month) ?? months[0] ?? ''
  const path = `/api/statements/${month}`
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="filters">
        <Choice
          label={words.month}
          className="short"
          value={month}
          onChange={(event) => void navigate({ to: '.', search: { month: event.currentTarget.value } as never })}
        >
          {months.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Choice>
        <Papers path={path} month={month} />
      </div>
      <Asked<Statement> key={path} path={path}>
        {(statement) => <Roll statement={statement} />}
      </Asked>
    </Page>
  )
}

/** The month as files: links bring no header that says for which account somebody acts, so their addresses do. */
function Papers({ path, month }: { readonly path: string; readonly month: string }) {
  const words = useWords().statements
  const { language } = useLanguage()
  const { account } = useSession()
  const asked = new URLSearchParams({ 'farebox-account': account.id, lang: language }).toString()
  return (
    <>
      <a className="button" href={`${path}.csv?${asked}`} download>
        {words.csv}
      </a>
      <a className="button" href={`${path}.json?${asked}`} download={`statement-${month}.json`}>
        {words.json}
      </a>
      <a className="button" href={`${path}.html?${asked}`} target="_blank" rel="noreferrer">
        {words.print}
      </a>
    </>
  )
}

/** The UTC months from the one of a time until now, "2026-11", the newest first. */
function monthsSince(time: string): readonly string[] {
  const now = new Date()
  const first = new Date(time)
  const count = (now.getUTCFullYear() - first.getUTCFullYear()) * 12 + now.getUTCMonth() - first.getUTCMonth() + 1
  return Array.from({ length: Math.max(1, count) }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7),
  )
}

function Roll({ statement }: { readonly statement: Statement }) {
  const words = useWords().statements
  const isOpen = statement.state === 'open'
  const told = [
    { name: words.opening, usd: statement.opening_balance, isSum: true },
    ...statement.sums.map(({ kind, count, amount }) => ({ name: words.sum(kind, count), usd: amount, isSum: false })),
    { name: isOpen ? words.soFar : words.closing, usd: statement.closing_balance, isSum: true },
  ]
  const amounts = alignUsd(told.map(({ usd }) => usd))
  return (
    <>
      {isOpen ? <Notice>{words.open}</Notice> : <Tag kind="good">{words.final}</Tag>}
      <dl className="roll">
        {told.map(({ name, isSum }, index) => (
          <div key={name} className={isSum ? 'sum' : undefined}>
            <dt>{name}</dt>
            <dd>{amounts[index]}</dd>
          </div>
        ))}
      </dl>
      {nanoOf(statement.covered) > 0n && (
        <p className="faint">
          {words.covered}: <Money usd={statement.covered} />
        </p>
      )}
      <Models models={statement.models} />
      <Lines lines={statement.lines} />
    </>
  )
}

function Models({ models }: Pick<Statement, 'models'>) {
  const words = useWords().statements
  return (
    <Section title={words.byModel}>
      {models.length === 0 ? (
        <Empty>{words.nothing}</Empty>
      ) : (
        <List
          caption={words.byModel}
          entries={models}
          keyOf={({ model }) => model}
          columns={[
            { head: words.model, cell: ({ model }) => model },
            { head: words.calls, isNumber: true, cell: ({ calls }) => showCount(calls) },
            { head: words.tokensIn, isNumber: true, isMinor: true, cell: (one) => showCount(one.input_tokens) },
            { head: words.tokensOut, isNumber: true, isMinor: true, cell: (one) => showCount(one.output_tokens) },
            { head: words.cost, isNumber: true, cell: ({ cost }) => <Money usd={cost} /> },
          ]}
        />
      )}
    </Section>
  )
}

function Lines({ lines }: Pick<Statement, 'lines'>) {
  const words = useWords().statements
  const [amounts, balances] = [alignUsd(lines.map(({ amount }) => amount)), alignUsd(lines.map(({ balance }) => balance))]
  return (
    <Section title={words.lines}>
      {lines.length === 0 ? (
        <Empty>{words.noLines}</Empty>
      ) : (
        <List
          caption={words.lines}
          entries={lines.map((line, index) => ({ ...line, index }))}
          keyOf={({ index }) => String(index)}
          columns={[
            { head: words.day, cell: ({ day }) => <time>{day}</time> },
            {
              head: words.kind,
              cell: ({ kind, reason, calls }) =>
                `${words.count(kind, calls ?? 1)}${reason === null ? '' : ` · ${words.reasons[reason] ?? reason}`}`,
            },
            { head: words.amount, isNumber: true, cell: ({ index }) => amounts[index] },
            { head: words.balance, isNumber: true, isMinor: true, cell: ({ index }) => balances[index] },
          ]}
        />
      )}
    </Section>
  )
}
