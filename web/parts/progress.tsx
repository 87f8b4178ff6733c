import { useEffect, useRef, useState } from 'react'
import { ACT_BEGUN, ACT_ENDED } from '../lib/call.ts'
import { useWords } from './words.ts'

const PATIENCE_MS = 400

/** A line that moves at the top of the window, over dialogs too, while something that was pressed takes longer than 400 ms. */
export function Progress() {
  const words = useWords()
  const line = useRef<HTMLDivElement>(null)
  const isActing = useActing()
  useEffect(() => {
    if (!isActing) return
    const shown = line.current
    const timer = setTimeout(() => shown?.showPopover(), PATIENCE_MS)
    return () => {
      clearTimeout(timer)
      if (shown?.matches(':popover-open') === true) shown.hidePopover()
    }
  }, [isActing])
  return (
    <div ref={line} popover="manual" className="waiting acting" role="status">
      <span className="unseen">{words.loading}</span>
    </div>
  )
}

/** Whether anything that changes something waits for its answer. */
function useActing(): boolean {
  const [count, setCount] = useState(0)
  useEffect(() => {
    const begun = () => setCount((before) => before + 1)
    const ended = () => setCount((before) => before - 1)
    window.addEventListener(ACT_BEGUN, begun)
    window.addEventListener(ACT_ENDED, ended)
    return () => {
      window.removeEventListener(ACT_BEGUN, begun)
      window.removeEventListener(ACT_ENDED, ended)
    }
  }, [])
  return count > 0
}
