import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Dialog, Empty, Failed, List, Section, usePartWords, When } from '../../parts/index.ts'
import type { Invitation, MadeInvitation, Member } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useMay } from '../rights.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { nameOfMember } from './about-member.ts'
import { INVITATIONS, InvitationMade } from './invite-member.tsx'

/** Invitations that nobody used yet: sent again, or taken back. */
export function OpenInvitations({ members }: { readonly members: readonly Member[] }) {
  const words = useWords().team
  return (
    <Section title={words.invitations}>
      <Asked<readonly Invitation[]> path={INVITATIONS}>
        {(invitations) =>
          invitations.length === 0 ? (
            <Empty>{words.noInvitations}</Empty>
          ) : (
            <List
              caption={words.invitations}
              entries={invitations}
              keyOf={({ id }) => id}
              columns={[
                { head: words.to, cell: ({ email }) => email ?? <span className="faint">{words.handedOver}</span> },
                { head: words.role, cell: ({ role }) => words.roles[role], isWhole: true },
                { head: words.by, cell: ({ invitedBy }) => inviterOf(members, invitedBy, words.numbered) },
                { head: words.until, cell: ({ expiresAt }) => <When at={expiresAt} /> },
                { head: words.doings, isActs: true, cell: (invitation) => <Acts invitation={invitation} /> },
              ]}
            />
          )
        }
      </Asked>
    </Section>
  )
}

function inviterOf(members: readonly Member[], invitedBy: string | null, numbered: string): string {
  const inviter = members.find(({ id }) => id === invitedBy)
  return inviter === undefined ? '–' : nameOfMember(inviter, numbered)
}

function Acts({ invitation }: { readonly invitation: Invitation }) {
  const words = useWords().team
  const may = useMay()
  const { account } = useSession()
  const client = useQueryClient()
  const [made, setMade] = useState<MadeInvitation>()
  const [isTakingBack, setTakingBack] = useState(false)
  const { id, email, role } = invitation
  const act = useAct(async (_: undefined, once) => {
    const body = email === null ? { role } : { email, role }
    setMade(await call<MadeInvitation>(INVITATIONS, { method: 'POST', body, once }))
    await call(`${INVITATIONS}/${id}`, { method: 'DELETE' })
  })
  const again = useProven(act)
  const close = () => {
    setMade(undefined)
    void client.invalidateQueries({ queryKey: [INVITATIONS] })
  }
  if (!may('run') || (role === 'owner' && account.role !== 'owner')) return null
  return (
    <>
      <button type="button" className="plain" disabled={act.isRunning} onClick={() => again.run(undefined)}>
        {email === null ? words.newCode : words.again}
      </button>
      <button type="button" className="plain grave" onClick={() => setTakingBack(true)}>
        {words.takeBack}
      </button>
      {again.error !== undefined && <Failed error={again.error} />}
      {again.dialog}
      {made !== undefined && <InvitationMade made={made} onClose={close} />}
      {isTakingBack && <TakeBack id={id} onClose={() => setTakingBack(false)} />}
    </>
  )
}

function TakeBack({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const words = useWords().team
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const takeBack = useAct(async () => {
    await call(`${INVITATIONS}/${id}`, { method: 'DELETE' })
    onClose()
    await client.invalidateQueries({ queryKey: [INVITATIONS] })
  })
  return (
    <Dialog title={words.takeBackTitle} onClose={onClose}>
      <p>{words.takeBackMeans}</p>
      {takeBack.error !== undefined && <Failed error={takeBack.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={takeBack.isRunning} onClick={() => void takeBack.run()}>
          {words.takeBack}
        </button>
      </div>
    </Dialog>
  )
}
