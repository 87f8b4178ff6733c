import { useEffect, useState } from 'react'
import { useWords } from './words.ts'

const PATIENCE_MS = 400

/** A line that moves, from 400 ms on: what is quicker needs none. */
export function Waiting() {
  const words = useWords()
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return isShown ? (
    <div className="waiting" role="status">
      <span className="unseen">{words.loading}</span>
    </div>
  ) : null
}
