import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Dialog, Empty, Failed, List, Section, useAsked, usePartWords, When } from '../../parts/index.ts'
import type { Identities, Issuers } from '../answers.ts'
import { useCompany, useErrand } from '../issuers/issuer-buttons.tsx'
import { isTeams } from '../issuers/own-errand.ts'
import { useProven } from '../prove.tsx'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

const PATH = '/api/auth/identities'
type Identity = Identities['data'][number]

/** Other services that sign this person in: linked, listed, unlinked. Nothing where none is offered and none is linked. */
export function IdentitySection() {
  const words = useWords().issuers
  const { data: issuers } = useAsked<Issuers>('/api/auth/issuers')
  const { data: linked } = useAsked<Identities>(PATH)
  const [asked, setAsked] = useState<Identity>()
  const client = useQueryClient()
  const { person } = useSession()
  const link = useProven(useErrand())
  const company = useProven(useCompany())
  const isCompanyOpen = issuers?.company === true && person.email !== null && linked?.data.every(({ issuer }) => !isTeams(issuer)) === true
  const remove = useProven(
    useAct(async (id: string) => {
      await call(`${PATH}/${id}`, { method: 'DELETE' })
      await client.invalidateQueries()
    }),
  )
  if ((issuers?.data.length ?? 0) === 0 && (linked?.data.length ?? 0) === 0 && !isCompanyOpen) return null
  return (
    <Section
      title={words.section}
      acts={
        <>
          {issuers?.data.map(({ id, name }) => (
            <button key={id} type="button" onClick={() => link.run({ issuer: id, aim: 'link', next: '/dashboard/security' })}>
              {words.link(name)}
            </button>
          ))}
          {isCompanyOpen && (
            <button type="button" onClick={() => company.run({ email: person.email ?? '', aim: 'link', next: '/dashboard/security' })}>
              {words.link(words.company)}
            </button>
          )}
        </>
      }
    >
      <Asked<Identities> path={PATH}>
        {({ data }) => (data.length === 0 ? <Empty>{words.empty}</Empty> : <Linked entries={data} onRemove={setAsked} />)}
      </Asked>
      {Object.entries({ link, company, remove }).map(([name, { error, dialog }]) => (
        <div key={name}>
          {error !== undefined && <Failed error={error} />}
          {dialog}
        </div>
      ))}
      {asked !== undefined && (
        <Unlink
          name={asked.name ?? asked.issuer}
          onClose={() => setAsked(undefined)}
          onDone={() => {
            setAsked(undefined)
            remove.run(asked.id)
          }}
        />
      )}
    </Section>
  )
}

function Linked({ entries, onRemove }: { readonly entries: Identities['data']; readonly onRemove: (identity: Identity) => void }) {
  const words = useWords().issuers
  return (
    <List
      caption={words.section}
      entries={entries}
      keyOf={({ id }) => id}
      columns={[
        { head: words.service, cell: ({ name, issuer }) => name ?? words.gone(issuer) },
        { head: words.since, cell: ({ created_at: at }) => <When at={at} isDay /> },
        {
          head: words.act,
          isActs: true,
          cell: (identity) => (
            <button type="button" className="plain grave" onClick={() => onRemove(identity)}>
              {words.remove}
            </button>
          ),
        },
      ]}
    />
  )
}

function Unlink({ name, onDone, onClose }: { readonly name: string; readonly onDone: () => void; readonly onClose: () => void }) {
  const words = useWords().issuers
  const { cancel } = usePartWords()
  return (
    <Dialog title={words.askTitle(name)} onClose={onClose}>
      <p>{words.ask(name)}</p>
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" onClick={onDone}>
          {words.remove}
        </button>
      </div>
    </Dialog>
  )
}
