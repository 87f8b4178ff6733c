import { useEffect } from 'react'

/** What keys do: `?` shows them, `/` searches, `g` and a letter goes to a page. */
export type Shortcuts = {
  readonly goTo: Readonly<Record<string, () => void>>
  readonly showHelp: () => void
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const GO_MS = 1_500

/** Listens for keys as long as the page stands, but not while somebody types or a dialog is open. */
export function useShortcuts({ goTo, showHelp }: Shortcuts): void {
  useEffect(() => {
    let goUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null)
        return
      const isGoing = event.timeStamp < goUntil
      goUntil = 0
      if (isGoing && goTo[event.key] !== undefined) goTo[event.key]?.()
      else if (event.key === 'g') goUntil = event.timeStamp + GO_MS
      else if (event.key === '?') showHelp()
      else if (event.key === '/') document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [goTo, showHelp])
}
