import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Notice, usePartWords, When } from '../../parts/index.ts'
import { nameOfAccount } from '../account-switcher.tsx'
import { useActing } from '../acting.tsx'
import type { LookedAtInvitation, Profile } from '../answers.ts'
import { withInvitation } from '../invitation.ts'
import { useSignOut } from '../session.tsx'
import { useWords } from '../words/index.ts'

type About = {
  readonly code: string
  readonly invitation: LookedAtInvitation
  readonly profile: Profile
  readonly onDeclined: () => void
}

/** An invitation as who is signed in sees it, to be accepted or declined. */
export function InvitationShown({ code, invitation, profile, onDeclined }: About) {
  const words = useWords().join
  const { roles, rolesMay } = useWords().team
  const enter = useEnter(profile)
  const [isDeclining, setDeclining] = useState(false)
  const accept = useAct(async () => {
    await call('/api/auth/invitations/accept', { method: 'POST', body: { code } })
    enter(invitation.account_id)
  })
  const email = profile.person.email
  return (
    <>
      <dl className="roll">
        <Line
          name={words.team}
          shown={nameOfAccount({ team: invitation.team, name: invitation.from, id: invitation.account_id }, words.unnamed)}
        />
        <Line name={words.invitedBy} shown={invitation.invited_by ?? words.somebody} />
        <Line name={words.role} shown={roles[invitation.role]} />
        <Line name={words.you} shown={email ?? words.numbered} />
        <div>
          <dt>{words.until}</dt>
          <dd>
            <When at={invitation.expires_at} />
          </dd>
        </div>
      </dl>
      {invitation.is_member ? (
        <>
          <p>{words.member}</p>
          <button type="button" className="main" onClick={() => enter(invitation.account_id)}>
            {words.go}
          </button>
        </>
      ) : (
        <>
          <p className="faint">
            {rolesMay[invitation.role]} {words.means}
          </p>
          {invitation.is_for_another && <ForAnother code={code} email={email} />}
          {accept.error !== undefined && <Failed error={accept.error} />}
          <button type="button" className="main" disabled={accept.isRunning} onClick={() => void accept.run()}>
            {words.accept(roles[invitation.role])}
          </button>
          <button type="button" className="plain" onClick={() => setDeclining(true)}>
            {words.decline}
          </button>
        </>
      )}
      {isDeclining && <Decline code={code} onClose={() => setDeclining(false)} onDeclined={onDeclined} />}
    </>
  )
}

const Line = ({ name, shown }: { readonly name: string; readonly shown: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{shown}</dd>
  </div>
)

/** Goes on to an account, acting for it. */
function useEnter(profile: Profile): (accountId: string) => void {
  const { choose } = useActing()
  const navigate = useNavigate()
  return (accountId) => {
    choose(accountId === profile.accounts[0]?.id ? undefined : accountId)
    void navigate({ to: '/dashboard' })
  }
}

function ForAnother({ code, email }: { readonly code: string; readonly email: string | null }) {
  const words = useWords().join
  const signOut = useSignOut()
  const leave = useAct(async () => await signOut(withInvitation('/sign-in', code)))
  return (
    <Notice kind="todo">
      <span>{email === null ? words.forAnotherNumber : words.forAnother(email)}</span>
      <button type="button" disabled={leave.isRunning} onClick={() => void leave.run()}>
        {words.other}
      </button>
      {leave.error !== undefined && <Failed error={leave.error} />}
    </Notice>
  )
}

function Decline({ code, onClose, onDeclined }: { readonly code: string; readonly onClose: () => void; readonly onDeclined: () => void }) {
  const words = useWords().join
  const { cancel } = usePartWords()
  const decline = useAct(async () => {
    await call('/api/auth/invitations/decline', { method: 'POST', body: { code } })
    onDeclined()
  })
  return (
    <Dialog title={words.declineTitle} onClose={onClose}>
      <p>{words.declineMeans}</p>
      {decline.error !== undefined && <Failed error={decline.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={decline.isRunning} onClick={() => void decline.run()}>
          {words.decline}
        </button>
      </div>
    </Dialog>
  )
}
