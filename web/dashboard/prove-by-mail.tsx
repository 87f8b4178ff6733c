import { useAct } from '../lib/use-act.ts'
import { Failed } from '../parts/index.ts'
import { useSession, useSignOut } from './session.tsx'
import { useWords } from './words/index.ts'

/** For who has no password and no passkey yet, and came by their company: a letter that sets a password, or another way in. */
export function ProveByMail() {
  const words = useWords().prove
  const { person } = useSession()
  const signOut = useSignOut()
  const leave = useAct(async (to: string) => await signOut(to))
  return (
    <>
      <p>{words.alone}</p>
      {person.email !== null && (
        <button type="button" disabled={leave.isRunning} onClick={() => void leave.run('/reset')}>
          {words.byMail}
        </button>
      )}
      <button type="button" disabled={leave.isRunning} onClick={() => void leave.run('/sign-in')}>
        {words.otherWay}
      </button>
      {leave.error !== undefined && <Failed error={leave.error} />}
    </>
  )
}
