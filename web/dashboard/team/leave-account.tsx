import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, usePartWords } from '../../parts/index.ts'
import { nameOfAccount } from '../account-switcher.tsx'
import { useActing } from '../acting.tsx'
import type { Member } from '../answers.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** Leaves an account that another person opened. */
export function LeaveAccount({ members }: { readonly members: readonly Member[] }) {
  const words = useWords().team
  const [isLeaving, setLeaving] = useState(false)
  const you = members.find(({ isYou }) => isYou)
  if (you === undefined || you.isOpener) return null
  return (
    <div className="row">
      <button type="button" className="plain grave" onClick={() => setLeaving(true)}>
        {words.leave}
      </button>
      {isLeaving && <Leave onClose={() => setLeaving(false)} />}
    </div>
  )
}

function Leave({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().team
  const { cancel } = usePartWords()
  const { account, accounts } = useSession()
  const { choose } = useActing()
  const navigate = useNavigate()
  const name = nameOfAccount(accounts.find(({ id }) => id === account.id) ?? { id: account.id, name: null, team: null }, words.unnamed)
  const leave = useAct(async () => {
    await call('/api/team/leave', { method: 'POST' })
    choose(undefined)
    void navigate({ to: '/dashboard' })
  })
  return (
    <Dialog title={words.leaveTitle(name)} onClose={onClose}>
      <p>{words.leaveMeans}</p>
      {leave.error !== undefined && <Failed error={leave.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={leave.isRunning} onClick={() => void leave.run()}>
          {words.leaveAct}
        </button>
      </div>
    </Dialog>
  )
}
