import { Link, useParams } from '@tanstack/react-router'
import { call } from '../../lib/call.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { Asked, CopyButton, Figure, Money, Notice, Page, When } from '../../parts/index.ts'
import { AccountActs } from '../account/acts.tsx'
import { AccountCalls } from '../account/calls.tsx'
import { AccountKeys } from '../account/keys.tsx'
import { AccountLooks } from '../account/looks.tsx'
import { AccountMoney } from '../account/money.tsx'
import { AccountTerms } from '../account/terms.tsx'
import type { Account } from '../answers.ts'
import { ActButton, Tabs } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { AccountState } from './accounts.tsx'

/** One account: what it has, may and did, and what can be done about it. */
export function AccountPage() {
  const { id = '', part = '' } = useParams({ strict: false }) as { readonly id?: string; readonly part?: string }
  const { account: words, accounts } = useWords()
  const path = `/operator/v1/accounts/${id}`
  const parts = { money: words.money, calls: words.calls, keys: words.keys, terms: words.terms, looks: words.looks }
  return (
    <Asked<Account> path={path} page={{ title: accounts.title, lead: <Link to="/accounts">{accounts.all}</Link> }}>
      {(account) => (
        <Page
          title={account.email ?? words.numbered(account.id.slice(0, 8))}
          lead={
            <span className="row">
              <code>{account.id}</code>
              <AccountState account={account} />
              <span>
                {words.since} <When at={account.created_at} isDay />
              </span>
            </span>
          }
          acts={<CopyButton text={account.id} label={words.copyId} />}
        >
          <Frozen account={account} />
          <Standing account={account} />
          <AccountActs account={account} />
          <Tabs
            name={words.parts}
            tabs={Object.entries(parts).map(([name, called]) => ({
              to: name === 'money' ? `/accounts/${id}` : `/accounts/${id}/${name}`,
              name: called,
            }))}
          />
          <Part account={account} part={part} />
        </Page>
      )}
    </Asked>
  )
}

function Part({ account, part }: { readonly account: Account; readonly part: string }) {
  if (part === 'calls') return <AccountCalls account={account} />
  if (part === 'keys') return <AccountKeys account={account} />
  if (part === 'terms') return <AccountTerms account={account} />
  if (part === 'looks') return <AccountLooks account={account} />
  return <AccountMoney account={account} />
}

function Frozen({ account }: { readonly account: Account }) {
  const words = useWords().account
  const may = useMay()
  if (account.frozen === null) return null
  return (
    <Notice kind="loss">
      <strong>{words.frozen}</strong>
      <span>
        <code>{account.frozen.reason}</code> · <When at={account.frozen.at} />
      </span>
      {may('money') && (
        <ActButton name={words.thaw} run={(once) => call(`/operator/v1/accounts/${account.id}/thaw`, { method: 'POST', body: {}, once })} />
      )}
    </Notice>
  )
}

function Standing({ account }: { readonly account: Account }) {
  const words = useWords().account
  const hasDebt = nanoOf(account.debt) > 0n
  return (
    <div className="cards">
      <Figure name={words.available} note={words.held(showUsd(account.balance.held))}>
        <Money usd={account.balance.available} />
      </Figure>
      <Figure name={words.owed} note={words.owedNote}>
        <span className={hasDebt ? 'bad' : ''}>
          <Money usd={account.debt} />
        </span>
      </Figure>
      <Figure name={words.plan} note={words.multiplier(account.price_multiplier)}>
        {account.plan ?? words.noPlan}
      </Figure>
    </div>
  )
}
