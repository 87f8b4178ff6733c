import { useEffect, useState } from 'react'

const SETTLED_MS = 1_000

/** Says that what is shown once was kept. It can be pressed after a second, so that the second press of a double click does not close it unread. */
export function KeptButton({ name, onKept }: { readonly name: string; readonly onKept: () => void }) {
  const [isSettled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <button type="button" className="main" disabled={!isSettled} onClick={onKept}>
      {name}
    </button>
  )
}
