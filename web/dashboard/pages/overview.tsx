import { readBrand } from '../../lib/brand.ts'
import { nanoOf, showCount, showUsd, sumUsd, usdOf } from '../../lib/money.ts'
import { Asked, Empty, Figure, List, Money, Notice, Page, Section, useAsked } from '../../parts/index.ts'
import type { AccountUsage, OwnAccount, OwnCredits } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'

const WEEK = 7n

/** What somebody wants to know at a glance: what is left, how fast it goes, what each key used, and that nothing was kept. */
export function OverviewPage() {
  const words = useWords().overview
  return (
    <Page
      title={words.title}
      acts={
        <IfMay right="pay">
          <a className="button main" href="/dashboard/top-up">
            {words.topUp}
          </a>
        </IfMay>
      }
    >
      <Suspension />
      <Asked<OwnCredits> path="/api/billing/credits">{(credits) => <Standing credits={credits} />}</Asked>
      <Section title={words.byKey} acts={<a href="/dashboard/usage">{words.allUsage}</a>}>
        <Asked<AccountUsage> path="/api/usage">{(usage) => <KeysUsed usage={usage} />}</Asked>
      </Section>
      <Notice kind="proven">
        <span>{words.nothingKept(readBrand().name)}</span>
        <a href="/privacy/proof">{words.how}</a>
      </Notice>
    </Page>
  )
}

function Suspension() {
  const words = useWords().overview
  const { data } = useAsked<OwnAccount>('/api/account')
  const suspension = data?.suspension
  if (suspension === undefined || suspension === null) return null
  return (
    <Notice kind="loss">
      <strong>{words.suspended[suspension.reason] ?? suspension.message}</strong>
      {suspension.note !== null && <span>{suspension.note}</span>}
      <a href="/dashboard/support">{words.appeal}</a>
    </Notice>
  )
}

function Standing({ credits }: { readonly credits: OwnCredits }) {
  const words = useWords().overview
  const { data: usage } = useAsked<AccountUsage>('/api/usage')
  const hasDebt = nanoOf(credits.debt) > 0n
  return (
    <div className="cards">
      <Figure
        name={words.balance}
        note={nanoOf(credits.held) > 0n ? words.held(showUsd(credits.held)) : words.paidIn(showUsd(credits.totalTopUp))}
      >
        <Money usd={credits.remaining} />
      </Figure>
      <Spent usage={usage} remaining={credits.remaining} />
      {hasDebt && (
        <Figure name={words.debt} note={words.debtNote}>
          <span className="bad">
            <Money usd={credits.debt} />
          </span>
        </Figure>
      )}
    </div>
  )
}

/** What was spent, and how long the balance lasts so; no figure stands there before it is known. */
function Spent({ usage, remaining }: { readonly usage: AccountUsage | undefined; readonly remaining: string }) {
  const words = useWords().overview
  if (usage === undefined)
    return (
      <>
        <Figure name={words.today}>–</Figure>
        <Figure name={words.perDay}>–</Figure>
      </>
    )
  const spent = (period: 'today' | 'last7Days' | 'last30Days') => sumUsd(usage.keys.map((key) => key[period].cost))
  const perDay = nanoOf(spent('last7Days')) / WEEK
  const daysLeft = perDay > 0n ? nanoOf(remaining) / perDay : undefined
  return (
    <>
      <Figure name={words.today} note={words.last30(showUsd(spent('last30Days')))}>
        <Money usd={spent('today')} />
      </Figure>
      <Figure name={words.perDay} note={lastsFor(words, daysLeft)}>
        <Money usd={usdOf(roundedToCents(perDay))} />
      </Figure>
    </>
  )
}

const DAYS_TOLD_MAX = 3650n

function lastsFor(words: ReturnType<typeof useWords>['overview'], daysLeft: bigint | undefined): string {
  if (daysLeft === undefined) return words.noUse
  return daysLeft > DAYS_TOLD_MAX ? words.lastsLong : words.lasts(Number(daysLeft))
}

const CENT = 10_000_000n

/** An average is no bill: cents will do, unless it is less than one. */
const roundedToCents = (nano: bigint): bigint => (nano < CENT ? nano : ((nano + CENT / 2n) / CENT) * CENT)

function KeysUsed({ usage }: { readonly usage: AccountUsage }) {
  const words = useWords().overview
  if (usage.keys.length === 0)
    return (
      <Empty>
        <span>{words.noKeys}</span>
        <IfMay right="keys">
          <a className="button" href="/dashboard/keys">
            {words.makeKey}
          </a>
        </IfMay>
      </Empty>
    )
  return (
    <List
      caption={words.byKey}
      entries={usage.keys}
      keyOf={({ keyId }) => keyId}
      columns={[
        { head: words.key, cell: ({ name, keyId }) => name ?? keyId.slice(0, 8) },
        { head: words.calls, isNumber: true, cell: ({ last30Days }) => showCount(last30Days.requests) },
        { head: words.tokensIn, isNumber: true, cell: ({ last30Days }) => showCount(last30Days.inputTokens) },
        { head: words.tokensOut, isNumber: true, cell: ({ last30Days }) => showCount(last30Days.outputTokens) },
        { head: words.today, isNumber: true, cell: ({ today }) => <Money usd={today.cost} /> },
        { head: words.cost30, isNumber: true, cell: ({ last30Days }) => <Money usd={last30Days.cost} /> },
      ]}
    />
  )
}
