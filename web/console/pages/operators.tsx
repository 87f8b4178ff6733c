import { useState } from 'react'
import { Asked, Empty, Notice, Page } from '../../parts/index.ts'
import type { ListOf, Operator } from '../answers.ts'
import { InvitePerson } from '../operators/invite-person.tsx'
import { MakeToken } from '../operators/make-token.tsx'
import { OperatorList } from '../operators/operator-list.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** Who may come into the console, and what each may do; for owners. */
export function OperatorsPage() {
  const words = useWords().operators
  const may = useMay()
  const [asked, setAsked] = useState<'invite' | 'token'>()
  const onClose = () => setAsked(undefined)
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        may('own') && (
          <>
            <button type="button" className="main" onClick={() => setAsked('invite')}>
              {words.invite}
            </button>
            <button type="button" onClick={() => setAsked('token')}>
              {words.make}
            </button>
          </>
        )
      }
    >
      {!may('own') && <Notice>{words.forOwners}</Notice>}
      {may('own') && (
        <Asked<ListOf<Operator>> path="/operator/v1/operators">
          {({ data }) => (data.length === 0 ? <Empty>{words.none}</Empty> : <OperatorList operators={data} />)}
        </Asked>
      )}
      {asked === 'invite' && <InvitePerson onClose={onClose} />}
      {asked === 'token' && <MakeToken onClose={onClose} />}
    </Page>
  )
}
