import { useState } from 'react'
import { showCount } from '../../lib/money.ts'
import { Dialog, Notice } from '../../parts/index.ts'
import type { MadeRedeemBatch } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** The codes of a new batch, which are told this once: to be saved before this is closed. */
export function CodesMade({ batch, onClose }: { readonly batch: MadeRedeemBatch; readonly onClose: () => void }) {
  const words = useWords().codes
  const [isSaved, setSaved] = useState(false)
  return (
    <Dialog title={words.madeTitle(showCount(batch.count))} onClose={onClose} isHeld={!isSaved}>
      <Notice kind="todo">
        <span>{words.madeMeans}</span>
        {batch.requested_by !== null && <span>{words.madeWaits}</span>}
      </Notice>
      <div className="answers">
        <button
          type="button"
          className={isSaved ? '' : 'main'}
          onClick={() => {
            save(batch)
            setSaved(true)
          }}
        >
          {words.save}
        </button>
        <button type="button" className={isSaved ? 'main' : ''} disabled={!isSaved} onClick={onClose}>
          {words.saved}
        </button>
      </div>
    </Dialog>
  )
}

/** Hands the list to the browser as a file; nothing of it stays in the page. */
function save(batch: MadeRedeemBatch): void {
  const address = URL.createObjectURL(new Blob([batch.csv], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `codes-${batch.id.slice(0, 8)}.csv`
  link.click()
  URL.revokeObjectURL(address)
}
