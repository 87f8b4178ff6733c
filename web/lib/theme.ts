import { readKept, writeKept } from './kept.ts'

export type Theme = 'light' | 'dark' | 'auto'

/** The theme that was chosen here; `auto` goes by the system. */
export function readTheme(): Theme {
  const kept = readKept('farebox.theme')
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}

/** Calls `then` whenever pages come to be shown in another theme, by a choice here or by the system; the answer ends that. */
export function onThemeChange(then: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const chosen = new MutationObserver(then)
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  system.addEventListener('change', then)
  return () => {
    chosen.disconnect()
    system.removeEventListener('change', then)
  }
}

/** Shows pages in a theme, and goes on so. */
export function showTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  writeKept('farebox.theme', theme === 'auto' ? undefined : theme)
}
