import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, ShownOnce, usePartWords } from '../../parts/index.ts'
import type { MadeInvitation } from '../answers.ts'
import { JOIN_PATH, withInvitation } from '../invitation.ts'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'
import { RoleChoice } from './role-choice.tsx'

/** Where invitations are made and listed. */
export const INVITATIONS = '/api/team/invitations'

/** Invites somebody, by a letter or by a link to hand over. */
export function InviteMember({ isOwner, onClose }: { readonly isOwner: boolean; readonly onClose: () => void }) {
  const words = useWords().team
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const [isMailed, setMailed] = useState(false)
  const [made, setMade] = useState<MadeInvitation>()
  const act = useAct(async (body: Readonly<Record<string, string>>, once) => {
    setMade(await call<MadeInvitation>(INVITATIONS, { method: 'POST', body, once }))
    await client.invalidateQueries({ queryKey: [INVITATIONS] })
  })
  const invite = useProven(act)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const [email, role] = [textIn(event.currentTarget, 'email'), textIn(event.currentTarget, 'role')]
    invite.run(email === '' ? { role } : { email, role })
  }
  if (made !== undefined) return <InvitationMade made={made} onClose={onClose} />
  const field = invite.error?.field
  return (
    <>
      <Dialog title={words.invite} onClose={onClose}>
        <form onSubmit={submit}>
          <Field
            label={words.email}
            hint={words.emailHint}
            name="email"
            type="email"
            autoFocus
            onChange={(event) => {
              setMailed(event.currentTarget.value !== '')
              act.clear()
            }}
            wrong={invite.error?.code === 'mail_off' ? words.mailOff : field === 'email' ? invite.error?.message : undefined}
          />
          <RoleChoice isOwner={isOwner} first="developer" wrong={field === 'role' ? invite.error?.message : undefined} />
          <p className="faint">{words.inviteMeans}</p>
          {invite.error !== undefined && invite.error.code !== 'mail_off' && field === undefined && <Failed error={invite.error} />}
          <div className="answers">
            <button type="button" onClick={onClose}>
              {cancel}
            </button>
            <button type="submit" className="main" disabled={act.isRunning}>
              {isMailed ? words.inviteMail : words.inviteCode}
            </button>
          </div>
        </form>
      </Dialog>
      {invite.dialog}
    </>
  )
}

/** What was made: that a letter goes out, or the link to hand over, this once. */
export function InvitationMade({ made, onClose }: { readonly made: MadeInvitation; readonly onClose: () => void }) {
  const words = useWords().team
  const { code, email } = made
  if (code !== null)
    return (
      <ShownOnce title={words.codeTitle} secret={linkOf(code)} kept={words.kept} onKept={onClose}>
        {words.codeMeans}
      </ShownOnce>
    )
  return (
    <Dialog title={words.mailedTitle} onClose={onClose}>
      <p>{words.mailed(email ?? '')}</p>
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {words.done}
        </button>
      </div>
    </Dialog>
  )
}

const linkOf = (code: string): string => window.location.origin + withInvitation(JOIN_PATH, code)
