import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react'

/** Whether somebody pressed beside a dialog, once: the second press of a double click was meant for what stood there before. */
function isBeside({ clientX: x, clientY: y, detail }: MouseEvent, shown: HTMLElement): boolean {
  const { left, right, top, bottom } = shown.getBoundingClientRect()
  return detail < 2 && (x < left || x > right || y < top || y > bottom)
}

/** A question over the page; Escape and pressing beside it close it. */
export function Dialog(about: {
  readonly title: string
  readonly onClose: () => void
  readonly isWide?: boolean
  /** Pressing beside it does not close it, as what it shows is shown once. */
  readonly isFirm?: boolean
  readonly children: ReactNode
}) {
  const { title, onClose, isWide = false, isFirm = false, children } = about
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Closed while it is still in the page: then the browser gives the focus back to what opened it.
  useLayoutEffect(() => {
    const shown = dialog.current
    if (shown !== null && !shown.open) shown.showModal()
    return () => shown?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a dialog closes by Escape itself
    <dialog
      ref={dialog}
      className={isWide ? 'wide' : ''}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current && !isFirm && isBeside(event, dialog.current)) onClose()
      }}
    >
      <div className="stack">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}
