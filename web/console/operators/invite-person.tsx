import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Field, ShownOnce, When } from '../../parts/index.ts'
import type { InvitedOperator } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { NameField, RoleField } from './name-and-role.tsx'

const PATH = '/operator/v1/operators'

/** Invites a person by name: the link is shown once, and mailed where there is an e-mail. */
export function InvitePerson({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().operators
  const [made, setMade] = useState<InvitedOperator>()
  if (made !== undefined) return <LinkMade made={made} onClose={onClose} />
  return (
    <ActDialog
      title={words.invite}
      act={words.inviteAct}
      fields={['name', 'role', 'email']}
      onClose={onClose}
      onDone={() => undefined}
      run={async ({ name, role, email = '' }, once) => {
        const body = { name, role, ...(email === '' ? {} : { email }) }
        setMade(await call<InvitedOperator>(`${PATH}/invitations`, { method: 'POST', body, once }))
      }}
    >
      {(wrong) => (
        <>
          <NameField wrong={wrong} />
          <RoleField first="support" wrong={wrong} />
          <Field label={words.email} hint={words.emailHint} name="email" type="email" wrong={wrong('email')} />
        </>
      )}
    </ActDialog>
  )
}

/** Invites an operator anew, who has lost what they sign in with or the link. */
export function InviteAgain({
  name,
  hasJoined,
  onClose,
}: {
  readonly name: string
  readonly hasJoined: boolean
  readonly onClose: () => void
}) {
  const words = useWords().operators
  const [made, setMade] = useState<InvitedOperator>()
  if (made !== undefined) return <LinkMade made={made} onClose={onClose} />
  return (
    <ActDialog
      title={words.againTitle(name)}
      act={words.again}
      isGrave={hasJoined}
      onClose={onClose}
      onDone={() => undefined}
      run={async (_, once) =>
        setMade(await call<InvitedOperator>(`${PATH}/${encodeURIComponent(name)}/invitation`, { method: 'POST', once }))
      }
    >
      {() => <p>{hasJoined ? words.againMeans : words.againLink}</p>}
    </ActDialog>
  )
}

function LinkMade({ made, onClose }: { readonly made: InvitedOperator; readonly onClose: () => void }) {
  const words = useWords().operators
  return (
    <ShownOnce title={words.linkTitle(made.name)} secret={made.link} kept={words.madeKept} onKept={onClose}>
      {words.linkMeans} {made.invited_until !== null && <When at={made.invited_until} />}
    </ShownOnce>
  )
}
