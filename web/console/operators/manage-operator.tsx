import { type ReactNode, useState } from 'react'
import { call } from '../../lib/call.ts'
import { Dialog, usePartWords } from '../../parts/index.ts'
import type { Operator } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { InviteAgain } from './invite-person.tsx'
import { RoleField } from './name-and-role.tsx'

type About = { readonly operator: Operator; readonly onClose: () => void }
type What = 'role' | 'sessions' | 'again' | 'takeBack' | 'end'

/** What can be done about an operator: each with what it means, and asked once more before it is done. */
export function ManageOperator({ operator, onClose }: About) {
  const words = useWords().operators
  const { close } = usePartWords()
  const [what, setWhat] = useState<What>()
  const hasJoined = operator.ways.length > 0
  if (what === 'again') return <InviteAgain name={operator.name} hasJoined={hasJoined} onClose={onClose} />
  if (what !== undefined) return <Act what={what} operator={operator} onClose={onClose} />
  const isInvited = operator.invited_until !== null
  return (
    <Dialog title={operator.name} onClose={onClose}>
      <dl className="roll acts">
        <Offer name={words.roleAct} means={words.roles[operator.role]} onAsk={() => setWhat('role')} />
        <Offer name={words.again} means={hasJoined ? words.againMeans : words.againLink} onAsk={() => setWhat('again')} />
        {isInvited && <Offer name={words.takeBack} means={words.takeBackMeans} onAsk={() => setWhat('takeBack')} />}
        {hasJoined && <Offer name={words.sessionsAct} means={words.sessionsMean} onAsk={() => setWhat('sessions')} />}
        <Offer name={words.end} means={words.endMeans} isGrave onAsk={() => setWhat('end')} />
      </dl>
      <div className="answers">
        <button type="button" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  )
}

function Offer(about: { readonly name: string; readonly means: ReactNode; readonly isGrave?: boolean; readonly onAsk: () => void }) {
  return (
    <div>
      <dt>{about.means}</dt>
      <dd>
        <button type="button" className={about.isGrave === true ? 'plain grave' : 'plain'} onClick={about.onAsk}>
          {about.name}
        </button>
      </dd>
    </div>
  )
}

function Act({ what, operator, onClose }: About & { readonly what: Exclude<What, 'again'> }) {
  const words = useWords().operators
  const { name } = operator
  const path = `/operator/v1/operators/${encodeURIComponent(name)}`
  if (what === 'role')
    return (
      <ActDialog
        title={words.roleTitle(name)}
        act={words.roleAct}
        fields={['role']}
        onClose={onClose}
        run={({ role }) => call(path, { method: 'PATCH', body: { role } })}
      >
        {(wrong) => (
          <>
            <RoleField first={operator.role} wrong={wrong} />
            <p className="faint">{words.roleHolds}</p>
          </>
        )}
      </ActDialog>
    )
  const asked = {
    sessions: { title: words.sessionsTitle(name), act: words.sessionsAct, means: words.sessionsMean, path: `${path}/sessions` },
    takeBack: { title: words.takeBackTitle(name), act: words.takeBack, means: words.takeBackMeans, path: `${path}/invitation` },
    end: { title: words.endTitle(name), act: words.endAct(name), means: words.endMeans, path },
  }[what]
  return (
    <ActDialog title={asked.title} act={asked.act} isGrave onClose={onClose} run={() => call(asked.path, { method: 'DELETE' })}>
      {() => <p>{asked.means}</p>}
    </ActDialog>
  )
}
