import { type KeyboardEvent, type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react'

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
  /** Pressing beside it does not close it, as what was written in it is not to be lost. */
  readonly isFirm?: boolean
  /** Nothing closes it but what stands in it: no press of Escape either, of which a browser lets a page refuse only so many. */
  readonly isHeld?: boolean
  readonly children: ReactNode
}) {
  const { title, onClose, isWide = false, isFirm = false, isHeld = false, children } = about
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Closed while it is still in the page: then the browser gives the focus back to what opened it.
  useLayoutEffect(() => {
    const shown = dialog.current
    if (shown !== null && !shown.open) shown.showModal()
    return () => shown?.close()
  }, [])
  const held = {
    onKeyDown: (event: KeyboardEvent) => (event.key === 'Escape' ? event.preventDefault() : undefined),
    // Closed by the browser all the same, such as by the gesture that goes back on a phone.
    onClose: () => (dialog.current?.open === false ? dialog.current.showModal() : undefined),
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a dialog closes by Escape itself
    <dialog
      ref={dialog}
      className={isWide ? 'wide' : ''}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        if (!isHeld) onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current && !isFirm && !isHeld && isBeside(event, dialog.current)) onClose()
      }}
      {...(isHeld && held)}
    >
      <div className="stack">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}
