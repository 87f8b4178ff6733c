import { type ReactNode, useState } from 'react'
import { Notice, Page } from '../parts/index.ts'
import { nameOfAccount } from './account-switcher.tsx'
import { Prove } from './prove.tsx'
import { useSession } from './session.tsx'
import { useWords } from './words/index.ts'

/** Whether the issuer of a team opened this session, which shows that team alone until a proof of the person's own. */
const useIsConfined = (): boolean => useSession().confined_to !== null

/** Says to who came by their company's sign-in that it opens the team alone, and asks for the proof that opens the rest. */
export function Confined() {
  const words = useWords().prove
  const { unnamed } = useWords().team
  const { accounts } = useSession()
  const [isAsking, setAsking] = useState(false)
  const [team] = accounts
  return (
    <>
      <span>{words.confined(team === undefined ? '' : nameOfAccount(team, unnamed))}</span>
      <button type="button" onClick={() => setAsking(true)}>
        {words.lift}
      </button>
      {isAsking && <Prove isOwn onClose={() => setAsking(false)} onProven={() => setAsking(false)} />}
    </>
  )
}

/** A page of what is a person's own: closed to who came by their company's sign-in until they show who they are. */
export function OwnPage({ title, lead, children }: { readonly title: string; readonly lead: string; readonly children: ReactNode }) {
  return (
    <Page title={title} lead={lead}>
      {useIsConfined() ? (
        <Notice kind="todo">
          <Confined />
        </Notice>
      ) : (
        children
      )}
    </Page>
  )
}
