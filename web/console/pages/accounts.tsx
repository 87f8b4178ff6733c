import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf } from '../../lib/money.ts'
import { textIn } from '../../lib/text-in.ts'
import { type Column, Field, Money, Page, Paged, Tag, When } from '../../parts/index.ts'
import type { Account } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** The accounts of the house, and one of them by what is known of it. */
export function AccountsPage() {
  const words = useWords().accounts
  const [isMaking, setMaking] = useState(false)
  const may = useMay()
  const { find } = useSearch({ strict: false }) as { readonly find?: string }
  const path = `/operator/v1/accounts?limit=50${find === undefined ? '' : `&find=${encodeURIComponent(find)}`}`
  const make = (
    <button type="button" className={find === undefined ? 'main' : ''} onClick={() => setMaking(true)}>
      {words.make}
    </button>
  )
  return (
    <Page title={words.title} acts={may('care') ? make : undefined}>
      <Find found={find} />
      <Paged<Account>
        path={path}
        caption={words.title}
        none={
          <>
            <span>{find === undefined ? words.none : words.notFound(find)}</span>
            {find === undefined && may('care') && make}
          </>
        }
        keyOf={({ id }) => id}
        columns={useColumns()}
      />
      {isMaking && <MakeAccount onClose={() => setMaking(false)} />}
    </Page>
  )
}

const KEY_TAIL = 4
const ID_BEGINNING = /^[0-9a-f]{8}[0-9a-f-]{0,28}$/i

/** What goes into an address of a key that somebody pasted: its end alone, as a key in an address could be kept by others. */
const withoutKey = (text: string): string => (text.includes('@') || ID_BEGINNING.test(text) ? text : text.slice(-KEY_TAIL))

function Find({ found }: { readonly found: string | undefined }) {
  const words = useWords().accounts
  const navigate = useNavigate()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = textIn(event.currentTarget, 'find')
    void navigate({ to: '/accounts', search: text === '' ? {} : { find: withoutKey(text) } })
  }
  return (
    <search>
      <form className="row" onSubmit={submit}>
        <Field key={found} label={words.find} hint={words.findHint} name="find" type="search" defaultValue={found} maxLength={254} />
        <button type="submit">{words.findAct}</button>
        {found !== undefined && <Link to="/accounts">{words.all}</Link>}
      </form>
    </search>
  )
}

function useColumns(): readonly Column<Account>[] {
  const words = useWords().accounts
  return [
    { head: words.name, cell: (account) => <Link to={`/accounts/${account.id}`}>{account.email ?? words.numbered}</Link> },
    { head: words.id, cell: ({ id }) => <code>{id.slice(0, 8)}</code> },
    { head: words.state, cell: (account) => <AccountState account={account} /> },
    { head: words.plan, cell: ({ plan }) => plan ?? '–' },
    { head: words.available, isNumber: true, cell: ({ balance }) => <Money usd={balance.available} /> },
    {
      head: words.owed,
      isNumber: true,
      cell: ({ debt }) => (
        <span className={nanoOf(debt) > 0n ? 'bad' : 'faint'}>
          <Money usd={debt} />
        </span>
      ),
    },
    { head: words.since, cell: (account) => <When at={account.created_at} isDay /> },
  ]
}

/** Whether an account is served. */
export function AccountState({ account }: { readonly account: Account }) {
  const words = useWords().accounts
  return (
    <span className="row">
      <Tag kind={account.status === 'active' ? 'good' : 'bad'}>{words.states[account.status]}</Tag>
      {account.frozen !== null && <Tag kind="bad">{words.frozen}</Tag>}
    </span>
  )
}

function MakeAccount({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().accounts
  const navigate = useNavigate()
  return (
    <ActDialog
      title={words.make}
      act={words.makeAct}
      fields={['email']}
      onClose={onClose}
      onDone={() => undefined}
      run={async ({ email }, once) => {
        const { id } = await call<Account>('/operator/v1/accounts', { method: 'POST', body: { email }, once })
        void navigate({ to: `/accounts/${id}` })
      }}
    >
      {(wrong) => <Field label={words.email} hint={words.emailHint} name="email" type="email" required autoFocus wrong={wrong('email')} />}
    </ActDialog>
  )
}
