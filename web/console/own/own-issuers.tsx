import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Empty, List, Section, useAsked, When } from '../../parts/index.ts'
import type { Issuers, OperatorIdentities } from '../answers.ts'
import { leaveForIssuer } from '../issuers/own-errand.ts'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

const PATH = '/operator/auth/identities'
type Identity = OperatorIdentities['data'][number]

/** Services that sign this operator in: linked, listed, taken away. Nothing where none is offered and none is linked. */
export function OwnIssuers() {
  const words = useWords().own
  const { keptNothing } = useWords().issuers
  const { data: issuers } = useAsked<Issuers>('/operator/auth/issuers')
  const { data: linked } = useAsked<OperatorIdentities>(PATH)
  const [removing, setRemoving] = useState<Identity>()
  if ((issuers?.data.length ?? 0) === 0 && (linked?.data.length ?? 0) === 0) return null
  const link = (issuer: string) => leaveForIssuer({ issuer, kind: 'link', next: '/you' }, keptNothing)
  return (
    <Section
      title={words.issuers}
      acts={issuers?.data.map(({ id, name }) => <ActButton key={id} name={words.linkIssuer(name)} run={() => link(id)} />)}
    >
      <Asked<OperatorIdentities> path={PATH}>
        {({ data }) => (data.length === 0 ? <Empty>{words.noIssuers}</Empty> : <Linked identities={data} onRemove={setRemoving} />)}
      </Asked>
      {removing !== undefined && (
        <ActDialog
          title={words.unlinkTitle(removing.name ?? removing.issuer)}
          act={words.unlink}
          isGrave
          onClose={() => setRemoving(undefined)}
          run={() => call(`${PATH}/${removing.id}`, { method: 'DELETE' })}
        >
          {() => <p>{words.unlinkMeans}</p>}
        </ActDialog>
      )}
    </Section>
  )
}

function Linked({ identities, onRemove }: { readonly identities: readonly Identity[]; readonly onRemove: (one: Identity) => void }) {
  const words = useWords().own
  return (
    <List
      caption={words.issuers}
      entries={identities}
      keyOf={({ id }) => id}
      columns={[
        { head: words.service, cell: ({ name, issuer }) => name ?? words.issuerGone(issuer) },
        { head: words.added, cell: ({ created_at: at }) => <When at={at} /> },
        {
          head: words.doings,
          isActs: true,
          cell: (identity) => (
            <button type="button" className="plain grave" onClick={() => onRemove(identity)}>
              {words.unlink}
            </button>
          ),
        },
      ]}
    />
  )
}
