import { type ReactNode, useEffect, useState } from 'react'
import { CopyButton, Secret } from './copy.tsx'
import { Dialog } from './dialog.tsx'

const SETTLED_MS = 1_000

/**
 * A secret, or some on lines, shown this once. Its button alone closes it, a second after it came: neither the second press of a double click nor one beside it, nor
 * Escape, may take away what nobody can bring back.
 */
export function ShownOnce(about: {
  readonly title: string
  readonly secret: string | readonly string[]
  readonly kept: string
  readonly onKept: () => void
  readonly children: ReactNode
}) {
  const { title, secret, kept, onKept, children } = about
  const [isSettled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Dialog title={title} onClose={() => undefined} isHeld>
      <p>{children}</p>
      {typeof secret === 'string' ? <Secret text={secret} /> : <pre>{secret.join('\n')}</pre>}
      <div className="answers">
        {typeof secret !== 'string' && <CopyButton text={secret.join('\n')} />}
        <button type="button" className="main" disabled={!isSettled} onClick={onKept}>
          {kept}
        </button>
      </div>
    </Dialog>
  )
}
