import { Link } from '@tanstack/react-router'
import { Dialog } from './dialog.tsx'
import { useWords } from './words.ts'

/** Says over a page in which something was written that its session has ended, and how to go on without losing it. */
export function SessionEnded({ onReturn, onLeave }: { readonly onReturn: () => void; readonly onLeave: () => void }) {
  const words = useWords().sessionEnded
  return (
    <Dialog title={words.title} isFirm onClose={onReturn}>
      <p>{words.means}</p>
      <div className="answers">
        <button type="button" className="plain" onClick={onLeave}>
          {words.leave}
        </button>
        <Link className="button" to="/sign-in" target="_blank">
          {words.signIn}
        </Link>
        <button type="button" className="main" onClick={onReturn}>
          {words.goOn}
        </button>
      </div>
    </Dialog>
  )
}
